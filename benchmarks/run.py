"""Times pairs of ways to do the same work, in turns within one run, and writes their ratios to docs/benchmarks.md.

Seconds differ between machines; ratios taken side by side say what a change of the code did.

``python -m benchmarks.run`` measures all; ``linking``, ``plans`` or ``load`` after it measures that part and puts its section in place.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table

from api.app import create_app
from benchmarks import load, scale
from benchmarks.processes import ROOT, process
from embeddings import open_encoder
from embeddings.search import top_k
from graph import Store, network, open_store
from graph.model import Region
from ingest.manifest import PlanSource
from ingest.reader import read_plan
from policygraph import jobs
from policygraph.settings import load_settings
from queries import answers, cascade, run
from tests.neo4j_server.server import Neo4jServer, missing
from tests.readers.files import WRITERS

REPORT: Final = ROOT / "docs" / "benchmarks.md"
COPIES: Final = 8
ROUNDS: Final = 5
WIPE: Final = "MATCH (n) DETACH DELETE n"

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Timing:
    """Two ways to do one thing; seconds are medians, ``ratio`` is the median of second by first, round by round."""

    what: str
    first: str
    second: str
    first_s: float
    second_s: float
    ratio: float


def compare(
    what: str, first: str, one: Work, second: str, other: Work, *, rounds: int = ROUNDS
) -> Timing:  # fmt: skip
    """Time ``one`` and ``other`` in turns, after one round that is not counted."""
    one(), other()
    times = []
    for _ in range(rounds):
        times.append((_seconds(one), _seconds(other)))
        print(".", end="", file=sys.stderr, flush=True)
    print(f" {what}", file=sys.stderr)
    return Timing(
        what,
        first,
        second,
        statistics.median(t[0] for t in times),
        statistics.median(t[1] for t in times),
        statistics.median(t[1] / t[0] for t in times),
    )


def _seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def many_plans(folder: Path) -> Path:
    """The sample's local plans, each issued by several invented regions; the nation's once."""
    sample = (ROOT / "sample" / "plans.toml").read_text("utf-8")
    for file in (ROOT / "sample").glob("*.txt"):
        (folder / file.name).write_bytes(file.read_bytes())
    head, *plans = sample.split("[[plan]]")
    local = [plan for plan in plans if 'level = "national"' not in plan]
    national = [plan for plan in plans if 'level = "national"' in plan]
    copies = [
        plan.replace('region = "x-', f'region = "x-c{n}-').replace('parent = "x-', f'parent = "x-c{n}-')
        for n in range(COPIES)
        for plan in local
    ]
    (folder / "plans.toml").write_text(
        head + "".join(f"[[plan]]{plan}" for plan in national + copies), encoding="utf-8"
    )
    return folder


@contextmanager
def stores(folder: Path) -> Iterator[tuple[Store, Store | None]]:
    """An embedded store, and a Neo4j server where one can be started."""
    reason = missing()
    if reason is not None:
        print(f"Without Neo4j: {reason}", file=sys.stderr)
        with open_store(str(folder / "graph.kgl")) as embedded:
            yield embedded, None
        return
    with (
        Neo4jServer() as server,
        open_store(server.uri, user=server.user, password=server.password) as remote,
        open_store(str(folder / "graph.kgl")) as embedded,
    ):
        yield embedded, remote


def _built(store: Store, plans: Path) -> Work:
    encoder = open_encoder("policy-zh")

    def work() -> None:
        store.write(lambda t: t.run(WIPE))
        jobs.build(store, jobs.read(plans), encoder)

    return work


def on_both(embedded: Store, remote: Store, plans: Path) -> Iterator[Timing]:
    """The same work on the embedded store and on Neo4j."""
    yield compare(
        f"build {7 * COPIES + 1} plans",
        "embedded",
        _built(embedded, plans),
        "Neo4j",
        _built(remote, plans),
        rounds=3,
    )
    plan, priority = "x-c0-qinglan-2025", "000000-2025.3"
    questions: dict[str, Callable[[Store], Any]] = {
        "coverage of a plan": lambda s: answers.coverage(s, plan),
        "coverage matrix": lambda s: answers.matrix(s),
        "work that answers to nothing": lambda s: answers.unaligned(s, plan),
        "cascade of a priority": lambda s: cascade.cascade(s, priority),
        "cascade of all priorities": cascade.chains,
        "links of a task": lambda s: answers.links(s, "x-c0-qinglan-2025.3.1.1"),
        "search": lambda s: run(s, "search", text="城中村"),
        "NetworkX view": network.load,
    }
    for name, ask in questions.items():
        yield compare(name, "embedded", lambda ask=ask: ask(embedded), "Neo4j", lambda ask=ask: ask(remote))  # type: ignore[misc]


def rebuilding(store: Store, plans: Path) -> Iterator[Timing]:
    """What it costs to build again when nothing changed."""
    encoder = open_encoder("policy-zh")
    first = _built(store, plans)
    yield compare(
        "build again, nothing changed", "from nothing", first, "again",
        lambda: jobs.build(store, jobs.read(plans), encoder), rounds=3,
    )  # fmt: skip


def formats(folder: Path) -> Iterator[Timing]:
    """One plan in every format against the same as plain text."""
    lines = [
        line for line in (ROOT / "sample" / "hewan-2025.txt").read_text("utf-8").splitlines() if line.strip()
    ]
    region = Region("x-lan", "岚市", "city")
    sources = {}
    for name, write in WRITERS.items():
        path = folder / f"format-{name}"
        path.write_bytes(write(lines))
        sources[name] = PlanSource(path, region, 2025)
    plain = sources.pop("plan.txt")
    for name, source in sources.items():
        yield compare(
            "read one plan", "plan.txt", partial(read_plan, plain), name, partial(read_plan, source), rounds=9
        )


def throughput(folder: Path) -> list[dict[str, Any]]:
    """Reading many files: the sample's plans over and over, and the official texts beside the repository if present."""
    sample = folder / "sample-texts"
    sample.mkdir()
    texts = [file.read_bytes() for file in sorted((ROOT / "sample").glob("*.txt"))]
    for number in range(320):
        (sample / f"{number:04}.txt").write_bytes(texts[number % len(texts)])
    found = [_read_many("sample plans", sample, count) for count in (80, 320)]
    corpus = ROOT.parent / "shared" / "corpus"
    if corpus.is_dir():
        official = folder / "official-texts"
        official.mkdir()
        lines = [
            line for file in sorted(corpus.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
        ]
        for number, line in enumerate(lines):
            # Spread, so that the first quarter of the names is a fair part of the whole.
            (official / f"{number * 7 % len(lines):04}.txt").write_text(json.loads(line)["text"], "utf-8")
        found += [_read_many("official texts", official, count) for count in (len(lines) // 4, len(lines))]
    return found


def _read_many(what: str, folder: Path, count: int) -> dict[str, Any]:
    ended = process("-m", "benchmarks.reading", str(folder), str(count))
    return {"what": what, **json.loads(ended)}


def encoding() -> list[dict[str, Any]]:
    """The encoders that ship with the product, and the same model by sentence-transformers, each on one core."""
    names = {"policy-zh": "policy-zh", "char": "char"}
    if find_spec("sentence_transformers") is not None:
        names["st"] = "policy-zh by sentence-transformers"
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(3):
        for name in names:
            rows[name].append(json.loads(process("-W", "ignore", "-m", "benchmarks.encoding", name)))
            print(".", end="", file=sys.stderr, flush=True)
    print(" encoders", file=sys.stderr)
    return [
        {"what": what, **{key: statistics.median(row[key] for row in rows[name]) for key in rows[name][0]}}
        for name, what in names.items()
    ]


def searching() -> Iterator[Timing]:
    """Exact nearest neighbours, 2,000 by 20,000 vectors of 512."""
    random = np.random.default_rng(0)
    queries = random.standard_normal((2000, 512), dtype=np.float32)
    targets = random.standard_normal((20_000, 512), dtype=np.float32)
    yield compare(
        "top 10 of 20,000 × 512 for 2,000", "blocks of 2048", lambda: top_k(queries, targets, 10),
        "blocks of 256", lambda: top_k(queries, targets, 10, block=256), rounds=3,
    )  # fmt: skip


def serving(path: str) -> Iterator[Timing]:
    """The service, in process: a full answer against one that the client has already."""
    with TestClient(create_app(load_settings(store=path))) as client:
        etag = client.get("/api/v1/matrix").headers["etag"]
        yield compare(
            "GET matrix", "200", lambda: client.get("/api/v1/matrix"),
            "304", lambda: client.get("/api/v1/matrix", headers={"If-None-Match": etag}),
        )  # fmt: skip
        yield compare(
            "one plan's coverage", "JSON", lambda: client.get("/api/v1/plans/x-c0-qinglan-2025/coverage"),
            "HTML page", lambda: client.get("/plans/x-c0-qinglan-2025"),
        )  # fmt: skip


def starting(folder: Path) -> Iterator[Timing]:
    """Whole processes, from cold."""
    sample = str(ROOT / "sample")

    def build() -> None:
        for old in folder.glob("cold.kgl*"):
            old.unlink()
        process("-m", "policygraph", "build", sample, "--store", str(folder / "cold.kgl"))

    yield compare(
        "process: build the 8 sample plans", "python -c pass", lambda: process("-c", "pass"), "build", build
    )


def report(timings: list[Timing], readings: list[dict[str, Any]], encoders: list[dict[str, Any]]) -> str:
    """The page of docs/."""
    lines = [
        "<!-- Written by `make bench`. -->",
        "",
        "# Benchmarks · 性能",
        "",
        (
            "Each line times two ways to do one thing, in turns within one run. The ratio is the second by the first "
            "(median of the rounds); compare ratios between versions, not seconds between machines."
        ),
        "",
        (
            f"Measured with Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; "
            f"the plans are the sample's, issued by {COPIES} times as many regions; Neo4j is 5.26 on the same machine."
        ),
        "",
        "| work | first | second | first, ms | second, ms | second ÷ first |",
        "|---|---|---|--:|--:|--:|",
        *(
            f"| {t.what} | {t.first} | {t.second} | {t.first_s * 1000:,.1f} | {t.second_s * 1000:,.1f} | {t.ratio:.2f} |"
            for t in timings
        ),
        "",
        "## Reading many files · 批量读取",
        "",
        "One after the other, in a process of its own; what was read waits on disk, so memory does not follow the count.",
        "",
        "| texts | files | MiB | MiB/s | peak memory, MiB | without planned work |",
        "|---|--:|--:|--:|--:|--:|",
        *(
            f"| {r['what']} | {r['files']} | {r['mib']:.1f} | {r['mib'] / r['seconds']:.2f} | {r['peak_mib']:.0f} "
            f"| {r['refused']} |"
            for r in readings
        ),
        "",
        "## Encoders · 编码器",
        "",
        (
            f"The sample's {encoders[0]['texts']:,} planned measures ({encoders[0]['characters']:.0f} characters each), on one core, "
            "each encoder in a process of its own, in turns; loading counts imports and the first text."
        ),
        "",
        "| encoder | vectors/s | ÷ the first | load, s |",
        "|---|--:|--:|--:|",
        *(
            f"| {r['what']} | {r['vectors_per_s']:,.0f} | {r['vectors_per_s'] / encoders[0]['vectors_per_s']:.2f} "
            f"| {r['load_s']:.2f} |"
            for r in encoders
        ),
    ]
    return "\n".join(lines) + "\n"


PARTS: Final[dict[str, Callable[[], str]]] = {
    "linking": lambda: scale.section(scale.linking()),
    "plans": lambda: scale.plans_section(scale.folders()),
    "load": lambda: load.section(*load.loads()),
}
"""Sections that can be measured alone."""


def main() -> None:
    """Measure all, or the part that the argument names, and write the page."""
    parser = ArgumentParser(description="Time side by side, and write docs/benchmarks.md.")
    parser.add_argument("part", nargs="?", choices=PARTS, help="only this part; the rest of the page stays")
    chosen = parser.parse_args().part
    if chosen is None:
        REPORT.write_text(everything(), encoding="utf-8")
    for part in PARTS if chosen is None else [chosen]:
        section = PARTS[part]()
        REPORT.write_text(scale.put(REPORT.read_text("utf-8"), section), encoding="utf-8")


def everything() -> str:
    """Run all but :data:`PARTS`, and print the table; the page."""
    timings: list[Timing] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans = many_plans(folder)
        with stores(folder) as (embedded, remote):
            if remote is not None:
                timings += on_both(embedded, remote, plans)
            timings += rebuilding(embedded, plans)
        timings += formats(folder)
        readings = throughput(folder)
        timings += searching()
        timings += serving(str(folder / "graph.kgl"))
        timings += starting(folder)
    table = Table("work", "first", "second", "first, ms", "second, ms", "ratio")
    for t in timings:
        figures = (f"{t.first_s * 1000:,.1f}", f"{t.second_s * 1000:,.1f}", f"{t.ratio:.2f}")
        table.add_row(t.what, t.first, t.second, *figures)
    Console().print(table)
    return report(timings, readings, encoding())


if __name__ == "__main__":
    main()
