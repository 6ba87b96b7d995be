"""The cascade: how a priority comes down from the nation's plan to a province's, a city's, a county's.

A *chain* is a plan at which the cascade ends, with the plans above it, as linking chose them: each is linked to the plan
right above it in the chain and to the nation's. Of several years of a region the one nearest to the upper plan's counts,
the later of two. A municipality, a province without cities in the graph, and a city without a province's plan there make
chains of one plan.

Each plan has a status for the priority (:mod:`queries.answers`). It *carries* where it covers or partly covers, and is
*asked* unless the status is ``not_applicable``; a plan that is not asked is left out of the judgement. The chain then is

``carried``         every plan asked carries, and a path of links joins them down to the end
``unlinked``        every plan asked carries, but no such path: each does it on its own, or by single measures
``stops``           a plan above carries, the end does not
``skips``           the end carries, a plan above it that is asked does not
``absent``          no plan asked carries
``not_applicable``  the end is not asked

``partly`` says that a plan that carries does so only in part.

A *path* goes from task to task by IMPLEMENTS, rejected links never among them. It is as strong as its weakest hop; the
best path is the one whose weakest hop is strongest. A hop is as strong as its score, and certain where a person accepted
it. The path runs through the plans that carry, from the lowest of them upwards without a gap; above that it goes straight
to the priority. So a chain that stops shows how far down it came, and one that skips the links past the plan left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal, get_args

from graph.errors import InputError, NotFoundError
from graph.model import CoverageStatus, Level
from graph.store import Row, Store
from queries import answers
from queries.answers import Matrix
from queries.registry import run
from review import ALL, View
from review.rules import Mode

Standing = Literal["carried", "unlinked", "stops", "skips", "absent", "not_applicable"]
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)

_CARRIES: Final = frozenset({"covered", "partial"})


@dataclass(frozen=True, slots=True)
class Step:
    """One plan of a chain, and what it makes of the priority."""

    plan: str
    region: str
    name: str
    level: Level
    year: int
    status: CoverageStatus
    score: float


@dataclass(frozen=True, slots=True)
class PathHop:
    """One hop of a path: a task that implements the one above it."""

    source: str
    source_plan: str
    source_title: str
    target: str
    target_plan: str
    target_title: str
    score: float
    confidence: float
    state: str

    @property
    def strength(self) -> float:
        """What decides which hop is weakest."""
        return 1.0 if self.state == "accepted" else self.score


@dataclass(frozen=True, slots=True)
class Chain:
    """One priority in one chain of plans; ``steps`` and ``path`` from the top down, ``plan`` is where the chain ends.

    ``breaks`` is the plan at which it breaks: the first one below that does not carry (``stops``), the lowest one above
    that does not (``skips``), the one that no link leads down to (``unlinked``), the topmost one (``absent``).
    """

    priority: str
    number: str
    title: str
    position: int
    plan: str
    standing: Standing
    partly: bool
    breaks: str | None
    weakest: PathHop | None
    steps: tuple[Step, ...]
    path: tuple[PathHop, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """A local task that implements the one above it, and those that implement it in turn.

    ``weakest`` is the least score on the best way from here down to the lowest level that still answers.
    """

    task: str
    title: str
    plan: str
    region: str
    score: float
    weakest: float
    below: tuple["Hop", ...]


@dataclass(frozen=True, slots=True)
class Cascade:
    """One priority: its chains, and all tasks that implement it, whatever the status, as a tree; and what was counted."""

    priority: str
    number: str
    title: str
    upper: str
    mode: Mode
    least: float
    chains: tuple[Chain, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One priority over all chains: how many are of each standing, and at which plans it stops or skips a level."""

    priority: str
    number: str
    title: str
    carried: int
    partly: int
    unlinked: int
    stops: int
    skips: int
    absent: int
    not_applicable: int
    stopping: tuple[Step, ...]
    skipping: tuple[Step, ...]


Links = Mapping[tuple[str, str], Sequence[PathHop]]
"""The hops from the tasks of a plan to an upper task, by both ids."""
Line = tuple[Row, ...]
"""The plans of a chain from the top down, rows of the query ``plans``."""


