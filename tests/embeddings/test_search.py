"""Exact search against the plain definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from embeddings.search import blocks, similarities, top_k, unit

shapes = st.tuples(
    st.integers(0, 9), st.integers(1, 9), st.integers(1, 5), st.integers(1, 12), st.integers(1, 4)
)


@settings(deadline=None, max_examples=60)
@given(shapes, st.booleans(), st.integers(0, 2**32 - 1))
def test_top_k_equals_sorting_everything(
    shape: tuple[int, int, int, int, int], sparse: bool, seed: int
) -> None:
    rows, columns, width, k, block = shape
    random = np.random.default_rng(seed)
    queries = random.integers(-3, 4, (rows, width)).astype(np.float32)
    targets = random.integers(-3, 4, (columns, width)).astype(np.float32)
    found, scores = top_k(
        csr_array(queries) if sparse else queries, csr_array(targets) if sparse else targets, k, block=block
    )
    whole = queries @ targets.T
    expected = np.argsort(-whole, axis=1, kind="stable")[:, :k]
    assert found.shape == scores.shape == (rows, min(k, columns))
    if rows:
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_allclose(scores, np.take_along_axis(whole, expected, axis=1))


@pytest.mark.parametrize("sparse", [False, True])
def test_vector_arithmetic_is_the_same_dense_and_sparse(sparse: bool) -> None:
    random = np.random.default_rng(7)
    a, b = (random.normal(size=(4, 6)).astype(np.float32) for _ in range(2))
    a[2] = 0
    make = csr_array if sparse else np.asarray

    def plain(vectors: object) -> np.ndarray:
        return vectors.toarray() if sparse else np.asarray(vectors)  # type: ignore[attr-defined]

    lengths = np.linalg.norm(a, axis=1, keepdims=True)
    np.testing.assert_allclose(plain(unit(make(a))), a / np.where(lengths == 0, 1, lengths), rtol=1e-5)
    np.testing.assert_allclose(similarities(make(a), make(b)), a @ b.T, rtol=1e-4, atol=1e-5)


def test_blocks_cover_all_rows_once() -> None:
    assert [i for part in blocks(10, 4) for i in range(part.start, part.stop)] == list(range(10))
    assert list(blocks(0, 4)) == []
