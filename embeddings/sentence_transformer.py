"""Any sentence-transformers model as an encoder (extra ``models``): a local folder, or a name on a model hub."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings.encoder import Progress, Thresholds
from embeddings.search import Dense
from graph.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULTS: Final = Thresholds(implements=0.45, relative=0.93, covered=0.7, partial=0.6)
"""A starting point for models without a ``policygraph.json`` of their own; not fitted to any."""

OWN_THRESHOLDS: Final = "policygraph.json"


class SentenceTransformerEncoder:
    """Dense unit vectors of a sentence-transformers model.

    Args:
        model: folder, or name with an optional ``@REVISION`` (branch, tag or commit) that pins it.
        device: ``cpu``, ``cuda``, ``mps`` …; empty lets the library choose.
        batch_size: texts a step.
        local_files_only: never ask a hub.
        prompt: put before each text, where the model was trained with one.

    A folder may hold ``policygraph.json`` with thresholds that were fitted to the model.
    """

    def __init__(
        self, model: str, *, device: str = "", batch_size: int = 32, local_files_only: bool = False, prompt: str = ""
    ) -> None:
        path, _, revision = model.partition("@") if not Path(model).exists() else (model, "", "")
        self.name = f"st:{model}"
        self._path = path
        self._revision = revision or None
        self._device = device or None
        self._batch_size = batch_size
        self._local_files_only = local_files_only
        self._prompt = prompt

    @cached_property
    def _model(self) -> "SentenceTransformer":
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtraError(
                "sentence-transformers is not installed", remedy='Install it with: pip install "policygraph[models]"'
            ) from error
        try:
            return SentenceTransformer(
                self._path,
                device=self._device,
                revision=self._revision,
                local_files_only=self._local_files_only,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise SettingsError(
                f"the model cannot be loaded ({str(error).splitlines()[0]})",
                where=self.name,
                remedy="Check the path or name; without a network, bring the model's folder and give its path.",
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's own weights, wherever they came from, and of the prompt."""
        digest = hashlib.sha256(self._prompt.encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.detach().cpu().float().numpy().tobytes())
        tokenizer = getattr(self._model, "tokenizer", None)
        vocabulary = getattr(tokenizer, "get_vocab", dict)()
        digest.update(json.dumps(vocabulary, sort_keys=True).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def thresholds(self) -> Thresholds:
        own = Path(self._path) / OWN_THRESHOLDS
        if not own.is_file():
            return DEFAULTS
        try:
            return DEFAULTS.changed(json.loads(own.read_text("utf-8")))
        except (ValueError, TypeError, AttributeError) as error:
            raise SettingsError(f"these are no thresholds ({error})", where=str(own)) from error

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        parts = []
        step = max(self._batch_size * 8, 1)
        for start in range(0, len(texts), step):
            batch = [self._prompt + text for text in texts[start : start + step]]
            parts.append(
                np.asarray(
                    self._model.encode(
                        batch,
                        batch_size=self._batch_size,
                        normalize_embeddings=True,
                        show_progress_bar=False,
                        convert_to_numpy=True,
                    ),
                    dtype=np.float32,
                )
            )
            if progress is not None:
                progress(min(start + step, len(texts)), len(texts))
        if not parts:
            return np.zeros((0, int(self._model.get_sentence_embedding_dimension() or 0)), np.float32)
        return np.vstack(parts)
