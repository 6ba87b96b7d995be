"""Make ``embeddings/models/policy-zh``: the encoder for policy Chinese that ships with the product.

Usage::

    python -m training.encoder TEXTS_DIR [TEXTS_DIR …]

The folders hold the texts that ``training/sources.tsv`` lists (see :mod:`training.texts` for their form). Takes about
ten minutes on two cores. The same texts give the same model up to rounding.
"""

import argparse
import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from embeddings.search import Dense
from training import texts, tokenizer
from training.contrast import trained
from training.corpus import Pairs, tokenised
from training.development import Development
from training.vectors import factored, ppmi, rarity, without_common

LOG: Final = logging.getLogger("training")
MODEL: Final = Path(__file__).parent.parent / "embeddings" / "models" / "policy-zh"
KEPT: Final = ("README.md",)
PIECES: Final = 24_000
DIMENSIONS: Final = 256
SINGULAR_POWER: Final = 0.25
RARITY: Final = 1e-3
RARITY_AFTER: Final = 1e-3
COMMON: Final = 2
STEPS: Final = 300
BATCH: Final = 1024
RATE: Final = 3e-3


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description="Train the encoder policy-zh.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--pieces", type=int, default=PIECES)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=BATCH)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    documents = texts.documents(given.folders)
    LOG.info("%d documents, %.1f million characters", len(documents), _size(documents) / 1e6)
    pieces = tokenizer.train(documents, given.pieces)
    corpus = tokenised(pieces, texts.sentences(documents))
    LOG.info("%d sentences, %d tokens", len(corpus.offsets) - 1, len(corpus.ids))
    development = Development(corpus)
    LOG.info("development: %d documents, %d sentences", *development.size)
    start = factored(ppmi(corpus), given.dimensions, SINGULAR_POWER) * rarity(corpus.counts, RARITY)
    learned, _ = trained(
        pieces, start, Pairs(corpus), development.score, steps=given.steps, batch=given.batch, rate=RATE
    )
    final = without_common(learned * rarity(corpus.counts, RARITY_AFTER), corpus, COMMON)
    LOG.info(
        "weighted again, without %d common directions: development %.4f", COMMON, development.score(final)
    )
    save(given.out, pieces, final)


def _size(documents: list[list[str]]) -> int:
    return sum(len(paragraph) for paragraphs in documents for paragraph in paragraphs)


def save(folder: Path, pieces: Tokenizer, vectors: Dense) -> None:
    """Write a folder that ``SentenceTransformer(folder)`` loads; weights in half precision, their scale near 1.

    No module normalises: in half precision, the vector of an empty text would become one of no numbers.
    """
    scaled = (vectors / np.abs(vectors).max()).astype(np.float16)
    scaled[: len(tokenizer.SPECIALS)] = 0
    module = StaticEmbedding(pieces, embedding_weights=torch.from_numpy(scaled))
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        SentenceTransformer(modules=[module], device="cpu").save(str(made), create_model_card=False)
        compact = json.loads((made / "tokenizer.json").read_text("utf-8"))
        (made / "tokenizer.json").write_text(
            json.dumps(compact, ensure_ascii=False, separators=(",", ":")), "utf-8"
        )
        for old in folder.iterdir() if folder.is_dir() else ():
            if old.name not in KEPT:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(made, folder, dirs_exist_ok=True)
    for file in folder.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
    LOG.info("%s: %.1f MB", folder, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6)


if __name__ == "__main__":
    main()
