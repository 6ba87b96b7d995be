"""Named answers that count coverage over many plans: by level, region and year, leaders, shared gaps, what nobody carries.

Where regions are compared, each speaks by one plan: of several years the one nearest to the upper plan's, the later of two.
``mode`` and ``least`` are those of a :class:`review.View`; ``upper`` is the latest national plan where it is empty. Shares
are parts of 1. Each raises NotFoundError for a plan that is not there and InputError for a mode or confidence that is none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, get_args

from graph.errors import InputError
from graph.model import CoverageStatus, Level
from graph.store import Row, Store
from queries import answers
from queries.registry import run
from queries.statuses import Statuses, cell, tally
from review import View
from review.rules import Mode

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_REGION: Final = ("region", "name", "level", "parent")
_CARRIED: Final = ("covered", "partial")


def by_level(store: Store, upper: str, mode: Mode, least: float) -> list[Row]:
    """How far each level carries the upper plan; columns of ``coverage_by_level.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    grouped: dict[str, list[str]] = defaultdict(list)
    for p in spokesmen(store, found, ""):
        grouped[p["level"]].append(p["id"])
    return [
        {"level": level, "regions": len(plans)} | tally(s for p in plans for s in found.of[p])
        for level, plans in grouped.items()
    ]


def by_region(store: Store, upper: str, level: str, mode: Mode, least: float) -> list[Row]:
    """How far each region carries the upper plan; columns of ``coverage_by_region.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    return [
        {name: p[name] for name in _REGION} | {"plan": p["id"], "year": p["year"]} | tally(found.of[p["id"]])
        for p in spokesmen(store, found, level)
    ]


def by_year(store: Store, region: str, level: str, mode: Mode, least: float) -> list[Row]:
    """How far the plans for each year carry the national plan they answer to; columns of ``coverage_by_year.toml``."""
    grouped: dict[tuple[int, str], list[Sequence[CoverageStatus]]] = defaultdict(list)
    for found in answers.national_statuses(store, View(mode, least)):
        for p in _chosen(found.plans, level, region):
            grouped[p["year"], found.upper].append(found.of[p["id"]])
    return [
        {"year": year, "upper": upper, "plans": len(plans)} | tally(s for plan in plans for s in plan)
        for (year, upper), plans in sorted(grouped.items())
    ]


def trend(store: Store, region: str, level: str, mode: Mode, least: float) -> list[Row]:
    """The same region from year to year, where it has plans for two or more; columns of ``coverage_trend.toml``."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for found in answers.national_statuses(store, View(mode, least)):
        for p in _chosen(found.plans, level, region):
            row = {name: p[name] for name in ("region", "name", "level")}
            row |= {"plan": p["id"], "year": p["year"], "upper": found.upper} | tally(found.of[p["id"]])
            grouped[p["region"]].append(row)
    rows = []
    for _, years in sorted(grouped.items(), key=lambda g: (LEVELS.index(g[1][0]["level"]), g[0])):
        years.sort(key=lambda r: (r["year"], r["plan"]))
        if years[0]["year"] < years[-1]["year"]:
            rows.append(years[0] | {"change": None})
            rows += [
                row | {"change": _difference(row["share"], before["share"])}
                for before, row in pairwise(years)
            ]
    return rows


def shared_gaps(
    store: Store, upper: str, level: str, shared_by: int, limit: int, mode: Mode, least: float
) -> list[Row]:
    """Upper measures by how many regions miss them; columns of ``shared_gaps.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    plans = spokesmen(store, found, level)
    titles = {t["id"]: t["title"] for t in found.tasks}
    rows = []
    for number, measure in enumerate(found.measures):
        of = [(p, found.of[p["id"]][number]) for p in plans]
        missing = [p for p, status in of if status == "gap"]
        asked = sum(status != "not_applicable" for _, status in of)
        if missing and len(missing) >= shared_by:
            rows.append(
                _measure(measure, titles)
                | {"regions": len(missing), "asked": asked, "share": round(len(missing) / asked, 4)}
                | {"names": [p["name"] for p in missing], "plans": [p["id"] for p in missing]}
            )
    return sorted(rows, key=lambda r: (-r["regions"], r["start"], r["target"]))[: max(limit, 0)]


def priority_strength(store: Store, upper: str, level: str, mode: Mode, least: float) -> list[Row]:
    """Upper tasks by how strongly the plans below carry them; columns of ``priority_strength.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    plans = spokesmen(store, found, level)
    own = {p["id"] for p in plans}
    links: dict[str, list[Row]] = defaultdict(list)
    for link in run(store, "priority_links", upper=found.upper, mode=mode, least=least):
        if link["plan"] in own:
            links[link["task"]].append(link)
    rows = []
    for task, cells in _cells(found, plans):
        shares = [c["share"] for _, c in cells if c["asked"]]
        count = Counter(c["status"] for _, c in cells)
        linked = links[task["id"]]
        rows.append(
            {name: task[name] for name in ("number", "title", "position")}
            | {"task": task["id"], "asked": len(shares), "carried": count["covered"] + count["partial"]}
            | {name: count[name] for name in ("covered", "partial", "gap", "not_applicable")}
            | {"share": _mean(shares), "tasks": sum(link["tasks"] for link in linked)}
            | {"confidence": _mean([link["confidence"] for link in linked])}
        )
    return sorted(rows, key=lambda r: (-(r["share"] or 0.0), -r["carried"], r["position"]))


