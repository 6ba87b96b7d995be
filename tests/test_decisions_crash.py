"""kill -9 while people decide and plans are read, and connections that break: what was acknowledged is there, once.

POLICYGRAPH_KILLS and POLICYGRAPH_CUTS make the runs longer; ``-s`` prints the counts.
"""

import multiprocessing
import os
import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from embeddings import open_encoder
from graph import Store, open_store
from graph.errors import PolicyGraphError
from policygraph import jobs
from queries.answers import latest_runs
from queries.review import Entry, Filter, history, queue
from tests.conftest import WIPE, Server
from tests.killed import act, live
from tests.plans import write_plans

KILLS: Final = int(os.environ.get("POLICYGRAPH_KILLS", "40"))
CUTS: Final = int(os.environ.get("POLICYGRAPH_CUTS", "60"))
LONGEST_S: Final = 1.2


def check(store: Store, acknowledged: Counter[str], pending: list[int]) -> None:
    """All that was acknowledged is there once; of acts without an answer, all of it or nothing."""
    entries = history(store)
    found = Counter(e.id for e in entries)
    assert not acknowledged - found
    assert max(found.values(), default=1) == 1
    batches = Counter(e.batch for e in entries if e.id not in acknowledged)
    unanswered = Counter(pending)
    assert not Counter(batches.values()) - unanswered, (batches, pending)
    for e in entries:
        assert not e.previous or e.previous in found
    for subject in {e.subject for e in entries}:
        own = [e for e in entries if e.subject == subject]
        assert [e.id for e in own if e.current] == [own[-1].id]
        assert sum(not e.previous for e in own) == 1


def check_links(store: Store, entries: list[Entry]) -> None:
    """The links say what the log says."""
    links = {i.subject: i for i in queue(store, Filter(kinds=("matches", "tasks", "measures")))}
    linked = set(latest_runs(store))
    for e in entries:
        if not (e.current and e.source) or (e.plan, e.upper) not in linked:
            continue
        item = links.get(e.subject)
        if e.verdict == "accepted" and e.stands != "closed":
            assert item is not None
            assert (item.decision, item.state) == (e.id, "accepted")
            assert item.suspect == (e.stands == "suspect")
        elif item is not None and e.verdict == "rejected":
            assert (item.decision, item.state) == (e.id, "rejected")


class Heard:
    """What a process told: ids that were acknowledged, and the size of the act that is under way."""

    def __init__(self, told: Connection) -> None:
        self._told = told
        self.ids: list[str] = []
        self.pending: int | None = None

    def until(self, deadline: float) -> None:
        """Hear until a time, or until nothing more can come."""
        with suppress(EOFError, OSError):
            while self._told.poll(max(deadline - time.monotonic(), 0)):
                self.one()

    def one(self) -> None:
        """Hear one message."""
        message: Any = self._told.recv()
        if isinstance(message, list):
            self.ids += message
            self.pending = None
        else:
            self.pending = message


def test_kill_9_loses_no_acknowledged_decision(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killed"])
    path = tmp_path / "graph.kgl"
    encoder = open_encoder("policy-zh")
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), encoder)
    choose = random.Random(2030)
    acknowledged: Counter[str] = Counter()
    pending: list[int] = []
    for number in range(KILLS):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=live, args=(str(path), str(tmp_path), number, there))
        process.start()
        there.close()
        here.poll(30)
        heard = Heard(here)
        heard.until(time.monotonic() + choose.uniform(0, LONGEST_S))
        if number % 2:  # in the midst of an act
            while heard.pending is None:
                heard.one()
            time.sleep(choose.uniform(0, 0.01))
        process.kill()
        process.join()
        heard.until(time.monotonic() + 60)
        acknowledged.update(heard.ids)
        if heard.pending is not None:
            pending.append(heard.pending)
        with open_store(str(path)) as store:
            check(store, acknowledged, pending)
            jobs.link(store, encoder)
            check_links(store, history(store))
    print(f"\n{KILLS} kills, {len(acknowledged)} acknowledged decisions, {len(pending)} acts cut off, 0 lost")
    assert len(acknowledged) > KILLS
    assert pending, "some kills must fall within an act"


class Proxy:
    """Passes bytes to a server and back, and breaks every connection once it has passed so many of the client's."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._left: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def break_after(self, size: int | None) -> None:
        """Break all connections after ``size`` more bytes of the client; None: never."""
        with self._lock:
            self._left = size

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()
        self._break()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                with self._lock:
                    self._open += [client, server]
                for one, other, counted in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(one, other, counted), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
                if counted and self._spent(len(data)):
                    self._break()

    def _spent(self, size: int) -> bool:
        with self._lock:
            if self._left is None:
                return False
            self._left -= size
            if self._left > 0:
                return False
            self._left = None
            return True

    def _break(self) -> None:
        with self._lock:
            broken, self._open = self._open, []
        for one in broken:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Told:
    """Takes the place of the pipe to a process."""

    def __init__(self) -> None:
        self.size = 0
        self.ids: list[str] = []

    def send(self, message: Any) -> None:
        """See :func:`tests.killed.act`."""
        if isinstance(message, list):
            self.ids = message
        else:
            self.size = message


def test_a_broken_connection_to_neo4j_loses_and_doubles_nothing(tmp_path: Path, neo4j_server: Server) -> None:
    encoder = open_encoder("policy-zh")
    choose = random.Random(11)
    acknowledged: Counter[str] = Counter()
    pending: list[int] = []
    with neo4j_server.open() as direct:
        direct.write(lambda t: t.run(WIPE))
        jobs.build(direct, jobs.read(write_plans(tmp_path / "plans")), encoder)
        proxy = Proxy(int(neo4j_server.uri.rpartition(":")[2]))
        try:
            through = open_store(
                f"bolt://127.0.0.1:{proxy.port}", user=neo4j_server.user, password=neo4j_server.password
            )
            with through as store:
                for _ in range(CUTS):
                    told: Any = Told()
                    proxy.break_after(choose.randrange(200, 9000))
                    try:
                        act(store, choose, told)
                    except PolicyGraphError:
                        if told.size:
                            pending.append(told.size)
                    proxy.break_after(None)
                    acknowledged.update(told.ids)
                    check(direct, acknowledged, pending)
        finally:
            proxy.close()
        check_links(direct, history(direct))
    print(
        f"\n{CUTS} breaks, {len(acknowledged)} acknowledged decisions, {len(pending)} acts without answer, 0 lost"
    )
    assert len(acknowledged) > CUTS / 4
