"""What the scoring model looks at, against values worked out by hand or by brute force."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from benchmarks.invented import Text, local_texts, upper_texts
from embeddings.encoder import Encoder, Progress
from embeddings.features import (
    CANDIDATES_PER_LOCAL,
    CANDIDATES_PER_UPPER,
    PAIR_FEATURES,
    TASK_FEATURES,
    Comparison,
    MeasureText,
)
from embeddings.linker import decide
from embeddings.overlap import characters, reference
from embeddings.scoring import choose, shipped_scoring
from embeddings.search import BLOCK, Dense, similarities
from tests.embeddings.texts import measure, planned, section


class Table:
    """Vectors by hand, on the scale of policy-zh."""

    name = "table"
    fingerprint = reference().fingerprint

    def __init__(self, **vectors: tuple[float, ...]) -> None:
        self._vectors = vectors
        self._zero = np.zeros(len(next(iter(vectors.values()))))

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:  # noqa: ARG002
        return np.array([self._vectors.get(text, self._zero) for text in texts], np.float32)


class Lifted:
    """policy-zh with all similarities lifted: ``share · similarity + 1 - share``."""

    name = "lifted"
    fingerprint = "lifted"

    def __init__(self, share: float) -> None:
        self._share = share

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:  # noqa: ARG002
        vectors = reference().encode(texts)
        constant = np.full((len(texts), 1), np.sqrt(1 - self._share), np.float32)
        return np.hstack([np.sqrt(self._share) * vectors, constant]).astype(np.float32)


def numbered(prefix: str, texts: Sequence[Text]) -> list[MeasureText]:
    return [
        MeasureText(f"{prefix}{i}", t.task, t.text, t.statement, t.headings, t.heading)
        for i, t in enumerate(texts)
    ]


def feature(values: Dense, name: str, names: Sequence[str] = TASK_FEATURES) -> Dense:
    return np.asarray(values[..., names.index(name)])


def scaled(encoder: Encoder, local: Sequence[str], upper: Sequence[MeasureText]) -> Dense:
    """Similarities with the mean and spread of policy-zh's."""
    found, wanted = (
        similarities(e.encode(local), e.encode([m.text for m in upper])) for e in (encoder, reference())
    )
    return np.asarray((found - found.mean()) / found.std() * wanted.std() + wanted.mean())


def finite(comparison: Comparison) -> None:
    assert np.isfinite(comparison.tasks).all()
    pairs = comparison.pairs(choose(shipped_scoring().tasks.logits(comparison.tasks)))
    assert np.isfinite(pairs.values).all()
    assert np.isfinite(pairs.reverse).all()


UPPER = [*section("n.1", "水", "供水"), measure("n.2#1", "绿道")]
AXES = {"供水": (1.0, 0.0), "绿道": (0.0, 1.0)}


def test_a_view_is_the_mean_of_the_best_measure_and_the_profile() -> None:
    upper = [measure("n.1#1", "供水"), measure("n.1#2", "绿道")]
    table = Table(**AXES, 管网=(0.8, 0.6), 小区=(0.0, 1.0), 扩绿=(0.6, 0.8))
    local = measure("p.1#1", "管网", "小区", statement="扩绿")
    found = Comparison([local], upper, table)
    assert found.units == ("n.1",)
    profile = 2**-0.5 * np.array([1, 1])
    clause, statement, headings = (
        (max(vector) + profile @ vector) / 2 for vector in ((0.8, 0.6), (0.6, 0.8), (0, 1))
    )
    np.testing.assert_allclose(
        [feature(found.tasks, name)[0, 0] for name in ("clause", "statement", "headings")],
        [clause, statement, headings],
        atol=1e-6,
    )
    assert found.tasks.shape == (1, 1, len(TASK_FEATURES))


def test_the_surroundings_of_a_measure() -> None:
    table = Table(**AXES, 总则=(1.0, 0.0), 修管=(0.6, 0.8), 修桥=(0.0, 1.0), 修路=(0.8, 0.6), 换管=(1.0, 0.0))
    upper = [measure("n.1#1", "供水"), measure("n.2#1", "绿道")]
    local = [
        measure("p.1#0", "总则", heading=True),
        measure("p.1.1#1", "修管"),
        measure("p.1.1#2", "修桥"),
        measure("p.1.2#1", "修路"),
        measure("p.2#0", "总则", heading=True),
        measure("p.10#1", "换管"),
    ]
    found = Comparison(local, upper, table).tasks
    # With one measure a task, a view is the vector itself.
    siblings: list[list[float]] = [[0, 0], [0, 1], [0.6, 0.8], [0, 0], [0, 0], [0, 0]]
    neighbours: list[list[float]] = [[0.3, 0.4], [0.5, 0.5], [0.7, 0.7], [0.5, 0.5], [0.9, 0.3], [0.5, 0]]
    children: list[list[float]] = [[1.4 / 3, 2.4 / 3], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]
    np.testing.assert_allclose(feature(found, "siblings"), siblings, atol=1e-6)
    np.testing.assert_allclose(feature(found, "neighbours"), neighbours, atol=1e-6)
    np.testing.assert_allclose(feature(found, "children"), children, atol=1e-6)


