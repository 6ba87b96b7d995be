"""Exact nearest neighbours in blocks of NumPy: no index, no approximation, memory bounded by the block.

SciPy is loaded where vectors are sparse: it takes longer to import than a dense model to load.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TypeGuard, cast, overload

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Dense = NDArray[np.float32]
BLOCK: Final = 256


def is_sparse(vectors: Vectors) -> "TypeGuard[csr_array]":
    """Whether vectors are kept as a sparse matrix."""
    return not isinstance(vectors, np.ndarray)


def similarities(queries: Vectors, targets: Vectors) -> Dense:
    """Dot products of all pairs, shape ``(len(queries), len(targets))``."""
    if is_sparse(queries):
        return np.asarray((queries @ cast("csr_array", targets).T).toarray(), dtype=np.float32)
    return np.asarray(queries @ cast(Dense, targets).T, dtype=np.float32)


def blocks(rows: int, size: int = BLOCK) -> Iterator[slice]:
    """Slices that cover ``rows`` rows, ``size`` at a time."""
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def top_k(
    queries: Vectors, targets: Vectors, k: int, *, block: int = BLOCK
) -> tuple[NDArray[np.int64], Dense]:
    """The ``k`` most similar targets of each query, best first; equal scores keep the order of the targets.

    Returns:
        Indices and scores, both of shape ``(len(queries), min(k, len(targets)))``.
    """
    width = min(k, targets.shape[0])
    indices = np.empty((queries.shape[0], width), np.int64)
    scores = np.empty((queries.shape[0], width), np.float32)
    for rows in blocks(queries.shape[0], block):
        found = similarities(queries[rows], targets)
        indices[rows] = best(found, width)
        scores[rows] = np.take_along_axis(found, indices[rows], axis=1)
    return indices, scores


def best(found: Dense, width: int) -> NDArray[np.int64]:
    """Columns of the ``width`` highest values of each row, in order; equal values keep the order of the columns."""
    least = np.partition(found, -width, axis=1)[:, -width] if width else found.max(axis=1, initial=0)
    row, column = np.nonzero(found >= least[:, None])
    order = np.lexsort((column, -found[row, column], row))
    first = np.searchsorted(row[order], np.arange(found.shape[0]))
    return np.asarray(column[order][first[:, None] + np.arange(width)], np.int64)


@overload
def unit(vectors: Dense) -> Dense: ...
@overload
def unit(vectors: Vectors) -> Vectors: ...
def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; zero rows stay zero."""
    if is_sparse(vectors):
        from scipy.sparse import csr_array

        lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
        scale = csr_array(
            (1 / np.where(lengths == 0, 1, lengths), (range(len(lengths)), range(len(lengths))))
        )
        return csr_array(scale @ vectors, dtype=np.float32)
    dense = cast(Dense, vectors)
    lengths = np.linalg.norm(dense, axis=1, keepdims=True)
    return np.asarray(dense / np.where(lengths == 0, 1, lengths), dtype=np.float32)