def cascade(
    store: Store, priority: str, *, region: str | None = None, view: View = ALL, grid: Matrix | None = None
) -> Cascade:
    """How ``priority`` (a task of any plan that others answer to) comes down; ``region`` etc. as for :func:`chains`.

    Args:
        grid: the matrix of that plan in this view, where it is known already.

    Raises:
        NotFoundError: there is no such task or region.
        InputError: the task asks nothing of plans below.
    """
    upper = answers.task(store, priority)["plan"]
    grid = grid or answers.matrix(store, upper, view)
    row = next((t for t in grid.tasks if t["id"] == priority), None)
    if row is None:
        raise InputError(
            f"{priority} asks nothing of plans below",
            remedy=f"policygraph query priorities -p plan={upper} lists the tasks that do.",
        )
    lines = _lines(store, grid, region)
    links = _links(store, [priority], lines, view)
    below = _below(lines)
    names = {p["id"]: p["name"] for p in grid.plans}
    found = tuple(_chains(grid, lines, links, [priority]))
    hops = _tree(priority, "", below, links, names)
    return Cascade(priority, row["number"], row["title"], upper, view.mode, view.least, found, hops)


def chains(
    store: Store, upper: str | None = None, *, region: str | None = None, view: View = ALL
) -> list[Chain]:
    """Every priority of ``upper`` (the nation's latest plan by default) in every chain, in reading order of the priorities.

    The number of queries follows the depth of the chains, never the number of plans or priorities.

    Args:
        region: id or name; only chains that a plan of this region is part of.
        view: what counts, for statuses and for paths.

    Raises:
        NotFoundError: there is no such plan, no national plan, or no plan of that region that answers to ``upper``.
    """
    grid = answers.matrix(store, upper, view)
    lines = _lines(store, grid, region)
    priorities = [t["id"] for t in grid.tasks]
    return list(_chains(grid, lines, _links(store, priorities, lines, view), priorities))


def tally(found: Iterable[Chain]) -> list[Tally]:
    """``found``, counted by priority."""
    grouped: dict[str, list[Chain]] = defaultdict(list)
    for chain in found:
        grouped[chain.priority].append(chain)
    return [_tally(group) for group in grouped.values()]


def _tally(group: Sequence[Chain]) -> Tally:
    count = Counter(chain.standing for chain in group)
    first = group[0]
    ends: dict[Standing, tuple[Step, ...]] = {
        standing: tuple(chain.steps[-1] for chain in group if chain.standing == standing)
        for standing in ("stops", "skips")
    }
    return Tally(
        first.priority, first.number, first.title, count["carried"],
        sum(chain.partly for chain in group if chain.standing == "carried"), count["unlinked"], count["stops"],
        count["skips"], count["absent"], count["not_applicable"], ends["stops"], ends["skips"],
    )  # fmt: skip


def plan_lines(plans: Sequence[Row], pairs: Iterable[tuple[str, str]], upper: str, year: int) -> list[Line]:
    """The chains of plans below ``upper``, which is for ``year``, in the order of ``plans``.

    Args:
        plans: those linked to ``upper``, upper levels first: rows with ``id``, ``region`` and ``year``.
        pairs: plan and upper plan of every link run that stands.
    """
    rows = {p["id"]: p for p in plans}
    above = {plan: over for plan, over in sorted(pairs) if plan in rows and over in rows and over != upper}
    lines = {}
    for p in answers.nearest(plans, year):
        line = [p]
        while (over := above.get(line[0]["id"])) is not None and rows[over] not in line:
            line.insert(0, rows[over])
        lines[p["id"]] = tuple(line)
    passed = {p["id"] for line in lines.values() for p in line[:-1]}
    order = {id_: number for number, id_ in enumerate(rows)}
    ends = [line for id_, line in lines.items() if id_ not in passed]
    return sorted(ends, key=lambda line: [order[p["id"]] for p in line])


def judge(priority: Row, steps: Sequence[Step], links: Links) -> Chain:
    """What becomes of ``priority`` (a row of the query ``priorities``) in one chain; ``steps`` from the top down."""
    asked = [s for s in steps if s.status != "not_applicable"]
    carrying = [s for s in asked if s.status in _CARRIES]
    lowest = steps.index(carrying[-1]) if carrying else -1
    run_of = list(takewhile(lambda s: s.status in _CARRIES, reversed(steps[: lowest + 1])))
    path, broken = best_path(priority["id"], [s.plan for s in reversed(run_of)], links)
    standing: Standing
    end = steps[-1]
    if end.status == "not_applicable":
        standing, broken = "not_applicable", None
    elif not carrying:
        standing, broken = "absent", asked[0].plan
    elif end.status not in _CARRIES:
        standing, broken = "stops", next(s.plan for s in steps[lowest + 1 :] if s in asked)
    elif len(carrying) < len(asked):
        standing, broken = "skips", next(s.plan for s in reversed(asked) if s not in carrying)
    else:
        standing = "unlinked" if broken else "carried"
    return Chain(
        priority["id"], priority["number"], priority["title"], priority["position"], end.plan, standing,
        any(s.status == "partial" for s in carrying), broken, min(path, key=lambda hop: hop.strength, default=None),
        tuple(steps), path,
    )  # fmt: skip


