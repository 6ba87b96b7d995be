"""Scores of the reading alone, against labels made by people (the format is that of :mod:`policygraph.evaluate`).

- *characters*: of each labelled plan, precision, recall and F1 of the characters (Chinese, letters, digits) that stand
  in planned measures against those that stand in labelled statements.
- *measures*: how many labelled national measures are found as a measure of ours. Overlap is the longest common
  subsequence by the shorter of the two (Szymkiewicz–Simpson), at least :data:`OVERLAP`; ``same`` counts those that
  reach it by the longer of the two as well, that is, are cut at the same places.
- *priorities*: how many priorities the national plan has, and how many the labels name.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import NotFoundError
from graph.store import Row, Store
from policygraph.labels import Score, labelled_plans, national_measures, plain, statements
from queries import answers, run

OVERLAP: Final = 0.8


@dataclass(frozen=True, slots=True)
class CharacterScore:
    """How well planned text is told from the rest of one plan, by one annotator."""

    plan: str
    annotator: str
    characters: Score


@dataclass(frozen=True, slots=True)
class ParsingScores:
    """All scores of the reading."""

    plans: tuple[CharacterScore, ...]
    measures: int
    found: int
    same: int
    priorities: int
    labelled_priorities: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def evaluate_parsing(store: Store, gold: Path) -> ParsingScores:
    """Score the reading of every labelled plan, and of the national plan, that the store holds.

    Raises:
        InputError: the folder or a file of it is missing or broken.
        NotFoundError: the store holds none of the labelled plans, or no national plan.
    """
    rows = run(store, "export_measures")
    scores = tuple(
        CharacterScore(plan, annotator, _characters(store, plan, rows, path))
        for plan, annotator, path in labelled_plans(store, gold)
    )
    national = answers.national_plan(store)
    ours = [plain(r["text"]) for r in rows if r["plan"] == national and r["kind"] == "planned"]
    if not ours:
        raise NotFoundError("the national plan holds no planned measure", where=national)
    labels = national_measures(gold)
    wanted = [plain(text) for _, text in labels.values()]
    overlaps = [
        [(common(text, own), min(len(text), len(own)), max(len(text), len(own))) for own in ours]
        for text in wanted
    ]
    tasks = [t for t in answers.tree(store, national) if t["kind"] == "priority"]
    return ParsingScores(
        scores,
        len(labels),
        sum(any(n >= OVERLAP * shorter for n, shorter, _ in row) for row in overlaps),
        sum(any(n >= OVERLAP * longer for n, _, longer in row) for row in overlaps),
        len(tasks),
        len({priority for priority, _ in labels.values()}),
    )


def _characters(store: Store, plan: str, rows: list[Row], path: Path) -> Score:
    text = run(store, "plan_text", plan=plan)[0]["text"]
    places = [i for i, character in enumerate(text) if plain(character)]
    body = plain(text)
    labelled: set[int] = set()
    cursor = 0
    for statement in statements(path):
        at = body.find(statement.text, cursor)
        if at < 0:
            at = body.find(statement.text)
        if at >= 0:
            labelled.update(places[at : at + len(statement.text)])
            cursor = at + len(statement.text)
    kept = set(places)
    ours = {
        i
        for r in rows
        if r["plan"] == plan and r["kind"] == "planned"
        for i in range(r["start"], r["end"])
        if i in kept
    }
    return Score.of(ours, labelled)


def common(left: str, right: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for character in left:
        diagonal = 0
        for column, other in enumerate(right, start=1):
            diagonal, row[column] = (
                row[column],
                diagonal + 1 if character == other else max(row[column], row[column - 1]),
            )
    return row[-1]
