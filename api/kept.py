"""Answers that were computed once and are kept while the graph is the same, and the route class that keeps them.

A tag stands for one answer: the same graph, request and product. So an answer can be kept under its tag, and of many
clients that ask for the same at once the first computes it and the others wait for that one.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.compression import LEVEL, SMALLEST

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(slots=True)
class Answer:
    """The body and headers of a 200; compressed once, where somebody asks for that."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    _packed: bytes = b""

    @property
    def size(self) -> int:
        """Bytes that it takes at most, about."""
        return 2 * len(self.body) + sum(len(name) + len(value) for name, value in self.headers)

    def response(self, request: Request) -> Response:
        """A response of its own, which middleware may change; compressed already where ``request`` takes that."""
        packed = len(self.body) >= SMALLEST and "gzip" in request.headers.get("accept-encoding", "")
        if packed and not self._packed:
            self._packed = gzip.compress(self.body, LEVEL, mtime=0)
        response = Response()
        response.body = self._packed if packed else self.body
        response.raw_headers = list(self.headers)
        response.headers["content-length"] = str(len(response.body))
        if packed:
            response.headers["content-encoding"] = "gzip"
            response.headers.add_vary_header("Accept-Encoding")
        return response


class Kept(Exception):  # noqa: N818 - not an error: the answer is there already
    """The answer to this request is kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Answers:
    """Answers by tag, at most ``most_bytes`` of them; the one that was not asked for longest goes first.

    For one event loop: nothing here is called from another thread.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._coming: dict[str, asyncio.Event] = {}

    async def take(self, tag: str) -> Answer | None:
        """The answer kept under ``tag``; None where the caller has to compute it, and then to call :meth:`done`."""
        while tag in self._coming:
            await self._coming[tag].wait()
        if tag in self._answers:
            self._answers.move_to_end(tag)
            return self._answers[tag]
        self._coming[tag] = asyncio.Event()
        return None

    def done(self, tag: str, answer: Answer | None) -> None:
        """Let go those who wait for ``tag``, and keep ``answer``; without one, the next of them computes."""
        if answer is not None and answer.size <= self._most:
            self._answers[tag] = answer
            self._held += answer.size
            while self._held > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._held -= oldest.size
        self._coming.pop(tag).set()


class KeptRoute(APIRoute):
    """A route whose answers are kept under the tag that its dependency ``conditional`` set."""

    def get_route_handler(self) -> Handler:
        """The handler of the route, around which answers are taken and kept."""
        compute = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response = await compute(request)
            except Kept as kept:
                return kept.answer.response(request)
            except BaseException:
                _done(request, None)
                raise
            good = response.status_code == HTTPStatus.OK and hasattr(response, "body")
            _done(request, Answer(bytes(response.body), tuple(response.raw_headers)) if good else None)
            return response

        return handler


def _done(request: Request, answer: Answer | None) -> None:
    tag = getattr(request.state, "computes", None)
    if tag is not None:
        request.app.state.answers.done(tag, answer)
