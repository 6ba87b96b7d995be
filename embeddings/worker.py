"""A model of sentence-transformers in a process of its own (extra ``models``).

The embedded store's library takes nearly all of the static thread-local storage that glibc grants to libraries loaded
late, and torch with scikit-learn takes the rest: one process cannot load all three.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from embeddings.encoder import Backend
from graph.errors import MissingExtraError, SettingsError

Kind = Literal["SentenceTransformer", "CrossEncoder"]
"""The library's class that reads the model."""

_ONNX_WEIGHTS: Final = "model.onnx"
_PLACE: Final = ("_name_or_path", "transformers_version")
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spec:
    """Which model, and how it is read. ``path`` is a folder, or a name on a hub."""

    name: str
    kind: Kind
    path: str
    revision: str | None
    device: str | None
    local_files_only: bool
    backend: Backend = "torch"

    @property
    def onnx(self) -> Path:
        """The folder that the ONNX backend reads."""
        return Path(self.path) / "onnx"


class Worker:
    """The model's process, which starts with the first call.

    Args:
        kind: the library's class that reads the model.
        model: folder, or name with an optional ``@REVISION`` (branch, tag or commit) that pins it.
        device: ``cpu``, ``cuda``, ``mps`` …; empty lets the library choose.
        local_files_only: never ask a hub.
        backend: ``onnx`` runs the folder's own ``onnx/model.onnx`` instead of its torch weights.
    """

    def __init__(
        self,
        kind: Kind,
        model: str,
        *,
        device: str = "",
        local_files_only: bool = False,
        backend: Backend = "torch",
    ) -> None:
        path, _, revision = (model, "", "") if Path(model).exists() else model.partition("@")
        self.spec = Spec(
            f"st:{model}", kind, path, revision or None, device or None, local_files_only, backend
        )

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))

    def call(self, function: Callable[Concatenate[Spec, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``function``, which is told the model's :class:`Spec` first, returns in the model's process."""
        return self._pool.submit(function, self.spec, *arguments, **named).result()

    def close(self) -> None:
        """End the model's process; it also ends with this one."""
        if "_pool" in self.__dict__:
            self._pool.shutdown()
            del self._pool


# What follows runs in the model's process.


@lru_cache(maxsize=1)
def load(spec: Spec) -> Any:
    """The model, read once.

    Raises:
        MissingExtraError: a package that it needs is not installed.
        SettingsError: it cannot be loaded.
    """
    try:
        reader = getattr(import_module("sentence_transformers"), spec.kind)
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
        return reader(
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


def _check_onnx(spec: Spec) -> None:
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


def fingerprint(spec: Spec, salt: str) -> str:
    """Hash of the model's own weights and settings, wherever they came from, and of ``salt``."""
    model = load(spec)
    digest = hashlib.sha256(salt.encode())
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


def _settings(model: Any) -> Iterator[Any]:
    """What decides the outcome beside the weights: modules, settings, the tokenizer, the model's own prompts."""
    names = ("max_seq_length", "prompts", "default_prompt_name", "truncate_dim")
    yield [repr(model), *(getattr(model, name, None) for name in names)]
    configs: dict[int, Any] = {id(c): c for m in model.modules() if (c := getattr(m, "config", None))}
    for config in configs.values():
        if hasattr(config, "to_dict"):
            yield {k: v for k, v in config.to_dict().items() if k not in _PLACE}
    tokenizer: Any = getattr(model, "tokenizer", None)
    yield getattr(tokenizer, "get_vocab", dict)()
    backend: Any = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if hasattr(backend, "to_str"):
        # Each batch sets these two anew.
        yield json.loads(backend.to_str()) | {"truncation": None, "padding": None}
