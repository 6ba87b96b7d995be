"""Fitting to people's labels: what is learned from, how it is judged, what it changes."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings import Scoring, open_encoder
from embeddings.encoder import Encoder
from embeddings.fit import Answer, Example
from embeddings.scoring import read_scoring, shipped_scoring, write_scoring
from graph import Store, open_store
from graph.errors import InputError, NotFoundError
from policygraph.calibrate import Calibrated, Fitness, calibrate, fitness, judgements, labelled_examples
from policygraph.evaluate import MEAN, PlanScores, evaluate
from queries import answers
from tests.gold import DISPUTED, RIGHT, UNREAD, agreeing, sample_gold, write_labels, write_national
from training.scoring import line, read, reliability

PLAN, CITY, TOWN = "x-qinglan-2025", "x-songling-2025", "x-hewan-2025"


@pytest.fixture(scope="module")
def store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("policy-zh")


def disagreeing(store: Store, folder: Path, *annotators: str, plans: tuple[str, ...] = (PLAN, CITY)) -> Path:
    """Labels that differ from the sample's links and statuses in about a third of all, and in every way."""
    told = [m for t in answers.coverage(store, PLAN).tasks for m in t.measures]
    write_national(
        folder, [(str(i), f"{int(m.task.rpartition('.')[2]):02d}", m.text) for i, m in enumerate(told)]
    )
    for plan in plans:
        status = [m.status for t in answers.coverage(store, plan).tasks for m in t.measures]
        for annotator in annotators:
            chance = random.Random(f"{plan} {annotator}")
            other = f"{chance.randint(1, 10):02d}"
            rows = []
            for priorities, text in agreeing(store, plan):
                kind = chance.choices(["same", "other", "none", "more", "unread"], [60, 15, 10, 8, 7])[0]
                known = [p for p in priorities.split(",") if p]
                other = f"{chance.randint(1, 10):02d}"
                labelled = {"other": [other], "none": [], "more": [*known, other]}.get(kind, known or [other])
                rows.append((",".join(dict.fromkeys(labelled)), UNREAD if kind == "unread" else text))
            coverage = []
            for i, of in enumerate(status):
                level = {"covered": 2, "partial": 1}.get(of, 0)
                quote = rows[chance.randrange(len(rows))][1].rstrip("，")
                coverage.append((str(i), level if chance.random() < 0.7 else chance.randint(0, 2), quote))
            write_labels(folder, plan.removeprefix("x-"), annotator, rows, coverage)
    return folder


def figures(row: Fitness | PlanScores) -> list[float]:
    scores = (row.link, row.coverage, row.addressed)
    return [row.top1, row.gap_f1, *(v for s in scores for v in (s.precision, s.recall, s.f1))]


def test_labels_become_examples(store: Store, tmp_path: Path) -> None:
    (found,) = labelled_examples(store, sample_gold(tmp_path / "gold"))
    assert found.name == PLAN
    assert len(found.labels) == 2
    a, b = found.labels
    texts = [[found.local[i].text for i in rows] for rows in a.statements]
    assert texts[0] == [RIGHT.rstrip("。")]
    assert texts[1] == [
        "培训乡村建设工匠5000人次",
        "实行持证上岗、信用评价，优先承接本地农房改造和小型公益项目",
    ]
    assert texts[5] == []
    assert [np.flatnonzero(row).tolist() for row in a.implements] == [[2], [4], [5], [6], [7], [7]]
    assert np.flatnonzero(b.implements[1]).tolist() == [5]
    assert [
        (found.upper[column].text, answer.level) for answer in a.answers for column in answer.columns
    ] == [
        ("全年开工改造老旧小区2.6万个", 2),
        ("建立乡村建设工匠名录，全年培训10万人次", 2),
        ("采用小规模、渐进式办法修缮历史文化街区200片", 2),
        ("年底前完成经营性自建房安全隐患整治", 0),
    ]


