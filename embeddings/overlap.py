"""How much of one text's content another text holds, word by word: rare words weigh more than common ones.

Three measures, all from 0 to 1, whatever the encoder:

- :class:`WordOverlap`: the very same words (character pairs).
- :class:`MeaningOverlap`: the same or a similar word (pieces of policy-zh, by their vectors).
- :class:`WordingOverlap`: the same characters, and above all no stretch without any: 修缮 and 修复 share one, and what
  is missing altogether is more often what the other text does not do.

A word is rare where official texts seldom have it, and where few measures of the two plans have it: 城市 says
nothing in a plan about cities.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.search import Dense, blocks
from embeddings.static import StaticEncoder, policy_zh

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from embeddings.char_ngrams import CharNgramEncoder

Indices = NDArray[np.int64]
_PAIRS_AT_ONCE: Final = 1 << 15
_WORD: Final = 2
_STRETCH: Final = 1.25
"""How much more a stretch counts than the characters in it one by one: its weight to this power."""


@cache
def characters() -> "CharNgramEncoder":
    """The character n-grams that ship with the product."""
    from embeddings.char_ngrams import CharNgramEncoder

    return CharNgramEncoder()


def reference() -> StaticEncoder:
    """The static encoder that ships with the product; its scale is the one that features are given on."""
    return policy_zh()


class WordOverlap:
    """Share of an upper text's words that a local text holds.

    Args:
        local: texts that may hold the words.
        upper: texts whose words are looked for.
        plans: all measures of both plans, by which words are common or rare.
    """

    def __init__(self, local: Sequence[str], upper: Sequence[str], plans: Sequence[str]) -> None:
        sought = [frozenset(_words(text)) for text in upper]
        columns = {word: i for i, word in enumerate(sorted(frozenset().union(*sought)))}
        rare = _Rarity((frozenset(_words(text)) for text in plans), len(plans))
        weights = {word: characters().rarity(word) * rare(word) for word in columns}
        shares = []
        for words in sought:
            whole = sum(weights[word] for word in words) or 1.0
            shares.append({columns[word]: weights[word] / whole for word in words})
        self._upper = _sparse(shares, len(columns))
        different, self._row = once(local)
        held = ({columns[word]: 1.0 for word in _words(text) if word in columns} for text in different)
        self._local = _sparse(held, len(columns))

    def __call__(self, rows: Indices, columns: Indices) -> Dense:
        """Overlap of each pair of local row and upper column."""
        result = np.empty(len(rows), np.float32)
        for part in blocks(len(rows), _PAIRS_AT_ONCE):
            local = self._local[self._row[rows[part]]]
            result[part] = local.multiply(self._upper[columns[part]]).sum(axis=1)
        return result


class MeaningOverlap:
    """Share of a text's words to which the other text has the same or a similar word, both ways.

    Args:
        local, upper: the measures of both plans.
        counted: which of ``upper`` count when it is asked which words are common or rare.
    """

    def __init__(self, local: Sequence[str], upper: Sequence[str], counted: Sequence[bool]) -> None:
        encoder = reference()
        held, self._upper = encoder.pieces(local), encoder.pieces(upper)
        plans = [*held, *(pieces for pieces, counts in zip(self._upper, counted, strict=True) if counts)]
        rare = _Rarity((frozenset(pieces.tolist()) for pieces in plans), len(plans))
        vectors = encoder.piece_vectors
        known, place = np.unique(np.concatenate([*held, *self._upper]), return_inverse=True)
        lengths = np.linalg.norm(vectors[known], axis=1)
        self._weights = np.array(
            [length**2 * rare(piece) for length, piece in zip(lengths.tolist(), known.tolist(), strict=True)],
            np.float32,
        )
        self._vectors = vectors[known] / lengths[:, None]
        self._sizes = np.array([len(pieces) for pieces in held], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._held = place[: int(self._sizes.sum())]
        self._sought = np.split(place[len(self._held) :], np.cumsum([len(p) for p in self._upper])[:-1])

    def __call__(self, rows: Indices, columns: Indices) -> tuple[Dense, Dense]:
        """For each pair: share of the upper text that the local one holds, and the reverse."""
        forward = np.zeros(len(rows), np.float32)
        reverse = np.zeros(len(rows), np.float32)
        order = np.argsort(columns, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(columns[order])) + 1) if len(order) else []
        for part in blocks(len(groups)):
            texts = [self._sought[columns[group[0]]] for group in groups[part]]
            pieces, place = np.unique(np.concatenate(texts), return_inverse=True)
            similar = np.clip(self._vectors[pieces] @ self._vectors.T, 0, 1)
            bounds = np.cumsum([len(text) for text in texts])[:-1]
            for group, text, sought in zip(groups[part], texts, np.split(place, bounds), strict=True):
                pair = self._one(rows[group], similar[sought], self._weights[text])
                forward[group], reverse[group] = pair
        return forward, reverse

    def _one(self, rows: Indices, similar: Dense, weights: Dense) -> tuple[Dense, Dense]:
        """All pairs of one upper text: how alike its pieces are to all others, and their weights."""
        forward, reverse = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        filled = np.flatnonzero(self._sizes[rows])
        sizes = self._sizes[rows][filled]
        if not len(weights) or not len(filled):
            return forward, reverse
        starts = np.cumsum(sizes) - sizes
        run = np.arange(int(sizes.sum())) - np.repeat(starts, sizes)
        held = self._held[run + np.repeat(self._starts[rows][filled], sizes)]
        alike = similar[:, held]
        if weights.sum() > 0:
            forward[filled] = weights @ np.maximum.reduceat(alike, starts, axis=1) / weights.sum()
        own = self._weights[held]
        whole = np.add.reduceat(own, starts)
        reverse[filled] = np.add.reduceat(own * alike.max(axis=0), starts) / np.where(whole > 0, whole, 1)
        return forward, reverse


class WordingOverlap:
    """Share of an upper text's characters that a local text holds, less for every stretch of which it holds none.

    Args:
        local, upper: the measures of both plans.
        counted: which of ``upper`` count when it is asked which characters are common or rare.
    """

    def __init__(self, local: Sequence[str], upper: Sequence[str], counted: Sequence[bool]) -> None:
        held, sought = [_symbols(text) for text in local], [_symbols(text) for text in upper]
        known: dict[str, int] = {}
        places = [[known.setdefault(symbol, len(known)) for symbol in text] for text in sought]
        plans = [*held, *(text for text, counts in zip(sought, counted, strict=True) if counts)]
        rare = _Rarity(map(frozenset, plans), len(plans))
        self._weights = np.array([rare(symbol) for symbol in known], np.float32)
        self._sought, self._sizes, self._starts = _flat(places)
        whole = np.add.reduceat(self._weights[self._sought], self._starts[self._sizes > 0])
        self._whole = np.zeros(len(upper), np.float32)
        self._whole[self._sizes > 0] = whole
        self._held, self._counts, self._firsts = _flat(
            [[known[symbol] for symbol in set(text) if symbol in known] for text in held]
        )

    def __call__(self, rows: Indices, columns: Indices) -> Dense:
        """Overlap of each pair of local row and upper column."""
        result = np.empty(len(rows), np.float32)
        for part in blocks(len(rows), _PAIRS_AT_ONCE):
            result[part] = self._some(rows[part], columns[part])
        return result

    def _some(self, rows: Indices, columns: Indices) -> Dense:
        """Walks along all upper texts at once, the longest first, so that those that have ended are the last ones."""
        order = np.argsort(-self._sizes[columns], kind="stable")
        columns = columns[order]
        sizes, starts = self._sizes[columns], self._starts[columns]
        texts, row = np.unique(rows[order], return_inverse=True)
        held = np.zeros((len(texts), len(self._weights)), bool)
        counts = self._counts[texts]
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        held[
            np.repeat(np.arange(len(texts)), counts),
            self._held[within + np.repeat(self._firsts[texts], counts)],
        ] = True
        lost, stretch = np.zeros(len(columns), np.float32), np.zeros(len(columns), np.float32)
        for place in range(int(sizes.max(initial=0))):
            going = int(np.searchsorted(-sizes, -place))
            symbols = self._sought[starts[:going] + place]
            here = held[row[:going], symbols]
            ended = np.flatnonzero(here & (stretch[:going] > 0))
            lost[ended] += stretch[ended] ** _STRETCH
            stretch[:going] = np.where(here, 0, stretch[:going] + self._weights[symbols])
        whole = self._whole[columns] ** _STRETCH
        result = np.zeros(len(columns), np.float32)
        result[order] = np.where(whole > 0, 1 - (lost + stretch**_STRETCH) / np.where(whole > 0, whole, 1), 0)
        return np.maximum(result, 0)


def _flat(texts: Sequence[Sequence[int]]) -> tuple[Indices, Indices, Indices]:
    """All in one row, and of each its size and where it starts."""
    sizes = np.array([len(text) for text in texts], np.int64)
    return np.array([place for text in texts for place in text], np.int64), sizes, np.cumsum(sizes) - sizes


def once(texts: Sequence[str]) -> tuple[list[str], Indices]:
    """Each text once, and which of them every text is: clauses of one sentence share it, and so do headings."""
    order: dict[str, int] = {}
    rows = np.array([order.setdefault(text, len(order)) for text in texts], np.int64)
    return list(order), rows


def _words(text: str) -> list[str]:
    from embeddings.char_ngrams import ngrams

    return [gram for gram in ngrams(text) if len(gram) == _WORD or gram.isascii()]


def _symbols(text: str) -> list[str]:
    """Chinese characters and Latin words, in order."""
    from embeddings.char_ngrams import runs

    return [symbol for run in runs(text) for symbol in ([run.upper()] if run.isascii() else run)]


class _Rarity:
    """How few of the texts have a word: ``ln((N + 1) / (document frequency + ½))``."""

    def __init__(self, texts: Iterable[frozenset[Hashable]], total: int) -> None:
        self._counts: Counter[Hashable] = Counter(word for text in texts for word in text)
        self._total = total

    def __call__(self, word: Hashable) -> float:
        return float(np.log((self._total + 1) / (max(self._counts[word], 0.5) + 0.5)))


def _sparse(rows: Iterable[dict[int, float]], width: int) -> "csr_array":
    from scipy.sparse import csr_array

    indptr, indices, data = [0], list[int](), list[float]()
    for row in rows:
        indices += row.keys()
        data += row.values()
        indptr.append(len(indices))
    return csr_array(
        (np.asarray(data, np.float32), np.asarray(indices, np.int32), np.asarray(indptr, np.int32)),
        shape=(len(indptr) - 1, width),
    )