def test_clauses_of_one_sentence_are_one_statement_to_their_neighbours() -> None:
    table = Table(**AXES, 修管=(0.6, 0.8), 修桥=(0.0, 1.0), 修路=(0.8, 0.6), 换管=(1.0, 0.0), 句=(0.0, 0.0))
    upper = [measure("n.1#1", "供水"), measure("n.2#1", "绿道")]
    local = [
        measure("p.1#1", "修管", statement="句"),
        measure("p.1#2", "修路", statement="句"),
        measure("p.1#3", "换管"),
    ]
    found = Comparison(local, upper, table).tasks
    # The sentence's view is the best of its clauses', each the mean of clause and statement: (.4, .4).
    siblings: list[list[float]] = [[1, 0], [1, 0], [0.4, 0.4]]
    neighbours: list[list[float]] = [[0.5, 0], [0.5, 0], [0.2, 0.2]]
    np.testing.assert_allclose(feature(found, "siblings"), siblings, atol=1e-6)
    np.testing.assert_allclose(feature(found, "neighbours"), neighbours, atol=1e-6)


@pytest.mark.parametrize("encoder", [reference(), characters()], ids=lambda e: e.name)
def test_candidates_are_the_nearest_of_each_side(encoder: Encoder) -> None:
    local = numbered("p", local_texts(2 * BLOCK - 12))
    upper = numbered("n", upper_texts(6, 12))
    comparison = Comparison(local, upper, encoder)
    pairs = comparison.pairs(np.zeros((len(local), len(comparison.units)), np.float32))
    commitments = np.array([i for i, m in enumerate(upper) if not m.heading])
    assert set(pairs.columns) <= set(commitments.tolist())
    assert sorted(set(zip(pairs.rows, pairs.columns, strict=True))) == list(
        zip(pairs.rows, pairs.columns, strict=True)
    )
    clauses, statements = [m.text for m in local], [m.statement for m in local]
    near = (scaled(encoder, clauses, upper) + scaled(encoder, statements, upper)) / 2
    chosen = np.zeros(near.shape, bool)
    chosen[pairs.rows, pairs.columns] = True
    for row in range(len(local)):
        wanted = np.sort(near[row, commitments])[-CANDIDATES_PER_LOCAL:]
        found = np.sort(near[row][chosen[row]])[-CANDIDATES_PER_LOCAL:]
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    for column in commitments:
        wanted = np.sort(near[:, column])[-CANDIDATES_PER_UPPER:]
        found = np.sort(near[:, column][chosen[:, column]])[-CANDIDATES_PER_UPPER:]
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert len(pairs.rows) <= len(local) * CANDIDATES_PER_LOCAL + len(commitments) * CANDIDATES_PER_UPPER


def test_the_features_of_pairs_are_those_of_their_texts() -> None:
    local, upper = planned("songling-2025"), planned("national-2025")
    comparison = Comparison(local, upper, reference())
    implements = choose(shipped_scoring().tasks.logits(comparison.tasks))
    pairs = comparison.pairs(implements)
    assert pairs.values.shape == (len(pairs.rows), len(PAIR_FEATURES))
    texts = reference().encode([m.text for m in upper])
    statements = similarities(reference().encode([m.statement for m in local]), texts)
    above = similarities(reference().encode([" ".join(m.headings) for m in local]), texts)
    whole = (similarities(reference().encode([m.text for m in local]), texts) + statements) / 2
    preference = (whole - whole.mean(axis=1, keepdims=True)) / whole.std(axis=1, keepdims=True)
    place = pairs.rows, pairs.columns
    for name, wanted in (
        ("statement", statements[place]),
        ("headings", above[place]),
        ("preference", np.maximum(preference, 0)[place]),
    ):
        np.testing.assert_allclose(feature(pairs.values, name, PAIR_FEATURES), wanted, atol=1e-4)
    owner = [comparison.units.index(upper[column].task) for column in pairs.columns]
    task = np.exp(feature(pairs.values, "task", PAIR_FEATURES))
    np.testing.assert_allclose(task, implements[pairs.rows, owner] + 0.02, atol=1e-4)
    # What implements what changes that feature alone.
    other = comparison.pairs(np.zeros_like(implements))
    np.testing.assert_array_equal(other.values[:, :-1], pairs.values[:, :-1])
    assert np.all(other.values[:, -1] <= pairs.values[:, -1])


