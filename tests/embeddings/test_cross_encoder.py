"""Cross-encoders as advisers, with tiny models made here."""

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from embeddings.cross_encoder import CrossEncoderAdviser, pairs
from embeddings.opinion import MEASURES_READ, Opinion, Question, open_adviser
from graph.errors import SettingsError
from policygraph.settings import load_settings
from tests.plans import CITY, NATION, PROVINCE

needs_models = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="extra models is not installed"
)

MAKE = """
import sys
from pathlib import Path
import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

folder = Path(sys.argv[1])
tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(sys.argv[2]) - {"\\n"})]
(folder / "vocab.txt").write_text("\\n".join(tokens), "utf-8")
tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))


def save(name, kind=BertForSequenceClassification, change=None, **more):
    torch.manual_seed(3)
    model = kind(
        BertConfig(
            vocab_size=len(tokens), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=64, initializer_range=0.5, **more,
        )
    )
    with torch.no_grad():
        if change:
            change(model)
    model.save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)


save("one", num_labels=1)
save("two", num_labels=2)
save("inference", num_labels=3, id2label={0: "contradiction", 1: "entailment", 2: "neutral"})
save("topics", num_labels=3)
save("broken", num_labels=1, change=lambda model: model.classifier.bias.fill_(float("nan")))
save("headless", kind=BertModel)
pairs = [tuple(line.split("\\t")) for line in sys.argv[3].splitlines()]
for name in ("one", "two", "inference"):
    model = CrossEncoder(str(folder / name), device="cpu", activation_fn=torch.nn.Identity())
    model.save(str(folder / f"{name}-unbounded"))
    print(*model.predict(pairs, show_progress_bar=False).ravel().tolist())
"""

PONDS = Question("恢复湿地", ("守护青山绿水",), "建设美丽河湖", ("恢复退化湿地", "清理河道", "举办开渔节"))
WATER = Question("新建农村供水工程", (), "推进城市更新", ())
LONG = Question("铺设管网" * 100, (), "新建农村供水工程", ("铺设管网" * 100,))


def asked() -> str:
    return "\n".join("\t".join(pair) for question in (PONDS, WATER) for pair in pairs(question))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[float]]]:
    """Folder of models with random weights, and the bare scores of three of them for the pairs of PONDS and WATER."""
    folder = tmp_path_factory.mktemp("models")
    # In a process of its own, as the adviser does: see embeddings.worker.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAKE, str(folder), NATION + PROVINCE + CITY, asked()],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return folder, [[float(x) for x in line.split()] for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def adviser(made: tuple[Path, list[list[float]]]) -> Iterator[CrossEncoderAdviser]:
    opened = open_adviser(
        f"st:{made[0] / 'one-unbounded'}", device="cpu", batch_size=2, local_files_only=True
    )
    assert isinstance(opened, CrossEncoderAdviser)
    yield opened
    opened.close()


def ask(path: Path, *questions: Question) -> list[Opinion]:
    opened = CrossEncoderAdviser(str(path), device="cpu", local_files_only=True)
    try:
        return opened.ask(questions)
    finally:
        opened.close()


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def share(scores: list[float], place: int) -> float:
    return math.exp(scores[place]) / sum(map(math.exp, scores))


def test_the_sides_are_read_under_their_titles() -> None:
    assert pairs(PONDS)[1] == ("守护青山绿水 恢复湿地", "建设美丽河湖 清理河道")
    assert pairs(WATER) == [("新建农村供水工程", "推进城市更新")]
    many = Question("恢复湿地", (), "建设", tuple(str(i) for i in range(50)))
    assert [upper for _, upper in pairs(many)] == [f"建设 {i}" for i in range(MEASURES_READ)]


@needs_models
def test_the_best_measure_decides_whatever_activation_was_saved(
    made: tuple[Path, list[list[float]]], adviser: CrossEncoderAdviser
) -> None:
    bare = made[1][0]
    assert min(bare) < 0 or max(bare) > 1
    assert max(bare[:3]) > min(bare[:3]) + 0.01
    seen: list[tuple[int, int]] = []
    opinions = adviser.ask(
        [PONDS, WATER, PONDS, LONG], progress=lambda done, total: seen.append((done, total))
    )
    expected = [sigmoid(max(bare[:3])), sigmoid(bare[3]), sigmoid(max(bare[:3]))]
    assert [o.probability for o in opinions[:3]] == pytest.approx(expected, abs=1e-5)
    assert 0 < opinions[3].probability < 1
    assert {o.reason for o in opinions} == {""}
    assert seen == [(2, 3), (3, 3)]
    assert adviser.ask([]) == []


@needs_models
@pytest.mark.parametrize(("name", "row", "width", "place"), [("two", 1, 2, 1), ("inference", 2, 3, 1)])
def test_of_a_classifier_it_is_the_share_of_yes(
    name: str, row: int, width: int, place: int, made: tuple[Path, list[list[float]]]
) -> None:
    flat = made[1][row]
    scores = [flat[i : i + width] for i in range(0, len(flat), width)]
    shares = [share(s, place) for s in scores]
    opinions = ask(made[0] / f"{name}-unbounded", PONDS, WATER)
    assert abs(shares[3] - share(scores[3], 0)) > 0.001
    assert [o.probability for o in opinions] == pytest.approx([max(shares[:3]), shares[3]], abs=1e-5)


@needs_models
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("topics", "none of the model's 3 classes is called entailment"),
        ("headless", r"judges no pairs of texts \(BertModel\)"),
        ("broken", "not finite"),
    ],
)
def test_models_that_are_no_advisers_are_named(
    name: str, message: str, made: tuple[Path, list[list[float]]]
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        ask(made[0] / name, PONDS)
    assert caught.value.where == f"st:{made[0] / name}"
    assert caught.value.remedy


@needs_models
def test_the_fingerprint_is_of_the_weights_and_not_of_the_place_or_what_was_asked(
    made: tuple[Path, list[list[float]]], adviser: CrossEncoderAdviser, tmp_path: Path
) -> None:
    first = adviser.fingerprint
    for name, same in (("one-unbounded", True), ("two", False)):
        moved = shutil.copytree(made[0] / name, tmp_path / name)
        other = CrossEncoderAdviser(str(moved), device="cpu")
        other.ask([PONDS])
        assert (other.fingerprint == first) == same
        other.close()


def test_the_settings_reach_the_adviser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened = load_settings(adviser="st:group/name@1a2b3c", batch_size=5).open_adviser()
    assert isinstance(opened, CrossEncoderAdviser)
    assert opened.name == "st:group/name@1a2b3c"
    assert opened.ask([]) == []
    opened.close()
