"""sentence-transformers models as encoders, with a tiny model made here."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from embeddings import open_encoder
from embeddings.cache import CachedEncoder
from embeddings.sentence_transformer import SentenceTransformerEncoder
from graph import open_store
from graph.errors import MissingExtraError, SettingsError
from policygraph import jobs
from queries import run
from tests.plans import CITY, NATION, PROVINCE, write_plans

pytestmark = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="extra models is not installed"
)


MAKE = """
import sys
import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

characters = sorted(set(sys.argv[2]) - {"\\n"})
tokenizer = Tokenizer(WordLevel({c: i for i, c in enumerate(["[UNK]", *characters])}, unk_token="[UNK]"))
tokenizer.pre_tokenizer = Split("", "isolated")
weights = np.random.default_rng(3).normal(size=(len(characters) + 1, 64)).astype(np.float32)
SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(sys.argv[1])
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static embedding of single characters with random vectors: similar where characters are shared."""
    path = tmp_path_factory.mktemp("model")
    # In a process of its own, as the encoder does: see embeddings.worker.
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAKE, str(path), NATION + PROVINCE + CITY], check=True
    )
    return path


@pytest.fixture(scope="module")
def encoder(model: Path) -> Iterator[SentenceTransformerEncoder]:
    opened = open_encoder(f"st:{model}", device="cpu", batch_size=1, local_files_only=True)
    assert isinstance(opened, SentenceTransformerEncoder)
    yield opened
    opened.close()


def test_a_local_model_gives_unit_vectors(encoder: SentenceTransformerEncoder) -> None:
    seen: list[tuple[int, int]] = []
    vectors = encoder.encode(
        ["新建农村供水工程"] * 9 + ["恢复湿地"], progress=lambda done, total: seen.append((done, total))
    )
    assert vectors.shape == (10, 64)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert seen == [(8, 10), (10, 10)]
    assert encoder.encode([]).shape == (0, 64)


def test_the_fingerprint_is_of_the_weights_and_the_prompt_and_not_of_the_place(
    model: Path, encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    other = SentenceTransformerEncoder(str(model), device="cpu", prompt="计划：")
    assert other.fingerprint != encoder.fingerprint
    other.close()
    again = SentenceTransformerEncoder(str(shutil.copytree(model, tmp_path / "moved")), device="cpu")
    again.encode(["恢复湿地"])
    assert again.fingerprint == encoder.fingerprint
    again.close()


def test_the_fingerprint_is_of_the_settings_too(
    model: Path, encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    for file, changes in (
        ("config_sentence_transformers.json", {"prompts": {"query": "问："}, "default_prompt_name": "query"}),
        ("tokenizer.json", {"normalizer": {"type": "Lowercase"}}),
    ):
        other = next(shutil.copytree(model, tmp_path / file).rglob(file))
        other.write_text(json.dumps(json.loads(other.read_text("utf-8")) | changes), "utf-8")
        changed = SentenceTransformerEncoder(str(tmp_path / file), device="cpu")
        assert changed.fingerprint != encoder.fingerprint
        changed.close()


def test_a_cached_model_gives_its_own_vectors(encoder: SentenceTransformerEncoder, tmp_path: Path) -> None:
    texts = ["新建农村供水工程", "恢复湿地", "新建农村供水工程"]
    cached = CachedEncoder(encoder, tmp_path / "vectors.sqlite")
    for _ in range(2):
        np.testing.assert_allclose(cached.encode(texts), encoder.encode(texts), atol=1e-6)


def test_a_build_with_a_model_links_and_says_so(encoder: SentenceTransformerEncoder, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "graph.kgl")) as store:
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), encoder)
        links = run(store, "export_task_links")
        assert ("x-lan-2030.1.1", "000000-2030.1") in {(r["source"], r["target"]) for r in links}
        assert {r["encoder"] for r in links} == {encoder.name}
        assert {r["fingerprint"] for r in run(store, "link_runs")} == {encoder.fingerprint}


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    lost = SentenceTransformerEncoder(str(tmp_path / "nothing"), local_files_only=True)
    with pytest.raises(SettingsError, match="cannot be loaded") as caught:
        _ = lost.fingerprint
    lost.close()
    assert "bring the model's folder" in str(caught.value.remedy)
    with pytest.raises(SettingsError, match="no encoder"):
        open_encoder("st:")


def test_the_onnx_backend_says_what_it_lacks(model: Path, tmp_path: Path) -> None:
    encoder = open_encoder(f"st:{model}", device="cpu", backend="onnx")
    with pytest.raises(SettingsError, match=r"holds no onnx/model\.onnx"):
        _ = encoder.fingerprint
    if find_spec("optimum") is None:
        (tmp_path / "onnx").mkdir()
        (tmp_path / "onnx" / "model.onnx").touch()
        encoder = open_encoder(f"st:{tmp_path}", device="cpu", backend="onnx")
        with pytest.raises(MissingExtraError, match="ONNX backend"):
            _ = encoder.fingerprint


def test_a_revision_is_split_off(tmp_path: Path) -> None:
    assert SentenceTransformerEncoder("group/name@1a2b3c").revision == "1a2b3c"
    assert SentenceTransformerEncoder("group/name").revision is None
    folder = tmp_path / "a@b"
    folder.mkdir()
    assert SentenceTransformerEncoder(str(folder)).revision is None