def test_the_measures_that_a_quotation_is_taken_from_are_its_evidence(store: Store, tmp_path: Path) -> None:
    gold = sample_gold(tmp_path / "gold")
    quotes = [
        "加装电梯900部",
        "一是改好老旧小区。新开工改造老旧小区860个，加装电梯900部",
        "电梯",
        "谁也没有写过的话",
    ]
    coverage = [(id_, 1, quote) for id_, quote in zip(("3.2", "5.7", "8.2", "9.5"), quotes, strict=True)]
    write_labels(gold, "qinglan-2025", "A", [("03", RIGHT)], coverage)
    found = labelled_examples(store, gold)[0]

    def quoted(answer: Answer) -> list[str]:
        return [found.local[row].text for row in answer.rows]

    one, several, short, none = found.labels[0].answers
    assert quoted(one) == ["加装电梯900部"]
    assert quoted(several) == ["改好老旧小区", "新开工改造老旧小区860个", "加装电梯900部"]
    assert quoted(short) == ["加装电梯900部"]
    assert quoted(none) == []


def test_a_scoring_is_judged_as_evaluate_judges_its_links(
    store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    gold = disagreeing(store, tmp_path / "gold", "A", "B")
    for path in gold.glob("*_songling-2025_B.tsv"):
        path.unlink()
    scored = {row.plan: row for row in evaluate(store, gold) if row.annotator == MEAN}
    examples = labelled_examples(store, gold)
    assert [(example.name, len(example.labels)) for example in examples] == [(PLAN, 2), (CITY, 1)]
    for example in examples:
        found, wanted = fitness(example, shipped_scoring(), encoder), scored[example.name]
        assert figures(found) == pytest.approx(figures(wanted), abs=1e-9)
        assert 0.3 < found.top1 < 0.95
        assert 0.3 < found.link.f1 < 0.95
        assert 0.2 < found.gap_f1 < 0.95
        calibration = wanted.calibration["link"]
        if len(example.labels) == 1:
            assert found.calibration_error == pytest.approx(calibration.ece, abs=1e-9)
        confidence, right = judgements(example, shipped_scoring(), encoder)
        assert len(confidence) == len(right) == calibration.count
        assert np.mean((confidence - right) ** 2) == pytest.approx(calibration.brier, abs=1e-9)


@pytest.mark.parametrize(
    "limits", [{"implements": 0.9, "covered": 0.9, "partial": 0.6}, {"implements": 0.05, "most": 1}]
)
def test_other_thresholds_are_judged_so_too(
    limits: dict[str, float], store: Store, encoder: Encoder, tmp_path: Path, sample_file: Path
) -> None:
    """Many statements have no link at .9: those are judged by their best evidence."""
    from policygraph import jobs

    gold = disagreeing(store, tmp_path / "gold", "A", "B", plans=(TOWN,))
    copy = tmp_path / "graph.kgl"
    copy.write_bytes(sample_file.read_bytes())
    scoring = shipped_scoring().changed(limits)
    with open_store(str(copy)) as own:
        jobs.link(own, encoder, plans=[TOWN], scoring=scoring)
        wanted = evaluate(own, gold)[-1]
        (example,) = labelled_examples(own, gold)
    found = fitness(example, scoring, encoder)
    assert figures(found) == pytest.approx(figures(wanted), abs=1e-9)
    assert figures(found) != pytest.approx(figures(fitness(example, shipped_scoring(), encoder)), abs=1e-3)


def test_a_statement_that_was_not_read_is_wrong(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    gold = sample_gold(tmp_path / "gold")
    for annotator in "AB":
        write_labels(gold, "qinglan-2025", annotator, [("01", UNREAD), ("03", RIGHT)], [("3.2", 2, "")])
    (example,) = labelled_examples(store, gold)
    found = fitness(example, shipped_scoring(), encoder)
    assert (found.top1, found.link.recall, found.link.precision) == (0.5, 0.5, 1)


class Steps:
    """A reporter that remembers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []

    def step(self, stage: str, item: str, done: int, total: int) -> None:
        assert item == ""
        self.seen.append((stage, done, total))


@pytest.fixture(scope="module")
def fitted(
    store: Store, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Calibrated, Steps]:
    """Two plans, labelled in a folder each, fitted on top of the scoring that ships."""
    folder = tmp_path_factory.mktemp("labels")
    gold = [disagreeing(store, folder / plan, "A", plans=(plan,)) for plan in (TOWN, CITY)]
    steps = Steps()
    return calibrate(store, gold, encoder, shipped_scoring(), reporter=steps), steps


def away(found: Scoring) -> float:
    """How far the weights of tasks are from those that ship."""
    return float(np.abs(np.subtract(found.tasks.weights, shipped_scoring().tasks.weights)).max())


def test_progress_is_told_from_nothing_to_all(fitted: tuple[Calibrated, Steps]) -> None:
    assert fitted[1].seen == [("fit", 0, 3), ("fit", 1, 3), ("fit", 2, 3), ("fit", 3, 3)]


def test_each_plan_is_judged_before_and_by_weights_that_have_not_seen_it(
    fitted: tuple[Calibrated, Steps], store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    found = fitted[0]
    assert [f.plan for f in found.before] == [f.plan for f in found.unseen] == [TOWN, CITY]
    gold = disagreeing(store, tmp_path / "gold", "A", plans=(TOWN, CITY))
    examples = labelled_examples(store, gold)
    assert list(found.before) == [fitness(e, shipped_scoring(), encoder) for e in examples]
    without = calibrate(
        store, [disagreeing(store, tmp_path / "one", "A", plans=(CITY,))], encoder, shipped_scoring()
    )
    assert without.unseen == ()
    assert found.unseen[0] == fitness(examples[0], without.scoring, encoder)


def test_weights_stay_weights(fitted: tuple[Calibrated, Steps]) -> None:
    scoring = fitted[0].scoring
    assert scoring.encoder == "policy-zh"
    assert min(*scoring.tasks.weights, *scoring.measures.weights) >= 0
    assert 0 < scoring.thresholds.implements < 1
    assert 0 <= scoring.thresholds.partial <= scoring.thresholds.covered <= 1
    assert min(scoring.confidence.slope, scoring.covered.slope, scoring.addressed.slope) > 0
    assert (scoring.fitted["plans"], scoring.fitted["annotators"]) == (2, 2)


def test_few_labels_move_the_weights_little_and_more_labels_more(
    fitted: tuple[Calibrated, Steps], store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    few = disagreeing(store, tmp_path / "gold", "A", plans=(CITY,))
    statements = few / "statements_songling-2025_A.tsv"
    statements.write_text(
        "".join(statements.read_text("utf-8").splitlines(keepends=True)[:12]), encoding="utf-8"
    )
    little = calibrate(store, [few], encoder, shipped_scoring())
    free = calibrate(store, [few], encoder, shipped_scoring(), from_zero=True)
    assert 0 < away(little.scoring) < 0.25
    assert away(little.scoring) < away(fitted[0].scoring)
    assert away(little.scoring) < away(free.scoring) / 3
    assert little.before == free.before
    assert little.scoring.tasks.means == shipped_scoring().tasks.means != free.scoring.tasks.means


def test_labels_of_one_kind_teach_what_they_say(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    """Whoever calls nearly every link wrong learns to make fewer of them."""
    gold = disagreeing(store, tmp_path / "gold", "A", plans=(TOWN,))
    first, *others = agreeing(store, TOWN)
    rows = [("10", first[1]), *(("", text) for _, text in others)]
    write_labels(gold, "hewan-2025", "A", rows, [("0", 0, ""), ("1", 0, "")])
    found = calibrate(store, [gold], encoder, shipped_scoring())
    (example,) = labelled_examples(store, gold)
    before, _ = judgements(example, shipped_scoring(), encoder)
    after, _ = judgements(example, found.scoring, encoder)
    assert len(after) < len(before)
    assert found.scoring.tasks.none > shipped_scoring().tasks.none


@pytest.mark.parametrize("what", ["priorities", "coverage"])
def test_labels_that_teach_nothing_are_refused(
    what: str, store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    gold = sample_gold(tmp_path / "gold")
    for annotator in "AB":
        priority, id_ = ("", "3.2") if what == "priorities" else ("03", "99.1")
        write_national(gold, [("3.2", "03", "全年开工改造老旧小区2.6万个"), ("99.1", "99", "疏浚外海航道")])
        write_labels(gold, "qinglan-2025", annotator, [(priority, RIGHT)], [(id_, 2, "")])
    with pytest.raises(InputError, match="name no priority") as failed:
        calibrate(store, [gold], encoder, shipped_scoring())
    assert failed.value.where == str(gold)
    assert "policygraph label make" in (failed.value.remedy or "")


def test_labels_of_a_plan_that_is_not_there_or_has_nothing_above_are_named(
    store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    gold = sample_gold(tmp_path / "gold")
    for path in gold.glob("*_qinglan-2025_*"):
        path.rename(path.with_name(path.name.replace("qinglan", "nowhere")))
    with pytest.raises(NotFoundError, match=r"none of the labelled plans \(nowhere-2025\)"):
        calibrate(store, [gold], encoder, shipped_scoring())
    write_labels(gold, "national-2025", "A", [("03", RIGHT)], [("3.2", 2, "")])
    with pytest.raises(InputError, match="no plan above 000000-2025"):
        calibrate(store, [gold], encoder, shipped_scoring())
    with pytest.raises(InputError, match="the folder does not exist"):
        calibrate(store, [tmp_path / "nothing"], encoder, shipped_scoring())


def test_a_fitted_scoring_is_written_and_read_back(fitted: tuple[Calibrated, Steps], tmp_path: Path) -> None:
    path = tmp_path / "new" / "s.json"
    write_scoring(fitted[0].scoring, path)
    back = read_scoring(path)
    assert back == fitted[0].scoring
    assert back.fingerprint == fitted[0].scoring.fingerprint != shipped_scoring().fingerprint
    assert [p.name for p in path.parent.iterdir()] == ["s.json"]


def test_the_tool_that_makes_the_shipped_scoring_reads_and_prints(tmp_path: Path, encoder: Encoder) -> None:
    from tests.plans import write_plans

    write_plans(tmp_path / "plans")
    write_national(tmp_path / "gold", [("1.1", "01", "新建农村供水工程1200处")])
    rows = [("01", "新建农村供水工程5处，改造老旧水厂2座。"), ("02", "清理河道乱占乱建点位18处。")]
    write_labels(tmp_path / "gold", "city", "A", rows, [("1.1", 2, rows[0][1])])
    (example,) = read(tmp_path)
    assert isinstance(example, Example)
    assert example.name == "x-lan-2030"
    found = fitness(example, shipped_scoring(), encoder)
    row = line("city", [found, found]).split("|")
    assert row[1].strip() == "city"
    assert row[2].strip() == f"{found.top1:.3f}"
    assert row[3].split(" / ") == [
        f" {found.link.precision:.3f}",
        f"{found.link.recall:.3f}",
        f"{found.link.f1:.3f} ",
    ]
    assert line("mean", [found]).count("|") == 8


def test_the_reliability_diagram_has_a_dot_for_each_bin(
    store: Store, encoder: Encoder, tmp_path: Path
) -> None:
    from lxml import etree

    gold = disagreeing(store, tmp_path / "gold", "A")
    made = [judgements(e, shipped_scoring(), encoder) for e in labelled_examples(store, gold)]
    drawn = etree.fromstring(reliability(made).encode())
    confidence = np.concatenate([c for c, _ in made])
    dots = drawn.xpath("//*[local-name()='circle']")
    assert len(dots) == len({min(int(c * 10), 9) for c in confidence.tolist()})
    assert all(46 <= float(dot.get(axis)) <= 46 + 360 for dot in dots for axis in ("cx", "cy"))
    assert str(len(confidence)) in drawn.xpath("string(//*[local-name()='text'][last()])")
    assert DISPUTED not in reliability(made)
