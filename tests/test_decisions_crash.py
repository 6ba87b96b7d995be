"""Killed writers and cut connections: what was acknowledged is in the log, and no act is there in part.

POLICYGRAPH_KILLS and POLICYGRAPH_CUTS make the runs longer.
"""

import contextlib
import os
import random
import signal
import socket
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import pytest

from embeddings import open_encoder
from graph import Store, open_store
from graph.errors import PolicyGraphError, StoreError
from graph.model import Decision
from ingest.load import load_plan
from policygraph import jobs, reviews
from queries.review import Filter
from review import log as decisions
from tests import forked
from tests.conftest import WIPE, Server
from tests.decisions import Memory, check, links, log, words
from tests.plans import CITY, PROVINCE, write_plans

KILLS: Final = int(os.environ.get("POLICYGRAPH_KILLS", "40"))
CUTS: Final = int(os.environ.get("POLICYGRAPH_CUTS", "9"))
LONGEST_S: Final = 0.5
NATION_PLAN: Final = "000000-2030"
EDITED: Final = {
    "city": CITY.replace("铺设管网40公里", "铺设管网60公里"),
    "province": PROVINCE.replace("完善水质检测制度", "健全水质检测制度，公布检测结果"),
}


def act(store: Store, choose: random.Random) -> list[Decision]:
    """One act of a reviewer; none where there is nothing to decide on, or it is refused."""
    found = links(store)
    if not found:
        return []
    e = choose.choice(found)
    source, target = e["source"], e["target"]
    name = choose.choice(("accept", "reject", "undo", "excuse", "bulk", "correct"))
    try:
        match name:
            case "undo":
                return [reviews.undo(store, f"{source} {target}", reviewer="周")]
            case "excuse":
                measures = sorted({x["target"] for x in found if "#" in x["target"]})
                return [
                    reviews.excuse(
                        store, choose.choice(measures), choose.choice(("not_applicable", "applies")),
                        plan=e["plan"], note="另有安排", reviewer="郑",
                    )
                ]  # fmt: skip
            case "bulk":
                wanted = Filter(plan=e["plan"], kinds=("matches",))
                verdict: Any = choose.choice(("accepted", "rejected"))
                shown = reviews.preview(store, verdict, wanted)
                return reviews.bulk(store, verdict, wanted, reviewer="吴", token=shown.token)
            case "correct":
                to = choose.choice([x["target"] for x in found if ("#" in x["target"]) == ("#" in target)])
                return reviews.correct(store, source, target, to=to, relation="equal", reviewer="周")
            case _:
                return [getattr(reviews, name)(store, source, target, reviewer="吴")]
    except StoreError:
        raise
    except PolicyGraphError:
        return []


def review_for_ever(path: str, folder: str, seed: int, told: Connection) -> None:
    """Open, decide, read again, link, close, and so on until killed; each act is told after it is acknowledged."""
    choose = random.Random(seed)
    encoder = open_encoder("policy-zh")
    editions = [list(jobs.read(Path(folder) / name)) for name in ("plain", "edited")]
    while True:
        with open_store(path) as store:
            for _ in range(choose.randrange(1, 25)):
                if choose.random() < 0.1:
                    load_plan(store, choose.choice(choose.choice(editions)))
                if choose.random() < 0.1:
                    jobs.link(store, encoder, force=choose.random() < 0.3)
                made = act(store, choose)
                if made:
                    told.send([d.id for d in made])


def whole(entries: list[dict[str, Any]], acknowledged: set[str]) -> list[str]:
    """What of the log nobody heard of; an act is acknowledged whole or not at all."""
    unheard = [e for e in entries if e["id"] not in acknowledged]
    heard = {e["batch"] for e in entries if e["id"] in acknowledged}
    assert not heard & {e["batch"] for e in unheard}
    return [e["id"] for e in unheard]


def test_killed_reviewers_lose_nothing(tmp_path: Path) -> None:
    write_plans(tmp_path / "plain")
    write_plans(tmp_path / "edited", **EDITED)
    encoder = open_encoder("policy-zh")
    choose = random.Random(11)
    context = forked.context()
    acknowledged_all = unheard_all = acts = lost = 0
    memory, path = Memory(), tmp_path
    for number in range(KILLS):
        if number % 10 == 0:
            memory, path = Memory(), tmp_path / f"graph-{number}.kgl"
            with open_store(str(path)) as store:
                jobs.build(store, jobs.read(tmp_path / "plain"), encoder)
        hears, tells = context.Pipe(duplex=False)
        writer = context.Process(
            target=review_for_ever, args=(str(path), str(tmp_path), number, tells), daemon=True
        )
        writer.start()
        tells.close()
        batches: list[list[str]] = []
        # Most of the first tenths of a second go into starting; a share of the kills falls there, too.
        deadline = time.monotonic() + choose.uniform(0.1, 0.1 + LONGEST_S)
        while (left := deadline - time.monotonic()) > 0:
            if hears.poll(left):
                with contextlib.suppress(EOFError):
                    batches.append(hears.recv())
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        with contextlib.suppress(EOFError, OSError):
            while hears.poll(0):
                batches.append(hears.recv())
        hears.close()
        acknowledged = {id_ for some in batches for id_ in some}
        with open_store(str(path)) as store:
            entries = log(store)
            by_id = {e["id"]: e for e in entries}
            lost += len((acknowledged | set(memory.log)) - set(by_id))
            assert not lost
            for some in batches:
                assert len({by_id[id_]["batch"] for id_ in some}) == 1
            unheard = whole(entries, acknowledged | set(memory.log))
            assert len({by_id[id_]["batch"] for id_ in unheard}) <= 1, "only the last act may be unheard of"
            memory.of(e for e in entries if e["id"] not in memory.log)
            jobs.link(store, encoder)
            check(store, memory)
        acts += len(batches)
        acknowledged_all += len(acknowledged)
        unheard_all += len(unheard)
    print(
        f"kills {KILLS}, acts {acts}, acknowledged {acknowledged_all}, unheard of {unheard_all}, lost {lost}"
    )
    assert acknowledged_all > KILLS


