"""Vectors in a file: never other ones than the encoder's own, whatever happens to the file or beside it."""

import hashlib
import logging
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, redirect_stderr, redirect_stdout
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import open_encoder
from embeddings.cache import CachedEncoder
from embeddings.encoder import Progress
from embeddings.search import Dense
from policygraph.settings import load_settings

DIMENSIONS = 48
TEXTS = [f"新建农村供水工程{i}处" for i in range(40)]


class Fake:
    """Unit vectors that follow from the text and the fingerprint; remembers each text it was asked for."""

    name = "fake"

    def __init__(self, fingerprint: str = "a1", dimensions: int = DIMENSIONS) -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self.asked: list[str] = []
        self.calls = 0
        self.closed = False

    def vector(self, text: str) -> Dense:
        seed = hashlib.sha256(f"{self.fingerprint} {text}".encode("utf-8", "surrogatepass")).digest()
        drawn = np.random.default_rng(list(seed)).normal(size=self.dimensions)
        return np.asarray(drawn / np.linalg.norm(drawn), np.float32)

    def vectors(self, texts: Sequence[str]) -> Dense:
        return np.array([self.vector(t) for t in texts], np.float32).reshape(-1, self.dimensions)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
        self.calls += 1
        self.asked += texts
        for done in range(3, len(texts), 3):
            if progress is not None:
                progress(done, len(texts))
        return self.vectors(texts)

    def close(self) -> None:
        self.closed = True


def right(path: Path, texts: Sequence[str], fake: Fake | None = None, **options: Any) -> Fake:
    """Encode and compare; the encoder that was asked for what was missing."""
    fake = fake or Fake()
    found = CachedEncoder(fake, path, **options).encode(texts)
    assert found.dtype == np.float32
    assert found.shape == (len(texts), fake.dimensions)
    np.testing.assert_array_equal(found, fake.vectors(texts))
    return fake


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement, values)


def number(path: Path, query: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(query).fetchone()[0])


