"""Whether two figures promise the same thing, and why not.

Two figures are of one indicator where their words agree but for order, verbs of completing and words of place
(:data:`SAME`, Dice coefficient of character pairs). Figures are rows with the columns of plan_targets.
"""

import re
from typing import Final, Literal

from graph.store import Row
from queries.marks import common

Reason = Literal["", "indicator", "stage", "unit", "comparator", "masked", "repeated"]
"""Why a figure is not added: another indicator, another stage of work (开工, 竣工), unit or comparator; no number is
given; or the plan has another figure of the indicator already, of which this one may be a part."""

SAME: Final = 0.75
ALIKE: Final = 0.5
ADDITIVE: Final = frozenset({"=", ">=", "<=", "~"})
SHARES: Final = frozenset({"%", "‰", "个百分点"})
DURATIONS: Final = frozenset({"个工作日", "个月", "年", "天", "小时", "分钟"})
NEVER_ADDED: Final = SHARES | DURATIONS | {"公里/平方公里"}
_STAGES: Final = (
    ("开工", re.compile(r"新?开工|启动")),
    ("竣工", re.compile(r"竣工|建成|交付|完工|投用")),
    ("筹集", re.compile(r"筹集|筹建")),
    ("补贴", re.compile(r"补贴")),
)
_FILLING: Final = re.compile(
    r"全[省市区县]|我[省市区]|城镇|全年|年内|计划|力争|继续|完成|实施|推进|新增|新建|建设|各类|的|（[^）]*）|新?开工|启动|竣工|建成|交付"
)
_SCALES: Final = {"万": 1e4, "亿": 1e8}
_END: Final = 2


def alike(left: str, right: str) -> float:
    """Dice coefficient of the character pairs of two indicators, without filling words; from 0 to 1."""
    one, two = _pairs(left), _pairs(right)
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def held(left: str, right: str) -> bool:
    """Whether the longer indicator holds all words of the shorter one and ends as it does."""
    shorter, longer = sorted((_FILLING.sub("", left), _FILLING.sub("", right)), key=len)
    found = sum(end - start for start, end in common(shorter, longer)[0])
    return len(shorter) > _END and shorter[-_END:] == longer[-_END:] and found == len(shorter)


def listed(upper: Row, row: Row, score: float) -> bool:
    """Whether a reader would expect the figure there: the same words, or words that resemble with the same unit."""
    return score >= SAME or (score >= ALIKE and same_unit(upper, row))


def same_unit(upper: Row, row: Row) -> bool:
    """Whether two units are one but for 万 and 亿."""
    return _scale(upper["unit"])[0] == _scale(row["unit"])[0]


def incomparable(upper: Row, row: Row, score: float) -> Reason:
    """Why ``row`` is not comparable with ``upper``, empty where it is; ``score`` is how alike their indicators are."""
    if score < SAME:
        return "indicator"
    if _stage(upper["indicator"]) != _stage(row["indicator"]):
        return "stage"
    if not same_unit(upper, row):
        return "unit"
    if (upper["comparator"] in ADDITIVE) != (row["comparator"] in ADDITIVE) or (
        upper["comparator"] not in ADDITIVE and upper["comparator"] != row["comparator"]
    ):
        return "comparator"
    if row["masked"] or (row["value"] is None and row["comparator"] != "all"):
        return "masked"
    return ""


def in_unit(value: float, unit: str, wanted: str) -> float:
    """``value`` of ``unit`` in the unit ``wanted``, which is the same but for 万 and 亿."""
    return value * _scale(unit)[1] / _scale(wanted)[1]


def _stage(indicator: str) -> str:
    return next((name for name, pattern in _STAGES if pattern.search(indicator)), "")


def _scale(unit: str) -> tuple[str, float]:
    """The unit without its 万 or 亿, and how much those make."""
    scale = 1.0
    while unit and unit[0] in _SCALES and len(unit) > 1:
        scale *= _SCALES[unit[0]]
        unit = unit[1:]
    return unit, scale


def _pairs(indicator: str) -> set[str]:
    text = _FILLING.sub("", indicator)
    return {text[i : i + 2] for i in range(len(text) - 1)}
