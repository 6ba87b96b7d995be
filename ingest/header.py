"""What a plan says of itself: title, date of publication, issuer, year, region."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from ingest import regions
from ingest.markers import line_marker

_RUN_ON: Final = re.compile(
    r"^(?P<title>[^。]{4,80}?)\s*(?P<date>(?:发布|印发|公布)?(?:日期|时间)\s*[:：]\s*\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?)\s*"
    r"(?P<source>(?:来源|信息来源)\s*[:：]\s*[\u4e00-\u9fffA-Za-z]+?(?:报|网|社|部|厅|局|委|办|府))?(?P<rest>.*)$"
)
_DATE: Final = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})日?")
_YEAR: Final = re.compile(r"(20\d\d)\s*年")
_SOURCE_LABEL: Final = re.compile(r"^[（(]?(?:信息)?(?:来源|摘自|作者)\s*[:：]?\s*")
_ISSUER: Final = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:住房和城乡建设|住房城乡建设|住建|城乡建设|发展和改革|人民)?(?:部|厅|局|委员会|委|政府)"
)
_WHOLE: Final = re.compile(
    r"(?:工作要点|要点|重点工作|重点任务|工作报告|报告|讲话|致辞|计划|方案|意见|通知)(?:[（(].{1,12}[）)])?$"
)
_DOCUMENT: Final = re.compile(
    r"政府工作报告|工作报告|工作要点|要点|重点工作|重点任务|工作计划|实施方案|行动方案|工作方案|行动计划|讲话|致辞|规划纲要|规划|工作总结|总结|报告|方案|计划|意见|通知|部署|会议"
)
_NO_TITLE: Final = re.compile(r"^(?:同志们|各位)|[。！？；：:，]$")
_TITLE_MAX: Final = 60
_SEARCH_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Header:
    """What was found; empty or None where the text does not say. ``lines`` counts the header's paragraphs.

    ``document`` is the kind of document that the title names: 工作要点, 工作报告, 讲话 …
    """

    title: str = ""
    document: str = ""
    published: str = ""
    issuer: str = ""
    year: int | None = None
    region: str | None = None
    lines: int = 0


def split_run_on(paragraphs: list[str]) -> list[str]:
    """Break a first line that runs title, date and source into the body, as pages pasted from the web do."""
    if not paragraphs or not (found := _RUN_ON.match(paragraphs[0])):
        return paragraphs
    parts = [found["title"], f"{found['date']} {found['source'] or ''}".strip(), found["rest"].strip()]
    return [part for part in parts if part] + paragraphs[1:]


def read_header(paragraphs: list[str]) -> Header:
    """Read the header off the first paragraphs, and the source note off the last one."""
    lines = 0
    title: list[str] = []
    published = issuer = ""
    dated_line = False
    for paragraph in paragraphs[:_SEARCH_LINES]:
        dated = _DATE.search(paragraph)
        if dated and len(paragraph) <= 60 and re.search(r"日期|时间|来源|^[（(]?20\d\d", paragraph):
            published = _iso(dated)
            dated_line = True
        elif title and not issuer and _ISSUER.fullmatch(paragraph):
            issuer = paragraph
        elif (
            dated_line
            or issuer
            or (title and _WHOLE.search(title[-1]))
            or _NO_TITLE.search(paragraph)
            or len(paragraph) > _TITLE_MAX
            or line_marker(paragraph)
        ):
            break
        else:
            title.append(paragraph)
        lines += 1
    tail = paragraphs[-1] if paragraphs and len(paragraphs[-1]) <= 80 else ""
    if not published and (dated := _DATE.search(tail)):
        published = _iso(dated)
    years = [int(y) for y in _YEAR.findall("".join(title))] or _plan_years(paragraphs)
    if not issuer and (found := _ISSUER.search("".join(title))):
        issuer = found[0]
    named = _DOCUMENT.findall("".join(title))
    return Header(
        title="".join(title) if len(title) <= 2 else title[0],
        document=named[-1] if named else _address(paragraphs),
        published=published,
        issuer=issuer,
        year=years[0] if years else (int(published[:4]) if published else None),
        region=_region("".join(title), issuer, tail),
        lines=lines,
    )


def _address(paragraphs: list[str]) -> str:
    """What kind of document its form of address tells: a speech to comrades, a report to deputies."""
    for paragraph in paragraphs[:_SEARCH_LINES]:
        if paragraph.startswith("各位代表"):
            return "工作报告"
        if paragraph.startswith(("同志们", "各位同志")):
            return "讲话"
    return ""


def _region(title: str, issuer: str, tail: str) -> str | None:
    """Whose plan it is: the title says so, else the issuer, else the note at the end; never the text itself."""
    for text in (title, issuer, _SOURCE_LABEL.sub("", tail)):
        if (found := regions.find(text)) is not None:
            return found
        if regions.names_a_place(text) or regions.above(text):
            return None
    return None


def _plan_years(paragraphs: list[str]) -> list[int]:
    """Years that the text plans for: 部署2022年任务, 2022年工作总体要求, 三、2022年重点任务."""
    found = re.findall(
        r"(20\d\d)年(?:[\u4e00-\u9fff]{0,16})(?:总体要求|重点|任务|思路|工作安排|工作要点)",
        "\n".join(paragraphs),
    )
    return sorted({int(year) for year in found}, reverse=True)


def _iso(found: re.Match[str]) -> str:
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""
