"""A labelled plan beside what a store says of it: the measures in each labelled statement, their links, the coverage.

Labelled statements and the measures of the store are in reading order, which aligns them: a measure belongs to the
statement that holds its words. Statements of several annotators are one where their words are the same.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.store import Row, Store
from policygraph.alignment import align, same_measures
from policygraph.labels import (
    CoverageLabel,
    Statement,
    coverage_labels,
    labelled_plans,
    national_measures,
    plain,
    statements,
)
from queries import answers, run

RANKS: Final[Mapping[str, int]] = {"gap": 0, "not_applicable": 0, "partial": 1, "covered": 2}
"""The label, 0 to 2, that each status of coverage answers to."""

_WHOLE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Link:
    """A priority that a statement is linked to, and the local measure, of those in it, that carries it best."""

    priority: str
    score: float
    confidence: float
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The best pair of words between a statement and one priority: a local measure and an upper one."""

    priority: str
    score: float
    text: str
    upper_text: str


@dataclass(frozen=True, slots=True)
class ComparedStatement:
    """One labelled statement of one annotator, and what the store says of it.

    ``measures`` are positions in :attr:`Comparison.measures`; ``share`` is the share of the statement's characters
    that they hold; links are strongest first; ``nearest`` has one entry a priority, best first.
    """

    statement: Statement
    measures: tuple[int, ...]
    share: float
    links: tuple[Link, ...]
    nearest: tuple[Nearest, ...]

    @property
    def whole(self) -> bool:
        """Whether the reader found the statement."""
        return self.share >= _WHOLE

    @property
    def best(self) -> str | None:
        """The strongest priority; where no link passes the threshold, that of the best evidence."""
        if self.links:
            return self.links[0].priority
        return self.nearest[0].priority if self.nearest else None


