"""A cross-encoder as an adviser (extra ``models``): it reads a local statement and an upper measure together.

The model runs in a process of its own, see :mod:`embeddings.worker`. Its score of the upper measure that fits best
decides; a task without measures is judged by its title.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from embeddings.encoder import Progress
from embeddings.opinion import MEASURES_READ, Opinion, Question
from embeddings.search import Dense
from embeddings.worker import Spec, Worker, fingerprint, load
from graph.errors import SettingsError

_BATCHES_A_CALL: Final = 8
_INPUT: Final = "headings text | title measure"
"""How the two sides are put together; part of the fingerprint."""

Pair = tuple[str, str]


def pairs(question: Question) -> list[Pair]:
    """What the model reads: the statement under its headings, with each upper measure under its task's title."""
    local = " ".join((*question.local_headings, question.local))
    measures = question.upper_measures[:MEASURES_READ]
    return [(local, f"{question.upper_title} {measure}") for measure in measures] or [
        (local, question.upper_title)
    ]


class CrossEncoderAdviser:
    """Opinions of a cross-encoder of sentence-transformers, without reasons.

    The probability is the sigmoid of a model's single score, whatever activation the model brings; of a classifier,
    it is the share of its class ``entailment``, or of the second of two classes.

    Args:
        model: folder, or name with an optional ``@REVISION`` (branch, tag or commit) that pins it.
        device: ``cpu``, ``cuda``, ``mps`` …; empty lets the library choose.
        batch_size: pairs of texts a step.
        local_files_only: never ask a hub.
    """

    def __init__(
        self, model: str, *, device: str = "", batch_size: int = 32, local_files_only: bool = False
    ) -> None:
        self._worker = Worker("CrossEncoder", model, device=device, local_files_only=local_files_only)
        self.name = self._worker.spec.name
        self._batch_size = batch_size

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's own weights and settings, wherever they came from, and of how it is asked."""
        return self._worker.call(fingerprint, _INPUT)

    def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
        """See :class:`embeddings.opinion.Adviser`.

        Raises:
            SettingsError: the model cannot be loaded, or judges no pairs.
            MissingExtraError: the model needs a package that is not installed.
        """
        unique = list(dict.fromkeys(questions))
        opinions: dict[Question, Opinion] = {}
        for start in range(0, len(unique), self._step):
            part = unique[start : start + self._step]
            asked = [pairs(question) for question in part]
            scores = iter(self._worker.call(_scores, [p for of in asked for p in of], self._batch_size))
            for question, of in zip(part, asked, strict=True):
                opinions[question] = Opinion(max(float(next(scores)) for _ in of), "")
            if progress is not None:
                progress(len(opinions), len(unique))
        return [opinions[question] for question in questions]

    @property
    def _step(self) -> int:
        return max(1, self._batch_size * _BATCHES_A_CALL // MEASURES_READ)

    def close(self) -> None:
        """End the model's process; it also ends with this one."""
        self._worker.close()


# What follows runs in the model's process.


def _scores(spec: Spec, asked: list[Pair], batch_size: int) -> Dense:
    """Probability of each pair, float32 of shape ``(len(asked),)``."""
    from torch.nn import Sigmoid, Softmax

    model = load(spec)
    place = _place(model, spec)
    # Said explicitly: many models are saved with an activation that leaves their scores unbounded.
    activation = Sigmoid() if place is None else Softmax(dim=-1)
    scores = model.predict(
        asked, batch_size=batch_size, show_progress_bar=False, activation_fn=activation, convert_to_numpy=True
    )
    probabilities = np.asarray(scores if place is None else scores[:, place], dtype=np.float32)
    if not np.isfinite(probabilities).all():
        raise _unfit(spec, "the model's scores are not finite")
    return probabilities


def _place(model: Any, spec: Spec) -> int | None:
    """The class that says yes, or None where the model gives a single score."""
    heads = [str(name) for name in getattr(model.config, "architectures", None) or ()]
    if heads and not heads[0].endswith("ForSequenceClassification") and len(list(model.children())) == 1:
        # The library would put weights drawn by chance on top of it.
        raise _unfit(spec, f"this model judges no pairs of texts ({heads[0]})")
    if model.num_labels == 1:
        return None
    names = {str(label).lower(): int(i) for i, label in model.config.id2label.items()}
    if "entailment" in names:
        return names["entailment"]
    if model.num_labels == 2:
        return 1
    raise _unfit(spec, f"none of the model's {model.num_labels} classes is called entailment")


def _unfit(spec: Spec, message: str) -> SettingsError:
    return SettingsError(message, where=spec.name, remedy="Choose a cross-encoder, also called reranker.")
