"""Where a store and labels differ, on comparisons made by hand."""

from collections.abc import Sequence

import pytest

from graph.model import CoverageStatus
from policygraph import mistakes
from policygraph.comparison import ComparedMeasure, ComparedStatement, Comparison, Link, Nearest
from policygraph.labels import CoverageLabel, Statement, plain
from policygraph.mistakes import NONE, Voice
from queries.answers import MeasureCoverage

DAM, WELLS, SCHOOL = "修建石门水库。", "打深井30眼。", "开办水文夜校。"


def link(priority: str, confidence: float) -> Link:
    return Link(priority, confidence, confidence, DAM)


def nearest(priority: str, score: float) -> Nearest:
    return Nearest(priority, score, DAM, "上级举措")


def said(
    text: str,
    priorities: str,
    *links: Link,
    evidence: Sequence[Nearest] = (),
    measures: tuple[int, ...] = (0,),
    share: float = 1.0,
) -> ComparedStatement:
    statement = Statement(plain(text), tuple(priorities.split()), text)
    return ComparedStatement(statement, measures, share, links, tuple(evidence))


def compared(
    *rows: Sequence[ComparedStatement | None], coverage: Sequence[ComparedMeasure] = ()
) -> Comparison:
    annotators = ("A", "B", "C")[: len(rows[0])] if rows else ("A", "B", "C")[: len(coverage[0].labels)]
    priorities = {"01": "保供水", "02": "治河湖", "03": "办教育"}
    measures = ({"text": "修建石门水库"},)
    return Comparison(
        "x-lan-2030", "000000-2030", "char", annotators, priorities, measures,
        tuple(tuple(row) for row in rows), tuple(coverage),
    )  # fmt: skip


def upper(
    id_: str, status: CoverageStatus | None, score: float, *labels: CoverageLabel | None
) -> ComparedMeasure:
    found = MeasureCoverage("t", "u", "t", 0, status, score, 0.5, "", ()) if status else None
    return ComparedMeasure(id_, "01", f"举措{id_}", labels, found)


def test_a_link_that_no_annotator_has_is_wrong_and_one_that_all_have_is_not() -> None:
    wrong, right = link("02", 0.9), link("01", 0.8)
    evidence = [nearest("01", 0.7), nearest("02", 0.6)]
    found = mistakes.wrong_links([compared([said(DAM, "01", wrong, right, evidence=evidence)] * 2)])
    (only,) = found
    assert (only.plan, only.text, only.link, only.share) == ("x-lan-2030", DAM, wrong, 1)
    assert only.nearest == evidence[1]
    assert only.labels == (Voice(("A", "B"), ("01",)),)


def test_annotators_who_agree_have_one_voice_and_others_their_own() -> None:
    made = link("02", 0.9)
    row = [said(DAM, "01", made), said(DAM, "02", made), said(DAM, "01", made)]
    (found,) = mistakes.wrong_links([compared(row)])
    assert found.labels == (Voice(("A", "C"), ("01",)), Voice(("B",), ("02",)))
    assert found.share == pytest.approx(2 / 3)
    (silent,) = mistakes.wrong_links([compared([None, said(DAM, "", made)])])
    assert silent.labels == (Voice(("B",), ()),)
    assert silent.share == 1


def test_wrong_links_stand_by_what_all_contradict_then_by_confidence() -> None:
    disputed = [said(DAM, "01", link("03", 0.99)), said(DAM, "03", link("03", 0.99))]
    unsure = [said(WELLS, "01", link("03", 0.5))] * 2
    sure = [said(SCHOOL, "", link("02", 0.8))] * 2
    found = mistakes.wrong_links([compared(disputed, unsure), compared(sure)])
    assert [(m.text, m.share) for m in found] == [(SCHOOL, 1), (WELLS, 1), (DAM, 0.5)]


def test_a_labelled_priority_without_a_link_is_missed_with_its_evidence_and_rank() -> None:
    made = link("02", 0.9)
    evidence = [nearest("02", 0.8), nearest("01", 0.4)]
    (other, one) = mistakes.missed_links(
        [compared([said(DAM, "01 02", made, evidence=evidence), said(DAM, "03", made, evidence=evidence)])]
    )
    assert (one.priority, one.rank, one.nearest, one.instead) == ("01", 2, evidence[1], (made,))
    assert (other.priority, other.rank, other.nearest) == ("03", None, None)
    assert one.share == other.share == 0.5
    assert one.labels == (Voice(("A",), ("01", "02")), Voice(("B",), ("03",)))
    assert mistakes.missed_links([compared([said(DAM, "02", made)])]) == []


