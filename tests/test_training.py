"""Training an encoder: the whole way on a few texts, and what must not happen on it."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from embeddings.static import StaticEncoder
from ingest.readers import read_text
from tests.conftest import ROOT, SAMPLE

pytestmark = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="extra models is not installed"
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    plans = [read_text(path)[1].text for path in sorted(SAMPLE.glob("*.txt"))]
    (folder / "plans.txt").write_text("\n\n".join(p.replace("\n\n", "\n") for p in plans), encoding="utf-8")
    (folder / "more.jsonl").write_text('{"text": "一、供水\\n新建水厂十二座。"}\n', encoding="utf-8")
    return folder


def _run(*arguments: str) -> str:
    # In a process of its own: see embeddings.sentence_transformer.
    command = [sys.executable, "-W", "ignore", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_command_makes_an_encoder(texts: Path, tmp_path: Path) -> None:
    sizes = ["--pieces", "2500", "--dimensions", "24", "--steps", "50", "--batch", "64"]
    out = tmp_path / "model"
    out.mkdir()
    (out / "README.md").write_text("card", encoding="utf-8")
    (out / "old.bin").write_text("old", encoding="utf-8")
    _run("-m", "training.encoder", str(texts), "--out", str(out), *sizes)
    assert {f.name for f in out.iterdir()} >= {
        "README.md",
        "model.safetensors",
        "tokenizer.json",
        "modules.json",
    }
    assert not (out / "old.bin").exists()
    encoder = StaticEncoder("made", out)
    found = encoder.encode(["改造老旧小区", "老旧小区改造12个", "", "垃圾分类"])
    assert found.shape == (4, 24)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 1, 0, 1], atol=1e-5)
    assert found[0] @ found[1] > found[0] @ found[3]


UNCHANGED = """
import sys
from pathlib import Path
import numpy as np
from training import texts, tokenizer
from training.corpus import Pairs, tokenised
from training.development import Development
from training.vectors import factored, ppmi, without_common

documents = texts.documents([Path(sys.argv[1])])
corpus = tokenised(tokenizer.train(documents, 2500), texts.sentences(documents))
before = corpus.ids.copy(), corpus.offsets.copy()
matrix = ppmi(corpus)
vectors = factored(matrix, 16, 0.25)
Development(corpus).score(vectors)
without_common(vectors, corpus, 2)
left, right = Pairs(corpus).draw(200)
assert len(left) == len(right) == 200 and all(map(len, left)) and all(map(len, right))
assert np.array_equal(corpus.ids, before[0]) and np.array_equal(corpus.offsets, before[1]), "sentences were changed"
assert not np.intersect1d(corpus.ids, [0, 1]).size
held = corpus.matrix()[np.flatnonzero(corpus.held_out)].sum()
assert 0 < held < corpus.matrix().sum()
assert matrix.shape == (corpus.pieces, corpus.pieces) and matrix.nnz
"""


def test_counting_does_not_change_the_sentences(texts: Path) -> None:
    _run("-c", UNCHANGED, str(texts))