def vectors_in(path: Path) -> int:
    return number(path, "SELECT count(*) FROM vectors")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not yet there" / "vectors.sqlite"


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The warnings so far; those that a test leaves unasked for fail it."""
    asked = False

    def messages() -> list[str]:
        nonlocal asked
        asked = True
        return [r.getMessage() for r in caplog.records if r.name == "policygraph.embeddings"]

    yield messages
    assert asked or not messages()


def test_a_text_is_encoded_once(path: Path, warned: Callable[[], list[str]]) -> None:
    assert right(path, TEXTS[:3]).asked == TEXTS[:3]
    assert right(path, TEXTS[:3]).asked == []
    assert right(path, [TEXTS[4], TEXTS[1], TEXTS[3], TEXTS[0]]).asked == [TEXTS[4], TEXTS[3]]
    assert warned() == []


def test_equal_texts_are_encoded_once_and_rows_keep_their_order(path: Path) -> None:
    texts = ["乙", "甲", "乙", "丙", "甲", "乙", ""]
    assert right(path, texts).asked == ["乙", "甲", "丙", ""]
    assert right(path, [*reversed(texts), "丁"]).asked == ["丁"]
    assert vectors_in(path) == 5


def test_texts_that_differ_in_form_alone_are_not_one(path: Path) -> None:
    texts = ["é", "e\u0301", "Ａ", "A", "a", " a", "a\n", "\x00", "\ud800"]
    assert right(path, texts).asked == texts
    assert right(path, texts).asked == []


def test_encoders_never_meet_each_others_vectors(path: Path) -> None:
    for fake in (Fake("a1"), Fake("b2"), Fake("c3", 7)):
        assert right(path, TEXTS, fake).asked == TEXTS
    for fake in (Fake("a1"), Fake("b2"), Fake("c3", 7)):
        assert right(path, TEXTS, fake).asked == []


def test_no_texts_give_no_rows(path: Path) -> None:
    first = right(path, [])
    assert first.calls == 1
    right(path, TEXTS[:1])
    assert right(path, []).calls == 0


def test_more_texts_than_a_statement_has_variables(path: Path) -> None:
    texts = [f"第{i}条" for i in range(2345)]
    assert len(right(path, texts[::2]).asked) == 1173
    assert right(path, texts).asked == texts[1::2]


def test_progress_counts_all_texts_and_cached_ones_at_once(path: Path) -> None:
    right(path, TEXTS[:10])
    seen: list[tuple[int, int]] = []
    texts = [*TEXTS[:20], *TEXTS[:20]]
    CachedEncoder(Fake(), path, batch=7).encode(texts, progress=lambda *told: seen.append(told))
    assert seen == [(n, 40) for n in (20, 26, 32, 34, 40)]
    seen.clear()
    CachedEncoder(Fake(), path).encode(texts, progress=lambda *told: seen.append(told))
    assert seen == [(40, 40)]
    CachedEncoder(Fake(), path).encode([], progress=lambda *told: seen.append(told))
    assert len(seen) == 1


def test_an_interrupted_run_keeps_what_was_done(path: Path) -> None:
    class Tired(Fake):
        def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Dense:
            if len(self.asked) >= 20:
                raise KeyboardInterrupt
            return super().encode(texts, progress=progress)

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Tired(), path, batch=5).encode(TEXTS)
    assert right(path, TEXTS).asked == TEXTS[20:]


def test_it_stands_for_the_inner_encoder(path: Path) -> None:
    fake = Fake()
    cached = CachedEncoder(fake, path)
    assert (cached.name, cached.fingerprint) == ("fake", "a1")
    cached.close()
    assert fake.closed
    CachedEncoder(open_encoder("char"), path).close()
    assert not path.exists()


def test_what_no_device_should_give_is_not_kept(path: Path, warned: Callable[[], list[str]]) -> None:
    class Failing(Fake):
        def vectors(self, texts: Sequence[str]) -> Dense:
            found = super().vectors(texts)
            found[1] = np.nan
            return found

    right(path, TEXTS[:3], Failing())
    assert right(path, TEXTS[:3]).asked == [TEXTS[1]]

    class Short(Fake):
        def vectors(self, texts: Sequence[str]) -> Dense:
            return super().vectors(texts)[:1]

    with pytest.raises(RuntimeError, match="fake gave vectors of shape"):
        CachedEncoder(Short("d4"), path).encode(TEXTS)
    assert warned() == []


def test_threads_share_a_file(path: Path, warned: Callable[[], list[str]]) -> None:
    shared = CachedEncoder(Fake(), path, batch=3)

    def work(seed: int) -> None:
        own = CachedEncoder(Fake(), path, batch=3)
        for _ in range(5):
            texts = Random(seed).choices(TEXTS, k=25)
            for encoder in (shared, own):
                np.testing.assert_array_equal(encoder.encode(texts), Fake().vectors(texts))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert warned() == []
    right(path, TEXTS)
    assert vectors_in(path) == len(TEXTS)


def _share(path: Path, seed: int, barrier: Barrier) -> None:
    """In a process of its own: half of the texts are everyone's, half its own. Warnings are errors."""
    told: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("policygraph.embeddings").addHandler(handler)
    random = Random(seed)
    for turn in range(6):
        texts = [f"共有{turn}-{i}" for i in range(40)] + [f"自有{seed}-{turn}-{i}" for i in range(40)]
        random.shuffle(texts)
        barrier.wait()
        right(path.with_name(f"{turn % 2}.sqlite"), texts, Fake(), batch=4)
    assert told == []


