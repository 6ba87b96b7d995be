"""Which links a page of review is about: the filters of its address, and the same as parameters of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

from fastapi import Depends, Query

from api.pages.kept import Kept, KeptDep
from api.pages.page import plan_names
from graph.store import Row
from queries.review import Filter, Finding, Item, LinkKind, Order

EVERY: Final = "all"
"""In the address: all plans, or all states."""
MANY: Final = 4
"""Pairs of plans above which the queue begins with one plan."""
FINDINGS: Final = ("proposed", "suspect", "accepted", "rejected")
Share = Annotated[float, Query(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and the plans that there are to choose from.

    Attributes:
        plan: a local plan; empty: all.
        kind: empty: evidence between measures, and links of tasks.
    """

    kept: Kept
    plans: Sequence[Row]
    pairs: frozenset[tuple[str, str]]
    plan: str
    upper: str
    finding: Finding | None
    kind: LinkKind | Literal[""]
    least: float
    most: float
    order: Order
    text: str
    deciding: bool

    @property
    def is_large(self) -> bool:
        """Whether all plans at once take a while."""
        return len(self.pairs) > MANY

    @property
    def filter(self) -> Filter:
        """The same, as queries take it."""
        kinds: tuple[LinkKind, ...] = (self.kind,) if self.kind else Filter().kinds
        return Filter(
            plan=self.plan, upper=self.upper, kinds=kinds, finding=self.finding, least=self.least, most=self.most,
            text=self.text, deciding=self.deciding,
        )  # fmt: skip

    @property
    def _narrowed(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "upper": self.upper, "text": self.text, "order": "" if self.order == "uncertain" else self.order,
            "deciding": "true" if self.deciding else "", "least": f"{self.least:g}" if self.least else "",
            "most": f"{self.most:g}" if self.most < 1 else "",
        }  # fmt: skip
        return {k: v for k, v in found.items() if v}

    @property
    def query(self) -> dict[str, Any]:
        """For links to the same queue."""
        kind = {"kind": self.kind} if self.kind else {}
        return {"plan": self.plan or EVERY, "finding": self.finding or EVERY} | kind | self._narrowed

    @property
    def api(self) -> dict[str, Any]:
        """For ``/api/v1/reviews``."""
        own = {"plan": self.plan, "finding": self.finding, "kinds": self.kind}
        return {k: v for k, v in own.items() if v} | self._narrowed

    @property
    def names(self) -> dict[str, str]:
        """Plans as they are called, by id."""
        return plan_names(self.plans)

    @property
    def plan_choices(self) -> list[tuple[str, str]]:
        """The plans that are linked to one above."""
        below = {p for p, _ in self.pairs}
        return [(id_, name) for id_, name in self.names.items() if id_ in below]

    @property
    def upper_choices(self) -> list[tuple[str, str]]:
        """The plans above the chosen one, or above any."""
        above = {u for p, u in self.pairs if self.plan in ("", p)}
        return [(id_, name) for id_, name in self.names.items() if id_ in above]

    def items(self) -> list[Item]:
        """The queue as it is now, whatever this request has written."""
        return self.kept.anew().queue(self.filter, self.order)


def _asked(
    kept: KeptDep,
    plan: Annotated[str, Query(max_length=200)] = "",
    upper: Annotated[str, Query(max_length=200)] = "",
    finding: Annotated[Finding | Literal["all"], Query()] = "proposed",
    kind: Annotated[LinkKind | Literal[""], Query()] = "",
    least: Share = 0.0,
    most: Share = 1.0,
    order: Annotated[Order, Query()] = "uncertain",
    text: Annotated[str, Query(max_length=200)] = "",
    deciding: Annotated[bool, Query()] = False,
) -> Asked:
    plans = kept.plans()
    pairs = frozenset(kept.state.runs)
    if not plan and len(pairs) > MANY:
        below = {p for p, _ in pairs}
        plan = next((p["id"] for p in plans if p["id"] in below), "")
    return Asked(
        kept, plans, pairs, "" if plan == EVERY else plan, upper, None if finding == EVERY else finding, kind,
        min(least, most), max(least, most), order, text.strip(), deciding,
    )  # fmt: skip


AskedDep = Annotated[Asked, Depends(_asked)]
ORDERS: Final = get_args(Order)
KINDS: Final = get_args(LinkKind)
