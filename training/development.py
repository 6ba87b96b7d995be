"""The score that training stops by: are sentences of held-out documents nearest to their own section?

It needs no labels of people: in each held-out document with several sections, the heading and the first half of a
section's sentences make its profile, and each sentence of the second half is to find it among all profiles.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from embeddings.search import Dense, unit
from training.corpus import Corpus, Ints

MOST_DOCUMENTS: Final = 400
_SENTENCES = range(4, 61)
_SECTIONS = range(6, 61)


class Development:
    """The held-out documents, ready to be scored against."""

    def __init__(self, corpus: Corpus) -> None:
        self._matrix: csr_array = corpus.matrix()
        self._cases: list[tuple[list[list[int]], Ints, Ints]] = []
        held = np.unique(corpus.document[corpus.held_out])
        np.random.default_rng(0).shuffle(held)
        starts = np.searchsorted(corpus.document, held)
        ends = np.searchsorted(corpus.document, held, side="right")
        for start, end in zip(starts, ends, strict=True):
            sections: dict[int, list[int]] = {}
            for index in range(start, end):
                if corpus.section[index] >= 0:
                    sections.setdefault(int(corpus.section[index]), []).append(index)
            chosen = [rows for rows in sections.values() if len(rows) in _SENTENCES]
            if len(chosen) in _SECTIONS and len(self._cases) < MOST_DOCUMENTS:
                self._cases.append(_case(corpus, chosen))

    @property
    def size(self) -> tuple[int, int]:
        """Documents, and sentences that look for their section."""
        return len(self._cases), sum(len(queries) for _, queries, _ in self._cases)

    def score(self, vectors: Dense) -> float:
        """Share of sentences whose nearest profile is that of their own section."""
        right = 0
        for profiles, queries, labels in self._cases:
            found = np.stack([unit(self._matrix[rows] @ vectors).mean(axis=0) for rows in profiles])
            likeness = unit(self._matrix[queries] @ vectors) @ unit(found).T
            right += int((likeness.argmax(axis=1) == labels).sum())
        return right / max(self.size[1], 1)


def _case(corpus: Corpus, sections: list[list[int]]) -> tuple[list[list[int]], Ints, Ints]:
    profiles: list[list[int]] = []
    queries: list[int] = []
    labels: list[int] = []
    for label, rows in enumerate(sections):
        headings = [row for row in rows if corpus.heading[row]]
        body = [row for row in rows if not corpus.heading[row]]
        half = len(body) // 2
        profiles.append(headings + body[:half])
        queries += body[half:]
        labels += [label] * (len(body) - half)
    return profiles, np.array(queries), np.array(labels)
