"""Link at scale, one way in a process of its own, so that its peak memory is its own; prints its figures as JSON.

::

    python -m benchmarks.linking nearest             exact nearest measures by NumPy, both ways
    python -m benchmarks.linking decide COUNT SIZE   the whole decision, COUNT local measures in plans of SIZE
    python -m benchmarks.linking index               nearest measures by Neo4j's vector index, both ways
    python -m benchmarks.linking plans FOLDER        read, load and link the plans of a folder
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.reading import peak_mib

LOCAL: Final = 100_000
UPPER_TASKS: Final = 20
UPPER_TASK_SIZE: Final = 50
NEAREST: Final = 5


def main() -> None:
    """Measure what the arguments name."""
    work: dict[str, Callable[..., dict[str, Any]]] = {
        "nearest": _nearest,
        "decide": _decide,
        "index": _index,
        "plans": _plans,
    }
    print(json.dumps(work[sys.argv[1]](*sys.argv[2:])))


def _vectors() -> tuple[Any, Any, float]:
    """Vectors of the local and of the upper measures, and how long encoding them took, in seconds."""
    from benchmarks.invented import local_texts, upper_texts
    from embeddings import open_encoder

    local, upper = local_texts(LOCAL), upper_texts(UPPER_TASKS, UPPER_TASK_SIZE)
    encoder = open_encoder("policy-zh")
    encoder.encode(["供水"])
    start = time.perf_counter()
    return (
        encoder.encode([t.text for t in local]),
        encoder.encode([t.text for t in upper]),
        time.perf_counter() - start,
    )


def _nearest() -> dict[str, Any]:
    from embeddings.search import top_k

    local, upper, encoding = _vectors()
    start = time.perf_counter()
    top_k(local, upper, NEAREST)
    middle = time.perf_counter()
    top_k(upper, local, NEAREST)
    end = time.perf_counter()
    return {"encode_s": encoding, "up_s": middle - start, "down_s": end - middle, "peak_mib": peak_mib()}


def _decide(count: str, size: str) -> dict[str, Any]:
    """Only this function knows how the linker is called."""
    from benchmarks.invented import Text, local_texts, upper_texts
    from embeddings import open_encoder
    from embeddings.features import MeasureText
    from embeddings.linker import decide
    from embeddings.scoring import shipped_scoring

    def seen(side: str, texts: list[Text]) -> list[MeasureText]:
        return [
            MeasureText(
                f"{side}.{t.task}#{n}", f"{side}.{t.task}", t.text, t.statement, t.headings, t.heading
            )
            for n, t in enumerate(texts)
        ]

    local, upper = seen("a", local_texts(int(count))), seen("b", upper_texts(UPPER_TASKS, UPPER_TASK_SIZE))
    encoder = open_encoder("policy-zh")
    encoder.encode(["供水"])
    start = time.perf_counter()
    implements = 0
    for first in range(0, int(count), int(size)):
        links = decide(local[first : first + int(size)], upper, encoder, shipped_scoring())
        implements += len(links.measures)
    return {"seconds": time.perf_counter() - start, "implements": implements, "peak_mib": peak_mib()}


def _index() -> dict[str, Any]:
    from benchmarks.vector_index import measure

    local, upper, _ = _vectors()
    return measure(local, upper, NEAREST)


def _plans(folder: str) -> dict[str, Any]:
    from tempfile import TemporaryDirectory

    from embeddings import open_encoder
    from graph import open_store
    from policygraph import jobs

    with TemporaryDirectory() as name, open_store(str(Path(name) / "graph.kgl")) as store:
        start = time.perf_counter()
        loaded = jobs.load(store, jobs.read(Path(folder)))
        middle, used = time.perf_counter(), time.process_time()
        jobs.link(store, open_encoder("policy-zh"))
        end, cpu = time.perf_counter(), time.process_time() - used
        jobs.link(store, open_encoder("policy-zh"), force=True)
        again = time.perf_counter() - end
    return {
        "plans": len(loaded),
        "load_s": middle - start,
        "link_s": end - middle,
        "link_cpu_s": cpu,
        "again_s": again,
    }


if __name__ == "__main__":
    main()
