"""The whole way on the real plans in ``../shared``, where they are present; floors are below what was measured."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import open_encoder
from embeddings.scoring import shipped_scoring
from graph import Store, open_store
from ingest import read_directory, read_plan
from ingest.readers import read_text
from ingest.source import Locator
from policygraph import jobs
from policygraph.evaluate import PlanScores, evaluate
from policygraph.evaluate_encoders import evaluate_encoders
from policygraph.evaluate_parsing import evaluate_parsing
from queries import answers, run
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared"
PLANS, GOLD, CORPUS = SHARED / "plans", SHARED / "gold", SHARED / "corpus"
pytestmark = pytest.mark.skipif(
    not PLANS.is_dir(), reason="the real plans are not present beside the repository"
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("real") / "graph.kgl")) as store:
        jobs.build(store, jobs.read(PLANS), open_encoder("policy-zh"))
        yield store


def test_the_national_plan_has_twelve_priorities(real: Store) -> None:
    tasks = run(real, "plan_tasks", plan="000000-2023")
    assert [t["number"] for t in tasks if t["kind"] == "priority"] == [f"{i:02d}" for i in range(1, 13)]
    assert len(run(real, "priorities", plan="000000-2023")) == 12
    assert {t["kind"] for t in tasks} == {"preamble", "priority", "closing"}


@pytest.mark.parametrize(
    ("plan", "sections", "planned"),
    [
        ("x-province-2022", ["review", "situation", "task", "closing"], 8),
        ("x-autonomous-region-2022", ["task"] * 6, 18),
        ("210000-2023", ["task"] * 6 + ["closing"], 6),
        ("x-city-2022", ["review", "task", "closing"], 10),
    ],
)
def test_sections_are_told_apart(real: Store, plan: str, sections: list[str], planned: int) -> None:
    tasks = run(real, "plan_tasks", plan=plan)
    top = [t for t in tasks if t["depth"] == 1 and t["kind"] != "preamble"]
    assert [t["kind"] for t in top] == sections
    assert len([t for t in tasks if t["kind"] == "task"]) >= planned


def test_every_measure_is_where_its_offsets_say() -> None:
    for source in read_directory(PLANS):
        document = read_plan(source)
        last = 0
        for measure in document.measures:
            assert document.plan.text[measure.start : measure.end] == measure.text
            assert measure.start >= last
            last = measure.end


def scores(real: Store) -> dict[str, PlanScores]:
    return {s.plan: s for s in evaluate(real, GOLD) if s.annotator == "mean"}


@pytest.mark.parametrize(
    ("plan", "top1", "link", "coverage", "addressed", "gap"),
    [
        ("x-autonomous-region-2022", 0.89, 0.78, 0.78, 0.92, 0.66),
        # Where partial starts is fitted to gaps and to what is addressed alike: a little less of one for more of the other.
        ("x-province-2022", 0.93, 0.84, 0.92, 0.96, 0.78),
    ],
)
def test_scores_against_the_labels(
    real: Store, plan: str, top1: float, link: float, coverage: float, addressed: float, gap: float
) -> None:
    found = scores(real)[plan]
    assert found.parse.f1 >= 0.99
    assert found.top1 >= top1
    assert found.link.f1 >= link
    assert found.coverage.f1 >= coverage
    assert found.addressed.f1 >= addressed
    assert found.gap_f1 >= gap


def test_international_work_of_the_nation_finds_no_strong_evidence(real: Store) -> None:
    for plan in ("x-province-2022", "x-city-2022", "210000-2023"):
        task = answers.coverage(real, plan).tasks[10]
        assert "国际" in task.title
        assert task.status != "covered"


def test_the_default_encoder_is_better_than_characters_alone() -> None:
    encoders = [(open_encoder(name), shipped_scoring()) for name in ("policy-zh", "char")]
    ours, characters = evaluate_encoders(encoders, PLANS, GOLD)
    assert ours.top1 >= 0.91
    assert ours.link_f1 >= 0.805
    assert ours.coverage_f1 >= 0.85
    assert ours.gap_f1 >= 0.7
    assert characters.top1 >= 0.76
    assert characters.link_f1 >= 0.68
    assert characters.coverage_f1 >= 0.81
    assert ours.gap_f1 > characters.gap_f1


def test_masked_figures_are_never_numbers(real: Store) -> None:
    targets = run(real, "export_targets")
    masked = [t for t in targets if t["masked"]]
    assert len(masked) > 20
    assert all(t["value"] is None for t in masked)
    by_plan = {t["text"]: t["value"] for t in targets if t["plan"] == "210000-2023"}
    assert by_plan["3.1万套"] == 3.1
    assert by_plan["90%"] == 90


def test_the_figures_of_the_real_plans_agree_with_those_read_by_a_person() -> None:
    """``targets.tsv`` was labelled without sight of the reader; offsets are characters of the files."""
    with (Path(__file__).parent / "targets.tsv").open(encoding="utf-8", newline="") as table:
        labels = {
            (row["file"], int(row["start"])): (row["comparator"], row["value"], row["unit"], row["masked"])
            for row in csv.DictReader(table, delimiter="\t")
        }
    assert len(labels) == 88
    found = {}
    for source in read_directory(PLANS):
        document = read_plan(source)
        file = source.path.read_bytes()
        locator = Locator(read_text(source.path)[1], document.plan.text)
        for target in document.targets:
            byte = locator.place(target.start, target.end).first_byte
            place = source.path.name, len(file[:byte].decode())
            value = "" if target.value is None else f"{target.value:g}"
            found[place] = (target.comparator, value, target.unit, str(target.masked).lower())
    right = len(found.items() & labels.items())
    assert right >= 0.95 * len(found), "precision"
    assert right >= 0.95 * len(labels), "recall"
    assert {p for p, label in labels.items() if label[3] == "true"} <= {
        p for p, figure in found.items() if figure[3] == "true" and figure[1] == ""
    }


def test_the_evaluate_command_prints_what_the_function_scores(real: Store, tmp_path: Path) -> None:
    store = tmp_path / "graph.kgl"
    command = [sys.executable, "-m", "policygraph"]
    subprocess.run(
        [*command, "build", str(PLANS), "--store", str(store), "--json"],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    done = subprocess.run(
        [*command, "evaluate", "--gold", str(GOLD), "--store", str(store), "--json"],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    printed = {(s["plan"], s["annotator"]): s["link"]["f1"] for s in json.loads(done.stdout)}
    assert printed == {(s.plan, s.annotator): s.link.f1 for s in evaluate(real, GOLD)}


def test_reading_hundreds_of_official_texts_never_fails_unexpectedly(tmp_path: Path) -> None:
    """The training texts are no plans; reading them must end in a document or in a clear error."""
    from graph.errors import InputError
    from graph.model import Region
    from ingest.manifest import PlanSource

    read = refused = 0
    for path in sorted(CORPUS.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines()[:60]):
            file = tmp_path / f"{path.stem}-{number}.txt"
            file.write_text(json.loads(line)["text"], encoding="utf-8")
            try:
                document = read_plan(PlanSource(file, Region("x-test", "某地", "province", "000000"), 2020))
            except InputError:
                refused += 1
                continue
            read += 1
            for measure in document.measures:
                assert document.plan.text[measure.start : measure.end] == measure.text
    assert read > 100
    assert refused < read / 4


def test_the_reading_of_the_labelled_plans_is_right(real: Store) -> None:
    found = evaluate_parsing(real, GOLD)
    assert len(found.plans) == 4
    assert min(s.characters.f1 for s in found.plans) >= 0.98
    assert (found.measures, found.priorities, found.labelled_priorities) == (56, 12, 12)
    assert found.found >= 54
