"""Figures of plans below set against the figure above that promises the same: added up where that means something.

Two figures are of one indicator where their words agree but for order, verbs of completing and words of place
(:data:`SAME`, Dice coefficient of character pairs). What resembles a figure without being comparable with it is
listed with the reason, never added.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from graph.store import Row

Reason = Literal["", "indicator", "stage", "unit", "comparator", "masked", "repeated"]
"""Why a figure is not added: another indicator, another stage of work (开工, 竣工), unit or comparator; no number is
given; or the plan has another figure of the indicator already, of which this one may be a part."""

SAME: Final = 0.75
ALIKE: Final = 0.5
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
_ADDITIVE: Final = frozenset({"=", ">=", "<=", "~"})
_NEVER_ADDED: Final = frozenset(
    {"%", "‰", "个百分点", "个工作日", "个月", "年", "天", "小时", "分钟", "公里/平方公里"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of a plan below; ``value`` in the unit of the figure above where it is comparable, else in its own."""

    plan: str
    region: str
    target: str
    measure: str
    indicator: str
    comparator: str
    value: float | None
    unit: str
    text: str
    comparable: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rollup:
    """A figure of the upper plan and those below it.

    ``total`` is the sum of the comparable parts, None where there is none or where a sum means nothing (shares,
    durations, changes); ``share`` is total by value, None where either is missing.
    """

    target: str
    measure: str
    indicator: str
    comparator: str
    value: float | None
    unit: str
    masked: bool
    text: str
    start: int
    total: float | None
    share: float | None
    parts: tuple[Part, ...]


def rollups(above: Sequence[Row], below: Sequence[Row]) -> list[Rollup]:
    """One for each figure of ``above`` (rows of plan_targets) that any of ``below`` (targets_below) resembles."""
    found = []
    for upper in above:
        likeness = [(row, _alike(upper["indicator"], row["indicator"])) for row in below]
        parts = tuple(_parts(upper, [(row, score) for row, score in likeness if _listed(upper, row, score)]))
        if parts:
            found.append(_rollup(upper, parts))
    return found


def _listed(upper: Row, row: Row, score: float) -> bool:
    """Whether a reader would expect the figure there: the same words, or words that resemble with the same unit."""
    return score >= SAME or (score >= ALIKE and _scale(upper["unit"])[0] == _scale(row["unit"])[0])


def _rollup(upper: Row, parts: tuple[Part, ...]) -> Rollup:
    values = [part.value for part in parts if part.comparable and part.value is not None]
    adds = upper["unit"] not in _NEVER_ADDED and upper["comparator"] in _ADDITIVE
    total = sum(values) if values and adds else None
    return Rollup(
        upper["id"], upper["measure"], upper["indicator"], upper["comparator"], upper["value"], upper["unit"],
        upper["masked"], upper["text"], upper["start"], total, total / upper["value"] if total and upper["value"] else None, parts,
    )  # fmt: skip


def _parts(upper: Row, candidates: Iterable[tuple[Row, float]]) -> Iterable[Part]:
    counted: set[str] = set()
    for row, score in sorted(candidates, key=lambda c: (c[0]["plan"], -c[1], c[0]["start"])):
        reason = _reason(upper, row, score)
        if not reason and row["plan"] in counted:
            reason = "repeated"
        if not reason:
            counted.add(row["plan"])
        value, unit = row["value"], row["unit"]
        if not reason and value is not None:
            value, unit = value * _scale(unit)[1] / _scale(upper["unit"])[1], upper["unit"]
        yield Part(
            row["plan"], row["region"], row["id"], row["measure"], row["indicator"], row["comparator"], value, unit,
            row["text"], not reason, reason,
        )  # fmt: skip


def _reason(upper: Row, row: Row, score: float) -> Reason:
    if score < SAME:
        return "indicator"
    if _stage(upper["indicator"]) != _stage(row["indicator"]):
        return "stage"
    if _scale(upper["unit"])[0] != _scale(row["unit"])[0]:
        return "unit"
    if (upper["comparator"] in _ADDITIVE) != (row["comparator"] in _ADDITIVE) or (
        upper["comparator"] not in _ADDITIVE and upper["comparator"] != row["comparator"]
    ):
        return "comparator"
    if row["masked"] or (row["value"] is None and row["comparator"] != "all"):
        return "masked"
    return ""


def _stage(indicator: str) -> str:
    return next((name for name, pattern in _STAGES if pattern.search(indicator)), "")


def _scale(unit: str) -> tuple[str, float]:
    """The unit without its 万 or 亿, and how much those make."""
    scale = 1.0
    while unit and unit[0] in _SCALES and len(unit) > 1:
        scale *= _SCALES[unit[0]]
        unit = unit[1:]
    return unit, scale


def _alike(left: str, right: str) -> float:
    """Dice coefficient of the character pairs of two indicators, without filling words; from 0 to 1."""
    one, two = (_pairs(_FILLING.sub("", text)) for text in (left, right))
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
