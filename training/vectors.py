"""Vectors of pieces: PPMI over sentences, factored (Levy & Goldberg 2014), weighted by rarity (Arora et al. 2017)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.utils.extmath import randomized_svd

from embeddings.search import Dense, unit
from training.corpus import Corpus

CONTEXT_POWER: Final = 0.75
LEAST_TOGETHER: Final = 0.15
_SHORTEST, _LONGEST = 3, 60
_BLOCK: Final = 200_000


def ppmi(corpus: Corpus) -> csr_array:
    """Positive pointwise mutual information of pieces within a sentence, shape ``(pieces, pieces)``.

    Each different sentence counts once; its pairs share a weight of its length, so that long ones do not rule.
    """
    sentences = corpus.matrix()
    sentences.sum_duplicates()
    sentences.data[:] = 1
    sizes = np.diff(sentences.indptr)
    wanted = (sizes >= _SHORTEST) & (sizes <= _LONGEST) & ~corpus.held_out
    seen: set[bytes] = set()
    for row in np.flatnonzero(wanted):
        key = sentences.indices[sentences.indptr[row] : sentences.indptr[row + 1]].tobytes()
        wanted[row] = key not in seen
        seen.add(key)
    sentences = sentences[np.flatnonzero(wanted)]
    together = csr_array((corpus.pieces, corpus.pieces), dtype=np.float32)
    for start in range(0, sentences.shape[0], _BLOCK):
        block = sentences[start : start + _BLOCK]
        sizes = np.diff(block.indptr)
        weighted = block.copy()
        weighted.data = np.repeat((1 / np.maximum(sizes - 1, 1)).astype(np.float32), sizes)
        together = together + block.T @ weighted
    pairs = together.tocoo()
    kept = (pairs.data >= LEAST_TOGETHER) & (pairs.row != pairs.col)
    rows, columns, counts = pairs.row[kept], pairs.col[kept], pairs.data[kept].astype(np.float64)
    total = counts.sum()
    piece = np.bincount(rows, counts, corpus.pieces) / total
    context = np.bincount(columns, counts, corpus.pieces) ** CONTEXT_POWER
    context /= context.sum()
    values = np.log(counts / total / (piece[rows] * context[columns]))
    positive = values > 0
    return csr_array(
        (values[positive].astype(np.float32), (rows[positive], columns[positive])),
        shape=(corpus.pieces, corpus.pieces),
    )


def factored(matrix: csr_array, dimensions: int, power: float) -> Dense:
    """Unit vectors of pieces: left singular vectors times the singular values to ``power``."""
    left, singular, _ = randomized_svd(matrix, dimensions, n_iter=3, random_state=0)
    return unit(np.asarray(left * singular**power, np.float32))


def rarity(counts: NDArray[np.int64], a: float) -> Dense:
    """Smooth inverse frequency ``a / (a + p)`` of each piece, shape ``(pieces, 1)``."""
    share = counts / counts.sum()
    return np.asarray((a / (a + share))[:, None], np.float32)


def without_common(vectors: Dense, corpus: Corpus, components: int) -> Dense:
    """``vectors`` without the directions that most sentences share, found on every fiftieth sentence."""
    if components == 0:
        return vectors
    sample = unit(np.asarray(corpus.matrix()[::50] @ vectors, np.float32))
    _, _, directions = np.linalg.svd(sample, full_matrices=False)
    common = directions[:components]
    return np.asarray(vectors - vectors @ common.T @ common, np.float32)
