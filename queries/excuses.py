"""What people decided on whether plans have to carry upper measures, read once for all plans."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from graph.store import Row, Store
from queries.order import natural
from queries.registry import run
from review.rules import Excused, excused, today

RULED: Final = {"not_applicable": "ruled", "delegated": "delegated", "deferred": "deferred"}
"""The reasons of measures that a person excused the plan from, by the verdict."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """What a person decided on whether a plan has to carry an upper measure; fields as in :class:`graph.model.Decision`.

    ``stands`` is ``valid`` where it counts; ``suspect``: the measure's words have changed since (they were ``seen``);
    ``expired``; ``due``: it was deferred until now; ``closed``: the measure is gone.
    """

    decision: str
    measure: str
    plan: str
    verdict: str
    to: str
    expires: str
    reviewer: str
    note: str
    at: str
    seen: str
    text: str | None
    stands: Excused


class Excuses:
    """All decisions of this kind that stand in the log, on measures of ``upper`` (all by default)."""

    def __init__(self, store: Store, upper: str = "") -> None:
        self._day: date = today()
        self._rows = sorted(run(store, "excuses", upper=upper), key=_place)
        self._of: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._of[row["plan"]].append(row)

    def all(self, years: dict[str, int] | None = None) -> list[Excuse]:
        """Each of them, in the upper plan's order.

        Args:
            years: of the plans that they are about; for a plan that is not among them nothing deferred is ever due.
        """
        return [self._excuse(row, (years or {}).get(row["plan"])) for row in self._rows]

    def of(self, plan: str, year: int) -> dict[str, Excuse]:
        """What stands for ``plan``, which is for ``year``, by measure, in the upper plan's order.

        Where one decision is about this plan and another about every plan, it is the one about this plan.
        """
        chosen: dict[str, Row] = {}
        for row in (*self._of.get("", ()), *self._of.get(plan, ())):
            if row["verdict"] != "none":
                chosen[row["measure"]] = row
        return {r["measure"]: self._excuse(r, year) for r in sorted(chosen.values(), key=_place)}

    def _excuse(self, r: Row, year: int | None) -> Excuse:
        return Excuse(
            r["id"], r["measure"], r["plan"], r["verdict"], r["to"], r["expires"], r["reviewer"], r["note"], r["at"],
            r["seen"], r["text"], excused(r, r["stamp"], year, self._day),
        )  # fmt: skip


def _place(row: Row) -> tuple[Any, ...]:
    return row["start"] is None, row["start"] or 0, natural(row["measure"]), bool(row["plan"]), row["plan"]
