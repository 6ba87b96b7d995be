"""A server with OpenAI's API, as far as all that ask one have it in common: its name, its key, attempts, refusals.

What is sent and what the answers must hold is decided by those who ask: :mod:`embeddings.openai_endpoint` for
vectors, :mod:`embeddings.judge` for opinions. The texts leave this machine for that server.
"""

import os
import random
import re
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import httpx

from graph.errors import EncoderError, SettingsError

ATTEMPTS: Final = 5
"""How often one request is sent before the run ends."""

FIRST_WAIT_S: Final = 0.5
"""Seconds before the second attempt, less up to half of it by chance; twice as long before each further one."""

LONGEST_WAIT_S: Final = 60.0
"""A server that asks for a longer wait is not waited for."""

_OTHER_KEY_VARIABLE: Final = "OPENAI_API_KEY"
_FORM: Final = re.compile(r"(?P<model>.+?)@(?P<url>https?://.+)")
_DETAIL: Final = 200


class Endpoint:
    """One path of a server's API, and one model there.

    Args:
        model: ``MODEL@URL``; requests go to ``URL/path``.
        path: ``embeddings`` or ``chat/completions``.
        key: sent as bearer token; where empty, ``OPENAI_API_KEY`` of the environment, which goes to ``https`` and
            loopback addresses only.
        key_variable: the variable that sets ``key``, for messages.
        timeout: seconds without a sign of life before an attempt counts as failed.
        example: the name of a model, for messages.
        lighter: what makes a request easier for the server, for messages.
        sleep: waits the given seconds between two attempts.

    Attributes:
        name: what a user writes to choose it.
        model: its part before the address.
        url: the address.

    Raises:
        SettingsError: no model and address, an address that carries credentials, or an impossible key.
    """

    def __init__(
        self,
        model: str,
        path: str,
        *,
        key: str,
        key_variable: str,
        timeout: float,
        example: str,
        lighter: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model, url = _parts(model, path, example, key_variable)
        self.name = f"openai:{self.model}@{url}"
        self.url = _checked(url, self.name)
        self._path = path
        self._loopback = _is_loopback(self.url.host)
        trusted = self._loopback or self.url.scheme == "https"
        self._key = key.strip() or (os.environ.get(_OTHER_KEY_VARIABLE, "").strip() if trusted else "")
        if not re.fullmatch(r"[!-~]*", self._key):
            # The HTTP library would print the whole header that it refuses.
            raise SettingsError(
                "the key holds characters that no key can hold",
                where=self.name,
                remedy=f"Set {key_variable}.",
            )
        self._key_variable = key_variable
        self._timeout = timeout
        self._lighter = lighter
        self._sleep = sleep

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def client(self) -> httpx.Client:
        """Connections to the server; several threads may share them.

        Raises:
            SettingsError: the proxy or the certificates that the environment names cannot be used.
        """
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

    def post(self, client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
        """The server's answer, of whatever status that a further attempt would not change.

        Raises:
            EncoderError: the server cannot be reached, or stays busy.
        """
        attempts = 0
        while True:
            attempts += 1
            asked = 0.0
            try:
                response = client.post(f"{self.url}/{self._path}", json=body)
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

    def refused(self, response: httpx.Response) -> EncoderError:
        """What to raise for an answer that is no success."""
        status = response.status_code
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            # What the server says to this may quote a part of the key.
            said = "refuses the key" if self._key else "asks for a key"
            return self.error(
                f"the endpoint {said} ({status})",
                remedy=f"Set {self._key_variable} to a key that it accepts.",
            )
        if response.is_redirect:
            return self.error(
                f"the endpoint redirects elsewhere ({status})", remedy="Name the address that answers itself."
            )
        remedies: dict[int, str] = {
            HTTPStatus.NOT_FOUND: "Check the model's name, and the address: it often ends in /v1.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"Set {self._lighter}.",
        }
        return self.error(
            f"the endpoint refuses the request ({status}){self.detail(response)}", remedy=remedies.get(status)
        )

    def error(self, message: str, *, remedy: str | None = None) -> EncoderError:
        """An error that names the server."""
        return EncoderError(message, where=self.name, remedy=remedy)

    def detail(self, response: httpx.Response) -> str:
        """What the server says is wrong, where it says so in a form that is known."""
        try:
            answer = response.json()
        except ValueError:
            return ""
        found = answer if isinstance(answer, dict) else {}
        error = found.get("error")
        text = error.get("message") if isinstance(error, dict) else error
        said = next((t for t in (text, found.get("message"), found.get("detail")) if isinstance(t, str)), "")
        return f": {self.shown(said)}" if said else ""

    def shown(self, text: str) -> str:
        """The beginning of what a server sent, on one line, without the key."""
        line = "".join(c for c in " ".join(text.split()) if c.isprintable())
        return (line.replace(self._key, "…") if self._key else line)[:_DETAIL]

    def _unreachable(self, error: httpx.RequestError, attempts: int) -> EncoderError:
        if isinstance(error, httpx.TimeoutException):
            cause = f"nothing came within {self._timeout:g} s"
        else:
            cause = self.shown(str(error)) or type(error).__name__
        return self.error(
            f"the endpoint does not answer ({cause}; attempts: {attempts})",
            remedy="Check that the server runs at this address. "
            f"A slow one needs {self._lighter} or a longer endpoint_timeout.",
        )

    def _busy(self, response: httpx.Response, attempts: int, asked: float) -> EncoderError:
        wait = f"; it asks to wait {asked:.0f} s" if asked else ""
        return self.error(
            f"the endpoint answers {response.status_code} (attempts: {attempts}{wait}){self.detail(response)}",
            remedy=f"Run this again later, or with {self._lighter}; the server's log may have the cause.",
        )


def _parts(text: str, path: str, example: str, key_variable: str) -> tuple[str, str]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise SettingsError(
            "this names no model and address",
            where=f"openai:{'…' if '@' in text else text}",
            remedy=f"Write openai:MODEL@URL, for example openai:{example}@http://127.0.0.1:8000/v1.",
        )
    if "@" in match["url"] or "?" in match["url"] or "#" in match["url"]:
        # The address is part of a name that is kept in the graph.
        raise SettingsError(
            "the address carries a password, a query or a fragment",
            where=f"openai:{match['model']}",
            remedy=f"Leave it out; a key goes into {key_variable}.",
        )
    return match["model"], match["url"].rstrip("/").removesuffix(f"/{path}").rstrip("/")


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
