"""Scoring, on invented labels whose scores are known."""

from pathlib import Path

import pytest

from embeddings import open_encoder
from graph import Store, open_store
from graph.errors import InputError, NotFoundError
from policygraph import jobs
from policygraph.evaluate import PlanScores, evaluate
from policygraph.evaluate_parsing import common, evaluate_parsing
from queries import run
from tests.plans import write_plans

NATIONAL = "id\tpriority\tmeasure\n1.1\t01\t新建农村供水工程1200处\n2.1\t02\t恢复湿地面积50万亩\n3.1\t03\t举办国际水务论坛\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(str(tmp_path / "graph.kgl"))
    jobs.build(opened, jobs.read(write_plans(tmp_path / "plans")), open_encoder("char"))
    return opened


def labels(store: Store, folder: Path) -> list[tuple[str, str]]:
    """Labels that agree with the graph in everything: one row a sentence, with what its measures implement."""
    folder.mkdir(exist_ok=True)
    (folder / "national_measures.tsv").write_text(NATIONAL, encoding="utf-8")
    links: dict[str, list[str]] = {}
    for row in run(store, "export_measure_links"):
        if row["target"].startswith("000000"):
            links.setdefault(row["source"], []).append(f"0{row['target'].rpartition('.')[2]}")
    sentences: dict[int, tuple[str, set[str]]] = {}
    for m in run(store, "export_measures"):
        if m["plan"] == "x-lan-2030" and m["kind"] == "planned":
            text, priorities = sentences.get(m["statement"], ("", set()))
            sentences[m["statement"]] = (text + m["text"] + "，", priorities | set(links.get(m["id"], [])))
    return [(",".join(sorted(p)), text) for text, p in sentences.values()]


def write(
    folder: Path, rows: list[tuple[str, str]], coverage: str = "1.1\t2\t\n2.1\t0\t\n3.1\t0\t\n"
) -> None:
    lines = "".join(f"{i}\t{p}\t{text}\n" for i, (p, text) in enumerate(rows, start=1))
    (folder / "statements_city_A.tsv").write_text(lines, encoding="utf-8")
    (folder / "coverage_city_A.tsv").write_text(coverage, encoding="utf-8")


def score(store: Store, folder: Path) -> PlanScores:
    rows = evaluate(store, folder)
    assert [r.annotator for r in rows] == ["A", "mean"]
    return rows[0]


def test_labels_that_agree_score_one(store: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    rows = labels(store, gold)
    write(gold, rows)
    found = score(store, gold)
    assert found.parse.f1 == found.link.f1 == found.top1 == 1
    assert found.statements == len(rows)


def test_a_missing_statement_and_a_wrong_label_cost_what_they_should(store: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    rows = labels(store, gold)
    lost, kept = rows[-1], rows[:-1]
    write(gold, kept)
    found = score(store, gold)
    assert found.parse.recall == 1
    assert found.parse.precision < 1
    write(gold, [*kept, lost, ("", "修建一座谁也没有写过的大坝")])
    found = score(store, gold)
    assert found.parse.precision == 1
    assert found.parse.recall == len(rows) / (len(rows) + 1)
    wrong = [("03", text) for _, text in rows]
    write(gold, wrong)
    found = score(store, gold)
    assert found.link.f1 == 0
    assert found.top1 == 0


def test_coverage_labels_are_compared_by_status(store: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    rows = labels(store, gold)
    write(gold, rows, "1.1\t2\t\n2.1\t0\t\n3.1\t0\t\n")
    right = score(store, gold)
    write(gold, rows, "1.1\t0\t\n2.1\t2\t\n3.1\t2\t\n")
    wrong = score(store, gold)
    assert right.coverage.f1 == 1
    assert wrong.coverage.f1 < right.coverage.f1
    assert right.gap_f1 > wrong.gap_f1


def test_broken_labels_are_named(store: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    rows = labels(store, gold)
    with pytest.raises(InputError, match="no statements_"):
        evaluate(store, gold)
    write(gold, rows, "9.9\t2\t\n")
    with pytest.raises(InputError, match=r"'9\.9' is not in national_measures"):
        evaluate(store, gold)
    (gold / "statements_city_A.tsv").write_text("1\t01\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1 has fewer than 3 columns"):
        evaluate(store, gold)
    (gold / "statements_city_A.tsv").rename(gold / "statements_other_A.tsv")
    with pytest.raises(NotFoundError, match="none of the labelled plans"):
        evaluate(store, gold)


def test_the_reading_is_scored_by_characters_and_measures(store: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    rows = labels(store, gold)
    write(gold, rows)
    found = evaluate_parsing(store, gold)
    assert [(s.plan, s.annotator, s.characters.f1) for s in found.plans] == [("x-lan-2030", "A", 1)]
    assert (found.measures, found.found, found.same) == (3, 3, 3)
    assert (found.priorities, found.labelled_priorities) == (3, 3)
    write(gold, rows[1:])
    fewer = evaluate_parsing(store, gold).plans[0].characters
    assert fewer.recall == 1
    assert fewer.precision < 1
    (gold / "national_measures.tsv").write_text(
        NATIONAL.replace("举办国际水务论坛", "疏浚外海航道"), encoding="utf-8"
    )
    assert evaluate_parsing(store, gold).found == 2


@pytest.mark.parametrize(
    ("left", "right", "n"), [("", "修渠", 0), ("修渠引水", "修大渠引水", 4), ("引水修渠", "修渠引水", 2)]
)
def test_the_longest_common_subsequence(left: str, right: str, n: int) -> None:
    assert common(left, right) == common(right, left) == n
