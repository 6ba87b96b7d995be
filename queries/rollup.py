"""Figures of plans below set against the figure above that promises the same: added up where that means something.

What resembles a figure without being comparable with it is listed with the reason, never added.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.store import Row
from queries.indicators import ADDITIVE, NEVER_ADDED, Reason, alike, in_unit, incomparable, listed


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
        likeness = [(row, alike(upper["indicator"], row["indicator"])) for row in below]
        parts = tuple(_parts(upper, [(row, score) for row, score in likeness if listed(upper, row, score)]))
        if parts:
            found.append(_rollup(upper, parts))
    return found


def _rollup(upper: Row, parts: tuple[Part, ...]) -> Rollup:
    values = [part.value for part in parts if part.comparable and part.value is not None]
    adds = upper["unit"] not in NEVER_ADDED and upper["comparator"] in ADDITIVE
    total = sum(values) if values and adds else None
    return Rollup(
        upper["id"], upper["measure"], upper["indicator"], upper["comparator"], upper["value"], upper["unit"],
        upper["masked"], upper["text"], upper["start"], total, total / upper["value"] if total and upper["value"] else None, parts,
    )  # fmt: skip


def _parts(upper: Row, candidates: Iterable[tuple[Row, float]]) -> Iterable[Part]:
    counted: set[str] = set()
    for row, score in sorted(candidates, key=lambda c: (c[0]["plan"], -c[1], c[0]["start"])):
        reason = incomparable(upper, row, score)
        if not reason and row["plan"] in counted:
            reason = "repeated"
        if not reason:
            counted.add(row["plan"])
        value, unit = row["value"], row["unit"]
        if not reason and value is not None:
            value, unit = in_unit(value, unit, upper["unit"]), upper["unit"]
        yield Part(
            row["plan"], row["region"], row["id"], row["measure"], row["indicator"], row["comparator"], value, unit,
            row["text"], not reason, reason,
        )  # fmt: skip
