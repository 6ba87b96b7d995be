"""The encoder that ships with the product: character 2- and 3-grams weighted by how rare official texts make them.

Chinese needs no word segmentation for this: most words are two characters, most terms three or four. The
document frequencies come from official texts (``training/char_idf.py`` makes the table); no text is in it.
"""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from embeddings.encoder import Progress

SIZES: Final = (2, 3)
TABLE: Final = "char-idf.npz"
_UNSEEN_COLUMNS: Final = 1 << 16
_ALGORITHM: Final = "char-ngrams-2"
_MASKED: Final = re.compile(r"[xX×*＊]{1,}(?:\.[xX×*]+)?")
_NUMBER: Final = "[0-9xX*]{1,4}"
_TIME: Final = re.compile(
    rf"(?:(?:{_NUMBER}|[今明本])年(?:{_NUMBER}月(?:{_NUMBER}日)?)?|{_NUMBER}月(?:{_NUMBER}日)?)(?:[底末初中])?(?:以?前)?|"
    "年[底末](?:以?前)?|全年|年内|[上下]半年"
)
_RUNS: Final = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z]+")


def runs(text: str) -> list[str]:
    """Runs of Chinese characters, and of Latin letters.

    Figures, masks, dates and punctuation are left out: they tell how much and when, not what.
    """
    return _RUNS.findall(_MASKED.sub(" ", _TIME.sub(" ", text)))


def ngrams(text: str) -> Iterator[str]:
    """The 2- and 3-grams of each run of Chinese characters; runs of Latin letters count as one gram."""
    for run in runs(text):
        if run.isascii():
            yield run.upper()
        else:
            for size in SIZES:
                for start in range(len(run) - size + 1):
                    yield run[start : start + size]


class CharNgramEncoder:
    """Sparse unit vectors over n-grams: ``(1 + ln count) · ln(N / document frequency)``."""

    name: Final = "char"

    @cached_property
    def fingerprint(self) -> str:
        data = files("embeddings").joinpath("data", TABLE).read_bytes()
        return hashlib.sha256(_ALGORITHM.encode() + data).hexdigest()[:16]

    @cached_property
    def _table(self) -> tuple[dict[str, int], "np.ndarray[tuple[int], np.dtype[np.float32]]", float]:
        """Column of each known gram, weight of each column, weight of a gram that the table does not have."""
        with files("embeddings").joinpath("data", TABLE).open("rb") as file, np.load(file) as table:
            grams = str(table["grams"]).split("\n")
            counts = table["counts"].astype(np.float64)
            total = float(table["total"])
        weights = np.log((total + 1) / (counts + 1)).astype(np.float32)
        return {gram: column for column, gram in enumerate(grams)}, weights, float(np.log((total + 1) / 2))

    def rarity(self, gram: str) -> float:
        """The weight of a gram: ``ln(N / document frequency)`` in official texts."""
        columns, weights, unseen = self._table
        column = columns.get(gram)
        return unseen if column is None else float(weights[column])

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> csr_array:
        columns, weights, unseen = self._table
        known = len(columns)
        indptr, indices, data = [0], [], []
        for done, text in enumerate(texts, start=1):
            row: dict[int, float] = {}
            for gram, count in Counter(ngrams(text)).items():
                column = columns.get(gram)
                weight = unseen if column is None else float(weights[column])
                if column is None:
                    column = known + zlib.crc32(gram.encode()) % _UNSEEN_COLUMNS
                row[column] = row.get(column, 0.0) + (1 + float(np.log(count))) * weight
            norm = float(np.sqrt(sum(v * v for v in row.values()))) or 1.0
            for column in sorted(row):
                indices.append(column)
                data.append(row[column] / norm)
            indptr.append(len(indices))
            if progress is not None:
                progress(done, len(texts))
        return csr_array(
            (np.asarray(data, np.float32), np.asarray(indices, np.int32), np.asarray(indptr, np.int32)),
            shape=(len(texts), known + _UNSEEN_COLUMNS),
        )
