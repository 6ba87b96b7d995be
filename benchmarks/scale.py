"""Linking at scale: NumPy, Neo4j's vector index and the whole decision, in turns, as a section of the page."""

import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.linking import LOCAL, NEAREST, UPPER_TASK_SIZE, UPPER_TASKS
from benchmarks.processes import ROOT, process
from tests.neo4j_server.server import missing

PLANS: Final = "## Linking the plans of a folder · 一个目录的对齐"
HEADING: Final = "## Linking at scale · 大规模对齐"
ROUNDS: Final = 3
PLAN: Final = 100
"""Measures of a local plan of usual size."""


@contextmanager
def two_cores() -> Iterator[None]:
    """What is started within has two cores, on a machine that lets us choose."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:2])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


@dataclass(frozen=True, slots=True)
class Linked:
    """A way to find or decide links; ``ratio`` is to the exact nearest neighbours of the same round."""

    work: str
    how: str
    seconds: float
    ratio: float | None = None
    recall: float | None = None
    peak_mib: float | None = None
    measured: str = "all"


def linking() -> list[Linked]:
    """Many local measures and the upper ones nearest to them: NumPy, Neo4j's index, and the whole decision."""
    with two_cores():
        rows = _deciding()
        if (reason := missing()) is None:
            rows += _indexing(_linking("index"))
        else:
            print(f"Without Neo4j: {reason}", file=sys.stderr)
    print(" linking at scale", file=sys.stderr)
    return rows


def _linking(*arguments: str) -> dict[str, Any]:
    ended: dict[str, Any] = json.loads(process("-m", "benchmarks.linking", *arguments))
    print(".", end="", file=sys.stderr, flush=True)
    return ended


def _deciding() -> list[Linked]:
    sampled = LOCAL // 5
    rounds = [
        (
            _linking("nearest"),
            _linking("decide", str(LOCAL), str(LOCAL)),
            _linking("decide", str(sampled), str(PLAN)),
        )
        for _ in range(ROUNDS)
    ]
    exact, whole, plans = (
        {key: statistics.median(r[n][key] for r in rounds) for key in rounds[0][n]} for n in range(3)
    )
    scale = LOCAL / sampled
    upper = UPPER_TASKS * UPPER_TASK_SIZE

    def ratio(way: int, figure: str, times: float = 1) -> float:
        ratios: list[float] = [times * r[way][figure] / r[0]["up_s"] for r in rounds]
        return statistics.median(ratios)

    up, down = (
        f"the {NEAREST} nearest of {a:,} for each of {b:,}" for a, b in ((upper, LOCAL), (LOCAL, upper))
    )
    decision = "the whole decision: encode, score, decide"
    return [
        Linked(
            f"vectors of {LOCAL + upper:,} measures", "policy-zh", exact["encode_s"], ratio(0, "encode_s")
        ),
        Linked(up, "NumPy, exact", exact["up_s"], 1, 1, exact["peak_mib"]),
        Linked(down, "NumPy, exact", exact["down_s"], 1, 1),
        Linked(
            decision, f"one plan of {LOCAL:,}", whole["seconds"], ratio(1, "seconds"), None, whole["peak_mib"]
        ),
        Linked(
            decision,
            f"{LOCAL // PLAN:,} plans of {PLAN}",
            scale * plans["seconds"],
            ratio(2, "seconds", scale),
            None,
            plans["peak_mib"],
            f"{sampled // PLAN} plans; extrapolated",
        ),
    ]