@pytest.mark.parametrize("share", [0.7, 0.3])
def test_an_encoder_of_another_scale_gives_the_same_features(share: float) -> None:
    local, upper = planned("songling-2025"), planned("national-2025")
    known, lifted = (Comparison(local, upper, encoder) for encoder in (reference(), Lifted(share)))
    raw = similarities(Lifted(share).encode([local[0].text]), Lifted(share).encode([upper[0].text]))
    assert raw.min() > 1 - share - 0.2
    for name in TASK_FEATURES:
        one, two = feature(known.tasks, name), feature(lifted.tasks, name)
        assert one.mean() == pytest.approx(two.mean(), abs=0.01), name
        assert np.abs(one - two).mean() < 0.03, name
        assert np.corrcoef(one.ravel(), two.ravel())[0, 1] > 0.98, name
    implements = choose(shipped_scoring().tasks.logits(known.tasks))
    ours, theirs = known.pairs(implements), lifted.pairs(implements)
    np.testing.assert_array_equal(ours.rows, theirs.rows)
    np.testing.assert_array_equal(ours.columns, theirs.columns)
    np.testing.assert_allclose(ours.values, theirs.values, atol=2e-3)


def test_an_encoder_of_another_scale_gives_nearly_the_same_links() -> None:
    local, upper = planned("songling-2025"), planned("national-2025")
    known, lifted = (
        {(d.source, d.target) for d in decide(local, upper, encoder, shipped_scoring()).measures}
        for encoder in (reference(), Lifted(0.3))
    )
    assert len(known) > 20
    assert len(known & lifted) >= 0.95 * len(known | lifted)


def test_characters_are_sparse_and_give_the_features_that_dense_vectors_would() -> None:
    local, upper = planned("songling-2025")[:40], planned("national-2025")

    class Densely:
        name, fingerprint = "densely", characters().fingerprint

        def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:  # noqa: ARG002
            return np.asarray(characters().encode(texts).toarray(), np.float32)

    one, two = Comparison(local, upper, characters()), Comparison(local, upper, Densely())
    np.testing.assert_allclose(one.tasks, two.tasks, atol=1e-4)
    implements = choose(shipped_scoring().tasks.logits(one.tasks))
    np.testing.assert_allclose(one.pairs(implements).values, two.pairs(implements).values, atol=2e-3)


BLANK = ["", " 　", "12.5%", "xx", "（）"]


@pytest.mark.parametrize("encoder", [reference(), characters(), Lifted(0.5)], ids=lambda e: e.name)
@pytest.mark.parametrize(
    "plans",
    [
        lambda: ([measure("p.1#1", "新建绿道")], [measure("n.1#1", "新建绿道")]),
        lambda: ([measure("p.1#1", "新建绿道")], [measure("n.1#0", "新建绿道", heading=True)]),
        lambda: (section("p.1", "", *BLANK), section("n.1", "", *BLANK)),
        lambda: (section("p.1", "新建绿道", *BLANK), section("n.1", "新建绿道", *BLANK)),
        lambda: ([measure("p.1#1", "新建绿道", "", "")], [measure("n.1#1", "新建绿道", "")]),
    ],
    ids=["one measure each", "a heading alone", "blank", "blank below headings", "blank headings"],
)
def test_texts_without_content_give_finite_values(
    plans: Callable[[], tuple[list[MeasureText], list[MeasureText]]], encoder: Encoder
) -> None:
    finite(Comparison(*plans(), encoder))


def test_one_measure_alone_has_no_surroundings() -> None:
    found = Comparison([measure("p.1#1", "新建绿道")], [measure("n.1#1", "新建绿道")], reference()).tasks
    for name in ("headings", "siblings", "neighbours", "children"):
        assert feature(found, name).tolist() == [[0]]
    for name in ("clause", "statement", "words"):
        assert feature(found, name)[0, 0] == pytest.approx(1, abs=1e-5)


def test_each_text_is_encoded_once_and_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    local = section("p.1", "绿色发展", "新建绿道", "植树")
    Comparison(local, UPPER, reference(), progress=lambda *told: seen.append(told))
    # Of clause, statement and headings of three measures there are three texts and "no headings".
    assert seen == [(4 + len(UPPER), 4 + len(UPPER))]
