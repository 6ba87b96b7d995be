"""Static embeddings on NumPy alone: a text's vector is the mean of its pieces' vectors, at length 1.

Reads the folders that sentence-transformers writes for a StaticEmbedding (``tokenizer.json``, ``model.safetensors``),
and gives the same vectors without torch. ``policy-zh``, the encoder that ships with the product, is such a folder.
"""

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Progress
from embeddings.search import Dense, blocks, unit
from graph.errors import SettingsError

WEIGHTS: Final = "model.safetensors"
PIECES: Final = "tokenizer.json"
_BATCH: Final = 1024


class StaticEncoder:
    """Dense unit vectors of a folder with a static model; a text without a known piece has a row of zeros.

    Raises:
        SettingsError: the folder holds no static model.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder

    @cached_property
    def fingerprint(self) -> str:
        """Hash of pieces and weights as they lie on the disk."""
        digest = hashlib.sha256()
        for file in (PIECES, WEIGHTS):
            digest.update(self._read(file))
        return digest.hexdigest()[:16]

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_buffer(self._read(PIECES))

    @cached_property
    def _vectors(self) -> Dense:
        """Shape ``(pieces, dimensions)``."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            (vectors,) = load(self._read(WEIGHTS)).values()
        except (ValueError, SafetensorError) as error:
            raise self._no_model(str(error)) from error
        return vectors.astype(np.float32)

    @cached_property
    def _weigh(self) -> NDArray[np.bool_]:
        """Which pieces have a vector."""
        return np.asarray(np.linalg.norm(self._vectors, axis=1) > 0)

    @property
    def piece_vectors(self) -> Dense:
        """The vector of each piece, shape ``(pieces, dimensions)``; its length is the piece's weight."""
        return self._vectors

    def pieces(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The different pieces of each text that have a vector, in order of their first place."""
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [
            np.array([i for i in dict.fromkeys(encoding.ids) if self._weigh[i]], np.int64)
            for encoding in found
        ]

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """See :class:`embeddings.encoder.Encoder`."""
        result = np.zeros((len(texts), self._vectors.shape[1]), np.float32)
        for rows in blocks(len(texts), _BATCH):
            encodings = self._tokenizer.encode_batch_fast(texts[rows], add_special_tokens=False)
            ids = [encoding.ids for encoding in encodings]
            lengths = np.fromiter(map(len, ids), np.int64, len(ids))
            filled = np.flatnonzero(lengths)
            if len(filled):
                flat = np.fromiter(chain.from_iterable(ids), np.int64, int(lengths.sum()))
                starts = np.cumsum(lengths)[filled] - lengths[filled]
                result[rows.start + filled] = np.add.reduceat(self._vectors[flat], starts)
            if progress is not None:
                progress(rows.start + len(ids), len(texts))
        return unit(result)

    def _read(self, file: str) -> bytes:
        try:
            return (self.folder / file).read_bytes()
        except OSError as error:
            raise self._no_model(f"{file}: {error.strerror}") from error

    def _no_model(self, why: str) -> SettingsError:
        return SettingsError(f"there is no static model ({why})", where=str(self.folder))


@cache
def policy_zh() -> StaticEncoder:
    """The encoder that ships with the product: policy Chinese, 256 dimensions."""
    return StaticEncoder("policy-zh", Path(str(files("embeddings").joinpath("models", "policy-zh"))))