def test_processes_share_a_file(path: Path) -> None:
    spawn = get_context("spawn")
    barrier = spawn.Barrier(4)
    processes = [spawn.Process(target=_share, args=(path, seed, barrier)) for seed in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [p.exitcode for p in processes] == [0] * 4
    for turn in (0, 1):
        assert vectors_in(path.with_name(f"{turn}.sqlite")) == 3 * (40 + 4 * 40)
    right(path.with_name("0.sqlite"), [f"共有{turn}-{i}" for turn in (0, 2, 4) for i in range(40)])


def _die(path: Path, start: str, count: int) -> None:
    """In a process of its own: kill -9 at the ``count``-th statement that begins with ``start``."""
    left = count
    connect = sqlite3.connect

    def step(statement: str) -> None:
        nonlocal left
        left -= statement.lstrip().startswith(start)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(step)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    CachedEncoder(Fake(), path, batch=10).encode(TEXTS)


@pytest.mark.parametrize(
    ("start", "count", "kept"),
    [
        ("CREATE TABLE vectors", 1, 0),
        ("COMMIT", 1, 0),
        ("PRAGMA journal_mode", 1, 0),
        ("INSERT OR IGNORE", 5, 0),
        ("INSERT OR IGNORE", 27, 20),
        ("COMMIT", 4, 20),
    ],
)
def test_a_killed_writer_leaves_what_it_committed(
    path: Path, start: str, count: int, kept: int, warned: Callable[[], list[str]]
) -> None:
    process = get_context("spawn").Process(target=_die, args=(path, start, count))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert right(path, TEXTS).asked == TEXTS[kept:]
    assert right(path, TEXTS).asked == []
    assert warned() == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda p: p.write_bytes(b"no database " * 999), "not a database"),
        (lambda p: p.write_bytes(p.read_bytes()[:5000]), "malformed"),
        (lambda p: change(p, "PRAGMA user_version = 2"), "of format 2, not 1"),
        (lambda p: change(p, "PRAGMA application_id = 0"), "of something else"),
        (lambda p: change(p, "DROP TABLE vectors"), "no such table"),
        (lambda p: (p.unlink(), p.mkdir()), "unable to open"),
    ],
)
def test_a_file_that_cannot_be_used_is_warned_of_once(
    path: Path, spoil: Callable[[Path], object], reason: str, warned: Callable[[], list[str]]
) -> None:
    right(path, TEXTS)
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    fake = Fake()
    cached = CachedEncoder(fake, path)
    for _ in range(3):
        np.testing.assert_array_equal(cached.encode(TEXTS), fake.vectors(TEXTS))
    assert fake.asked == TEXTS * 3
    (message,) = warned()
    assert message.startswith(f"{path}: vectors are not cached (")
    assert reason in message
    assert "Delete the file" in message
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("name", ["file/vectors.sqlite", "nul\0l", "~nobody-of-this-name/vectors.sqlite"])
def test_a_place_where_no_file_can_be(name: str, tmp_path: Path, warned: Callable[[], list[str]]) -> None:
    (tmp_path / "file").touch()
    where = Path(name) if name.startswith("~") else tmp_path / name
    assert right(where, TEXTS).asked == TEXTS
    assert len(warned()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only(path: Path, warned: Callable[[], list[str]]) -> None:
    path.parent.mkdir(mode=0o500)
    assert right(path, TEXTS).asked == TEXTS
    assert len(warned()) == 1


def test_a_file_that_is_read_only_still_gives(
    path: Path, monkeypatch: pytest.MonkeyPatch, warned: Callable[[], list[str]]
) -> None:
    right(path, TEXTS[:20])
    connect = sqlite3.connect

    def read_only(file: Path, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(f"{file.as_uri()}?mode=ro", uri=True, **options)
        return connection

    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert right(path, TEXTS).asked == TEXTS[20:]
    (message,) = warned()
    assert "readonly" in message
    monkeypatch.undo()
    change(path, "UPDATE vectors SET used = 1")
    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert right(path, TEXTS[:20]).asked == []
    assert len(warned()) == 2


def _fill(path: Path, limit: int) -> None:
    """In a process of its own, for a limit cannot be taken back."""
    # What it inherits may be files, to which the limit applies as well.
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):  # noqa: PTH123
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        fake = Fake(dimensions=512)
        assert right(path, TEXTS, fake, batch=5).asked == TEXTS
        assert right(path, TEXTS[:1], Fake(dimensions=512)).calls <= 1


@pytest.mark.parametrize("limit", [0, 1000, 20_000, 60_000])
def test_a_disk_that_is_full(path: Path, limit: int) -> None:
    process = get_context("spawn").Process(target=_fill, args=(path, limit))
    process.start()
    process.join()
    assert process.exitcode == 0
    right(path, TEXTS, Fake(dimensions=512))
    assert right(path, TEXTS, Fake(dimensions=512)).asked == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vectors SET vector = substr(vector, 1, 100) WHERE {which}",
        "UPDATE vectors SET vector = vector || x'00000000' WHERE {which}",
        "UPDATE vectors SET vector = x'' WHERE {which}",
        "UPDATE vectors SET vector = 'text' WHERE {which}",
        "UPDATE vectors SET vector = 1.5 WHERE {which}",
        "UPDATE vectors SET vector = zeroblob(192) WHERE {which}",
        "UPDATE vectors SET checksum = checksum + 1 WHERE {which}",
        "UPDATE vectors SET text = text || x'00' WHERE {which}",
    ],
)
def test_a_vector_that_is_not_whole_is_replaced(
    damage: str, path: Path, warned: Callable[[], list[str]]
) -> None:
    right(path, TEXTS)
    change(path, damage.format(which="rowid in (3, 7)"))
    assert right(path, TEXTS).asked == [TEXTS[2], TEXTS[6]]
    assert right(path, TEXTS).asked == []
    assert warned() == []


