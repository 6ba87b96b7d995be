"""A server with OpenAI's embeddings API as an encoder: vLLM, Ollama, Xinference, a hosted service …

The texts leave this machine for that server. Answers are checked before they are used: a server that answers in
another order, with too few vectors or with none of numbers ends the run instead of linking wrongly.
"""

import hashlib
import json
import os
import random
import re
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import httpx
import numpy as np

from embeddings.encoder import DENSE_DEFAULTS, ENDPOINT_TIMEOUT_S, Progress, Thresholds
from embeddings.search import Dense, blocks, unit
from graph.errors import EncoderError, SettingsError

ATTEMPTS: Final = 5
"""How often one request is sent before the run ends."""

FIRST_WAIT_S: Final = 0.5
"""Seconds before the second attempt, less up to half of it by chance; twice as long before each further one."""

LONGEST_WAIT_S: Final = 60.0
"""A server that asks for a longer wait is not waited for."""

KEY_VARIABLE: Final = "POLICYGRAPH_ENDPOINT_KEY"
_OTHER_KEY_VARIABLE: Final = "OPENAI_API_KEY"
_PROBES: Final = (
    "新建农村供水工程1200处，农村自来水普及率达到92%以上。", "推进城市更新，改造老旧小区。", "加强党的建设", "housing",
)  # fmt: skip
_FORM: Final = re.compile(r"(?P<model>.+?)@(?P<url>https?://.+)")
_DETAIL: Final = 200


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
        self._model, url = _parts(model)
        self.name = f"openai:{self._model}@{url}"
        self._url = _checked(url, self.name)
        self._loopback = _is_loopback(self._url.host)
        trusted = self._loopback or self._url.scheme == "https"
        self._key = key.strip() or (os.environ.get(_OTHER_KEY_VARIABLE, "").strip() if trusted else "")
        if not re.fullmatch(r"[!-~]*", self._key):
            # The HTTP library would print the whole header that it refuses.
            raise SettingsError(
                "the key holds characters that no key can hold",
                where=self.name,
                remedy=f"Set {KEY_VARIABLE}.",
            )
        self._batch_size = batch_size
        self._timeout = timeout
        self._prompt = prompt
        self._sleep = sleep

    @cached_property
    def fingerprint(self) -> str:
        """Hash of model, address, prompt, dimensions, and how alike some fixed texts are, in steps of 0.01.

        The weights are out of reach; the likenesses tell where another model answers under the same name, and stay
        where the same model computes in another precision.
        """
        alike = (self._probes @ self._probes.T)[np.triu_indices(len(_PROBES), 1)]
        steps = np.rint(alike * 100).astype(int).tolist()
        asked = [self._model, str(self._url), self._prompt, self._probes.shape[1], steps]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]

    @property
    def thresholds(self) -> Thresholds:
        """:data:`embeddings.encoder.DENSE_DEFAULTS`."""
        return DENSE_DEFAULTS

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        """See :class:`embeddings.encoder.Encoder`. A blank text has a row of zeros: many servers refuse one.

        Raises:
            EncoderError: the server cannot be reached, refuses, or answers with what are no vectors.
        """
        vectors = np.zeros((len(texts), self._probes.shape[1]), np.float32)
        if not texts:
            return vectors
        with self._client() as client:
            for rows in blocks(len(texts), self._batch_size):
                filled = [i for i in range(rows.start, rows.stop) if texts[i].strip()]
                if filled:
                    vectors[filled] = self._ask(client, [texts[i] for i in filled], vectors.shape[1])
                if progress is not None:
                    progress(rows.stop, len(texts))
        return vectors

    @cached_property
    def _probes(self) -> Dense:
        with self._client() as client:
            return self._ask(client, _PROBES)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def _client(self) -> httpx.Client:
        try:
            return httpx.Client(
                headers={"Authorization": f"Bearer {self._key}"} if self._key else None,
                timeout=self._timeout,
                verify=self._tls,
                trust_env=not self._loopback,  # a proxy has no way to this machine
            )
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            raise SettingsError(
                f"the proxy or the certificates that the environment names cannot be used ({type(error).__name__})",
                where=self.name,
                remedy="Check ALL_PROXY, HTTP_PROXY, HTTPS_PROXY and SSL_CERT_FILE, or name the host in NO_PROXY; "
                'a SOCKS proxy needs: pip install "httpx[socks]"',
            ) from error

    def _ask(self, client: httpx.Client, texts: Sequence[str], dimensions: int | None = None) -> Dense:
        response = self._post(client, [self._prompt + text for text in texts])
        if not response.is_success:
            raise self._refused(response)
        try:
            items = sorted(response.json()["data"], key=lambda item: item["index"])
            order = [item["index"] for item in items]
            rows = [item["embedding"] for item in items]
        except (ValueError, KeyError, TypeError) as error:
            raise self._error(
                f"the endpoint's answer holds no embeddings{self._detail(response)}",
                remedy="The address must be that of an OpenAI-compatible API; it often ends in /v1.",
            ) from error
        if len(order) != len(texts):
            raise self._error(
                f"the endpoint was sent {len(texts)} texts and answers with {len(order)} vectors"
            )
        if order != list(range(len(texts))):
            raise self._error(f"the endpoint's vectors are not numbered from 0 to {len(texts) - 1}")
        return self._checked_vectors(rows, dimensions)

    def _checked_vectors(self, rows: list[Any], dimensions: int | None) -> Dense:
        try:
            vectors = np.asarray(rows)
        except ValueError as error:
            raise self._error("the endpoint's vectors are of different lengths") from error
        if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or not vectors.shape[1]:
            raise self._error("the endpoint's vectors are not lists of numbers")
        if not np.isfinite(vectors).all():
            raise self._error("the endpoint's vectors hold numbers that are not finite")
        if dimensions not in (None, vectors.shape[1]):
            raise self._error(
                f"the endpoint gives vectors of {vectors.shape[1]} numbers, and of {dimensions} before"
            )
        largest = np.abs(vectors).max(axis=1, keepdims=True)
        return unit(vectors / np.where(largest == 0, 1, largest))

    def _post(self, client: httpx.Client, inputs: list[str]) -> httpx.Response:
        """The server's answer, of whatever status that a further attempt would not change."""
        body = {"model": self._model, "input": inputs, "encoding_format": "float"}
        attempts = 0
        while True:
            attempts += 1
            asked = 0.0
            try:
                response = client.post(f"{self._url}/embeddings", json=body)
            except httpx.RequestError as error:
                if attempts == ATTEMPTS or not isinstance(error, httpx.TransportError):
                    raise self._unreachable(error, attempts) from error
            else:
                if response.status_code != HTTPStatus.TOO_MANY_REQUESTS and not response.is_server_error:
                    return response
                asked = _retry_after(response)
                if attempts == ATTEMPTS or asked > LONGEST_WAIT_S:
                    raise self._busy(response, attempts, asked)
            self._sleep(max(asked, FIRST_WAIT_S * 2 ** (attempts - 1) * random.uniform(0.5, 1)))

    def _unreachable(self, error: httpx.RequestError, attempts: int) -> EncoderError:
        if isinstance(error, httpx.TimeoutException):
            cause = f"nothing came within {self._timeout:g} s"
        else:
            cause = self._clean(str(error)) or type(error).__name__
        return self._error(
            f"the endpoint does not answer ({cause}; attempts: {attempts})",
            remedy="Check that the server runs at this address. "
            "A slow one needs a smaller batch_size or a longer endpoint_timeout.",
        )

    def _busy(self, response: httpx.Response, attempts: int, asked: float) -> EncoderError:
        wait = f"; it asks to wait {asked:.0f} s" if asked else ""
        return self._error(
            f"the endpoint answers {response.status_code} (attempts: {attempts}{wait}){self._detail(response)}",
            remedy="Run this again later, or with a smaller batch_size; the server's log may have the cause.",
        )

    def _refused(self, response: httpx.Response) -> EncoderError:
        status = response.status_code
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            # What the server says to this may quote a part of the key.
            said = "refuses the key" if self._key else "asks for a key"
            return self._error(
                f"the endpoint {said} ({status})", remedy=f"Set {KEY_VARIABLE} to a key that it accepts."
            )
        if response.is_redirect:
            return self._error(
                f"the endpoint redirects elsewhere ({status})", remedy="Name the address that answers itself."
            )
        remedies: dict[int, str] = {
            HTTPStatus.NOT_FOUND: "Check the model's name, and the address: it often ends in /v1.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Set a smaller batch_size.",
        }
        return self._error(
            f"the endpoint refuses the request ({status}){self._detail(response)}",
            remedy=remedies.get(status),
        )

    def _error(self, message: str, *, remedy: str | None = None) -> EncoderError:
        return EncoderError(message, where=self.name, remedy=remedy)

    def _detail(self, response: httpx.Response) -> str:
        """What the server says is wrong, where it says so in a form that is known."""
        try:
            answer = response.json()
        except ValueError:
            return ""
        found = answer if isinstance(answer, dict) else {}
        error = found.get("error")
        text = error.get("message") if isinstance(error, dict) else error
        said = next((t for t in (text, found.get("message"), found.get("detail")) if isinstance(t, str)), "")
        return f": {self._clean(said)[:_DETAIL]}" if said else ""

    def _clean(self, text: str) -> str:
        shown = "".join(c for c in " ".join(text.split()) if c.isprintable())
        return shown.replace(self._key, "…") if self._key else shown


def _parts(text: str) -> tuple[str, str]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise SettingsError(
            "this names no model and address",
            where=f"openai:{'…' if '@' in text else text}",
            remedy="Write openai:MODEL@URL, for example openai:bge-m3@http://127.0.0.1:8000/v1.",
        )
    if "@" in match["url"] or "?" in match["url"] or "#" in match["url"]:
        # The address is part of the encoder's name, which is kept in the graph.
        raise SettingsError(
            "the address carries a password, a query or a fragment",
            where=f"openai:{match['model']}",
            remedy=f"Leave it out; a key goes into {KEY_VARIABLE}.",
        )
    return match["model"], match["url"].rstrip("/").removesuffix("/embeddings").rstrip("/")


def _checked(url: str, name: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingsError(f"this is no address ({error})", where=name) from error
    if not parsed.host:
        raise SettingsError("this is no address (no host)", where=name)
    return parsed


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the server asks to wait, or 0."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