def _indexing(figures: dict[str, Any]) -> list[Linked]:
    upper = UPPER_TASKS * UPPER_TASK_SIZE
    exact = statistics.median(r["exact_s"] for r in figures["asked"] if r["direction"] == "up")
    rows = [
        Linked(work.format(count=count), "Neo4j", figures[name], figures[name] / exact, measured="once")
        for label, count in (("upper", upper), ("local", LOCAL))
        for name, work in (
            (f"write_{label}_s", "write {count:,} vectors"),
            (f"index_{label}_s", "index {count:,} vectors"),
        )
    ]
    asked: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in figures["asked"]:
        asked.setdefault((row["direction"], row["wide"]), []).append(row)
    for (direction, wide), rounds in asked.items():
        all_, queries = rounds[0]["all"], rounds[0]["queries"]
        targets = upper if direction == "up" else LOCAL
        how = "Neo4j, asked for " + (f"{wide}" if wide == NEAREST else f"{wide}, the first {NEAREST} kept")
        rows.append(
            Linked(
                f"the {NEAREST} nearest of {targets:,} for each of {all_:,}",
                how,
                statistics.median(r["seconds"] for r in rounds) * all_ / queries,
                statistics.median(r["seconds"] / queries / (r["exact_s"] / all_) for r in rounds),
                rounds[0]["recall"],
                figures["server_peak_mib"],
                "all" if queries == all_ else f"{queries:,} queries; extrapolated",
            )
        )
    return rows


def folders() -> list[dict[str, Any]]:
    """Linking what a folder holds, after loading: the sample, and the real plans beside the repository if present."""
    named = {"sample plans": ROOT / "sample", "official plans": ROOT.parent / "shared" / "plans"}
    found = []
    for what, folder in named.items():
        if folder.is_dir():
            rounds = [_linking("plans", str(folder)) for _ in range(ROUNDS)]
            found.append(
                {"what": what, **{key: statistics.median(r[key] for r in rounds) for key in rounds[0]}}
            )
    print(" plans of a folder", file=sys.stderr)
    return found


def section(rows: list[Linked]) -> str:
    """The part of the page that :data:`HEADING` heads."""

    def figure(value: float | None, form: str) -> str:
        return "" if value is None else format(value, form)

    lines = [
        HEADING,
        "",
        (
            f"{LOCAL:,} invented local measures against {UPPER_TASKS * UPPER_TASK_SIZE:,} upper ones ({UPPER_TASKS} tasks of "
            f"{UPPER_TASK_SIZE}), on two cores. Vectors are policy-zh's, 256 numbers each. Median of {ROUNDS} rounds; "
            "÷ exact compares with NumPy's exact answer in the same direction and round, other work with the one for "
            f"each of {LOCAL:,}. Neo4j is 5.26 with its defaults for vector indexes, 2 GiB of heap and 1 GiB of page cache; "
            "vectors are properties of nodes, written and asked for by the official driver in batches; its memory is the "
            "server's alone. Recall is the share of the exact answers found."
        ),
        "",
        "| work | how | s | ÷ exact | recall@5 | peak memory, MiB | measured |",
        "|---|---|--:|--:|--:|--:|---|",
        *(
            f"| {r.work} | {r.how} | {r.seconds:,.1f} | {figure(r.ratio, '.2f')} | {figure(r.recall, '.3f')} "
            f"| {figure(r.peak_mib, ',.0f')} | {r.measured} |"
            for r in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def plans_section(plans: list[dict[str, Any]]) -> str:
    """The part of the page that :data:`PLANS` heads."""
    lines = [
        PLANS,
        "",
        "After they were loaded, in a process of its own; the first time loads the encoder. CPU seconds are of all threads.",
        "",
        "| plans | count | read and load, s | link, s | link, CPU s | link again, s | link ÷ load |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {r['what']} | {r['plans']:.0f} | {r['load_s']:.2f} | {r['link_s']:.2f} | {r['link_cpu_s']:.2f} | {r['again_s']:.2f} "
            f"| {r['link_s'] / r['load_s']:.2f} |"
            for r in plans
        ),
    ]
    return "\n".join(lines) + "\n"


def put(page: str, part: str) -> str:
    """``page`` with ``part`` in place of the one with the same heading, or at its end."""
    heading = part.partition("\n")[0]
    before, found, rest = page.partition(f"{heading}\n")
    after = rest[rest.index("\n## ") :] if found and "\n## " in rest else ""
    return f"{before.rstrip()}\n\n{part}{after}"
