"""What people are asked when they label a plan: its planned statements, and the upper plan's priorities and measures.

:mod:`policygraph.label_sheet` and :mod:`policygraph.label_tables` put a :class:`Form` into files and read them back,
:mod:`policygraph.label_answers` checks what was filled in and writes it as labels.

A statement is what stands between two stops, with the number that is printed before it, the words that announce an
inline list (重点有两项：) and its first item together. Only planned ones are asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.link import upper_plans
from graph.errors import InputError, NotFoundError
from graph.model import stamp
from graph.store import Row, Store
from queries import answers, run

LABELS: Final = {"gap": "0", "not_applicable": "0", "partial": "1", "covered": "2"}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_STOPS: Final = re.compile(r"[。！？；，、：!?;,:]*[”’）)》」』】]*[。！？；!?;]*")


@dataclass(frozen=True, slots=True)
class UpperMeasure:
    """A measure of the upper plan, ``id`` as in ``01.1``. ``label`` and ``nearest`` are the machine's, or empty."""

    id: str
    text: str
    label: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority of the upper plan; ``number`` counts from ``01``."""

    number: str
    title: str
    measures: tuple[UpperMeasure, ...]

    @property
    def option(self) -> str:
        """As people choose it from a list: ``01 标题``."""
        return one_line(f"{self.number} {self.title}")


@dataclass(frozen=True, slots=True)
class PlannedStatement:
    """A statement to label, as printed; ``headings`` stand above it, ``proposal`` is the machine's, best first."""

    idx: int
    text: str
    headings: tuple[str, ...]
    proposal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """All that is asked about one plan. ``proposals`` tells whether the machine's are in it."""

    plan: str
    title: str
    stem: str
    upper: str
    upper_title: str
    text: str
    priorities: tuple[Priority, ...]
    statements: tuple[PlannedStatement, ...]
    proposals: bool

    @property
    def priorities_stamp(self) -> str:
        """Changes where a number would no longer mean the same priority."""
        return stamp("\n".join(p.title for p in self.priorities))

    @property
    def measures(self) -> list[UpperMeasure]:
        """The upper measures of all priorities, in order."""
        return [m for p in self.priorities for m in p.measures]


def form(store: Store, plan: str, upper: str | None = None, *, proposals: bool = True) -> Form:
    """What is asked about ``plan`` against ``upper`` (see :func:`upper_for`).

    Args:
        proposals: with the machine's proposals, where the two plans are linked.

    Raises:
        NotFoundError: there is no such plan, or none above it.
        InputError: ``plan`` is the nation's own, ``upper`` asks nothing of plans below, or two plans were read from files of one name, so that labels could not tell them apart.
    """
    own = answers.plan(store, plan)
    against = upper_for(store, plan, upper)
    tasks = {t["id"]: t for t in answers.tree(store, plan)}
    text = run(store, "plan_text", plan=plan)[0]["text"]
    asked = run(store, "priorities", plan=against)
    if not asked:
        raise InputError(
            f"{against} asks nothing of plans below it", remedy="Name another upper plan: --upper ID"
        )
    numbers = {row["id"]: f"{i:02d}" for i, row in enumerate(asked, start=1)}
    shown = proposals and (plan, against) in answers.latest_runs(store)
    proposed: dict[str, dict[str, float]] = {}
    if shown:
        for link in run(store, "plan_measure_links", plan=plan, upper=against):
            if link["target"] in numbers:
                proposed.setdefault(link["source"], {})[numbers[link["target"]]] = float(link["score"])
    rows = [r for r in _printed(text, run(store, "plan_measures", plan=plan)) if r[1][0]["kind"] == "planned"]
    return Form(
        plan, own["title"], _stem(store, own), against, answers.plan(store, against)["title"], text,
        _priorities(store, plan, against, asked, numbers, shown),
        tuple(
            PlannedStatement(i, words, _headings(tasks, measures[0], words), _best(measures, proposed))
            for i, (words, measures) in enumerate(rows, start=1)
        ),
        shown,
    )  # fmt: skip