def leaders(store: Store, upper: str, priority: str, level: str, mode: Mode, least: float) -> list[Row]:
    """Regions by how far they carry the upper plan, or one task of it, best first; columns of ``coverage_leaders.toml``."""
    if priority:
        upper = answers.task(store, priority)["plan"]
    found = answers.statuses(store, upper or None, View(mode, least))
    places = range(len(found.measures)) if not priority else found.places().get(priority)
    if places is None:
        raise InputError(
            f"{priority} asks nothing of plans below",
            remedy=f"policygraph query priorities -p plan={upper} lists the tasks that do.",
        )
    rows = [
        {name: p[name] for name in _REGION[:3]} | {"plan": p["id"], "year": p["year"]} | counted
        for p in spokesmen(store, found, level)
        if (counted := tally(found.of[p["id"]][place] for place in places))["asked"]
    ]
    mean = _mean([r["share"] for r in rows])
    rows.sort(key=lambda r: (-r["share"], LEVELS.index(r["level"]), r["region"]))
    return [
        {"rank": 1 + sum(other["share"] > row["share"] for other in rows), "of": len(rows)}
        | row
        | {"difference": _difference(row["share"], mean)}
        for row in rows
    ]


def priority_leaders(store: Store, upper: str, level: str, mode: Mode, least: float) -> list[Row]:
    """Of each upper task the regions that lead and those that lag; columns of ``priority_leaders.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    rows = []
    for task, cells in _cells(found, spokesmen(store, found, level)):
        asked = [(p, c["share"]) for p, c in cells if c["asked"]]
        best, worst = (choose((share for _, share in asked), default=None) for choose in (max, min))
        apart = best != worst
        rows.append(
            {"task": task["id"], "number": task["number"], "title": task["title"], "asked": len(asked)}
            | {"mean": _mean([share for _, share in asked]), "best": best, "worst": worst}
            | {"leading": [p["name"] for p, share in asked if apart and share == best]}
            | {"lagging": [p["name"] for p, share in asked if apart and share == worst]}
        )
    return rows


def orphan_measures(store: Store, upper: str, mode: Mode, least: float) -> list[Row]:
    """Upper measures that no plan below carries, not even in part; columns of ``orphan_measures.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    titles = {t["id"]: t["title"] for t in found.tasks}
    rows = []
    for number, measure in enumerate(found.measures):
        of = [statuses[number] for statuses in found.of.values()]
        if "gap" in of and not set(of) & set(_CARRIED):
            rows.append(_measure(measure, titles) | {"asked": of.count("gap")})
    return rows


def orphan_priorities(store: Store, upper: str, mode: Mode, least: float) -> list[Row]:
    """Upper tasks that no plan below carries, not even in part; columns of ``orphan_priorities.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    rows = []
    for task, cells in _cells(found, found.plans):
        asked = [c for _, c in cells if c["asked"]]
        if asked and all(c["status"] == "gap" for c in asked):
            rows.append(
                {
                    "task": task["id"],
                    "number": task["number"],
                    "title": task["title"],
                    "measures": task["measures"],
                }
                | {"asked": len(asked), "best": max(c["share"] for c in asked)}
            )
    return rows


def cells(store: Store, upper: str, mode: Mode, least: float) -> list[Row]:
    """The cells of the coverage matrix; columns of ``coverage_matrix.toml``."""
    found = answers.statuses(store, upper or None, View(mode, least))
    return [
        {"task": task["id"], "plan": p["id"], "status": c["status"]}
        | {name: c[name] for name in ("share", "asked", "covered", "partial", "gap", "not_applicable")}
        for task, row in _cells(found, found.plans)
        for p, c in row
    ]


def spokesmen(store: Store, found: Statuses, level: str) -> list[Row]:
    """The plans by which regions are compared, by level and region; of ``level`` only, where that is given.

    Raises InputError: there is no such level.
    """
    year = answers.plan(store, found.upper)["year"]
    return answers.nearest(_chosen(found.plans, level, ""), year)


def _chosen(plans: Iterable[Row], level: str, region: str) -> list[Row]:
    if level and level not in LEVELS:
        raise InputError(f"there is no level {level!r}", remedy=f"Write: {', '.join(LEVELS)}.")
    return [p for p in plans if level in ("", p["level"]) and region in ("", p["region"], p["name"])]


def _cells(found: Statuses, plans: Sequence[Row]) -> Iterator[tuple[Row, list[tuple[Row, Row]]]]:
    """Each upper task with its cell in each of ``plans``: a tally of its measures with their ``status``."""
    places = found.places()
    for task in found.tasks:
        yield task, [(p, cell(found.of[p["id"]][place] for place in places[task["id"]])) for p in plans]


def _measure(measure: Row, titles: dict[str, str]) -> Row:
    return {name: measure[name] for name in ("target", "text", "task", "start")} | {
        "title": titles[measure["task"]]
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else round(one - other, 4)