@dataclass(frozen=True, slots=True)
class ComparedMeasure:
    """One labelled national measure: a label for each annotator (none where the file has none), and what is found."""

    id: str
    priority: str
    text: str
    labels: tuple[CoverageLabel | None, ...]
    found: answers.MeasureCoverage | None

    @property
    def rank(self) -> int:
        """The label that the store's status answers to; 0 where the store has no such measure."""
        return RANKS[self.found.status] if self.found else 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One plan and the labels of all its annotators.

    ``rows`` has one row a labelled statement and one column an annotator, None where that one has not labelled it.
    ``priorities`` are the headings of the upper plan by number.
    """

    plan: str
    upper: str
    encoder: str
    annotators: tuple[str, ...]
    priorities: dict[str, str]
    measures: tuple[Row, ...]
    rows: tuple[tuple[ComparedStatement | None, ...], ...]
    coverage: tuple[ComparedMeasure, ...]


def compare(store: Store, gold: Path) -> list[Comparison]:
    """Every labelled plan that the store holds, with the labels of the folder ``gold``.

    Raises:
        InputError: the folder or a file of it is missing or broken.
        NotFoundError: the store holds none of the labelled plans, or one of them is not linked.
    """
    by_plan: dict[str, list[tuple[str, Path]]] = defaultdict(list)
    for plan, annotator, path in labelled_plans(store, gold):
        by_plan[plan].append((annotator, path))
    national = national_measures(gold)
    return [_compare(store, plan, files, national) for plan, files in by_plan.items()]


def _compare(
    store: Store, plan: str, files: Sequence[tuple[str, Path]], national: dict[str, tuple[str, str]]
) -> Comparison:
    upper = answers.upper_of(store, plan)
    tasks = {row["id"]: (f"{i:02d}", row) for i, row in enumerate(run(store, "priorities", plan=upper), 1)}
    number = {task: name for task, (name, _) in tasks.items()}
    measures = [m for m in run(store, "export_measures") if m["plan"] == plan and m["kind"] == "planned"]
    ids = {m["id"] for m in measures}
    task_of = {m["id"]: m["task"] for m in run(store, "plan_measures", plan=upper)}
    links, nearest = _links(store, ids, number), _nearest(store, ids, number, task_of)
    columns, labels = [], []
    for _, path in files:
        gold = statements(path)
        columns.append(
            [
                _statement(statement, members, measures, links, nearest)
                for statement, members in zip(gold, align(gold, measures), strict=True)
            ]
        )
        beside = path.with_name(path.name.replace("statements_", "coverage_", 1))
        labels.append(coverage_labels(beside, national))
    covered = answers.coverage(store, plan, upper)
    ours = [m for t in covered.tasks for m in t.measures]
    parts = same_measures(national, [(number[m.task], m.text) for m in ours])
    return Comparison(
        plan,
        upper,
        covered.encoder,
        tuple(annotator for annotator, _ in files),
        {name: row["title"] for name, row in tasks.values()},
        tuple(measures),
        _side_by_side(columns),
        tuple(
            ComparedMeasure(
                id_,
                priority,
                text,
                tuple(labelled.get(id_) for labelled in labels),
                _best_carried(ours[i] for i in parts[id_]),
            )
            for id_, (priority, text) in national.items()
        ),
    )


def _links(store: Store, measures: Collection[str], number: dict[str, str]) -> dict[str, list[Link]]:
    """The priorities that each local measure implements, by its id."""
    links: dict[str, list[Link]] = defaultdict(list)
    for row in run(store, "export_measure_links"):
        if row["source"] in measures and row["target"] in number and row["state"] != "rejected":
            links[row["source"]].append(
                Link(number[row["target"]], float(row["score"]), float(row["confidence"]), row["source_text"])
            )
    return links


def _nearest(
    store: Store, measures: Collection[str], number: dict[str, str], task_of: Mapping[str, str]
) -> dict[str, list[Nearest]]:
    """The evidence of each local measure, by its id; ``task_of`` gives the task of each measure of the upper plan."""
    nearest: dict[str, list[Nearest]] = defaultdict(list)
    for row in run(store, "export_matches"):
        task = task_of.get(row["target"], "")
        if row["source"] in measures and task in number:
            nearest[row["source"]].append(
                Nearest(number[task], float(row["score"]), row["source_text"], row["target_text"])
            )
    return nearest


def _statement(
    statement: Statement,
    members: Sequence[int],
    measures: Sequence[Row],
    links: Mapping[str, list[Link]],
    nearest: Mapping[str, list[Nearest]],
) -> ComparedStatement:
    ids = [measures[m]["id"] for m in members]
    held = sum(len(plain(measures[m]["text"])) for m in members)
    by_priority: dict[str, list[Link]] = defaultdict(list)
    for link in (link for id_ in ids for link in links.get(id_, ())):
        by_priority[link.priority].append(link)
    strongest = [
        Link(
            priority,
            max(link.score for link in group),
            max(link.confidence for link in group),
            max(group, key=lambda link: (link.confidence, link.score)).text,
        )
        for priority, group in by_priority.items()
    ]
    best: dict[str, Nearest] = {}
    for pair in (pair for id_ in ids for pair in nearest.get(id_, ())):
        if pair.priority not in best or pair.score > best[pair.priority].score:
            best[pair.priority] = pair
    return ComparedStatement(
        statement,
        tuple(members),
        held / len(statement.text) if statement.text else 1.0,
        tuple(sorted(strongest, key=lambda link: (-link.score, link.priority))),
        tuple(sorted(best.values(), key=lambda pair: (-pair.score, pair.priority))),
    )


def _side_by_side(
    columns: Sequence[Iterable[ComparedStatement]],
) -> tuple[tuple[ComparedStatement | None, ...], ...]:
    """One row for each text, and for each time that it is repeated."""
    rows: dict[tuple[str, int], list[ComparedStatement | None]] = {}
    for place, column in enumerate(columns):
        seen: Counter[str] = Counter()
        for compared in column:
            text = compared.statement.text
            seen[text] += 1
            rows.setdefault((text, seen[text]), [None] * len(columns))[place] = compared
    return tuple(tuple(row) for row in rows.values())


def _best_carried(parts: Iterable[answers.MeasureCoverage]) -> answers.MeasureCoverage | None:
    """Of the measures of the store that a labelled one is cut into, the one that is carried best."""
    return max(parts, key=lambda m: (RANKS[m.status], m.score), default=None)
