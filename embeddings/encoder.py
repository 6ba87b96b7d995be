"""What an encoder is: texts in, unit vectors out.

====================  ========================================================================
name                  encoder
====================  ========================================================================
``policy-zh``         static vectors for policy Chinese; ships with the product, the default
``char``              character n-grams weighted by corpus IDF; ships with the product
``st:PATH_OR_NAME``   any sentence-transformers model, with ``@REVISION`` to pin one
``openai:MODEL@URL``  a model that a server with OpenAI's embeddings API computes
====================  ========================================================================
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import SettingsError
from graph.store import redacted

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Vectors: TypeAlias = "NDArray[np.float32] | csr_array"
"""One row a text, each of length 1 (or 0 for a text without content): dense, or sparse for n-grams."""

Progress = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""

ENDPOINT_TIMEOUT_S: Final = 60.0
FORMS: Final = "policy-zh, char, st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL"
"""What a user may write to choose an encoder."""

SHIPPED: Final = ("policy-zh", "char")
"""The encoders that come with the product."""

Backend = Literal["torch", "onnx"]
"""What computes a sentence-transformers model."""


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their similarity."""

    @property
    def name(self) -> str:
        """What a user writes to choose it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides its vectors; two encoders with one fingerprint give the same vectors."""
        ...

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of ``texts``, shape ``(len(texts), dimensions)``."""
        ...


def open_encoder(
    name: str,
    *,
    device: str = "",
    batch_size: int = 32,
    local_files_only: bool = False,
    prompt: str = "",
    backend: Backend = "torch",
    endpoint_key: str = "",
    endpoint_timeout: float = ENDPOINT_TIMEOUT_S,
    cache: Path | None = None,
) -> Encoder:
    """The encoder called ``name``.

    Args:
        name: see the table above.
        batch_size, prompt: for models, here or on a server.
        device, local_files_only, backend: for sentence-transformers models.
        endpoint_key, endpoint_timeout: for a server; the timeout in seconds.
        cache: file that keeps the vectors of models, see :mod:`embeddings.cache`; the built-in encoders compute
            theirs as fast as they could be looked up.

    Raises:
        SettingsError: no encoder has that name, or the model cannot be loaded.
        MissingExtraError: the model needs a package that is not installed.
    """
    if name == "policy-zh":
        from embeddings.static import policy_zh

        return policy_zh()
    if name == "char":
        from embeddings.char_ngrams import CharNgramEncoder

        return CharNgramEncoder()
    if name.startswith("st:") and len(name) > 3:
        from embeddings.sentence_transformer import SentenceTransformerEncoder

        model = SentenceTransformerEncoder(
            name[3:],
            device=device,
            batch_size=batch_size,
            local_files_only=local_files_only,
            prompt=prompt,
            backend=backend,
        )
        return _cached(model, cache, 8 * batch_size)
    if name.startswith("openai:"):
        from embeddings.openai_endpoint import OpenAIEncoder

        endpoint = OpenAIEncoder(
            name[7:], key=endpoint_key, batch_size=batch_size, timeout=endpoint_timeout, prompt=prompt
        )
        return _cached(endpoint, cache, 8 * batch_size)
    raise SettingsError(f"there is no encoder {redacted(name)!r}", remedy=f"Use {FORMS}.")


def _cached(encoder: Encoder, cache: Path | None, batch: int) -> Encoder:
    if cache is None:
        return encoder
    from embeddings.cache import CachedEncoder

    return CachedEncoder(encoder, cache, batch=batch)
