"""Two plans side by side: two regions, or two years of one, against the same upper plan; and what changed in the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from api.pages.kept import Kept, KeptDep
from api.pages.page import Figure, Page, PageDep, ViewDep, asked, plan_names
from api.pages.plan_text import shown
from graph.errors import NotFoundError
from graph.store import Row
from policygraph.diff import Change, Diff, diff
from policygraph.export.pages import Table
from policygraph.words import SYMBOLS
from queries.answers import Coverage, Evidence, MeasureCoverage, TaskCoverage
from queries.marks import pieces
from review import View

router = APIRouter()

COUNTS: Final = ("covered", "partial", "gaps", "not_applicable")
_CARRIES: Final = ("covered", "partial")
Pieces = list[tuple[str, bool]]
Marked = tuple[Change, Pieces, Pieces]


@dataclass(frozen=True, slots=True)
class Both:
    """One upper measure in both plans, with the evidence that carries it."""

    measures: tuple[MeasureCoverage, MeasureCoverage]
    evidence: tuple[list[Evidence], list[Evidence]]


@dataclass(frozen=True, slots=True)
class Priority:
    """One upper task in both plans; ``carrying`` says which of the two carry it, ``measures`` are those to be shown."""

    tasks: tuple[TaskCoverage, TaskCoverage]
    carrying: tuple[bool, bool]
    measures: list[Both]


@router.get("/compare")
def compare(
    page: PageDep,
    kept: KeptDep,
    view: ViewDep,
    before: Annotated[str, Query()] = "",
    after: Annotated[str, Query()] = "",
    upper: Annotated[str, Query()] = "",
    every: Annotated[str, Query(alias="show", pattern="^(all)?$")] = "",
) -> Response:
    """By default two years of one region where there are any, else the first two plans."""
    plans = kept.plans()
    pairs = kept.state.runs
    linked = [p for p in plans if any(p["id"] == plan for plan, _ in pairs)]
    if len(linked) < 2:
        return page.render("empty.html" if not linked else "compare_two.html", plans=plans)
    first, second = _two(linked)
    one, other = kept.plan(before or first["id"]), kept.plan(after or second["id"])
    above = [{u for p, u in pairs if p == side["id"]} for side in (one, other)]
    shared = sorted(above[0] & above[1])
    if upper in above[0] ^ above[1]:
        # Chosen for the plans that were compared before one of them was changed.
        upper = ""
    if upper and upper not in shared:
        raise NotFoundError(
            f"neither {one['id']} nor {other['id']} is linked to {upper!r}",
            remedy=f"Both are linked to: {', '.join(shared) or 'none'}.",
        )
    chosen = upper or next((u for u in shared if _national(plans, u)), shared[0] if shared else "")
    names = plan_names(plans)
    sides = _sides(kept, one["id"], other["id"], chosen, view) if chosen else None
    priorities = _priorities(sides, whole=bool(every)) if sides else []
    changed = (
        diff(kept.store, one["id"], other["id"])
        if one["region"] == other["region"] and one != other
        else None
    )
    if page.format:
        return _taken(page, names, (one, other), priorities, changed)
    return page.render(
        "compare.html",
        plans=[(p["id"], f"{names[p['id']]}（{p['id']}）") for p in linked],
        names=names,
        sides=(one, other),
        shared=[(u, f"{names[u]}（{u}）") for u in shared],
        upper=chosen,
        view=view,
        every=every,
        query={"upper": chosen} | asked(view),
        totals=_totals(sides, {"upper": chosen} | asked(view)) if sides else [],
        priorities=priorities,
        diff=changed,
        changes=_marked(changed) if changed and changed.changes else {},
    )


def _two(linked: Sequence[Row]) -> tuple[Row, Row]:
    for number, p in enumerate(linked):
        for other in linked[number + 1 :]:
            if p["region"] == other["region"]:
                return p, other
    return linked[0], linked[1]


def _national(plans: Sequence[Row], id_: str) -> bool:
    return any(p["id"] == id_ and p["level"] == "national" for p in plans)


def _sides(kept: Kept, one: str, other: str, upper: str, view: View) -> tuple[Coverage, Coverage]:
    return kept.coverage(one, upper, view), kept.coverage(other, upper, view)


def _totals(sides: tuple[Coverage, Coverage], query: dict[str, str]) -> list[dict[str, Figure]]:
    """How many upper measures each side has of each status."""
    return [
        {
            name: Figure(
                sum(getattr(t, name) for t in side.tasks), f"/api/v1/plans/{side.plan}/coverage", query,
                f"tasks/*/{name}/+",
            )
            for name in COUNTS
        }
        for side in sides
    ]  # fmt: skip


def _priorities(sides: tuple[Coverage, Coverage], *, whole: bool) -> list[Priority]:
    """Task by task; of the measures those whose status differs, or all where ``whole``."""
    least = tuple(side.thresholds["partial"] for side in sides)
    found = []
    for one, other in zip(sides[0].tasks, sides[1].tasks, strict=True):
        measures = [
            Both((a, b), (shown(a, least[0]), shown(b, least[1])))
            for a, b in zip(one.measures, other.measures, strict=True)
            if whole or a.status != b.status
        ]
        carrying = (one.status in _CARRIES, other.status in _CARRIES)
        found.append(Priority((one, other), carrying, measures))
    return found


def _marked(changed: Diff) -> dict[str, list[Marked]]:
    """The changes by what happened, each with its two texts in pieces, the words that differ marked."""
    found: dict[str, list[Marked]] = {what: [] for what in ("changed", "moved", "added", "removed")}
    for c in changed.changes:
        found[c.what].append((c, pieces(c.before_text, c.before_marks), pieces(c.after_text, c.after_marks)))
    return found


def _taken(
    page: Page,
    names: dict[str, str],
    sides: tuple[Row, Row],
    priorities: list[Priority],
    changed: Diff | None,
) -> Response:
    word = page.word
    one, other = (names[p["id"]] for p in sides)

    def status(value: str) -> str:
        return f"{SYMBOLS[value]} {word(value)}"

    tasks: list[dict[str, Any]] = [
        {"priority": f"{p.tasks[0].number}{p.tasks[0].title}", "one": status(p.tasks[0].status),
         "other": status(p.tasks[1].status)}
        for p in priorities
    ]  # fmt: skip
    measures = [
        {"text": b.measures[0].text, "one": status(b.measures[0].status),
         "one_words": "\n".join(e.text for e in b.evidence[0]), "other": status(b.measures[1].status),
         "other_words": "\n".join(e.text for e in b.evidence[1])}
        for p in priorities
        for b in p.measures
    ]  # fmt: skip
    tables = [
        Table("priorities", word("compare_priorities"),
              [("priority", word("priority"), 5), ("one", one, 2), ("other", other, 2)], tasks),
        Table("measures", word("compare_measures"),
              [("text", word("upper_measure"), 5), ("one", one, 2), ("one_words", f"{one} {word('evidence')}", 5),
               ("other", other, 2), ("other_words", f"{other} {word('evidence')}", 5)], measures),
    ]  # fmt: skip
    if changed is not None:
        texts = [
            {"what": word(f"diff_{c.what}"), "task": c.after_task or c.before_task, "before": c.before_text,
             "after": c.after_text}
            for c in changed.changes
        ]  # fmt: skip
        tables.append(
            Table("text", word("compare_text"), [("what", word("diff_what"), 1), ("task", word("task"), 3),
                  ("before", one, 5), ("after", other, 5)], texts)
        )  # fmt: skip
    return page.taken(
        f"{one} – {other}", [(word("compare_one"), one), (word("compare_other"), other)], tables
    )
