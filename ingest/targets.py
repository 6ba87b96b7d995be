"""Figures that a clause promises: indicator, comparator, value, unit, base, due date.

A figure is a number, or the mask that replaces it (xx, **, ××), with a unit; also a promise of all (全部) or of none
left (动态清零). A masked figure is kept as masked and never read as a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.markers import chinese_number

_NUMBER: Final = r"(?:\d{1,15}(?:[,，]\d{3}(?!\d)){0,4}(?:\.\d{1,9})?|[xX×*＊]{1,9}(?:\.[xX×*＊]{1,9})?)"
UNITS: Final = (
    "个百分点|个工作日|万平方米|亿平方米|平方公里|平方米|立方米|万立方米|公顷|公里/平方公里|万公里|公里|千米|米(?!范围)|"
    "万套（间）|套（间）|万户（套）|户（套）|万套|套|万户|户|万亿元|亿元|万元|元|万人次|人次|万人|人|名|万吨|吨|"
    "万个|个（次）|个月(?!内)|个(?!半?月|方面|环节|时间节点|阶段|问题)|处|座|项|家|部|台|栋|幢|条|亩|万亩|件|万件|起|所|辆|场|片|万座|万处|万栋|万条|万棵|棵|株|"
    "%|％|‰|分钟(?![\u4e00-\u9fff]{0,6}圈)|小时|天|层|盏|份|次|期|门|间|万间|宗|批次|艘|块|亿条|亿次|亿件|万"
)
_FIGURE: Final = re.compile(
    rf"(?<![\d.,xX×*＊])(?P<low>{_NUMBER})(?:\s*[%％]?[-—–~～至到]{{1,3}}\s*(?P<high>{_NUMBER}))?\s*(?P<about>余|多)?\s*(?P<unit>{UNITS})(?P<after>以上|以下|以内|左右|(?<=小时)内|(?<=分钟)内|(?<=天)内|(?<=个工作日)内)?"
)
_BEFORE: Final = re.compile(
    r"(?P<word>不得低于|不得少于|不低于|不少于|不小于|至少|大于|高于|超过|超|逾|达到|达|不得超过|不得高于|不超过|不高于|低于|控制在|压缩到|提高到|提升到|缩短到|缩短至|减少到|减少至|增加到|增加至|降到|降至|增至|保持在|稳定在|增长|提高|下降|降低|提速|提升|上升|增加|减少|压减|压缩|缩减|缩短|"
    r"力争|确保|完成|保持|(?<![签条合预节公制违契特])约|近|>=|<=|≥|≤|<|>|＞|＜)?\s*$"
)
_AT_LEAST: Final = frozenset(
    {
        "不得低于",
        "不得少于",
        "不低于",
        "不少于",
        "不小于",
        "至少",
        "大于",
        "高于",
        "超过",
        "超",
        "逾",
        "≥",
        ">=",
        ">",
        "＞",
    }
)
_AT_MOST: Final = frozenset(
    {"不得超过", "不得高于", "不超过", "不高于", "低于", "控制在", "≤", "<=", "<", "＜"}
)
_CHANGE: Final = {"增长": "increase", "提高": "increase", "下降": "decrease", "降低": "decrease"}
_CHANGE_OF_SHARE: Final = dict.fromkeys(("提速", "提升", "上升", "增加"), "increase") | dict.fromkeys(
    ("减少", "压减", "压缩", "缩减", "缩短"), "decrease"
)
_SHARES: Final = frozenset({"%", "％", "‰", "个百分点"})
_MASKS: Final = "xX×*＊"
_LONGER: Final = re.compile(r"[长宽高深短]于$")
_EXCEEDS: Final = re.compile(r"(?:大于|小于|高于|低于|超过|不足|不满|>|<|≥|≤|＞|＜)\s*$")
_VERB_END: Final = re.compile(
    r"(?:打造|培育|创建|实施|推进|建成|新建|建设|筹建|开工|停用|封场|完成|改造|选树|评选|新增|启动|开展|建立|设立|提供|竣工|交付|整治|治理|选取|选定)$"
)
_LEADING_VERB: Final = re.compile(r"^(?:新开工|新增|开工|建设|筹集|新建|改造|完成|发放|打造|培育|创建)+")
_HAS: Final = re.compile(r"(?:至少|都|均|各|应)?(?:有|设|配备)$")
_PLACE: Final = re.compile(r"[\u4e00-\u9fffxX×*＊]{1,8}[市县区州盟旗]$")
_BUILDS: Final = re.compile(
    r"(?:建成|新建|建设|完成|改造|打造|创建|培育|新增|开工|筹集|启用|投用|新开工)[\u4e00-\u9fff]{0,4}$"
)
_AT_LEAST_FAR: Final = re.compile(r"(?:至少|不少于)[\u4e00-\u9fff]{1,12}$")
_DUE: Final = re.compile(
    r"(?:\d{4}年|明年|今年|到\d{4}年)?(?:底前|年底前|年末前|年内|\d{1,2}月(?:底|末|\d{1,2}日)?前|[xX*]{1,2}月底前|汛期前|入汛前|全年|上半年|三季度|年底|年前)"
)
_TO: Final = re.compile(r"(?:提高|提升|上升|增加|增长|扩大|下降|降低|减少|压缩|缩短)?(?:到|至)")
_FROM: Final = re.compile(r"[由从][\d.,，]+[%％‰\u4e00-\u9fff]{0,12}$")
# A number written in characters counts only with a unit of things that are built: 三座水厂, not 三年行动 or 两个维护.
_WRITTEN: Final = re.compile(
    r"(?P<low>[二三四五六七八九十两][一二三四五六七八九十百千]{0,4})(?P<unit>座|处|所|家|套|户|公里|万套|万户|亿元|万平方米|条|辆|台)(?P<after>以上|左右)?(?![一二三四五六七八九十])"
)
_YEARS: Final = re.compile(rf"(?P<low>{_NUMBER})\s*(?P<unit>年)(?P<after>以上|以内)?")
_ALL: Final = re.compile(r"全部(?!门)(?=[\u4e00-\u9fff])(?!的|为|由)")
_ZERO: Final = re.compile(r"清零")
_ZERO_LEAD: Final = re.compile(
    r"(?:[，、]|实现|持续|基本|保持|动态|明年|今年|年?底前?|全面|[0-9xX*＊]{2,4}年)+$"
)
_COMMITMENT: Final = re.compile(r"力争|确保")
_BASE: Final = re.compile(
    r"(?:较|比|同比)?(?P<base>[0-9xX*＊]{4}年(?:底|末|度)?|上年(?:同期|底|末)?|去年(?:同期|底|末)?|上一年)(?:同期)?(?:基础上)?"
)
_COMPARED: Final = re.compile(r"(?:较|比)(?:[0-9xX*＊]{2,4}年|上年|去年|同期|上一年)(?:底|末|度)?(?:同期)?$")
_NOT_INDICATOR: Final = re.compile(
    r"^(?:再|要|将|今年|继续|其中|全省|全市|全区|全年|年内|年底前|年底|[0-9xX*＊]{2,4}年(?:底|末)?前?|[0-9xX*＊]{1,2}月(?:底|末|[0-9]{1,2}日)?前|我省|我市|我区|和|及|与|的|并|力争|确保)+"
)
_BREAK: Final = re.compile(r"[，。；：！？（）“”《》\s]|[和及](?=[\dxX*＊])")
_AFTER_BREAK: Final = re.compile(rf"{_BREAK.pattern}|、")
_INDICATOR_MAX: Final = 40
_SHORT_INDICATOR: Final = 4
_NO_NOUN: Final = 2
_BEFORE_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``start`` and ``end`` are offsets in the clause. The other fields are those of graph.model.Target."""

    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool
    start: int
    end: int


