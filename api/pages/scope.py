"""The filters that most pages share: which upper plan, which plans below it, and what counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

from api.pages.kept import Kept, KeptDep
from api.pages.page import ViewDep, asked
from graph.errors import NotFoundError
from graph.store import Row
from queries import grid
from queries.answers import Matrix
from review import View


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page is about; the filters are those of its address.

    Attributes:
        upper: the upper plan's row, None where no plan is linked to any.
        uppers: all plans that others are linked to.
        plans: those linked to ``upper``, before the filters.
        year: empty for every year.
    """

    upper: Row | None
    uppers: Sequence[Row]
    plans: Sequence[Row]
    level: str
    region: str
    year: str
    view: View

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters that choose plans, as parameters of the API's matrix; only those that are set."""
        found = {"level": self.level, "region": self.region, "year": self.year}
        return {k: v for k, v in found.items() if v}

    @property
    def counted(self) -> dict[str, Any]:
        """The upper plan and what counts, as parameters of the API; without what is the default."""
        return ({"upper": self.upper["id"]} if self.upper else {}) | asked(self.view)

    @property
    def query(self) -> dict[str, Any]:
        """All of it as parameters, for links to other pages."""
        return self.counted | self.narrowed

    def matrix(self, kept: Kept) -> Matrix:
        """Coverage of the upper plan by the chosen plans."""
        assert self.upper is not None
        whole = kept.matrix(self.upper["id"], self.view)
        year = int(self.year) if self.year else None
        return grid.narrow(whole, kept.regions(), level=self.level, region=self.region, year=year)

    @property
    def levels(self) -> list[str]:
        """The levels of the plans linked to the upper plan, the highest first."""
        return list(dict.fromkeys(p["level"] for p in self.plans))

    @property
    def years(self) -> list[int]:
        """Their years, the latest first."""
        return sorted({p["year"] for p in self.plans}, reverse=True)

    def passes(self, plan: Row, known: grid.Regions) -> bool:
        """Whether the filters let ``plan`` through."""
        return (
            self.level in ("", plan["level"])
            and (not self.region or self.region in (plan["region"], *known.line(plan["region"])))
            and self.year in ("", str(plan["year"]))
        )

    def region_choices(self, known: grid.Regions) -> list[tuple[str, str]]:
        """The regions that have plans, and those above them, by id and name."""
        ids = {r for p in self.plans for r in known.line(p["region"])}
        return [(id_, known.names.get(id_, id_)) for id_ in sorted(ids)]

    @property
    def upper_choices(self) -> list[tuple[str, str]]:
        """The upper plans by id and name."""
        return [(p["id"], f"{p['name']} {p['year']}（{p['id']}）") for p in self.uppers]


def linked_to(kept: Kept) -> list[Row]:
    """The plans that others are linked to."""
    ids = {upper for _, upper in kept.state.runs}
    return [p for p in kept.plans() if p["id"] in ids]


def first(uppers: Sequence[Row]) -> Row:
    """The one that pages are about where the address names none: the nation's latest."""
    national = [p for p in uppers if p["level"] == "national"]
    return max(national or uppers, key=lambda p: p["year"])


def _scope(
    kept: KeptDep,
    view: ViewDep,
    upper: Annotated[str, Query()] = "",
    level: Annotated[str, Query()] = "",
    region: Annotated[str, Query()] = "",
    year: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
) -> Scope:
    plans = kept.plans()
    uppers = linked_to(kept)
    if not uppers:
        return Scope(None, [], [], level, region, year, view)
    chosen = next((p for p in uppers if p["id"] == upper), None)
    if chosen is None and upper:
        raise NotFoundError(
            f"no plan is linked to {upper!r}",
            remedy=f"There are links to: {', '.join(p['id'] for p in uppers)}.",
        )
    chosen = chosen or first(uppers)
    linked = set(kept.state.below(chosen["id"]))
    return Scope(chosen, uppers, [p for p in plans if p["id"] in linked], level, region, year, view)


ScopeDep = Annotated[Scope, Depends(_scope)]
