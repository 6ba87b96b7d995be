"""The service under load: a graph of a thousand plans, many clients at once, on both stores."""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.processes import ROOT, process
from benchmarks.thousand import build
from graph import open_store, pages
from policygraph.export import export
from policygraph.export.bulk import SCRIPT
from tests.neo4j_server.server import Neo4jServer, missing

PLANS: Final = 1000
CLIENTS: Final = 50
SECONDS: Final = 60
AGAIN: Final = 9
TIMEOUT_S: Final = 300
SERVER: Final = ("-Xms1g", "-Xmx2g", f"-Dpagecache={1 << 30}")


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients of one store saw.

    Attributes:
        alone: milliseconds of what was asked for alone, with how often it was: the median.
        ended: what :mod:`benchmarks.clients` printed.
    """

    store: str
    alone: Mapping[str, tuple[int, float]]
    ended: Mapping[str, Any]


@contextmanager
def serving(settings: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The address of a service in a process of its own."""
    environment = os.environ | dict(settings) | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "policygraph", "serve", "--port", "0", "--lang", "en"]
    with (
        (folder / "serve.log").open("wb") as log,
        subprocess.Popen(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True
        ) as running,
    ):
        assert running.stdout is not None
        found = re.search(r"http://[\d.]+:\d+", running.stdout.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            running.send_signal(signal.SIGINT)
            running.wait()


def measure(store: str, settings: Mapping[str, str], folder: Path) -> Load:
    """All clients on a service that was just started."""
    with serving(settings, folder) as address, httpx.Client(base_url=address, timeout=TIMEOUT_S) as client:
        alone = _alone(client)
        ended = json.loads(process("-m", "benchmarks.clients", address, str(CLIENTS), str(SECONDS)))
    for error in ended["errors"][:5]:
        print(error, file=sys.stderr)
    return Load(store, alone, ended)


def _alone(client: httpx.Client) -> dict[str, tuple[int, float]]:
    """What one person waits for, who looks, decides, and looks again."""
    first = _timed(client.get, "/")
    again = [_timed(client.get, "/") for _ in range(AGAIN)]
    matrix = [_timed(client.get, "/api/v1/matrix") for _ in range(AGAIN)]
    decisions, after = [], []
    plans = [
        p["id"] for p in client.get("/api/v1/plans", params={"level": "city", "limit": 100}).json()["items"]
    ]
    for plan in plans[:: len(plans) // AGAIN][:AGAIN]:
        query = {"plan": plan, "kinds": "matches", "limit": 1}
        (link,) = client.get("/api/v1/reviews", params=query).json()["items"]
        decisions.append(
            _timed(
                client.put, "/api/v1/reviews/link", params={"source": link["source"], "target": link["target"]},
                headers={"If-Match": "*"}, json={"verdict": "rejected"},
            )
        )  # fmt: skip
        after.append(_timed(client.get, "/"))
    return {
        "overview page, the first time after the start": (1, first),
        "overview page, again": (AGAIN, statistics.median(again)),
        "matrix, again": (AGAIN, statistics.median(matrix)),
        "a decision, the first, which opens the store to write": (1, decisions[0]),
        "a decision, the next ones": (AGAIN - 1, statistics.median(decisions[1:])),
        "overview page, the first time after a decision": (AGAIN, statistics.median(after)),
    }


def _timed(ask: Callable[..., httpx.Response], path: str, **how: Any) -> float:
    start = time.perf_counter()
    ask(path, **how).raise_for_status()
    return (time.perf_counter() - start) * 1000


def loads() -> tuple[dict[str, int], list[Load]]:
    """Counts of the graph, and the load of each store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "graph.kgl"
        plans = folder / "plans"
        plans.mkdir()
        print(f"building {PLANS} plans …", file=sys.stderr)
        with open_store(str(file)) as store:
            build(store, plans, PLANS)
            counts = pages.counts(store)
        found = [measure("embedded", {"POLICYGRAPH_STORE": str(file)}, folder)]
        if (reason := missing()) is not None:
            print(f"Without Neo4j: {reason}", file=sys.stderr)
            return counts, found
        with open_store(str(file), read_only=True) as store:
            export(store, folder / "bulk", "neo4j")
        server = Neo4jServer(options=SERVER)
        server.bring(folder / "bulk" / SCRIPT)
        with server:
            with open_store(server.uri, user=server.user, password=server.password) as store:
                store.read("CALL db.awaitIndexes(300)")  # opening it to write made them
            settings = {
                "POLICYGRAPH_STORE": server.uri,
                "POLICYGRAPH_STORE_USER": server.user,
                "POLICYGRAPH_STORE_PASSWORD": server.password,
            }
            found.append(measure("Neo4j", settings, folder))
        return counts, found


def section(counts: Mapping[str, int], found: list[Load]) -> str:
    """The part of the page."""
    lines = [
        "## The service under load · 服务压力",
        "",
        (
            f"{CLIENTS} clients ask without pause for {SECONDS} s, over a graph of {counts['Plan']:,} plans "
            f"({counts['Measure']:,} measures, {counts['MATCHES'] + counts['IMPLEMENTS']:,} links); clients, service and "
            f"store share {os.cpu_count()} cores. Times are what a client waits, so they hold the queue of all others. "
            "What stands as alone was asked for before, with nobody else; each decision is on another plan."
        ),
        "",
        "| store | answer | requests | p50, ms | p99, ms | longest, ms | errors |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for load in found:
        for what, (times, median) in load.alone.items():
            lines.append(f"| {load.store} | alone: {what} | {times} | {median:,.0f} | | | |")
        lines += [
            f"| {load.store} | {kind} | {k['requests']:,} | {k['p50_ms']:,.0f} | {k['p99_ms']:,.0f} | {k['most_ms']:,.0f} | |"
            for kind, k in load.ended["kinds"].items()
        ]
        asked = sum(k["requests"] for k in load.ended["kinds"].values())
        lines.append(
            f"| {load.store} | all, {asked / load.ended['seconds']:,.0f} a second | {asked:,} | | | "
            f"| {len(load.ended['errors'])} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(section(*loads()))