def figures(clause: str) -> list[Figure]:
    """All figures of ``clause`` in order.

    >>> [(f.indicator, f.comparator, f.value, f.unit) for f in figures("新开工改造老旧小区1200个以上")]
    [('新开工改造老旧小区', '>=', 1200.0, '个')]
    """
    due = found[0] if (found := _DUE.search(clause)) else ""
    result: list[Figure] = []
    for match in sorted(_candidates(clause), key=lambda m: (m.start(), -m.end())):
        if result and match.start() < result[-1].end:
            continue
        if match.re is _ALL or match.re is _ZERO:
            result.append(_absolute(clause, match, due))
        elif not _is_name(clause, match):
            result.append(_figure(clause, match, due, result))
    return result


def _candidates(clause: str) -> Iterator[re.Match[str]]:
    for pattern in (_FIGURE, _WRITTEN, _YEARS, _ALL, _ZERO):
        yield from pattern.finditer(clause)


def _is_name(clause: str, match: re.Match[str]) -> bool:
    """Whether a number only names something, or is where a change starts from."""
    before = clause[: match.start()]
    if before.endswith(("第", "“", "”")):
        return True
    if match["unit"] == "年":  # a year, unless a duration is bounded: 不少于3年
        return _word(before) not in _AT_LEAST | _AT_MOST
    if match.re is _WRITTEN:
        return not _BUILDS.search(before)
    if match["unit"] == "万" and match["after"] is None:
        return True
    if _describes(before, clause[match.end() :], match["unit"]):
        return True
    return before.endswith(("由", "从")) and _TO.match(clause, match.end()) is not None