def upper_for(store: Store, plan: str, upper: str | None = None) -> str:
    """The plan to label ``plan`` against: ``upper``, else the one it is compared with, or would be once linked.

    Raises:
        NotFoundError: there is no such plan, or none above it.
        InputError: ``plan`` is the nation's own, or ``upper`` is ``plan``.
    """
    if upper is not None:
        if upper == plan:
            raise InputError(f"{plan} cannot be labelled against itself", remedy="Name a plan above it.")
        return str(answers.plan(store, upper)["id"])
    try:
        return answers.upper_of(store, plan)
    except NotFoundError:
        above = upper_plans(store, plan)
    if not above:
        raise NotFoundError(
            f"there is no plan above {plan} in this graph",
            remedy="Load the plan above it as well, or name one: --upper ID",
        )
    return above[0]


def one_line(text: str) -> str:
    """``text`` without what would end a line or a cell of a table, or cannot stand in XML."""
    return _CONTROL.sub(" ", text).strip()


def _stem(store: Store, own: Row) -> str:
    stem = Path(own["source"]).stem
    if same := [
        p["id"] for p in answers.plans(store) if Path(p["source"]).stem == stem and p["id"] != own["id"]
    ]:
        raise InputError(
            f"labels go by the name of a plan's file, and {same[0]} was read from one called {stem} as well",
            where=own["id"],
            remedy="Rename one of the files and build again.",
        )
    return stem


def _printed(text: str, measures: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Each statement as printed, with its measures, in reading order."""
    grouped: dict[int, list[Row]] = {}
    for measure in measures:
        grouped.setdefault(measure["statement"], []).append(measure)
    spans: list[tuple[int, int, list[Row]]] = []
    for members in grouped.values():
        start, end = min(m["start"] for m in members), max(m["end"] for m in members)
        stops = _STOPS.match(text, end)
        end = stops.end() if stops else end
        before = spans[-1][1] if spans else 0
        if spans and _announces(text, spans[-1], start) and spans[-1][2][0]["kind"] == members[0]["kind"]:
            start, _, announced = spans.pop()
            members = [*announced, *members]
        else:
            start = max(before, text.rfind("\n", 0, start) + 1)
        spans.append((start, end, members))
    return [(text[start:end].strip(), members) for start, end, members in spans]


def _announces(text: str, span: tuple[int, int, list[Row]], following: int) -> bool:
    return text[: span[1]].endswith(("：", ":")) and "\n" not in text[span[1] : following]


def _headings(tasks: dict[str, Row], measure: Row, words: str) -> tuple[str, ...]:
    """Headings above a statement, outermost first; one that is the statement's own beginning is left out."""
    chain: list[str] = []
    at: str | None = measure["task"]
    while at is not None:
        heading = f"{tasks[at]['number']}{tasks[at]['title']}"
        if not "".join(words.split()).startswith("".join(heading.split())):
            chain.append(heading)
        at = tasks[at]["parent"]
    return tuple(reversed(chain))


def _best(measures: Sequence[Row], proposed: dict[str, dict[str, float]]) -> tuple[str, ...]:
    scores: dict[str, float] = {}
    for measure in measures:
        for number, score in proposed.get(measure["id"], {}).items():
            scores[number] = max(score, scores.get(number, score))
    return tuple(sorted(scores, key=lambda n: (-scores[n], n)))


def _priorities(
    store: Store, plan: str, upper: str, asked: Sequence[Row], numbers: dict[str, str], shown: bool
) -> tuple[Priority, ...]:
    judged = (
        {
            m.target: (LABELS[m.status], m.evidence[0].text if m.evidence and m.status != "gap" else "")
            for t in answers.coverage(store, plan, upper).tasks
            for m in t.measures
        }
        if shown
        else {}
    )
    under: dict[str, list[UpperMeasure]] = {task: [] for task in numbers}
    for row in run(store, "plan_measures", plan=upper, kind="planned"):
        if row["task"] in under and not row["heading"]:
            measures = under[row["task"]]
            id_ = f"{numbers[row['task']]}.{len(measures) + 1}"
            measures.append(UpperMeasure(id_, row["text"], *judged.get(row["id"], ("", ""))))
    return tuple(Priority(numbers[t["id"]], t["title"], tuple(under[t["id"]])) for t in asked)
