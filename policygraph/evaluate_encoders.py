"""Encoders side by side on labelled plans: the same texts and the same scoring, or each its own.

Each encoder links the plans of a folder in a graph that is thrown away afterwards. Scores are the means over all
labelled plans and annotators of :mod:`policygraph.evaluate`; speed is that of encoding all planned measures, after one
call that loads the model, in this process or wherever the encoder computes.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.encoder import Encoder
from embeddings.scoring import Scoring
from embeddings.search import is_sparse
from graph.store import open_store
from policygraph import jobs
from policygraph.evaluate import evaluate

_REPEATS: Final = 5


@dataclass(frozen=True, slots=True)
class EncoderScores:
    """One encoder: scores from 0 to 1, vectors a second, dimensions (0 where they are sparse)."""

    encoder: str
    fingerprint: str
    top1: float
    link_f1: float
    coverage_f1: float
    gap_f1: float
    vectors_per_s: float
    dimensions: int


def evaluate_encoders(
    encoders: Sequence[tuple[Encoder, Scoring]],
    plans: Path,
    gold: Path,
    reporter: jobs.Reporter | None = None,
) -> list[EncoderScores]:
    """Score each of ``encoders``, with its scoring, on the plans of a folder that ``gold`` has labels for.

    Raises:
        InputError: a plan or a label cannot be read.
        NotFoundError: none of the plans is labelled.
    """
    found = []
    documents = jobs.read(plans, reporter)
    texts = [m.text for document in documents for m in document.measures if m.kind == "planned"]
    with tempfile.TemporaryDirectory() as folder, open_store(str(Path(folder) / "graph.kgl")) as store:
        jobs.load(store, documents, reporter)
        for encoder, scoring in encoders:
            jobs.link(store, encoder, scoring=scoring, reporter=reporter)
            scores = evaluate(store, gold)[-1]
            speed, dimensions = _speed(encoder, texts)
            found.append(
                EncoderScores(
                    encoder.name, encoder.fingerprint, scores.top1, scores.link.f1, scores.coverage.f1,
                    scores.gap_f1, speed, dimensions,
                )
            )  # fmt: skip
    return found


def _speed(encoder: Encoder, texts: Sequence[str]) -> tuple[float, int]:
    vectors = encoder.encode(texts[:1])
    start = time.perf_counter()
    for _ in range(_REPEATS):
        encoder.encode(texts)
    seconds = time.perf_counter() - start
    return _REPEATS * len(texts) / seconds, 0 if is_sparse(vectors) else vectors.shape[1]
