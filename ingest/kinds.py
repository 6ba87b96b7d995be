"""What a passage is: planned work, looking back, the situation, preamble or closing.

A top-level heading decides for all that stands under it; inside a section single paragraphs are told by their own
opening words.
"""

import re
from typing import Final

from graph.model import MeasureKind
from ingest.statements import opens_with_work

_REVIEW: Final = re.compile(
    r"回顾|工作总结|工作成[绩效就]|工作(?:完成|开展)?情况|取得.{0,8}成[绩效就]|主要成[绩效就]|^过去|充分肯定|(?:来|年)的?工作$(?<!重点工作)"
)
_SITUATION: Final = re.compile(
    r"形势|面临的?.{0,6}(?:机遇|挑战|困难|问题)|存在的?.{0,6}(?:问题|不足|短板)|主要问题|困难(?:和|与)?挑战|机遇(?:和|与)?挑战"
)
_PLANNED: Final = re.compile(
    r"工作(?:思路|安排|部署|要点|任务|目标)|重点(?:工作|任务)|主要(?:目标|任务|工作)|总体(?:要求|安排|思路)"
)
_GENERAL: Final = re.compile(
    r"(?:总体|总的|工作)(?:的?要求|的?思路|的?目标)(?:和.{0,8})?是|指导思想(?:和.{0,8})?是|^总体(?:要求|思路)"
)
_ACHIEVED: Final = re.compile(r"成[绩效就]|取得|^过去|充分肯定|形势.{0,4}任务|任务.{0,4}形势")
_OBLIGES: Final = re.compile(r"必须")
_TROUBLE: Final = re.compile(
    r"清醒(?:地)?(?:认识|看到|认清)|存在(?:的)?(?:问题|不足|短板)|困难(?:和|与)?挑战|形势(?:依然)?(?:复杂|严峻)"
)
_CLOSING: Final = re.compile(
    r"^(?:同志们|各位代表|各位同志|让我们|会议(?:最后)?(?:要求|强调|指出|号召))[，,！!：:]?"
)
_NOTE: Final = re.compile(r"^(?:摘自|来源[：:]|作者[：:]|责任编辑|编辑[：:]|（?责编|附件[：:]?|[（(]?此件)")
_BACK: Final = re.compile(r"(?:过去的?一年|一年来|去年以来|去年[，,]|截至(?:去年|上年))")
_PAST_YEAR: Final = re.compile(r"(20\d\d)年(?:以来)?[，,]")
_OWN_YEAR: Final = re.compile(r"(?:今年|20\d\d年)[，,]?")
_AHEAD: Final = re.compile(r"要|将|力争|确保|计划|今年|明年|继续|年底前")
_COMMITS: Final = re.compile(r"^(?:今年|20\d\d年)[，,]?(?:[\u4e00-\u9fff]{0,8})?(?:要|将|计划|力争|确保)")
_CLOSING_TAIL: Final = 3


def section_kind(title: str, year: int) -> MeasureKind:
    """The kind of a top-level section from its heading; planned unless its words say otherwise."""
    if opens_with_work(title) and not _ACHIEVED.search(title):
        return "planned"
    if _SITUATION.search(title):
        return "situation"
    past = re.search(r"(20\d\d)年", title)
    if _REVIEW.search(title) and not (past and int(past[1]) >= year and _PLANNED.search(title)):
        return "review"
    if past and int(past[1]) < year and not _PLANNED.search(title):
        return "review"
    return "planned"


def paragraph_kind(text: str, section: MeasureKind, *, from_end: int) -> MeasureKind:
    """The kind of a paragraph without a number in a section of kind ``section``.

    Args:
        text: the paragraph.
        section: what its section is; ``preamble`` before the first heading.
        from_end: how many paragraphs follow it in the document.
    """
    if _NOTE.match(text):
        return "closing"
    if section == "preamble":
        return "planned" if is_general(text) or _OBLIGES.search(text) else "preamble"
    if from_end < _CLOSING_TAIL and _CLOSING.match(text):
        return "closing"
    if section == "review" and _TROUBLE.search(text[:40]):
        return "situation"
    return section


def sentence_kind(text: str, kind: MeasureKind, year: int) -> MeasureKind:
    """The kind of one sentence in a passage of ``kind``: its own words may look the other way.

    Args:
        text: the sentence, without its number.
        kind: what the passage is.
        year: the year that the plan is for.
    """
    if kind == "planned" and not _AHEAD.search(text):
        past = _PAST_YEAR.match(text)
        if _BACK.match(text) or (past and int(past[1]) < year):
            return "review"
    if kind == "review" and _OWN_YEAR.match(text) and _COMMITS.search(text):
        named = re.match(r"20\d\d", text)
        return "planned" if named is None or int(named[0]) >= year else kind
    return kind


def is_general(text: str) -> bool:
    """Whether a paragraph states the year's general requirements (总体要求, 总的思路)."""
    return bool(_GENERAL.search(text[:60]))