def _describes(before: str, after: str, unit: str) -> bool:
    """Whether a figure only says which things are meant: 超过12米的桥梁, 对单跨<12米的建筑, 12万人的镇, 与12亿元的邻省."""
    of_noun = after.startswith("的")
    return bool(
        _LONGER.search(before)
        or (of_noun and (_EXCEEDS.search(before) or unit.endswith("人")))
        or (before.endswith(("<", ">", "＜", "＞")) and re.search(r"(?:^|[，。；])对[^，。；]*$", before))
        or re.search(r"(?:^|[，。；])与[^，。；、]{0,6}$", before)
    )


def _figure(clause: str, match: re.Match[str], due: str, earlier: list[Figure]) -> Figure:
    before = clause[: match.start()]
    word = _word(before)
    groups = match.groupdict()
    low, high = groups["low"], groups.get("high")
    masked = any(end is not None and end[0] in _MASKS for end in (low, high))
    comparator = _comparator(
        word, groups.get("about") or groups["after"], match["unit"], ranged=high is not None
    )
    if comparator == "=" and _AT_LEAST_FAR.search(_BREAK.split(before)[-1]):
        comparator = ">="
    base = _BASE.search(before) if comparator in ("increase", "decrease") else None
    return Figure(
        indicator=_indicator(clause, match, word, earlier),
        comparator=comparator,
        value=None if masked else _number(low),
        value_to=None if masked or high is None else _number(high),
        unit=match["unit"].replace("％", "%"),
        base=base["base"] if base else "",
        due=due,
        commitment=_commitment(before),
        masked=masked,
        start=match.start(),
        end=match.end(),
    )


def _absolute(clause: str, match: re.Match[str], due: str) -> Figure:
    """All of something, or nothing left of it."""
    zero = match.re is _ZERO
    before = clause[: match.start()]
    words = _BREAK.split(_ZERO_LEAD.sub("", before) if zero else before)[-1]
    words = _VERB_END.sub("", _NOT_INDICATOR.sub("", words)).removesuffix("要")[-_INDICATOR_MAX:]
    if len(words) <= _NO_NOUN and not zero:
        words = _AFTER_BREAK.split(clause[match.end() :])[0][:_INDICATOR_MAX]
    return Figure(
        words, "zero" if zero else "all", 0.0 if zero else None, None, "", "", due, _commitment(before),
        masked=False, start=match.start(), end=match.end(),
    )  # fmt: skip


def _word(before: str) -> str | None:
    found = _BEFORE.search(before[-_BEFORE_MAX:])
    return found["word"] if found else None


def _commitment(before: str) -> str:
    return found[-1] if (found := _COMMITMENT.findall(before)) else ""


def _number(printed: str) -> float:
    if printed[0].isdecimal():
        return float(printed.replace(",", "").replace("，", ""))
    return float(chinese_number(printed) or 0)


def _comparator(word: str | None, after: str | None, unit: str, *, ranged: bool) -> str:
    if word in _CHANGE or (word in _CHANGE_OF_SHARE and unit in _SHARES):
        return (_CHANGE | _CHANGE_OF_SHARE)[word]
    if ranged:
        return "range"
    if after in ("以上", "余", "多") or word in _AT_LEAST:
        return ">="
    if after in ("以下", "以内", "内") or word in _AT_MOST:
        return "<="
    return "~" if after == "左右" or word in ("约", "近") else "="


def _indicator(clause: str, match: re.Match[str], word: str | None, earlier: list[Figure]) -> str:
    """What a figure counts: the words before it, or those after it (改造1200个老旧小区).

    A figure that stands beside a verb alone (…，竣工300套), or beside a place (其中甲市300套), counts what the figure
    of the same unit before it counts.
    """
    before = clause[max(0, match.start() - 4 * _INDICATOR_MAX) : match.start()]
    if word:
        before = before.rstrip()[: -len(word)]
    before = _COMPARED.sub("", _FROM.sub("", before))
    words = "" if before.endswith(("、", "和", "及")) else _last_item(_BREAK.split(before)[-1])
    words = _NOT_INDICATOR.sub("", words)[-_INDICATOR_MAX:].rstrip("的各").lstrip("、")
    after = _AFTER_BREAK.split(clause[match.end() : match.end() + _INDICATOR_MAX])[0].removeprefix("的")
    verb = _VERB_END.search(words)
    if after and _HAS.search(words):
        return after
    if after and (verb or len(words) <= _SHORT_INDICATOR):
        return (verb[0] if verb else words) + after
    same = next((f.indicator for f in reversed(earlier) if f.unit == match["unit"] and f.indicator), "")
    same = same.split("（")[0]
    if same and _PLACE.fullmatch(words):
        return f"{same}（{words}）"
    if same and verb and verb[0] == words:
        return words + _LEADING_VERB.sub("", same)
    return words


def _last_item(words: str) -> str:
    """What a list ends with: an item that has a figure of its own parts it from those before (A 3个、B), others do not."""
    items = words.split("、")
    kept = items.pop()
    while items and not re.search(_NUMBER, items[-1]):
        kept = f"{items.pop()}、{kept}"
    return kept
