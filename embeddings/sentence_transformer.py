"""Any sentence-transformers model as an encoder (extra ``models``): a local folder, or a name on a model hub.

The model runs in a process of its own, see :mod:`embeddings.worker`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from embeddings.encoder import Backend, Progress
from embeddings.search import Dense, unit
from embeddings.worker import Spec, Worker, fingerprint, load

_BATCHES_A_CALL: Final = 8


class SentenceTransformerEncoder:
    """Dense unit vectors of a sentence-transformers model.

    Args:
        model: folder, or name with an optional ``@REVISION`` (branch, tag or commit) that pins it.
        device: ``cpu``, ``cuda``, ``mps`` …; empty lets the library choose.
        batch_size: texts a step.
        local_files_only: never ask a hub.
        prompt: put before each text, where the model was trained with one.
        backend: ``onnx`` runs the folder's own ``onnx/model.onnx`` instead of its torch weights.
    """

    def __init__(
        self,
        model: str,
        *,
        device: str = "",
        batch_size: int = 32,
        local_files_only: bool = False,
        prompt: str = "",
        backend: Backend = "torch",
    ) -> None:
        self._worker = Worker(
            "SentenceTransformer", model, device=device, local_files_only=local_files_only, backend=backend
        )
        self.name = self._worker.spec.name
        self._batch_size = batch_size
        self._prompt = prompt

    @property
    def revision(self) -> str | None:
        """The revision that is asked for, or None."""
        return self._worker.spec.revision

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's own weights and settings, wherever they came from, and of the prompt."""
        return self._worker.call(fingerprint, self._prompt)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """See :class:`embeddings.encoder.Encoder`."""
        parts = []
        step = self._batch_size * _BATCHES_A_CALL
        for start in range(0, max(len(texts), 1), step):
            batch = [self._prompt + text for text in texts[start : start + step]]
            parts.append(self._worker.call(_encode, batch, self._batch_size))
            if progress is not None and batch:
                progress(start + len(batch), len(texts))
        return np.vstack(parts)

    def close(self) -> None:
        """End the model's process; it also ends with this one."""
        self._worker.close()


def _encode(spec: Spec, texts: list[str], batch_size: int) -> Dense:
    """Runs in the model's process."""
    model = load(spec)
    if not texts:
        return np.zeros((0, model.encode("零", show_progress_bar=False).shape[-1]), np.float32)
    vectors = model.encode(texts, batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True)
    # In full precision: in half, an empty text would become a vector of no numbers.
    return unit(np.asarray(vectors, dtype=np.float32))