def test_rows_that_changed_places_are_replaced(path: Path) -> None:
    right(path, TEXTS[:1], Fake("a1"))
    right(path, TEXTS[:1], Fake("b2"))
    for step in ("3 WHERE encoder = 1", "1 WHERE encoder = 2", "2 WHERE encoder = 3"):
        change(path, f"UPDATE vectors SET encoder = {step}")
    assert right(path, TEXTS[:1], Fake("a1")).asked == TEXTS[:1]
    assert right(path, TEXTS[:1], Fake("b2")).asked == TEXTS[:1]


@pytest.mark.parametrize("dimensions", [0, -1, 47, 2**40, "many"])
def test_a_wrong_number_of_dimensions_is_mended(dimensions: object, path: Path) -> None:
    right(path, TEXTS[:5])
    change(path, "UPDATE encoders SET dimensions = ?", dimensions)
    assert right(path, TEXTS[:5]).asked == TEXTS[:5] or dimensions != 47
    right(path, TEXTS[:6])
    assert right(path, TEXTS[:6]).asked == []


def test_two_models_under_one_fingerprint_are_told_apart(path: Path, warned: Callable[[], list[str]]) -> None:
    right(path, TEXTS[:5])
    assert right(path, TEXTS, Fake(dimensions=9)).asked[-40:] == TEXTS
    (message,) = warned()
    assert "not of 9 numbers" in message


@pytest.mark.parametrize("seed", range(30))
def test_damage_anywhere_in_the_file_gives_no_other_vectors(
    seed: int, path: Path, warned: Callable[[], list[str]]
) -> None:
    right(path, TEXTS[:30])
    random = Random(seed)
    content = bytearray(path.read_bytes())
    start = random.randrange(len(content))
    length = random.choice([1, 8, 200, 5000])
    content[start : start + length] = random.randbytes(len(content[start : start + length]))
    path.write_bytes(content)
    right(path, TEXTS)
    right(path, TEXTS, limit=1)
    warned()


def test_a_file_that_is_too_large_loses_what_was_longest_unused(path: Path) -> None:
    texts = [f"第{i}条" for i in range(400)]
    right(path, texts, Fake(dimensions=512))
    full = path.stat().st_size
    change(path, "UPDATE vectors SET used = used - 3 WHERE rowid <= 300")
    right(path, texts[:100], Fake(dimensions=512))
    limit = full * 8 // 10
    assert right(path, texts[:100], Fake(dimensions=512), limit=limit).asked == []
    assert 0.6 * limit < path.stat().st_size <= 0.9 * limit
    kept = vectors_in(path)
    assert 200 < kept < 300
    assert right(path, texts, Fake(dimensions=512), limit=full).asked == texts[100 : 500 - kept]
    assert right(path, texts[:10], Fake(dimensions=512), limit=1).asked == texts[:10]
    assert vectors_in(path) == 10


def test_a_file_within_its_limit_loses_nothing(path: Path) -> None:
    right(path, TEXTS)
    right(path, [], limit=path.stat().st_size)
    assert vectors_in(path) == len(TEXTS)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "vectors.sqlite"


@settings(deadline=None)
@given(
    texts=st.lists(st.text(max_size=8) | st.sampled_from(TEXTS), max_size=30),
    batch=st.integers(1, 9),
    fingerprint=st.sampled_from(["a1", "b2"]),
)
def test_cached_equals_uncached(kept: Path, texts: list[str], batch: int, fingerprint: str) -> None:
    right(kept, texts, Fake(fingerprint), batch=batch)
    assert right(kept, texts, Fake(fingerprint), batch=batch).asked == []


def test_only_models_are_cached(path: Path) -> None:
    assert not isinstance(open_encoder("char", cache=path), CachedEncoder)
    assert not isinstance(open_encoder("st:a/b"), CachedEncoder)
    cached = open_encoder("st:a/b", cache=path)
    assert isinstance(cached, CachedEncoder)
    assert cached.name == "st:a/b"
    cached.close()


def test_the_setting_names_the_file(monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> None:
    given = load_settings(encoder="st:a/b")
    assert given.vector_cache == str(cache_folder / "policygraph" / "vectors.sqlite")
    assert isinstance(given.open_encoder(), CachedEncoder)
    assert not isinstance(load_settings(encoder="st:a/b", vector_cache="").open_encoder(), CachedEncoder)
    monkeypatch.setenv("POLICYGRAPH_VECTOR_CACHE", "")
    assert load_settings().vector_cache == ""
    monkeypatch.delenv("POLICYGRAPH_VECTOR_CACHE")
    for folder in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        monkeypatch.setenv("HOME", "/home/somebody")
        assert load_settings().vector_cache == "/home/somebody/.cache/policygraph/vectors.sqlite"
