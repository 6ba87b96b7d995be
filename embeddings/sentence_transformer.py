"""Any sentence-transformers model as an encoder (extra ``models``): a local folder, or a name on a model hub.

The model runs in a process of its own. The embedded store's library takes nearly all of the static thread-local
storage that glibc grants to libraries loaded late, and torch with scikit-learn takes the rest: one process cannot
load all three.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from embeddings.encoder import Backend, Progress, Thresholds, own_thresholds
from embeddings.search import Dense, unit
from graph.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_ONNX_WEIGHTS: Final = "model.onnx"
_BATCHES_A_CALL: Final = 8
_PLACE: Final = ("_name_or_path", "transformers_version")
T = TypeVar("T")


class SentenceTransformerEncoder:
    """Dense unit vectors of a sentence-transformers model.

    Args:
        model: folder, or name with an optional ``@REVISION`` (branch, tag or commit) that pins it.
        device: ``cpu``, ``cuda``, ``mps`` …; empty lets the library choose.
        batch_size: texts a step.
        local_files_only: never ask a hub.
        prompt: put before each text, where the model was trained with one.
        backend: ``onnx`` runs the folder's own ``onnx/model.onnx`` instead of its torch weights.

    A folder may hold ``policygraph.json`` with thresholds that were fitted to the model.
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
        path, _, revision = (model, "", "") if Path(model).exists() else model.partition("@")
        self.name = f"st:{model}"
        self._spec = _Spec(self.name, path, revision or None, device or None, local_files_only, backend)
        self._batch_size = batch_size
        self._prompt = prompt

    @property
    def revision(self) -> str | None:
        """The revision that is asked for, or None."""
        return self._spec.revision

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        return self._pool.submit(function, self._spec, *arguments).result()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the model's own weights and settings, wherever they came from, and of the prompt."""
        return self._call(_fingerprint, self._prompt)

    @cached_property
    def thresholds(self) -> Thresholds:
        """Those of the model's folder, else :data:`embeddings.encoder.DENSE_DEFAULTS`."""
        return own_thresholds(Path(self._spec.path))

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """See :class:`embeddings.encoder.Encoder`."""
        parts = []
        step = self._batch_size * _BATCHES_A_CALL
        for start in range(0, max(len(texts), 1), step):
            batch = [self._prompt + text for text in texts[start : start + step]]
            parts.append(self._call(_encode, batch, self._batch_size))
            if progress is not None and batch:
                progress(start + len(batch), len(texts))
        return np.vstack(parts)

    def close(self) -> None:
        """End the model's process; it also ends with this one."""
        if "_pool" in self.__dict__:
            self._pool.shutdown()
            del self._pool


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    path: str
    revision: str | None
    device: str | None
    local_files_only: bool
    backend: Backend

    @property
    def onnx(self) -> Path:
        """The folder that the ONNX backend reads."""
        return Path(self.path) / "onnx"


# What follows runs in the model's process.


@lru_cache(maxsize=1)
def _model(spec: _Spec) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtraError(
            f"sentence-transformers cannot be loaded ({error})",
            remedy='Install it with: pip install "policygraph[models]"',
        ) from error
    options: dict[str, Any] = {}
    if spec.backend == "onnx":
        _check_onnx(spec)
        options = {
            "backend": "onnx",
            "model_kwargs": {"subfolder": spec.onnx.name, "file_name": _ONNX_WEIGHTS},
        }
    try:
        return SentenceTransformer(
            spec.path,
            device=spec.device,
            revision=spec.revision,
            local_files_only=spec.local_files_only,
            **options,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"the model cannot be loaded ({str(error).splitlines()[0]})",
            where=spec.name,
            remedy="Check the path or name; without a network, bring the model's folder and give its path.",
        ) from error


def _check_onnx(spec: _Spec) -> None:
    # Without its file the library would export one from the torch weights, each time anew.
    if not (spec.onnx / _ONNX_WEIGHTS).is_file():
        raise SettingsError(
            f"the model's folder holds no {spec.onnx.name}/{_ONNX_WEIGHTS}",
            where=spec.name,
            remedy="Give a folder that does, or set backend to torch.",
        )
    try:
        getattr(import_module("optimum.onnxruntime"), "ORTModelForFeatureExtraction")  # noqa: B009
    except (ImportError, RuntimeError) as error:
        raise MissingExtraError(
            f"the ONNX backend cannot be loaded ({str(error).splitlines()[0]})",
            remedy='Install it with: pip install "sentence-transformers[onnx]"; or set backend to torch.',
        ) from error


def _fingerprint(spec: _Spec, prompt: str) -> str:
    model = _model(spec)
    digest = hashlib.sha256(prompt.encode())
    if spec.backend == "onnx":
        # These weights are no tensors of the model; large ones lie in files beside.
        for path in sorted(p for p in spec.onnx.iterdir() if p.is_file()):
            if path.name == _ONNX_WEIGHTS or path.suffix != ".onnx":
                digest.update(path.name.encode())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    digest.update(json.dumps([*_settings(model)], sort_keys=True, default=str).encode())
    return digest.hexdigest()[:16]


def _settings(model: "SentenceTransformer") -> Iterator[Any]:
    """What decides the vectors beside the weights: modules, their settings, the tokenizer, the model's own prompts."""
    yield [repr(model), model.max_seq_length, model.prompts, model.default_prompt_name, model.truncate_dim]
    configs: dict[int, Any] = {id(c): c for m in model.modules() if (c := getattr(m, "config", None))}
    for config in configs.values():
        if hasattr(config, "to_dict"):
            yield {k: v for k, v in config.to_dict().items() if k not in _PLACE}
    tokenizer: Any = getattr(model, "tokenizer", None)
    yield getattr(tokenizer, "get_vocab", dict)()
    backend: Any = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if hasattr(backend, "to_str"):
        # Encoding sets these two anew for each batch.
        yield json.loads(backend.to_str()) | {"truncation": None, "padding": None}


def _encode(spec: _Spec, texts: list[str], batch_size: int) -> Dense:
    model = _model(spec)
    if not texts:
        return np.zeros((0, model.encode("零", show_progress_bar=False).shape[-1]), np.float32)
    vectors = model.encode(texts, batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True)
    # In full precision: in half, an empty text would become a vector of no numbers.
    return unit(np.asarray(vectors, dtype=np.float32))
