"""Make ``embeddings/data/char-idf.npz``: how many sentences of official texts hold each character n-gram.

Usage::

    python -m training.char_idf CORPUS_DIR

``CORPUS_DIR`` holds JSON Lines files with a ``text`` field. The table keeps the grams that at least
:data:`LEAST` sentences hold, in sorted order, with their counts; no sentence can be put together from it.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np

from embeddings.char_ngrams import TABLE, ngrams

LEAST: Final = 4
_SHORTEST: Final = 6


def count(directory: Path) -> tuple[Counter[str], int]:
    """Document frequencies over the sentences of all files, and how many sentences there are."""
    frequencies: Counter[str] = Counter()
    total = 0
    for path in sorted(directory.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                for sentence in re.split(r"[。；！？\n]", json.loads(line)["text"]):
                    if len(sentence.strip()) >= _SHORTEST:
                        total += 1
                        frequencies.update(set(ngrams(sentence)))
    return frequencies, total


def main() -> None:
    frequencies, total = count(Path(sys.argv[1]))
    kept = sorted((gram, n) for gram, n in frequencies.items() if n >= LEAST)
    path = Path(__file__).parent.parent / "embeddings" / "data" / TABLE
    np.savez_compressed(
        path,
        grams=np.array("\n".join(gram for gram, _ in kept)),
        counts=np.array([n for _, n in kept], np.uint16),
        total=np.array(total, np.int64),
    )
    print(f"{path.name}: {len(kept)} grams of {total} sentences, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