def test_missed_links_stand_by_what_all_ask_for_then_by_what_was_found_instead() -> None:
    disputed = [said(DAM, "01", link("03", 0.99)), said(DAM, "03", link("03", 0.99))]
    nothing = [said(WELLS, "01")] * 2
    instead = [said(SCHOOL, "01", link("02", 0.6))] * 2
    found = mistakes.missed_links([compared(disputed, nothing, instead)])
    assert [m.text for m in found] == [SCHOOL, WELLS, DAM]
    far = [said(DAM, "01", evidence=[nearest("01", 0.3)])]
    assert [m.text for m in mistakes.missed_links([compared(far, [said(WELLS, "01")])])] == [WELLS, DAM]


LABEL = {level: CoverageLabel(level, "") for level in (0, 1, 2)}


@pytest.mark.parametrize(
    ("status", "labels", "distance"),
    [
        ("covered", [LABEL[0], LABEL[0]], 2),
        ("covered", [LABEL[0], LABEL[2]], 1),
        ("partial", [LABEL[0], None], 1),
        ("not_applicable", [LABEL[2], LABEL[1]], 1.5),
        (None, [LABEL[1], LABEL[1]], 1),
    ],
)
def test_coverage_is_wrong_by_the_mean_distance_of_status_and_labels(
    status: CoverageStatus | None, labels: list[CoverageLabel | None], distance: float
) -> None:
    (found,) = mistakes.coverage_mistakes([compared(coverage=[upper("1.1", status, 0.6, *labels)])])
    assert found.distance == distance
    assert sum(len(voice.annotators) for voice in found.labels) == sum(label is not None for label in labels)


def test_a_right_status_is_no_mistake_nor_is_one_that_nobody_labelled() -> None:
    right = [
        upper("1.1", "covered", 0.9, LABEL[2]), upper("1.2", "partial", 0.3, LABEL[1]), upper("1.3", "gap", 0, LABEL[0]),
        upper("1.4", "not_applicable", 0, LABEL[0]), upper("1.5", "covered", 0.9, None),
    ]  # fmt: skip
    assert mistakes.coverage_mistakes([compared(coverage=right)]) == []


def test_coverage_mistakes_stand_by_distance_then_by_how_sure_the_product_was() -> None:
    rows = [
        upper("unsure claim", "covered", 0.55, LABEL[0]), upper("sure gap", "gap", 0.05, LABEL[2]),
        upper("half", "partial", 0.3, LABEL[2]), upper("sure claim", "covered", 0.97, LABEL[0]),
    ]  # fmt: skip
    found = mistakes.coverage_mistakes([compared(coverage=rows)])
    assert [m.measure.id for m in found] == ["sure claim", "sure gap", "unsure claim", "half"]


def test_coverage_voices_differ_by_label_and_quote() -> None:
    row = upper("1.1", "covered", 0.9, LABEL[0], CoverageLabel(1, "打井"), LABEL[0])
    (found,) = mistakes.coverage_mistakes([compared(coverage=[row])])
    assert found.labels == (Voice(("A", "C"), LABEL[0]), Voice(("B",), CoverageLabel(1, "打井")))


def test_statements_that_were_not_read_whole_stand_by_how_little_was() -> None:
    half = [said(DAM, "01", share=0.5), said(DAM, "", share=0.5)]
    none = [None, said(WELLS, "", measures=(), share=0.0)]
    whole = [said(SCHOOL, "", share=0.8)] * 2
    found = mistakes.unread([compared(half, none, whole)])
    assert [(m.text, m.share, m.found, m.annotators) for m in found] == [
        (WELLS, 0, (), ("B",)),
        (DAM, 0.5, ("修建石门水库",), ("A", "B")),
    ]


def test_confusion_counts_each_statement_once_for_each_annotator() -> None:
    two = (link("02", 0.9), link("01", 0.8))
    counts = mistakes.confusion(
        [
            compared(
                [said(DAM, "01 02", *two), said(DAM, "01", *two)],
                [said(WELLS, "", link("03", 0.9)), None],
                [said(SCHOOL, "03 01"), said(SCHOOL, "")],
            )
        ]
    )
    assert counts == {
        ("02", "02"): 1, ("01", "02"): 1, (NONE, "03"): 1, ("03", NONE): 1, (NONE, NONE): 1,
    }  # fmt: skip
