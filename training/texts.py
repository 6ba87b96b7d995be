"""Texts to train on: folders of files to sentences that know their document and section.

A ``.txt`` file holds documents parted by empty lines, a paragraph a line; a ``.jsonl`` file one document a line, in its
field ``text``. Every tenth document, by its place in the shuffled whole, is held out for development.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.markers import line_marker

HELD_OUT: Final = 10
_STOP: Final = re.compile(r"(?<=[。；！？])")
_HEADINGS: Final = frozenset({"dun", "paren", "dot", "chapter"})
_HEADING_MAX: Final = 45
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or heading; ``section`` counts the numbered headings before it in its document, -1 without any."""

    text: str
    document: int
    section: int
    heading: bool

    @property
    def held_out(self) -> bool:
        """Whether it belongs to a document that is kept for development."""
        return self.document % HELD_OUT == 0


def documents(folders: Sequence[Path]) -> list[list[str]]:
    """All documents below ``folders`` as lists of paragraphs, in a fixed random order."""
    found: list[list[str]] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".txt":
                found += _parted(path)
            elif path.suffix == ".jsonl":
                with path.open(encoding="utf-8") as lines:
                    found += [_paragraphs(json.loads(line)["text"].split("\n")) for line in lines]
    found = [paragraphs for paragraphs in found if paragraphs]
    random.Random(0).shuffle(found)
    return found


def _parted(path: Path) -> Iterator[list[str]]:
    for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
        yield _paragraphs(block.split("\n"))


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def sentences(documents_: Sequence[Sequence[str]]) -> Iterator[Sentence]:
    """The sentences of all documents in order; a numbered line opens a section, and its first sentence is its heading."""
    for number, paragraphs in enumerate(documents_):
        section = -1
        for paragraph in paragraphs:
            marker = line_marker(paragraph)
            body = paragraph[len(marker.printed) :] if marker else paragraph
            parts = [part for part in _STOP.split(body) if len(part) >= _SHORTEST]
            if marker and marker.style in _HEADINGS and parts:
                section += 1
                if len(parts[0]) <= _HEADING_MAX:
                    yield Sentence(parts.pop(0), number, section, heading=True)
            for part in parts:
                yield Sentence(part, number, section, heading=False)
