"""Figures that a clause promises: indicator, comparator, value, unit, due date.

A figure is a number, or the mask that replaces it (xx, **, ××), with a unit. A masked figure is kept as masked
and never read as a number.
"""

import re
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = r"(?:\d{1,15}(?:[,，]\d{3}(?!\d)){0,4}(?:\.\d{1,9})?|[xX×*＊]{1,9}(?:\.[xX×*＊]{1,9})?)"
UNITS: Final = (
    "个百分点|个工作日|万平方米|亿平方米|平方公里|平方米|立方米|万立方米|公顷|公里/平方公里|万公里|公里|千米|米(?!范围)|"
    "万套（间）|套（间）|万户（套）|户（套）|万套|套|万户|户|万亿元|亿元|万元|元|万人次|人次|万人|人|名|万吨|吨|"
    "万个|个（次）|个月(?!内)|个(?!半?月|方面|环节)|处|座|项|家|部|台|栋|幢|条|亩|万亩|件|万件|起|所|辆|场|片|万座|万处|万栋|万条|万棵|棵|株|"
    "%|％|‰|分钟|小时|天|层|盏|份|次|期|门|间|万间|宗|批次|艘|块|亿条|亿次|亿件|万"
)
_FIGURE: Final = re.compile(
    rf"(?<![\d.,xX×*＊])(?P<low>{_NUMBER})(?:\s*[%％]?[-—–~～至到]{{1,3}}\s*(?P<high>{_NUMBER}))?\s*(?P<about>余|多)?\s*(?P<unit>{UNITS})(?P<after>以上|以下|以内|左右|(?<=小时)内|(?<=分钟)内|(?<=天)内|(?<=个工作日)内)?"
)
_BEFORE: Final = re.compile(
    r"(?P<word>不得低于|不得少于|不低于|不少于|不小于|至少|大于|高于|超过|超|逾|达到|达|不得超过|不得高于|不超过|不高于|低于|控制在|压缩到|提高到|提升到|缩短到|缩短至|减少到|减少至|增加到|增加至|降到|降至|增至|保持在|稳定在|增长|提高|下降|降低|"
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
_DUE: Final = re.compile(
    r"(?:\d{4}年|明年|今年|到\d{4}年)?(?:底前|年底前|年末前|年内|\d{1,2}月(?:底|末|\d{1,2}日)?前|[xX*]{1,2}月底前|汛期前|入汛前|全年|上半年|三季度|年底|年前)"
)
_TO: Final = re.compile(r"(?:提高|提升|上升|增加|增长|扩大|下降|降低|减少|压缩|缩短)?(?:到|至)")
_FROM: Final = re.compile(r"[由从][\d.,，]+[%％‰\u4e00-\u9fff]{0,12}$")
_COMPARED: Final = re.compile(r"(?:较|比)(?:[0-9xX*＊]{2,4}年|上年|去年|同期|上一年)(?:底|末|度)?(?:同期)?$")
_NOT_INDICATOR: Final = re.compile(
    r"^(?:再|要|将|其中|全省|全市|全区|全年|年内|年底前|年底|[0-9xX*＊]{2,4}年(?:底|末)?前?|[0-9xX*＊]{1,2}月(?:底|末|[0-9]{1,2}日)?前|我省|我市|我区|和|及|与|的|并|力争|确保)+"
)
_BREAK: Final = re.compile(r"[，。；：！？（）“”《》\s]|[和及](?=[\dxX*＊])")
_AFTER_BREAK: Final = re.compile(rf"{_BREAK.pattern}|、")
_INDICATOR_MAX: Final = 40
_BEFORE_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``start`` and ``end`` are offsets in the clause that it was read from."""

    indicator: str
    comparator: str
    value: float | None
    unit: str
    due: str
    masked: bool
    start: int
    end: int


def figures(clause: str) -> list[Figure]:
    """All figures of ``clause`` in order.

    ``comparator`` is one of ``=``, ``>=``, ``<=``, ``~`` (左右), ``range`` (``value`` is its lower end),
    ``increase`` and ``decrease``.

    >>> [(f.indicator, f.comparator, f.value, f.unit) for f in figures("新开工改造老旧小区1200个以上")]
    [('新开工改造老旧小区', '>=', 1200.0, '个')]
    """
    due = found[0] if (found := _DUE.search(clause)) else ""
    result = []
    for match in _FIGURE.finditer(clause):
        if match["unit"] == "万" and match["after"] is None:
            continue
        before = clause[: match.start()]
        if before.endswith(("第", "“", "”")):
            continue
        if before.endswith(("由", "从")) and _TO.match(clause, match.end()):
            continue
        found_word = _BEFORE.search(before[-_BEFORE_MAX:])
        word = found_word["word"] if found_word else None
        masked = not all(end is None or end[0].isdecimal() for end in match.group("low", "high"))
        result.append(
            Figure(
                indicator=_indicator(clause, match, word),
                comparator=_comparator(
                    word, match["about"] or match["after"], ranged=match["high"] is not None
                ),
                value=None if masked else float(match["low"].replace(",", "").replace("，", "")),
                unit=match["unit"].replace("％", "%"),
                due=due,
                masked=masked,
                start=match.start(),
                end=match.end(),
            )
        )
    return result


def _comparator(word: str | None, after: str | None, *, ranged: bool) -> str:
    if word in _CHANGE:
        return _CHANGE[word]
    if ranged:
        return "range"
    if after in ("以上", "余", "多") or word in _AT_LEAST:
        return ">="
    if after in ("以下", "以内", "内") or word in _AT_MOST:
        return "<="
    return "~" if after == "左右" or word in ("约", "近") else "="


def _indicator(clause: str, match: re.Match[str], word: str | None) -> str:
    """The words before the figure; where there are none (改造 1200 个老旧小区), those after it."""
    before = clause[max(0, match.start() - 4 * _INDICATOR_MAX) : match.start()]
    if word:
        before = before.rstrip()[: -len(word)]
    before = _COMPARED.sub("", _FROM.sub("", before))
    words = _NOT_INDICATOR.sub("", _last_item(_BREAK.split(before)[-1]))[-_INDICATOR_MAX:]
    words = words.rstrip("的各")
    after = _AFTER_BREAK.split(clause[match.end() : match.end() + _INDICATOR_MAX])[0][:_INDICATOR_MAX]
    return words + after.removeprefix("的") if len(words) <= 4 else words


def _last_item(words: str) -> str:
    """What a list ends with: an item that has a figure of its own parts it from those before (A 3个、B), others do not."""
    items = words.split("、")
    kept = items.pop()
    while items and not re.search(_NUMBER, items[-1]):
        kept = f"{items.pop()}、{kept}"
    return kept
