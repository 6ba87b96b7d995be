"""kill -9 in the middle of a build, then a build again: the same graph as one clean run."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from graph import open_store
from graph.errors import StoreError
from policygraph.export import export
from tests import forked
from tests.conftest import ROOT, SAMPLE, Server

TRIES = 8
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("POLICYGRAPH_")} | {"PYTHONPATH": str(ROOT)}


def build(store: str, **environment: str) -> ForkServerProcess:
    return forked.start(
        "build", str(SAMPLE), "--store", store,
        folder=ROOT, environment=CLEAN | environment, out=Path(os.devnull), errors=Path(os.devnull),
    )  # fmt: skip


def ended(process: ForkServerProcess) -> int | None:
    """Its exit code, when it has come to an end."""
    process.join()
    return process.exitcode


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not alike; a difference of whole exports would take minutes to print."""
    return [name for name in sorted(one | other) if one.get(name) != other.get(name)]


@dataclass(frozen=True)
class Clean:
    """A build that nobody killed: its store, how long it took, what it exports."""

    store: Path
    seconds: float
    exported: dict[str, bytes]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    folder = tmp_path_factory.mktemp("clean")
    path = folder / "graph.kgl"
    started = time.monotonic()
    assert ended(build(str(path))) == 0
    seconds = time.monotonic() - started
    with open_store(str(path), read_only=True) as store:
        export(store, folder / "exported")
    return Clean(path, seconds, files(folder / "exported"))


def test_the_embedded_store_survives(clean: Clean, tmp_path: Path) -> None:
    whole = clean.seconds
    random.seed(11)
    killed = 0
    for number in range(TRIES):
        path = tmp_path / f"killed-{number}.kgl"
        for _ in range(2):
            process = build(str(path))
            time.sleep(random.uniform(0.3, 0.95) * whole)
            if process.is_alive():
                killed += 1
            else:
                whole *= 0.8  # builds became faster than the first one was
            process.kill()
            process.join()
        assert ended(build(str(path))) == 0
        with open_store(str(path), read_only=True) as store:
            export(store, tmp_path / f"after-{number}")
        assert not differing(files(tmp_path / f"after-{number}"), clean.exported)
    assert killed > TRIES, "most kills must fall within a build"


@pytest.mark.parametrize("share", [0.4, 0.7])
def test_neo4j_survives(share: float, clean: Clean, tmp_path: Path, neo4j_server: Server) -> None:
    with neo4j_server.open() as store:
        store.write(lambda t: t.run("MATCH (n) DETACH DELETE n"))
        process = build(neo4j_server.uri, **neo4j_server.environment())
        deadline = time.monotonic() + 60
        plans = 8 * share
        while (
            store.read("MATCH (p:Plan) RETURN count(p) AS n")[0]["n"] < plans and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        assert process.is_alive(), "the build ended before it was killed"
        process.kill()
        process.join()
        assert ended(build(neo4j_server.uri, **neo4j_server.environment())) == 0
        export(store, tmp_path / "after")
    assert not differing(files(tmp_path / "after"), clean.exported)


def test_readers_see_what_a_killed_writer_had_committed(clean: Clean, tmp_path: Path) -> None:
    path = Path(shutil.copy(clean.store, tmp_path))
    script = (
        "import os, signal; from graph import open_store\n"
        f"store = open_store({str(path)!r})\n"
        "store.write(lambda t: t.run(\"MATCH (p:Plan {id: 'x-yunxi-2025'}) SET p.issuer = 'killed'\"))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], env=CLEAN, check=False).returncode == -signal.SIGKILL
    )
    for _ in range(2):
        with open_store(str(path), read_only=True) as store:
            rows = store.read("MATCH (p:Plan {id: 'x-yunxi-2025'}) RETURN p.issuer AS issuer")
        assert rows == [{"issuer": "killed"}]


def test_a_reader_never_makes_a_graph_anew(clean: Clean, tmp_path: Path) -> None:
    path = Path(shutil.copy(clean.store, tmp_path))
    with open_store(str(path), read_only=True) as store:
        whole = path.read_bytes()
        for file in tmp_path.glob("graph.kgl*"):
            file.unlink()
        for _ in range(2):
            with pytest.raises(StoreError, match="no graph here"):
                store.read("MATCH (p:Plan) RETURN p.id AS id")
        assert not path.exists()
        path.write_bytes(b"junk")
        for _ in range(2):
            with pytest.raises(StoreError, match="not a graph"):
                store.read("MATCH (p:Plan) RETURN p.id AS id")
        path.write_bytes(whole)
        assert len(store.read("MATCH (p:Plan) RETURN p.id AS id")) == 8
