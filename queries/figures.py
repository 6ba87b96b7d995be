"""A local figure beside the upper figure of the same indicator: does it meet it, fall below, or carry a part of it?

Shares, durations, changes and what is asked of each place (每个县, 人均) are compared directly. An amount of a plan
below is a part of the upper plan's total, of which only the share can be told.

The two sides are linked already, so an indicator also counts as the same where one holds all the other's words, ends
as it does, and the unit is the same: 供水漏损率, 城市公共供水管网漏损率.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from graph.store import Row
from queries.indicators import (
    DURATIONS,
    NEVER_ADDED,
    SAME,
    SHARES,
    Reason,
    alike,
    held,
    in_unit,
    incomparable,
    listed,
    same_unit,
)  # fmt: skip

Verdict = Literal["meets", "below", "part", "not_comparable"]
PairReason = Reason | Literal["base", "direction", "each"]
"""Besides those of sums: changes from different bases; the text does not say whether more or less is better; one
figure is for each place, the other a total."""

_CHANGES: Final = frozenset({"increase", "decrease"})
_SHORT: Final = DURATIONS - {"年", "个月"}
_LESS: Final = re.compile(r"漏损|空置|投诉|渗漏|事故|死亡|伤亡|能耗|排放|逾期|违法|用时|耗时|时限|时间")
_MORE: Final = re.compile(r"达标|完成|整改|治理|处置|处理|消除|利用|化解|办结|交付率|整治")
_FRACTION: Final = re.compile(r"人均|户均|平均|密度")
_EACH: Final = r"(?:每|人均|户均|平均)[^，。；、]{0,12}"
_WHOLE: Final = 100.0
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure and the measure that promises it; the fields are those of :class:`graph.model.Target`."""

    measure: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    masked: bool
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two figures of one indicator.

    ``share`` is what part of the upper amount the local one makes, None unless the verdict is ``part``; ``reason`` says
    why they are not comparable, empty where they are.
    """

    indicator: str
    upper: Promise
    local: Promise
    verdict: Verdict
    share: float | None
    reason: PairReason


def compared(above: Sequence[Row], local: Sequence[Row]) -> list[Compared]:
    """The figures of ``above``, each beside those of ``local`` that resemble it, most alike first.

    Args:
        above: figures of the upper side, with the columns of plan_targets that Promise and the words need.
        local: those of the local side.
    """
    found = []
    for upper in above:
        likeness = [(row, _likeness(upper, row)) for row in local]
        shown = [(row, score) for row, score in likeness if listed(upper, row, score)]
        taken = False
        for row, score in sorted(shown, key=lambda pair: -pair[1]):
            verdict, share, reason = _verdict(upper, row, score)
            if not reason and taken:
                verdict, share, reason = "not_comparable", None, "repeated"
            taken = taken or not reason
            found.append(Compared(upper["indicator"], _promise(upper), _promise(row), verdict, share, reason))
    return found


def _likeness(upper: Row, row: Row) -> float:
    score = alike(upper["indicator"], row["indicator"])
    if score < SAME and same_unit(upper, row) and held(upper["indicator"], row["indicator"]):
        return SAME
    return score


def _promise(row: Row) -> Promise:
    return Promise(
        row["measure"], row["indicator"], row["comparator"], row["value"], row["value_to"], row["unit"], row["base"],
        row["masked"], row["text"],
    )  # fmt: skip


def _verdict(upper: Row, local: Row, score: float) -> tuple[Verdict, float | None, PairReason]:
    one, two = _bounded(upper, local), _bounded(local, upper)
    reason: PairReason = incomparable(one, two, score) or _unlike(one, two)
    if reason:
        return "not_comparable", None, reason
    if one["comparator"] == "all":
        return "meets", None, ""
    value = in_unit(two["value"], two["unit"], one["unit"])
    if not _direct(one):
        if not one["value"]:
            return ("meets" if value == one["value"] else "below"), None, ""
        return "part", value / one["value"], ""
    met = _met(one, two, value)
    if met is None:
        return "not_comparable", None, "direction"
    return ("meets" if met else "below"), None, ""


def _bounded(row: Row, other: Row) -> Row:
    """``row`` with all, none and a range as plain numbers, where the other figure is one too."""
    if row["comparator"] == "all" and other["unit"] in SHARES:
        return row | {"comparator": ">=", "value": _WHOLE, "unit": "%"}
    if row["comparator"] == "zero":
        return row | {"comparator": "<=", "value": 0.0, "unit": other["unit"]}
    return row | {"comparator": "="} if row["comparator"] == "range" else row


def _unlike(upper: Row, local: Row) -> PairReason:
    """What speaks against comparing two figures of one indicator, stage and unit."""
    if upper["masked"] or (upper["value"] is None and upper["comparator"] != "all"):
        return "masked"
    if {upper["comparator"], local["comparator"]} == {">=", "<="}:
        return "comparator"
    if upper["comparator"] in _CHANGES and upper["base"] and local["base"] and upper["base"] != local["base"]:
        return "base"
    return "each" if _each(upper) != _each(local) else ""


def _direct(row: Row) -> bool:
    return row["unit"] in NEVER_ADDED or _each(row)


def _each(row: Row) -> bool:
    """Whether a figure is for each of many, not a total; of shares and durations the question is idle."""
    if row["unit"] in NEVER_ADDED:
        return False
    return bool(
        _FRACTION.search(row["indicator"]) or re.search(_EACH + re.escape(row["text"]), row["measure_text"])
    )


def _met(upper: Row, local: Row, value: float) -> bool | None:
    """Whether ``value``, the local figure in the upper unit, is as good as asked; None where that cannot be told."""
    wanted = upper["value"]
    highest = value if local["value_to"] is None else in_unit(local["value_to"], local["unit"], upper["unit"])
    if upper["value_to"] is not None:
        return None if highest > upper["value_to"] + _ROUNDING else bool(value >= wanted - _ROUNDING)
    more = _more_is_better(upper, local)
    if more is None:
        return True if value == highest == wanted else None
    return bool(value >= wanted - _ROUNDING if more else highest <= wanted + _ROUNDING)


def _more_is_better(upper: Row, local: Row) -> bool | None:
    comparators = {upper["comparator"], local["comparator"]}
    if comparators & (_CHANGES | {">="}):
        return True
    less = upper["unit"] in _SHORT or (
        _LESS.search(upper["indicator"]) and not _MORE.search(upper["indicator"])
    )
    if "<=" in comparators or less:
        return False
    return None if upper["unit"] in DURATIONS else True
