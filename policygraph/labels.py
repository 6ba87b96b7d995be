"""Labels made by people: the files that hold them, and the scores against them. The format is in :mod:`policygraph.evaluate`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError, NotFoundError
from graph.store import Store
from ingest.decode import decode, read_bytes
from ingest.markers import line_marker
from queries import answers

_LEVELS: Final = ("0", "1", "2")
_KEEP: Final = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, each from 0 to 1."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, predicted: set[Any], gold: set[Any]) -> "Score":
        """The score of a set against the set that it should be."""
        right = len(predicted & gold)
        precision = right / len(predicted) if predicted else 0.0
        recall = right / len(gold) if gold else 0.0
        return cls(precision, recall, f1(precision, recall))


@dataclass(frozen=True, slots=True)
class Statement:
    """A planned statement, and the priorities that it implements, best first.

    ``text`` is without number and punctuation, ``printed`` as it stands in the file of labels.
    """

    text: str
    priorities: tuple[str, ...]
    printed: str


@dataclass(frozen=True, slots=True)
class CoverageLabel:
    """What an annotator says of one upper measure: 0 not addressed, 1 related, 2 covered; the best evidence, or nothing."""

    level: int
    quote: str


def f1(precision: float, recall: float) -> float:
    """The harmonic mean, 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def labelled_plans(store: Store, gold: Path) -> list[tuple[str, str, Path]]:
    """Id, annotator and file of statements of every labelled plan that the store holds.

    Raises:
        InputError: there is no such folder, or no labels in it.
        NotFoundError: the store holds none of the labelled plans.
    """
    if not gold.is_dir():
        raise InputError("the folder does not exist", where=str(gold), remedy="Name a folder of labels.")
    files = sorted(gold.glob("statements_*_*.tsv"))
    if not files:
        raise InputError(
            "there is no statements_<plan>_<annotator>.tsv",
            where=str(gold),
            remedy="Name a folder of labels.",
        )
    plans = {Path(p["source"]).stem: p["id"] for p in answers.plans(store)}
    named = [(*path.stem.removeprefix("statements_").rpartition("_")[::2], path) for path in files]
    found = [(plans[name], annotator, path) for name, annotator, path in named if name in plans]
    if not found:
        raise NotFoundError(
            f"the store holds none of the labelled plans ({', '.join(sorted({n for n, _, _ in named}))})",
            where=str(gold),
            remedy="Build it from the files of these names first.",
        )
    return found


def statements(path: Path) -> list[Statement]:
    """The labelled statements of one file, in order."""
    result = []
    for number, row in enumerate(table(path, 3), start=1):
        if "?" in row[1]:
            raise InputError(
                f"line {number} is not labelled yet",
                where=str(path),
                remedy="Put the priorities that it implements in place of ?, or nothing where there are none.",
            )
        marker = line_marker(row[2])
        text = row[2][len(marker.printed) :] if marker else row[2]
        result.append(Statement(plain(text), tuple(p for p in row[1].split(",") if p), row[2]))
    return result


def national_measures(gold: Path) -> dict[str, tuple[str, str]]:
    """Priority and words of each labelled national measure, by id."""
    rows = table(gold / "national_measures.tsv", 3)
    return {row[0]: (row[1], row[2]) for row in rows if row[0] != "id"}


def coverage_labels(path: Path, national: Collection[str]) -> dict[str, CoverageLabel]:
    """The labels of one file of coverage, by the id of the national measure.

    Raises:
        InputError: the file is missing or broken, or has a label or an id (none of ``national``) that is none.
    """
    labels = {}
    for row in table(path, 2):
        if row[1] not in _LEVELS:
            raise InputError(
                f"{row[1]!r} is no label of {row[0]}", where=str(path), remedy="Write 0, 1 or 2."
            )
        if row[0] not in national:
            raise InputError(
                f"measure {row[0]!r} is not in national_measures.tsv",
                where=str(path),
                remedy="Correct the id, or add the measure there.",
            )
        labels[row[0]] = CoverageLabel(int(row[1]), row[2].strip() if len(row) > 2 else "")
    return labels


def table(path: Path, columns: int) -> list[list[str]]:
    text, _ = decode(read_bytes(path), str(path))
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    for number, row in enumerate(rows, start=1):
        if len(row) < columns:
            raise InputError(f"line {number} has fewer than {columns} columns", where=str(path))
    return rows


def plain(text: str) -> str:
    """Only the Chinese characters, letters and digits of ``text``."""
    return _KEEP.sub("", text)
