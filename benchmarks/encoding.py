"""Encode the sample's measures on one core, and print how long importing, loading and encoding took, as JSON.

A process of its own, so that imports are counted::

    python -m benchmarks.encoding policy-zh|char|st
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

REPEATS = 10


def _ours(name: str) -> Callable[[Sequence[str]], Any]:
    from embeddings import open_encoder

    encoder = open_encoder(name)
    encoder.encode(["供水"])
    return encoder.encode


def _theirs() -> Callable[[Sequence[str]], Any]:
    from sentence_transformers import SentenceTransformer

    folder = Path(__file__).parent.parent / "embeddings" / "models" / "policy-zh"
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return lambda texts: model.encode(list(texts), batch_size=1024, show_progress_bar=False)


def main() -> None:
    """Time one encoder."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    encode = _theirs() if sys.argv[1] == "st" else _ours(sys.argv[1])
    loaded = time.perf_counter() - start
    from ingest import read_directory, read_plan

    sample = Path(__file__).parent.parent / "sample"
    texts = [m.text for s in read_directory(sample) for m in read_plan(s).measures if m.kind == "planned"]
    encode(texts)
    start = time.perf_counter()
    for _ in range(REPEATS):
        encode(texts)
    speed = REPEATS * len(texts) / (time.perf_counter() - start)
    length = sum(map(len, texts)) / len(texts)
    print(json.dumps({"texts": len(texts), "characters": length, "load_s": loaded, "vectors_per_s": speed}))


if __name__ == "__main__":
    main()
