"""A labelled plan beside a store, and the scores of the comparison, on the invented labels of tests.gold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import Store, open_store
from graph.errors import InputError
from policygraph.comparison import ComparedStatement, Comparison, compare
from policygraph.evaluate import ALL, MEAN, evaluate, score
from policygraph.intervals import Interval
from queries import answers
from tests.gold import (
    CUT,
    DISPUTED,
    MISSED,
    NATIONAL,
    RIGHT,
    TURNED,
    UNREAD,
    agreeing,
    sample_gold,
    write_labels,
    write_national,
)

PLAN, CITY = "x-qinglan-2025", "x-songling-2025"


@pytest.fixture(scope="module")
def store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as opened:
        yield opened


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return sample_gold(tmp_path / "gold")


def by_text(comparison: Comparison) -> dict[str, tuple[ComparedStatement | None, ...]]:
    return {next(c for c in row if c).statement.printed: row for row in comparison.rows}


def test_each_statement_stands_once_with_what_each_annotator_says(store: Store, gold: Path) -> None:
    (found,) = compare(store, gold)
    assert (found.plan, found.upper, found.encoder) == (PLAN, "000000-2025", "policy-zh")
    assert found.annotators == ("A", "B")
    assert len(found.priorities) == 10
    assert found.priorities["10"] == "以互利共赢为宗旨，拓展城乡建设领域国际合作"
    rows = by_text(found)
    assert list(rows) == [RIGHT, DISPUTED, TURNED, CUT, MISSED, UNREAD]
    assert [c.statement.priorities for c in rows[DISPUTED] if c] == [("05",), ("06",)]


def test_a_statement_has_the_measures_within_it_and_their_links(store: Store, gold: Path) -> None:
    (found,) = compare(store, gold)
    rows = by_text(found)
    turned = rows[TURNED][0]
    assert turned is not None
    texts = [found.measures[m]["text"] for m in turned.measures]
    assert texts == ["支持骨干企业与设计院、装备企业“抱团出海”", "力争对外承包工程营业额增长6%左右"]
    assert [(link.priority, link.text in texts) for link in turned.links] == [("10", True)]
    assert turned.nearest[0].priority == "10"
    assert (
        turned.nearest[0].upper_text
        == "支持建筑、设计、咨询企业联合承揽境外项目，对外承包工程营业额增长4%左右"
    )
    assert len({n.priority for n in turned.nearest}) == len(turned.nearest)
    assert [n.score for n in turned.nearest] == sorted((n.score for n in turned.nearest), reverse=True)
    assert turned.whole
    missed = rows[MISSED][0]
    assert missed is not None
    assert missed.links == ()
    assert missed.best == (missed.nearest[0].priority if missed.nearest else None)


def test_what_was_read_in_part_or_not_at_all_is_told(store: Store, gold: Path) -> None:
    rows = by_text(compare(store, gold)[0])
    cut, unread = rows[CUT][0], rows[UNREAD][1]
    assert cut is not None
    assert unread is not None
    assert 0.3 < cut.share < 0.8
    assert not cut.whole
    assert (unread.measures, unread.share, unread.links, unread.nearest, unread.best) == ((), 0, (), (), None)


def test_a_repeated_statement_is_as_many_rows(store: Store, gold: Path) -> None:
    """B has it once: in the first row, and nothing in the second."""
    write_labels(gold, "qinglan-2025", "A", [("03", RIGHT), ("", RIGHT)], [("3.2", 2, "")])
    write_labels(gold, "qinglan-2025", "B", [("", UNREAD), ("01", RIGHT)], [("3.2", 2, "")])
    (found,) = compare(store, gold)
    labels = [[c and (c.statement.printed, c.statement.priorities) for c in row] for row in found.rows]
    assert labels == [[(RIGHT, ("03",)), (RIGHT, ("01",))], [(RIGHT, ()), None], [None, (UNREAD, ())]]


def test_a_labelled_upper_measure_has_what_the_store_says_of_it(store: Store, gold: Path) -> None:
    write_labels(gold, "qinglan-2025", "B", [("", UNREAD)], [("8.2", 1, "修缮小队")])
    (found,) = compare(store, gold)
    rows = {m.id: m for m in found.coverage}
    assert list(rows) == [id_ for id_, _, _ in NATIONAL]
    texts = {id_: m.found.text for id_, m in rows.items() if m.found}
    assert texts == {id_: text for id_, _, text in NATIONAL}
    assert {id_: m.rank for id_, m in rows.items()} == {"3.2": 2, "5.7": 2, "8.2": 0, "9.5": 2}
    assert rows["8.2"].labels[1] is not None
    assert (rows["8.2"].labels[1].level, rows["8.2"].labels[1].quote) == (1, "修缮小队")
    assert rows["3.2"].labels[1] is None


def test_scores_count_what_the_labels_say(store: Store, gold: Path) -> None:
    """Counted by hand: six statements, of which four were read whole; A has one link right of those that are made."""
    a, b, mean = score(compare(store, gold))
    assert (a.plan, a.annotator, b.annotator, mean.annotator) == (PLAN, "A", "B", MEAN)
    assert a.statements == 6
    assert a.parse.recall == b.parse.recall == pytest.approx(4 / 6)
    # CUT is linked to 07 by what was read of it.
    assert a.link.recall == pytest.approx(3 / 6)
    assert b.link.recall == pytest.approx(2 / 6)
    assert mean.link.recall == pytest.approx(2.5 / 6)
    assert a.coverage.recall == pytest.approx(2 / 3)
    assert a.coverage.precision == pytest.approx(2 / 3)
    assert b.coverage.precision == pytest.approx(1 / 3)
    assert a.gap_f1 == 0
    assert mean.calibration["link"].count == a.calibration["link"].count + b.calibration["link"].count
    for row in (a, b, mean):
        for name, between in row.intervals.items():
            if between is not None:
                assert 0 <= between.low <= between.high <= 1, name


def all_right(store: Store, folder: Path, *plans: str) -> None:
    """Labels that agree with the store in everything."""
    told = [m for t in answers.coverage(store, PLAN).tasks for m in t.measures]
    write_national(folder, [(str(i), f"{int(m.task.rpartition('.')[2]):02d}", m.text) for i, m in enumerate(told)])  # fmt: skip
    for plan in plans:
        status = [m.status for t in answers.coverage(store, plan).tasks for m in t.measures]
        levels = [{"covered": 2, "partial": 1}.get(s, 0) for s in status]
        coverage = [(str(i), level, "") for i, level in enumerate(levels)]
        write_labels(folder, plan.removeprefix("x-"), "A", agreeing(store, plan), coverage)


def test_where_all_is_right_every_interval_is_1_to_1(store: Store, tmp_path: Path) -> None:
    all_right(store, tmp_path, PLAN, CITY)
    rows = evaluate(store, tmp_path)
    assert [(r.plan, r.annotator) for r in rows] == [
        (PLAN, "A"), (PLAN, MEAN), (CITY, "A"), (CITY, MEAN), (ALL, MEAN),
    ]  # fmt: skip
    for row in rows:
        assert row.parse.f1 == row.link.f1 == row.coverage.f1 == row.addressed.f1 == row.gap_f1 == 1
        assert set(row.intervals.values()) <= {Interval(1.0, 1.0)} | {row.intervals["top1_first"]}
    assert rows[-1].statements == rows[0].statements + rows[2].statements


def test_the_same_labels_give_the_same_scores_and_intervals(store: Store, gold: Path) -> None:
    assert evaluate(store, gold) == evaluate(store, gold)


def test_a_mistake_opens_the_interval_below_1(store: Store, tmp_path: Path) -> None:
    all_right(store, tmp_path, PLAN)
    rows = agreeing(store, PLAN)
    wrong = [("10" if i % 5 == 0 else priorities, text) for i, (priorities, text) in enumerate(rows)]
    coverage = [(str(i), 2, "") for i in range(20)]
    write_labels(tmp_path, "qinglan-2025", "A", wrong, coverage)
    row = evaluate(store, tmp_path)[0]
    for name, value in (("link.f1", row.link.f1), ("top1", row.top1), ("coverage.f1", row.coverage.f1)):
        between = row.intervals[name]
        assert between is not None
        assert between.low < value < between.high
        assert between.low < 1


def test_broken_labels_of_upper_measures_are_named(store: Store, gold: Path) -> None:
    (gold / "coverage_qinglan-2025_B.tsv").write_text("3.2\t3\t\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"'3' is no label of 3\.2") as failed:
        compare(store, gold)
    assert failed.value.where == str(gold / "coverage_qinglan-2025_B.tsv")
    (gold / "coverage_qinglan-2025_B.tsv").unlink()
    with pytest.raises(InputError) as failed:
        compare(store, gold)
    assert failed.value.where == str(gold / "coverage_qinglan-2025_B.tsv")