def test_an_act_cut_short_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed within the transaction, after the entries are written and before the links say so: nothing is there."""
    path = tmp_path / "graph.kgl"
    write_plans(tmp_path / "plain")
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(tmp_path / "plain"), open_encoder("policy-zh"))
        before = links(store)
    child = os.fork()
    if child == 0:
        try:
            monkeypatch.setattr(decisions, "apply", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            with open_store(str(path)) as store:
                wanted = Filter(kinds=("matches",))
                shown = reviews.preview(store, "accepted", wanted)
                reviews.bulk(store, "accepted", wanted, reviewer="吴", token=shown.token)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    with open_store(str(path)) as store:
        assert log(store) == []
        assert links(store) == before


class Proxy:
    """Between the driver and the server: cuts all connections at once, or those that commit, when told.

    Attributes:
        cut_commits: how many of the next commits lose their answer: ``before`` or ``after`` the server has the request.
    """

    WRITES: Final = b"MATCH (l:WriteLock"  # the last statement of a transaction that writes
    COMMIT: Final = b"\x00\x02\xb0\x12\x00\x00"

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut_commits = ""
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """All connections, now."""
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._open.clear()
            self.cuts += 1

    def close(self) -> None:
        """No more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for one
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                with self._lock:
                    self._open |= {near, far}
                deaf = threading.Event()
                threading.Thread(target=self._pump, args=(near, far, deaf, True), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near, deaf, False), daemon=True).start()

    def _pump(
        self, source: socket.socket, target: socket.socket, deaf: threading.Event, upwards: bool
    ) -> None:
        with contextlib.suppress(OSError), source:
            self._carry(source, target, deaf, upwards)
            for end in (source, target):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open.discard(source)

    def _carry(
        self, source: socket.socket, target: socket.socket, deaf: threading.Event, upwards: bool
    ) -> None:
        writes = False
        while data := source.recv(65536):
            writes = writes or self.WRITES in data
            if upwards and writes and self.COMMIT in data and self.cut_commits:
                when, self.cut_commits = self.cut_commits, ""
                if when == "before":
                    self.cut()
                    return
                deaf.set()
            if not upwards and deaf.is_set():
                self.cut()  # the server has committed; nobody hears of it
                return
            target.sendall(data)


def test_cut_connections_lose_nothing_and_double_nothing(tmp_path: Path, neo4j_server: Server) -> None:
    encoder = open_encoder("policy-zh")
    choose = random.Random(12)
    memory = Memory()
    write_plans(tmp_path / "plain")
    proxy = Proxy(int(neo4j_server.uri.rpartition(":")[2]))
    acknowledged = unheard_all = failed = 0
    try:
        with neo4j_server.open() as direct:
            direct.write(lambda t: t.run(WIPE))
            jobs.build(direct, jobs.read(tmp_path / "plain"), encoder)
            with open_store(
                f"bolt://127.0.0.1:{proxy.port}", user=neo4j_server.user, password=neo4j_server.password
            ) as store:
                for number in range(CUTS):
                    timer = None
                    match number % 3:
                        case 0:
                            proxy.cut_commits = "after"
                        case 1:
                            proxy.cut_commits = "before"
                        case _:
                            timer = threading.Timer(choose.uniform(0, 0.1), proxy.cut)
                            timer.start()
                    for _ in range(3):
                        # A cut may fall while an act only reads; whatever was told is remembered.
                        try:
                            made = act(store, choose)
                        except StoreError:
                            made, failed = [], failed + 1
                        acknowledged += len(made)
                        memory.add(made, words(direct))
                        entries = log(direct)
                        unheard = whole(entries, set(memory.log))
                        assert set(memory.log) <= {e["id"] for e in entries}
                        assert len({e["batch"] for e in entries if e["id"] in unheard}) <= 1
                        unheard_all += len(unheard)
                        memory.of(e for e in entries if e["id"] not in memory.log)
                    if timer is not None:
                        timer.join()
                    proxy.cut_commits = ""
                    check(direct, memory)
    finally:
        proxy.close()
    print(
        f"cuts {proxy.cuts}, failed {failed}, acknowledged {acknowledged}, unheard of {unheard_all}, lost 0"
    )
    assert proxy.cuts >= CUTS / 2
    assert unheard_all > 0, "no answer to a commit was lost"


def test_a_lost_answer_to_a_commit_is_told_as_such(tmp_path: Path, neo4j_server: Server) -> None:
    """It is written once, and the reviewer is told to look, not that nothing happened."""
    write_plans(tmp_path / "plain")
    proxy = Proxy(int(neo4j_server.uri.rpartition(":")[2]))
    try:
        with neo4j_server.open() as direct:
            direct.write(lambda t: t.run(WIPE))
            jobs.build(direct, jobs.read(tmp_path / "plain"), open_encoder("policy-zh"))
            e = links(direct)[0]
            with open_store(
                f"bolt://127.0.0.1:{proxy.port}", user=neo4j_server.user, password=neo4j_server.password
            ) as store:
                proxy.cut_commits = "after"
                with pytest.raises(StoreError, match="may have been written"):
                    reviews.accept(store, e["source"], e["target"], reviewer="周")
            assert [d["verdict"] for d in log(direct)] == ["accepted"]
    finally:
        proxy.close()
