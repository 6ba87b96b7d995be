"""One request to a service: key, conditional, repeated where the service asks to wait, errors by kind."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from policygraph.client.cache import Cache, Kept
from policygraph.client.errors import ClientError, FaultError, UnreachableError, of_answer

API: Final = "/api/v1"
WAIT_S: Final = 60.0
"""The longest that one Retry-After is kept to."""
RETRIES: Final = 5
_BUSY: Final = (429, 503)


class Transport:
    """The connection to one service; a context manager.

    Args:
        url: of the service, for example ``http://127.0.0.1:8000``.
        key: made by ``policygraph keys add``; none where the service asks for none.
        timeout: seconds without a sign of life.
        retries: how often a request is repeated that is answered with 429 or 503; each time after its Retry-After.
        cache: a folder in which answers and their tags are kept for the next run; in memory only without.
        transport: of httpx, for tests.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 60.0,
        retries: int = RETRIES,
        cache: Path | str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            headers=headers,
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
        )
        self._retries = retries
        self._cache = Cache(Path(cache).expanduser() if cache is not None else None)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, path: str, **params: Any) -> Any:
        """The JSON at ``path``. What was answered before is asked for conditionally and not sent again while it stands."""
        request = self._http.build_request("GET", path, params=_given(params))
        url = str(request.url)
        kept = self._cache.get(url)
        if kept is not None:
            request.headers["If-None-Match"] = kept.tag
        answer = self._sent(request)
        if answer.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
            return kept.body
        body = _json(answer)
        if tag := answer.headers.get("etag"):
            self._cache.put(url, Kept(tag, body))
        return body

    def send(self, method: str, path: str, *, match: str | None = None, **more: Any) -> httpx.Response:
        """The answer to a request that changes something, or that has a body.

        Args:
            match: tag of what was seen, for ``If-Match``.
            more: as httpx takes it: params, json, content, files, headers.
        """
        headers = dict(more.pop("headers", {})) | ({"If-Match": match} if match is not None else {})
        params = _given(more.pop("params", {}))
        return self._sent(self._http.build_request(method, path, params=params, headers=headers, **more))

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The JSON that :meth:`send` is answered with."""
        return _json(self.send(method, path, **more))

    @contextmanager
    def stream(
        self, path: str, *, headers: Mapping[str, str] | None = None, **params: Any
    ) -> Iterator[httpx.Response]:
        """The answer while it comes in."""
        request = self._http.build_request("GET", path, params=_given(params), headers=headers)
        answer = self._sent(request, stream=True)
        try:
            yield answer
        except httpx.TransportError as error:
            raise _unreachable(request, error) from error
        finally:
            answer.close()

    def save(self, path: str, file: Path | str, **params: Any) -> bool:
        """Write what is at ``path`` to ``file``, all at once; its tag is kept beside (``.etag``).

        Returns:
            Whether there was something new; where not, the file is as it was.
        """
        file = Path(file)
        tag_file = file.with_name(file.name + ".etag")
        tag = tag_file.read_text("utf-8") if tag_file.is_file() and file.is_file() else ""
        with self.stream(path, headers={"If-None-Match": tag} if tag else None, **params) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return False
            partial = file.with_name(file.name + ".partial")
            with partial.open("wb") as out:
                for part in answer.iter_bytes():
                    out.write(part)
            tag_file.unlink(missing_ok=True)
            partial.replace(file)
            tag_file.write_text(answer.headers.get("etag", ""), encoding="utf-8")
        return True

    def _sent(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        left = self._retries
        while True:
            try:
                answer = self._http.send(request, stream=stream)
            except httpx.TransportError as error:
                raise _unreachable(request, error) from error
            if answer.status_code not in _BUSY or left == 0 or "retry-after" not in answer.headers:
                break
            answer.close()
            left -= 1
            time.sleep(_seconds(answer.headers["retry-after"]))
        if (
            answer.status_code >= httpx.codes.MULTIPLE_CHOICES
            and answer.status_code != httpx.codes.NOT_MODIFIED
        ):
            answer.read()
            try:
                body = answer.json()
            except ValueError:
                body = None
            raise of_answer(answer.status_code, body, str(request.url))
        return answer


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _seconds(header: str) -> float:
    return min(float(header), WAIT_S) if header.strip().isdecimal() else 1.0


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except json.JSONDecodeError as error:
        raise FaultError(
            "the answer is no JSON", where=str(answer.request.url), remedy="Is this the address of policygraph?",
            status=answer.status_code,
        ) from error  # fmt: skip


def _unreachable(request: httpx.Request, error: httpx.TransportError) -> ClientError:
    why = str(error) or type(error).__name__
    return UnreachableError(
        f"no answer ({why})",
        where=str(request.url),
        remedy="Check the address, and whether the service runs.",
    )
