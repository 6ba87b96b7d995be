"""Tokenised sentences as arrays, and what is drawn from them: a count matrix, pairs that belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from tokenizers import Tokenizer

from training.texts import HELD_OUT, Sentence
from training.tokenizer import SPECIALS

_BATCH: Final = 20_000
_REACH: Final = 30

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentence ``i`` is ``ids[offsets[i]:offsets[i + 1]]``; the other arrays hold one value a sentence."""

    ids: NDArray[np.int32]
    offsets: Ints
    document: Ints
    section: Ints
    heading: NDArray[np.bool_]
    pieces: int

    @property
    def lengths(self) -> Ints:
        """Tokens of each sentence."""
        return np.diff(self.offsets)

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """Whether each sentence is kept for development."""
        held: NDArray[np.bool_] = self.document % HELD_OUT == 0
        return held

    @property
    def counts(self) -> Ints:
        """How often each piece occurs."""
        return np.bincount(self.ids, minlength=self.pieces)

    def tokens(self, sentence: int) -> NDArray[np.int32]:
        """The pieces of one sentence."""
        return self.ids[self.offsets[sentence] : self.offsets[sentence + 1]]

    def matrix(self) -> csr_array:
        """Counts of pieces, shape ``(sentences, pieces)``, float32."""
        return csr_array(
            (np.ones(len(self.ids), np.float32), self.ids, self.offsets),
            shape=(len(self.offsets) - 1, self.pieces),
            copy=True,  # a matrix sorts and joins its indices in place, and these are the sentences
        )


def tokenised(tokenizer: Tokenizer, sentences: Iterable[Sentence]) -> Corpus:
    """``sentences`` as arrays; pieces that are not known are left out."""
    ids: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    facts: list[tuple[int, int, bool]] = []
    batch: list[Sentence] = []

    def flush() -> None:
        for encoding in tokenizer.encode_batch_fast([s.text for s in batch], add_special_tokens=False):
            known = np.asarray(encoding.ids, np.int32)
            known = known[known >= len(SPECIALS)]
            ids.append(known)
            lengths.append(len(known))
        facts.extend((s.document, s.section, s.heading) for s in batch)
        batch.clear()

    for sentence in sentences:
        batch.append(sentence)
        if len(batch) == _BATCH:
            flush()
    flush()
    document, section, heading = (np.array(column) for column in zip(*facts, strict=True))
    return Corpus(
        np.concatenate(ids), np.concatenate([[0], np.cumsum(lengths)]), document, section, heading,
        tokenizer.get_vocab_size(),
    )  # fmt: skip


class Pairs:
    """Pairs of texts that belong together, drawn at random from what is not held out.

    Neighbouring sentences of one section, the two halves of a sentence, a heading and a sentence of its section: one
    third each.
    """

    def __init__(self, corpus: Corpus, seed: int = 0) -> None:
        self._corpus = corpus
        self._random = np.random.default_rng(seed)
        lengths, held = corpus.lengths, corpus.held_out
        self._key = corpus.document * (1 + corpus.section.max() + 1) + corpus.section
        same = self._key[:-1] == self._key[1:]
        inside = same & (corpus.section[:-1] >= 0) & ~corpus.heading[:-1] & ~held[:-1]
        self._neighbours = np.flatnonzero(inside & (lengths[:-1] >= 4) & (lengths[1:] >= 4))
        self._whole = np.flatnonzero((lengths >= 12) & ~held)
        self._headings = np.flatnonzero(corpus.heading[:-1] & same & ~held[:-1] & (lengths[:-1] >= 3))

    def draw(self, count: int) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
        """``count`` pairs as two lists of token arrays."""
        drawn = [self._one(kind) for kind in self._random.choice(3, count)]
        return [left for left, _ in drawn], [right for _, right in drawn]

    def _one(self, kind: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        corpus = self._corpus
        if kind == 0:
            at = int(self._random.choice(self._neighbours))
            return corpus.tokens(at), corpus.tokens(at + 1)
        if kind == 1:
            whole = corpus.tokens(int(self._random.choice(self._whole)))
            return whole[: len(whole) // 2], whole[len(whole) // 2 :]
        at = int(self._random.choice(self._headings))
        end = at + 1 + int(np.argmin(self._key[at + 1 : at + _REACH] == self._key[at]) or _REACH - 1)
        other = corpus.tokens(int(self._random.integers(at + 1, min(end, len(self._key)))))
        return corpus.tokens(at), other if len(other) >= 3 else corpus.tokens(at)
