"""Where a store and the labels differ, worst first: for reading, one list a kind.

A mistake against all annotators stands before one against some; among those, what the product was most sure of stands
first. Labels are told by :class:`Voice`: one for each label, with the annotators who gave it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from policygraph.comparison import ComparedMeasure, ComparedStatement, Comparison, Link, Nearest
from policygraph.labels import CoverageLabel

Label = TypeVar("Label")

NONE: Final = ""
"""In place of a priority: none."""


@dataclass(frozen=True, slots=True)
class Voice(Generic[Label]):
    """A label, and who gave it."""

    annotators: tuple[str, ...]
    label: Label


@dataclass(frozen=True, slots=True)
class WrongLink:
    """A statement linked to a priority that it does not implement; ``nearest`` is the evidence under that priority."""

    plan: str
    text: str
    link: Link
    nearest: Nearest | None
    labels: tuple[Voice[tuple[str, ...]], ...]
    share: float


@dataclass(frozen=True, slots=True)
class MissedLink:
    """A labelled priority that a statement is not linked to.

    ``nearest`` is the evidence under it, ``rank`` its place among the priorities by evidence (from 1), both None where
    there is none; ``instead`` is what the statement is linked to.
    """

    plan: str
    text: str
    priority: str
    nearest: Nearest | None
    rank: int | None
    instead: tuple[Link, ...]
    labels: tuple[Voice[tuple[str, ...]], ...]
    share: float


@dataclass(frozen=True, slots=True)
class CoverageMistake:
    """An upper measure whose status is not what the labels say; ``distance`` is the mean difference, 0 to 2."""

    plan: str
    measure: ComparedMeasure
    labels: tuple[Voice[CoverageLabel], ...]
    distance: float


@dataclass(frozen=True, slots=True)
class Unread:
    """A labelled statement that the reader did not find whole: what it found of it, and the share of its characters."""

    plan: str
    text: str
    found: tuple[str, ...]
    share: float
    annotators: tuple[str, ...]


def wrong_links(comparisons: Iterable[Comparison]) -> list[WrongLink]:
    """Links to priorities that an annotator, or all of them, did not label."""
    result = []
    for comparison in comparisons:
        for compared, own, labels in _rows(comparison):
            for link in compared.links:
                share = _share(own, lambda c, p=link.priority: p not in c.statement.priorities)  # type: ignore[misc]
                if share:
                    nearest = next((n for n in compared.nearest if n.priority == link.priority), None)
                    text = compared.statement.printed
                    result.append(WrongLink(comparison.plan, text, link, nearest, labels, share))
    return sorted(result, key=lambda m: (-m.share, -m.link.confidence, -m.link.score))


def missed_links(comparisons: Iterable[Comparison]) -> list[MissedLink]:
    """Labelled priorities without a link; how sure the product was is its confidence in what it found instead."""
    result = []
    for comparison in comparisons:
        for compared, own, labels in _rows(comparison):
            found = {link.priority for link in compared.links}
            wanted = {p: None for c in own for p in c.statement.priorities if p not in found}
            for priority in wanted:
                share = _share(own, lambda c, p=priority: p in c.statement.priorities)  # type: ignore[misc]
                ranked = [n.priority for n in compared.nearest]
                rank = ranked.index(priority) if priority in ranked else None
                result.append(
                    MissedLink(
                        comparison.plan, compared.statement.printed, priority,
                        None if rank is None else compared.nearest[rank], None if rank is None else rank + 1,
                        compared.links, labels, share,
                    )
                )  # fmt: skip
    return sorted(
        result,
        key=lambda m: (
            -m.share,
            -max((link.confidence for link in m.instead), default=0.0),
            m.nearest.score if m.nearest else 0.0,
        ),
    )


def coverage_mistakes(comparisons: Iterable[Comparison]) -> list[CoverageMistake]:
    """Statuses that differ from a label, those furthest from it first."""
    result = []
    for comparison in comparisons:
        for measure in comparison.coverage:
            given = [label for label in measure.labels if label]
            distance = sum(abs(measure.rank - label.level) for label in given) / max(len(given), 1)
            if distance:
                voices = _voices(comparison.annotators, measure.labels)
                result.append(CoverageMistake(comparison.plan, measure, voices, distance))

    def sureness(mistake: CoverageMistake) -> float:
        score = mistake.measure.found.score if mistake.measure.found else 0.0
        claimed = mistake.measure.rank > min(voice.label.level for voice in mistake.labels)
        return score if claimed else 1 - score

    return sorted(result, key=lambda m: (-m.distance, -sureness(m)))


def unread(comparisons: Iterable[Comparison]) -> list[Unread]:
    """Statements that the reader did not find whole, the least found first."""
    result = []
    for comparison in comparisons:
        for row in comparison.rows:
            missed = [(a, c) for a, c in zip(comparison.annotators, row, strict=True) if c and not c.whole]
            if missed:
                compared = missed[0][1]
                found = tuple(comparison.measures[m]["text"] for m in compared.measures)
                names = tuple(annotator for annotator, _ in missed)
                result.append(
                    Unread(comparison.plan, compared.statement.printed, found, compared.share, names)
                )
    return sorted(result, key=lambda m: m.share)


def confusion(comparisons: Iterable[Comparison]) -> Counter[tuple[str, str]]:
    """How often each labelled priority met each found one, once for each statement and annotator.

    Found is the strongest link; labelled is that same priority where it is among the labels, else the first label.
    :data:`NONE` stands for no label or no link.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for comparison in comparisons:
        for compared in (c for row in comparison.rows for c in row if c):
            labelled = compared.statement.priorities
            found = compared.links[0].priority if compared.links else NONE
            counts[found if found in labelled else (labelled[0] if labelled else NONE), found] += 1
    return counts


Compared = tuple[ComparedStatement, list[ComparedStatement], tuple[Voice[tuple[str, ...]], ...]]


def _rows(comparison: Comparison) -> Iterable[Compared]:
    """Each statement as its first annotator has it, as all have it, and all labels."""
    for row in comparison.rows:
        own = [compared for compared in row if compared]
        labels = [compared.statement.priorities if compared else None for compared in row]
        yield own[0], own, _voices(comparison.annotators, labels)


def _share(rows: Sequence[ComparedStatement], holds: Callable[[ComparedStatement], bool]) -> float:
    return sum(map(holds, rows)) / len(rows)


def _voices(annotators: Sequence[str], labels: Sequence[Label | None]) -> tuple[Voice[Label], ...]:
    """One voice a label, in the order of the annotators; who gave none is silent."""
    voices: list[Voice[Label]] = []
    for annotator, label in zip(annotators, labels, strict=True):
        if label is None:
            continue
        same = next((i for i, voice in enumerate(voices) if voice.label == label), None)
        if same is None:
            voices.append(Voice((annotator,), label))
        else:
            voices[same] = Voice((*voices[same].annotators, annotator), label)
    return tuple(voices)