def best_path(priority: str, plans: Sequence[str], links: Links) -> tuple[tuple[PathHop, ...], str | None]:
    """The best path from ``priority`` down through ``plans``, as far as it goes, and the plan that it does not reach.

    Where weakest hops are equally strong, each plan on the way decides by the higher sum, then by the first id.
    """
    reached: dict[str, tuple[PathHop, ...]] = {priority: ()}
    best: tuple[PathHop, ...] = ()
    for plan in plans:
        found: dict[str, tuple[PathHop, ...]] = {}
        for target, path in reached.items():
            for hop in links.get((plan, target), ()):
                longer = (*path, hop)
                if hop.source not in found or _better(longer, found[hop.source]):
                    found[hop.source] = longer
        if not found:
            return best, plan
        reached = found
        best = min(found.values(), key=_rank)
    return best, None


def _rank(path: Sequence[PathHop]) -> tuple[float, float, list[str]]:
    """Ascending from the best path on."""
    strengths = [hop.strength for hop in path]
    return -min(strengths), -sum(strengths), [hop.source for hop in path]


def _better(one: Sequence[PathHop], other: Sequence[PathHop]) -> bool:
    return _rank(one) < _rank(other)


def _lines(store: Store, grid: Matrix, region: str | None) -> list[Line]:
    year = answers.plan(store, grid.upper)["year"]
    lines = plan_lines(grid.plans, answers.latest_runs(store), grid.upper, year)
    if region is None:
        return lines
    chosen = [line for line in lines if any(region in (p["region"], p["name"]) for p in line)]
    if not chosen:
        known = sorted({p["region"] for line in lines for p in line})
        raise NotFoundError(
            f"no plan of region {region!r} answers to {grid.upper}",
            remedy=f"Regions that do: {', '.join(known[:20]) or 'none yet'}.",
        )
    return chosen


def _below(lines: Iterable[Line]) -> dict[str, list[str]]:
    """The plans right below each plan; those at the top are under the empty id."""
    found: dict[str, list[str]] = {}
    for line in lines:
        for over, p in zip(("", *(p["id"] for p in line)), line, strict=False):
            if p["id"] not in found.setdefault(over, []):
                found[over].append(p["id"])
    return found


def _links(
    store: Store, priorities: Sequence[str], lines: Sequence[Line], view: View
) -> dict[tuple[str, str], list[PathHop]]:
    """The hops that paths can be made of: of all plans to the priorities, then level by level to what was found."""
    below = _below(lines)
    plans = {p["id"] for line in lines for p in line}
    links: dict[tuple[str, str], list[PathHop]] = defaultdict(list)
    targets, seen = sorted(priorities), set(priorities)
    for level in range(max(map(len, lines), default=0)):
        wider: set[str] = set()
        for row in (
            run(store, "cascade_links", targets=targets, mode=view.mode, least=view.least) if targets else ()
        ):
            own, over = row["source_plan"], row["target_plan"]
            if own in plans and (level == 0 or own in below.get(over, ())):
                links[own, row["target"]].append(_hop(row))
                if own in below:
                    wider.add(row["source"])
        targets = sorted(wider - seen)
        seen |= wider
    return links


def _hop(row: Row) -> PathHop:
    return PathHop(
        row["source"], row["source_plan"], row["source_title"], row["target"], row["target_plan"], row["target_title"],
        float(row["score"]), float(row["confidence"]), row["state"],
    )  # fmt: skip


def _chains(grid: Matrix, lines: Sequence[Line], links: Links, priorities: Sequence[str]) -> Iterable[Chain]:
    column = {p["id"]: number for number, p in enumerate(grid.plans)}
    wanted = set(priorities)
    for task, cells in zip(grid.tasks, grid.cells, strict=True):
        if task["id"] not in wanted:
            continue
        for line in lines:
            steps = [_step(p, cells[column[p["id"]]]) for p in line]
            yield judge(task, steps, links)


def _step(plan: Row, cell: answers.Cell) -> Step:
    return Step(
        plan["id"], plan["region"], plan["name"], plan["level"], plan["year"], cell.status, cell.score
    )


def _tree(
    target: str, plan: str, below: Mapping[str, Sequence[str]], links: Links, names: Mapping[str, str]
) -> tuple[Hop, ...]:
    hops = []
    for lower in below.get(plan, ()):
        for hop in links.get((lower, target), ()):
            under = _tree(hop.source, lower, below, links, names)
            weakest = min(hop.score, max((h.weakest for h in under), default=hop.score))
            hops.append(Hop(hop.source, hop.source_title, lower, names[lower], hop.score, weakest, under))
    return tuple(hops)
