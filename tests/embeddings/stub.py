"""A server on this machine that answers as each test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Reply:
    """An answer: ``content`` as JSON, or the bytes ``raw`` instead."""

    content: Any = None
    status: int = 200
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    never: bool = False

    @property
    def body(self) -> bytes:
        return json.dumps(self.content).encode() if self.raw is None else self.raw


@dataclass
class Stub:
    """The server: ``script`` has its next answers to a request's body, ``otherwise`` all further ones."""

    otherwise: Callable[[Any], Reply]
    url: str = ""
    script: list[Callable[[Any], Reply]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, body: dict[str, Any]) -> Any:
        """What the answers are told of a request."""
        return body


def fixed(reply: Reply) -> Callable[[Any], Reply]:
    """An answer that is the same for every request."""
    return lambda _: reply


def forget_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no key of this machine's own in the environment."""
    for name in ("OPENAI_API_KEY", "POLICYGRAPH_ENDPOINT_KEY", "POLICYGRAPH_ADVISER_KEY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def serving(stub: Stub) -> Iterator[None]:
    """Run the server while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with stub.lock:
                stub.paths.append(self.path)
                stub.bodies.append(body)
                stub.keys.append(self.headers["Authorization"])
                answer = stub.script.pop(0) if stub.script else stub.otherwise
            reply = answer(stub.asked(body))
            if reply.never:
                stub.done.wait()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        stub.done.set()
        server.shutdown()
        thread.join()
        server.server_close()
