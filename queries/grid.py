"""A coverage matrix for people to read: only some of its plans, added up, or one column a province."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graph.errors import InputError
from graph.store import Store
from queries.answers import Cell, Matrix
from queries.near import no_region
from queries.registry import run
from queries.statuses import task_status

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Regions:
    """Which region stands above which; ``names`` and ``above`` are by id."""

    names: Mapping[str, str]
    above: Mapping[str, str | None]

    def line(self, region: str) -> list[str]:
        """``region`` and those above it, without the nation, from below."""
        line: list[str] = []
        here: str | None = region
        while here is not None and self.above.get(here) is not None and here not in line:
            line.append(here)
            here = self.above[here]
        return line

    def find(self, text: str) -> str:
        """The id of the region whose id or name ``text`` is.

        Raises:
            NotFoundError: there is none; the remedy names those nearest to it.
            InputError: several have this name.
        """
        if text in self.names:
            return text
        found = sorted(id_ for id_, name in self.names.items() if name == text)
        if len(found) > 1:
            raise InputError(
                f"several regions are called {text!r}", remedy=f"Give one by its id: {', '.join(found)}."
            )
        if not found:
            raise no_region(text, self.names)
        return found[0]

    def top(self, region: str) -> str:
        """The region right below the nation that ``region`` is, or is part of; the nation for the nation."""
        line = self.line(region)
        return line[-1] if line else region


@dataclass(frozen=True, slots=True)
class Totals:
    """A matrix added up; measures are counted once for each plan."""

    plans: int
    priorities: int
    covered: int
    partial: int
    gaps: int
    not_applicable: int


@dataclass(frozen=True, slots=True)
class Column:
    """What some plans make of every upper task; ``cells`` in the matrix's order of tasks."""

    id: str
    name: str
    plans: int
    cells: tuple[Cell, ...]


def regions(store: Store) -> Regions:
    """All regions of the graph."""
    rows = run(store, "regions")
    return Regions({r["id"]: r["name"] for r in rows}, {r["id"]: r["parent"] for r in rows})


def narrow(
    matrix: Matrix, known: Regions, *, level: str = "", region: str = "", year: int | None = None
) -> Matrix:
    """``matrix`` with the plans of a level, of a region (its id or name) and all below it, of a year.

    Raises NotFoundError and InputError as :meth:`Regions.find`.
    """
    region = known.find(region) if region else ""
    kept = [
        number
        for number, p in enumerate(matrix.plans)
        if level in ("", p["level"])
        and (not region or region in known.line(p["region"]))
        and year in (None, p["year"])
    ]
    return replace(
        matrix, plans=_chosen(matrix.plans, kept), cells=tuple(_chosen(line, kept) for line in matrix.cells)
    )


def totals(matrix: Matrix) -> Totals:
    """How many measures of all plans of ``matrix`` have each status."""
    cells = [cell for line in matrix.cells for cell in line]
    return Totals(
        len(matrix.plans), len(matrix.tasks), sum(c.covered for c in cells), sum(c.partial for c in cells),
        sum(c.gaps for c in cells), sum(c.not_applicable for c in cells),
    )  # fmt: skip


def by_plan(matrix: Matrix) -> list[Column]:
    """One column a plan."""
    return [
        Column(p["id"], p["name"], 1, tuple(line[number] for line in matrix.cells))
        for number, p in enumerate(matrix.plans)
    ]


def by_province(matrix: Matrix, known: Regions) -> list[Column]:
    """One column for each region right below the nation, with the plans of all that is part of it, in order of ids."""
    groups: dict[str, list[int]] = {}
    for number, p in enumerate(matrix.plans):
        groups.setdefault(known.top(p["region"]), []).append(number)
    return [
        Column(
            id_, known.names.get(id_, id_), len(kept),
            tuple(_together(id_, _chosen(line, kept)) for line in matrix.cells),
        )
        for id_, kept in sorted(groups.items())
    ]  # fmt: skip


def _together(id_: str, cells: Iterable[Cell]) -> Cell:
    """Cells of one task as one: the status is that of all measures of all plans."""
    found = list(cells)
    covered, partial = sum(c.covered for c in found), sum(c.partial for c in found)
    measures = sum(c.measures for c in found)
    status, share = task_status(covered, partial, measures)
    absent = sum(c.not_applicable for c in found)
    return Cell(found[0].task, id_, status, share, covered, partial, measures, absent)


def _chosen(items: Sequence[T], kept: Sequence[int]) -> tuple[T, ...]:
    return tuple(items[number] for number in kept)
