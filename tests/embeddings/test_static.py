"""Static vectors on NumPy: the encoder that ships with the product, and folders like it."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import open_encoder
from embeddings.static import StaticEncoder, policy_zh
from graph.errors import SettingsError
from ingest import read_directory, read_plan
from tests.conftest import SAMPLE

FOLDER = Path(str(policy_zh().folder))
TEXTS = st.text(
    "推进城市更新改造老旧小区供水保障BIMxX12０３年月日底*×、，。 （）“”\n\u3000\u200b🙂é", max_size=60
)


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return policy_zh()


def test_the_shipped_model_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) <= 15_000_000
    assert (FOLDER / "README.md").is_file()


def test_it_is_chosen_by_name(encoder: StaticEncoder) -> None:
    found = open_encoder("policy-zh")
    assert (found.name, found.fingerprint) == ("policy-zh", encoder.fingerprint)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=8))
def test_vectors_are_unit_or_zero_and_do_not_depend_on_their_neighbours(texts: list[str]) -> None:
    encoder = policy_zh()
    found = encoder.encode(texts)
    assert found.shape == (len(texts), 256)
    assert found.dtype == np.float32
    lengths = np.linalg.norm(found, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))
    for text, row in zip(texts, found, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-6)


def test_figures_and_dates_say_nothing(encoder: StaticEncoder) -> None:
    texts = [
        "改造老旧小区",
        "改造老旧小区1200",
        "6月底前改造老旧小区xx",
        "2025年改造老旧小区",
        "（改造老旧小区）",
    ]
    found = encoder.encode(texts)
    np.testing.assert_allclose(found @ found[0], 1, atol=1e-5)
    assert not encoder.encode(["12345", "", "xx", "。，"]).any()


def test_the_same_work_in_other_words_is_nearer_than_other_work(encoder: StaticEncoder) -> None:
    texts = ["推进城镇老旧小区改造", "开展老旧居民楼整治", "开展生活垃圾分类", "完善住房公积金提取"]
    found = encoder.encode(texts)
    likeness = found @ found.T
    assert likeness[0, 1] > 1.2 * max(likeness[0, 2], likeness[0, 3])


def test_progress_is_told(encoder: StaticEncoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode(["供水"] * 2500, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1024, 2500), (2048, 2500), (2500, 2500)]


def test_another_model_has_another_fingerprint(encoder: StaticEncoder, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "model")
    same = StaticEncoder("copy", tmp_path / "model")
    assert same.fingerprint == encoder.fingerprint
    weights = tmp_path / "model" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert StaticEncoder("copy", tmp_path / "model").fingerprint != encoder.fingerprint


@pytest.mark.parametrize("missing", ["tokenizer.json", "model.safetensors"])
def test_a_folder_without_a_model_is_said(missing: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "model")
    (tmp_path / "model" / missing).unlink()
    with pytest.raises(SettingsError, match=f"no static model .{missing}"):
        StaticEncoder("copy", tmp_path / "model").encode(["供水"])


def test_broken_weights_are_said(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(SettingsError, match="no static model"):
        StaticEncoder("copy", tmp_path / "model").encode(["供水"])


SCRIPT = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
texts = json.loads(open(sys.argv[2], encoding="utf-8").read())
np.save(sys.argv[3], model.encode(texts, show_progress_bar=False).astype(np.float32))
"""


@pytest.mark.skipif(find_spec("sentence_transformers") is None, reason="extra models is not installed")
def test_sentence_transformers_gives_the_same_vectors(encoder: StaticEncoder, tmp_path: Path) -> None:
    plans = [read_plan(source) for source in read_directory(SAMPLE)]
    texts = [m.text for plan in plans for m in plan.measures]
    texts += [
        "",
        "12345",
        "BIM与CIM平台，ＢＩＭ",
        "6月底前完成xx万套",
        "２０２５年６月",
        "é🙂\u200b供水\n排水",
        "X市XX区",
    ]
    (tmp_path / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(FOLDER), str(tmp_path / "texts.json")]
    # In a process of its own, as the encoder does: see embeddings.sentence_transformer.
    subprocess.run([*command, str(tmp_path / "vectors.npy")], check=True)
    theirs, ours = np.load(tmp_path / "vectors.npy"), encoder.encode(texts)
    assert theirs.shape == ours.shape
    filled = ours.any(axis=1)
    assert np.array_equal(filled, theirs.any(axis=1))
    assert np.isfinite(theirs).all()
    lengths = np.linalg.norm(theirs[filled], axis=1)
    assert (np.sum(theirs[filled] * ours[filled], axis=1) / lengths).min() > 0.9999


LOADED = """
import sys
from embeddings import open_encoder

open_encoder("policy-zh").encode(["供水"])
print(sorted({name.partition(".")[0] for name in sys.modules} & {"torch", "sentence_transformers", "sklearn"}))
"""


def test_it_needs_no_torch() -> None:
    ended = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"
