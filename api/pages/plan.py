"""One plan: what it carries of an upper plan, by which of its words, and what it misses."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response

from api.pages.kept import Kept, KeptDep
from api.pages.page import Figure, Page, PageDep, ViewDep, asked, plan_names
from api.pages.plan_text import lines, shown, speaking
from graph.store import Row, Store
from policygraph.export.pages import Table
from policygraph.words import SYMBOLS
from queries import answers, run
from queries.answers import Coverage
from review import View
from review.rules import counts

router = APIRouter()

Part = Literal["words", "tasks", "gaps", "unaligned", "targets"]
PARTS: Final[tuple[Part, ...]] = ("words", "tasks", "gaps", "unaligned", "targets")


@router.get("/plans/{plan}")
def plan(
    page: PageDep,
    kept: KeptDep,
    view: ViewDep,
    plan: str,
    upper: Annotated[str, Query()] = "",
    part: Annotated[Part, Query(alias="view")] = "words",
) -> Response:
    """One part of what there is to say of a plan; without a plan above it, its text and its figures."""
    store = kept.store
    row = kept.plan(plan)
    names = plan_names(kept.plans())
    uppers = sorted(u for p, u in kept.state.runs if p == plan)
    values: dict[str, Any] = {
        "plan": row, "names": names, "uppers": [(u, f"{names[u]}（{u}）") for u in uppers], "part": part, "parts": PARTS,
        "view": view, "upper": None, "facts": {},
    }  # fmt: skip
    if not uppers and not upper:
        return page.render(
            "plan_alone.html", text=_text(store, plan, {}), targets=answers.targets(store, plan), **values
        )
    upper = answers.upper_of(store, plan, upper or None)
    query = {"upper": upper} | asked(view)
    coverage = kept.coverage(plan, upper, view)
    if page.format:
        return _taken(page, store, row, coverage, view)
    values |= {
        "upper": upper,
        "coverage": coverage,
        "query": query,
        "facts": _facts(kept, plan, coverage, query, view),
    }
    more: dict[str, Any]
    match part:
        case "words":
            more = _words(store, coverage)
        case "tasks":
            more = {"tasks": _tasks(store, plan, upper, view)}
        case "gaps":
            found = answers.gaps(store, plan, upper, view=view)
            more = {"gaps": found.gaps, "excused": found.excused}
        case "unaligned":
            more = {"unaligned": answers.unaligned(store, plan, upper, view=view)}
        case _:
            more = {"targets": answers.targets(store, plan)}
    return page.render(f"plan_{part}.html", **values, **more)


def _facts(
    kept: Kept, plan: str, coverage: Coverage, query: Mapping[str, Any], view: View
) -> dict[str, Figure]:
    """The figures at the top of the page."""
    path = f"/api/v1/plans/{plan}"
    found = {
        name: Figure(
            sum(getattr(t, name) for t in coverage.tasks), f"{path}/coverage", query, f"tasks/*/{name}/+"
        )
        for name in ("covered", "partial", "gaps", "not_applicable")
    }
    looked = kept.review_counts(coverage.upper).get(plan, {"unreviewed": 0, "suspect": 0})
    reviewed = "/api/v1/queries/review_counts"
    return found | {
        "free": Figure(
            kept.free_work(coverage.upper, view).get(plan, 0), f"{path}/unaligned", query, "items/#"
        ),
        "targets": Figure(len(run(kept.store, "plan_targets", plan=plan)), f"{path}/targets", {}, "items/#"),
        "open": Figure(
            looked["unreviewed"],
            reviewed,
            {"plan": plan, "upper": coverage.upper},
            "rows/*/kind=matches/unreviewed/+",
        ),
        "suspect": Figure(
            looked["suspect"],
            reviewed,
            {"plan": plan, "upper": coverage.upper},
            "rows/*/kind=matches/suspect/+",
        ),
    }


def _words(store: Store, coverage: Coverage) -> dict[str, Any]:
    """Upper measures with their evidence, and the plan's text with that evidence marked."""
    least = coverage.thresholds["partial"]
    return {
        "evidence": {m.target: shown(m, least) for t in coverage.tasks for m in t.measures},
        "text": _text(store, coverage.plan, speaking(coverage)),
    }


def _text(store: Store, plan: str, speaks: Mapping[str, tuple[str, ...]]) -> list[Any]:
    text = run(store, "plan_text", plan=plan)[0]["text"]
    measures = run(store, "plan_measures", plan=plan)
    return lines(text, measures, answers.tree(store, plan), speaks)


def _tasks(store: Store, plan: str, upper: str, view: View) -> list[dict[str, Any]]:
    """The plan's headings in order, each with the upper tasks that it implements, strongest first."""
    links: dict[str, list[Row]] = defaultdict(list)
    for link in run(store, "review_tasks", plan=plan, upper=upper):
        if counts(link, view):
            links[link["source"]].append(link)
    return [
        {**t, "links": sorted(links[t["id"]], key=lambda link: -link["score"])}
        for t in answers.tree(store, plan)
        if t["kind"] in ("task", "priority")
    ]


def _taken(page: Page, store: Store, plan: Row, coverage: Coverage, view: View) -> Response:
    """The tables of the page as files."""
    word = page.word
    rows: list[dict[str, Any]] = []
    for t in coverage.tasks:
        for m in t.measures:
            row: dict[str, Any] = {
                "priority": f"{t.number}{t.title}", "target": m.target, "text": m.text,
                "status": f"{SYMBOLS[m.status]} {word(m.status)}", "source": "", "words": "", "score": None,
            }  # fmt: skip
            speaking_for = shown(m, coverage.thresholds["partial"])
            rows += [
                row | {"source": e.source, "words": e.text, "score": round(e.score, 4)} for e in speaking_for
            ] or [row]
    measures = Table(
        "measures", word("coverage"),
        [("priority", word("priority"), 4), ("target", word("export_target"), 3), ("text", word("upper_measure"), 6),
         ("status", word("status"), 2), ("source", word("export_source"), 3), ("words", word("evidence"), 6),
         ("score", word("score"), 1)],
        rows,
    )  # fmt: skip
    free = Table(
        "unaligned", word("unaligned"), [("id", word("export_source"), 3), ("title", word("task"), 4), ("text", word("text"), 8)],
        answers.unaligned(store, plan["id"], coverage.upper, view=view),
    )  # fmt: skip
    names: Sequence[str] = ("indicator", "comparator", "value", "unit", "due", "text", "measure_text")
    figures = Table(
        "targets", word("targets"), [(n, word("export_source_text" if n == "measure_text" else n), 2) for n in names],
        [t | {"comparator": word(t["comparator"])} for t in answers.targets(store, plan["id"])],
    )  # fmt: skip
    facts = [(word("plan"), f"{plan['title']}（{plan['id']}）"), (word("against"), coverage.upper)]
    return page.taken(f"{plan['name']} {plan['year']}", facts, [measures, free, figures])
