"""A server with OpenAI's embeddings API as an encoder: vLLM, Ollama, Xinference, a hosted service …

The texts leave this machine for that server. Answers are checked before they are used: a server that answers in
another order, with too few vectors or with none of numbers ends the run instead of linking wrongly.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import httpx
import numpy as np

from embeddings.encoder import ENDPOINT_TIMEOUT_S, Progress
from embeddings.endpoint import Endpoint
from embeddings.search import Dense, blocks, unit

_PROBES: Final = (
    "新建农村供水工程1200处，农村自来水普及率达到92%以上。", "推进城市更新，改造老旧小区。", "加强党的建设", "housing",
)  # fmt: skip


class OpenAIEncoder:
    """Dense unit vectors that a server computes.

    Args:
        model: ``MODEL@URL``; the vectors are asked for at ``URL/embeddings``.
        key: sent as bearer token; where empty, ``OPENAI_API_KEY`` of the environment, which goes to ``https`` and
            loopback addresses only.
        batch_size: texts a request.
        timeout: seconds without a sign of life before an attempt counts as failed.
        prompt: put before each text, where the model was trained with one.
        sleep: waits the given seconds between two attempts.

    Raises:
        SettingsError: no model and address, an address that carries credentials, or an impossible key.
    """

    def __init__(
        self,
        model: str,
        *,
        key: str = "",
        batch_size: int = 32,
        timeout: float = ENDPOINT_TIMEOUT_S,
        prompt: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = Endpoint(
            model,
            "embeddings",
            key=key,
            key_variable="POLICYGRAPH_ENDPOINT_KEY",
            timeout=timeout,
            example="bge-m3",
            lighter="a smaller batch_size",
            sleep=sleep,
        )
        self.name = self._endpoint.name
        self._batch_size = batch_size
        self._prompt = prompt

    @cached_property
    def fingerprint(self) -> str:
        """Hash of model, address, prompt, dimensions, and how alike some fixed texts are, in steps of 0.01.

        The weights are out of reach; the likenesses tell where another model answers under the same name, and stay
        where the same model computes in another precision.
        """
        alike = (self._probes @ self._probes.T)[np.triu_indices(len(_PROBES), 1)]
        steps = np.rint(alike * 100).astype(int).tolist()
        asked = [self._endpoint.model, str(self._endpoint.url), self._prompt, self._probes.shape[1], steps]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """See :class:`embeddings.encoder.Encoder`. A blank text has a row of zeros: many servers refuse one.

        Raises:
            EncoderError: the server cannot be reached, refuses, or answers with what are no vectors.
        """
        vectors = np.zeros((len(texts), self._probes.shape[1]), np.float32)
        if not texts:
            return vectors
        with self._endpoint.client() as client:
            for rows in blocks(len(texts), self._batch_size):
                filled = [i for i in range(rows.start, rows.stop) if texts[i].strip()]
                if filled:
                    vectors[filled] = self._ask(client, [texts[i] for i in filled], vectors.shape[1])
                if progress is not None:
                    progress(rows.stop, len(texts))
        return vectors

    @cached_property
    def _probes(self) -> Dense:
        with self._endpoint.client() as client:
            return self._ask(client, _PROBES)

    def _ask(self, client: httpx.Client, texts: Sequence[str], dimensions: int | None = None) -> Dense:
        inputs = [self._prompt + text for text in texts]
        response = self._endpoint.post(
            client, {"model": self._endpoint.model, "input": inputs, "encoding_format": "float"}
        )
        if not response.is_success:
            raise self._endpoint.refused(response)
        try:
            items = sorted(response.json()["data"], key=lambda item: item["index"])
            order = [item["index"] for item in items]
            rows = [item["embedding"] for item in items]
        except (ValueError, KeyError, TypeError) as error:
            raise self._endpoint.error(
                f"the endpoint's answer holds no embeddings{self._endpoint.detail(response)}",
                remedy="The address must be that of an OpenAI-compatible API; it often ends in /v1.",
            ) from error
        if len(order) != len(texts):
            raise self._endpoint.error(
                f"the endpoint was sent {len(texts)} texts and answers with {len(order)} vectors"
            )
        if order != list(range(len(texts))):
            raise self._endpoint.error(f"the endpoint's vectors are not numbered from 0 to {len(texts) - 1}")
        return self._checked_vectors(rows, dimensions)

    def _checked_vectors(self, rows: list[Any], dimensions: int | None) -> Dense:
        try:
            vectors = np.asarray(rows)
        except ValueError as error:
            raise self._endpoint.error("the endpoint's vectors are of different lengths") from error
        if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or not vectors.shape[1]:
            raise self._endpoint.error("the endpoint's vectors are not lists of numbers")
        if not np.isfinite(vectors).all():
            raise self._endpoint.error("the endpoint's vectors hold numbers that are not finite")
        if dimensions not in (None, vectors.shape[1]):
            raise self._endpoint.error(
                f"the endpoint gives vectors of {vectors.shape[1]} numbers, and of {dimensions} before"
            )
        largest = np.abs(vectors).max(axis=1, keepdims=True)
        return unit(vectors / np.where(largest == 0, 1, largest))
