"""The service's writer: open between writes, read at once by its own process, handed on to others who ask."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import open_store
from graph.asked import Limits
from graph.errors import StoreError, StoreLockedError
from graph.store import Store, Transaction
from graph.writer import Writer
from tests.conftest import ROOT

IDS = "MATCH (p:Plan) RETURN p.id AS id ORDER BY id"
LIMITS = Limits()


def plan(id_: str) -> Callable[[Transaction], object]:
    return lambda t: t.run("CREATE (n:Plan {id: $id})", {"id": id_})


def ids(store: Store) -> list[str]:
    return [r["id"] for r in store.read(IDS)]


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = str(tmp_path / "graph.kgl")
    open_store(file).close()
    return file


@pytest.fixture
def reading(path: str) -> Iterator[Store]:
    with open_store(path, read_only=True) as store:
        yield store


@pytest.fixture
def opened() -> list[int]:
    return []


@pytest.fixture
def writer(path: str, reading: Store, opened: list[int]) -> Iterator[Writer]:
    def opening() -> Store:
        opened.append(1)
        return open_store(path)

    made = Writer(opening, reading)
    yield made
    made.close()


def elsewhere(code: str, path: str) -> str:
    """What a process of its own prints."""
    return subprocess.run(
        [sys.executable, "-c", f"from graph import open_store\npath = {path!r}\nids = {IDS!r}\n{code}"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout.strip()  # fmt: skip


READ = "with open_store(path, read_only=True) as s: print(','.join(r['id'] for r in s.read(ids)))"
WRITE = "with open_store(path) as s: s.write(lambda t: t.run(\"CREATE (n:Plan {id: 'theirs'})\"))"


def test_it_opens_once_and_its_process_reads_each_write_at_once(
    writer: Writer, reading: Store, opened: list[int]
) -> None:
    stamps = {reading.stamp()}
    for number in range(3):
        with writer.open() as store:
            store.write(plan(f"p{number}"))
        assert ids(reading)[-1] == f"p{number}"
        stamps.add(reading.stamp())
    assert (len(opened), len(stamps)) == (1, 4)
    # Free Cypher runs in another process.
    assert [r["id"] for r in reading.ask(IDS, {}, LIMITS).rows] == ["p0", "p1", "p2"]


def test_another_process_reads_what_is_not_saved_yet(writer: Writer, path: str) -> None:
    with writer.open() as store:
        store.write(plan("ours"))
    assert elsewhere(READ, path) == "ours"


def test_another_process_is_given_the_store_and_both_go_on(
    writer: Writer, reading: Store, path: str, opened: list[int]
) -> None:
    with writer.open() as store:
        store.write(plan("ours"))
    elsewhere(WRITE, path)
    assert ids(reading) == ["ours", "theirs"]
    with writer.open() as store:
        store.write(plan("ours-too"))
    assert ids(reading) == ["ours", "ours-too", "theirs"]
    assert len(opened) == 2
    elsewhere("with open_store(path) as s: s.write(lambda t: t.run(\"CREATE (n:Plan {id: 'x'})\"))", path)
    assert elsewhere(READ, path) == "ours,ours-too,theirs,x"


def test_who_asks_while_it_writes_waits_for_its_end(writer: Writer, path: str) -> None:
    begun, ended = threading.Event(), threading.Event()

    def write() -> None:
        with writer.open() as store:
            begun.set()
            ended.wait(20)
            store.write(plan("ours"))

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(20)
    with subprocess.Popen(
        [sys.executable, "-c", f"from graph import open_store\npath = {path!r}\n{WRITE}"], cwd=ROOT
    ) as other:
        time.sleep(0.5)
        ended.set()
        assert other.wait(60) == 0
    thread.join()
    assert elsewhere(READ, path) == "ours,theirs"


def test_what_nobody_asks_for_is_saved_after_a_while(
    writer: Writer, reading: Store, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.writer.SAVE_AFTER_S", 0.0)
    with writer.open() as store:
        store.write(plan("ours"))
    log = Path(path + "-wal")
    deadline = time.monotonic() + 20
    while log.stat().st_size > 64 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert log.stat().st_size <= 64
    assert ids(reading) == ["ours"]


def test_a_lasting_writer_is_named_though_a_dead_one_left_its_mark(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.embedded_store.LOCK_PATIENCE_S", 0.2)
    Path(path + "-idle").touch()
    with open_store(path) as store:
        assert not Path(path + "-idle").exists()
        with pytest.raises(StoreLockedError, match="is writing to this store"):
            open_store(path)
        store.write(plan("ours"))


def test_a_failed_write_leaves_the_writer_fit(writer: Writer, reading: Store) -> None:
    def broken(transaction: Transaction) -> None:
        transaction.run("CREATE (n:Plan {id: 'half'})")
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="full"), writer.open() as store:
        store.write(broken)
    with writer.open() as store:
        store.write(plan("whole"))
    assert ids(reading) == ["whole"]


def test_closing_leaves_nothing_behind(path: str) -> None:
    with open_store(path, read_only=True) as reading:
        made = Writer(lambda: open_store(path), reading)
        with made.open() as store:
            store.write(plan("ours"))
        made.close()
        assert ids(reading) == ["ours"]
    assert not Path(path + "-idle").exists()
    with open_store(path) as store:
        assert ids(store) == ["ours"]
