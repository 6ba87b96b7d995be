"""What an encoder is: texts in, unit vectors out, and the thresholds that fit its similarities.

====================  ========================================================================
name                  encoder
====================  ========================================================================
``policy-zh``         static vectors for policy Chinese; ships with the product, the default
``char``              character n-grams weighted by corpus IDF; ships with the product
``st:PATH_OR_NAME``   any sentence-transformers model, with ``@REVISION`` to pin one
``openai:MODEL@URL``  a model that a server with OpenAI's embeddings API computes
====================  ========================================================================
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

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

OWN_THRESHOLDS: Final = "policygraph.json"
"""A model's folder may hold this file, with the thresholds that were fitted to it."""

ENDPOINT_TIMEOUT_S: Final = 60.0
FORMS: Final = "policy-zh, char, st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL"
"""What a user may write to choose an encoder."""

SHIPPED: Final = ("policy-zh", "char")
"""The encoders that come with the product."""

Backend = Literal["torch", "onnx"]
"""What computes a sentence-transformers model."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How scores become decisions. All are on the scale of the encoder's own scores, 0 to 1.

    Attributes:
        implements: the least score at which a measure implements an upper task.
        relative: a further upper task must reach this share of the best one's score.
        most: how many upper tasks one measure may implement.
        covered: the least evidence at which an upper measure is covered.
        partial: the least evidence at which it is partly covered; below, it is a gap.
        clause, statement, headings: weights of the measure's own words, its sentence, the headings above it.
        evidence_headings: weight of the headings when two measures are compared, instead of ``headings``.
    """

    implements: float
    relative: float
    covered: float
    partial: float
    most: int = 2
    clause: float = 0.22
    statement: float = 0.33
    headings: float = 0.45
    evidence_headings: float = 0.1

    def changed(self, values: dict[str, float]) -> "Thresholds":
        """A copy with some values replaced. Raises SettingsError for a name that does not exist."""
        names = {f.name for f in fields(self)}
        if unknown := sorted(set(values) - names):
            raise SettingsError(
                f"there is no threshold {unknown[0]!r}", remedy=f"Known: {', '.join(sorted(names))}."
            )
        for name, value in values.items():
            if not (1 <= value <= 100 if name == "most" else 0 <= value <= 1):
                raise SettingsError(
                    f"the threshold {name} is {value:g}",
                    remedy="most is from 1 to 100, every other from 0 to 1.",
                )
        typed: dict[str, Any] = {k: int(v) if k == "most" else float(v) for k, v in values.items()}
        result = replace(self, **typed)
        if result.clause + result.statement <= 0:
            raise SettingsError("the weights clause and statement are both zero", remedy="Raise one of them.")
        if result.partial > result.covered:
            raise SettingsError(
                "the threshold partial is above covered", remedy="Lower partial or raise covered."
            )
        return result

    def as_dict(self) -> dict[str, float]:
        """All values by name."""
        return asdict(self)


DENSE_DEFAULTS: Final = Thresholds(implements=0.45, relative=0.93, covered=0.7, partial=0.6)
"""A starting point for models that bring no thresholds of their own; not fitted to any."""


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

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds that were fitted to it."""
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


def own_thresholds(folder: Path) -> Thresholds:
    """Thresholds that were fitted to a model and lie in its folder, else those that fit none in particular.

    Raises:
        SettingsError: the file holds no thresholds.
    """
    own = folder / OWN_THRESHOLDS
    if not own.is_file():
        return DENSE_DEFAULTS
    try:
        return DENSE_DEFAULTS.changed(dict(json.loads(own.read_text("utf-8")).items()))
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingsError(f"these are no thresholds ({error})", where=str(own)) from error
