"""Read every text of a folder, one after the other, and print how fast, and with how much memory, as JSON.

A process of its own, so that its peak memory is that of reading alone::

    python -m benchmarks.reading FOLDER [MOST_FILES]
"""

import json
import resource
import sys
import time
from pathlib import Path

from graph.errors import InputError
from graph.model import Region
from ingest.manifest import PlanSource
from ingest.reader import read_plan
from policygraph.spool import Spool


def peak_mib() -> float:
    """Most memory that this process has held, in MiB; getrusage would count that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return next(
        int(line.split()[1]) / 2**10
        for line in status.read_text("utf-8").splitlines()
        if line.startswith("VmHWM")
    )


def main() -> None:
    """Read the files that the arguments name."""
    paths = sorted(Path(sys.argv[1]).iterdir())[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    documents: Spool[object] = Spool()
    refused = 0
    start = time.perf_counter()
    for path in paths:
        try:
            documents.add(read_plan(PlanSource(path, Region("x-any", "某地", "city"), 2022)))
        except InputError:
            refused += 1
    seconds = time.perf_counter() - start
    size = sum(path.stat().st_size for path in paths) / 2**20
    answer = {
        "files": len(paths),
        "mib": size,
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "refused": refused,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
