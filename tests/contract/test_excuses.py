"""What does not apply below, and people's word on it, on both stores."""

from pathlib import Path

import pytest

from embeddings import open_encoder
from graph import Store
from graph.errors import InputError, NotFoundError
from graph.model import Verdict
from policygraph import jobs
from policygraph.reviews import applicability, excuse
from queries import answers, run, state
from tests.plans import NATION as NATION_TEXT
from tests.plans import write_plans

NATION, PROVINCE = "000000-2030", "x-jing-2030"
FORUM, WETLAND = f"{NATION}.3#1", f"{NATION}.2#2"


@pytest.fixture
def built(store: Store, tmp_path: Path) -> Store:
    jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), open_encoder("policy-zh"))
    return store


def status(store: Store, measure: str, plan: str = PROVINCE) -> tuple[str, str]:
    found = {m.target: m for t in answers.coverage(store, plan, NATION).tasks for m in t.measures}[measure]
    return found.status, found.reason


def check_matrix(store: Store) -> None:
    """The matrix counts what the answers for single plans count."""
    matrix = answers.matrix(store, NATION)
    for column, plan in enumerate(matrix.plans):
        for line, task in zip(matrix.cells, answers.coverage(store, plan["id"], NATION).tasks, strict=True):
            cell = line[column]
            applicable = len(task.measures) - task.not_applicable
            assert (cell.status, cell.score, cell.covered, cell.partial, cell.measures) == (
                task.status, task.score, task.covered, task.partial, applicable,
            )  # fmt: skip


def test_the_nations_own_event_is_no_gap_of_a_province(built: Store) -> None:
    assert status(built, FORUM) == ("not_applicable", "own_event")
    assert FORUM not in {g.target for g in answers.gaps(built, PROVINCE, NATION).gaps}
    assert {r["measure"]: r["reason"] for r in run(built, "reserved_measures", plan=NATION)}[
        FORUM
    ] == "own_event"
    check_matrix(built)


def test_a_persons_word_goes_first_both_ways(built: Store) -> None:
    before = state.read(built).token
    excuse(built, FORUM, "applies", reviewer="周", note="我省承办分论坛")
    assert status(built, FORUM) == ("gap", "")
    excuse(built, WETLAND, "not_applicable", plan=PROVINCE, reviewer="周", note="本省没有湿地")
    assert status(built, WETLAND) == ("not_applicable", "ruled")
    assert state.read(built).token != before
    check_matrix(built)
    listed = {(r["measure"], r["plan"]): r["verdict"] for r in applicability(built, NATION)}
    assert listed[FORUM, ""] == "applies"
    assert listed[WETLAND, PROVINCE] == "not_applicable"
    excuse(built, FORUM, "none", reviewer="周")
    excuse(built, WETLAND, "none", reviewer="周", plan=PROVINCE)
    assert status(built, FORUM) == ("not_applicable", "own_event")
    assert status(built, WETLAND)[0] != "not_applicable"


def test_what_is_ruled_for_one_plan_goes_before_what_is_ruled_for_all(built: Store) -> None:
    excuse(built, WETLAND, "not_applicable", reviewer="周", note="各省另有安排")
    excuse(built, WETLAND, "applies", reviewer="周", plan=PROVINCE, note="我省要做")
    assert status(built, WETLAND)[0] != "not_applicable"
    check_matrix(built)


def test_a_ruling_outlives_reading_and_linking_but_not_other_words(built: Store, tmp_path: Path) -> None:
    excuse(built, WETLAND, "not_applicable", reviewer="周", note="各省另有安排")
    jobs.link(built, open_encoder("policy-zh"), force=True)
    assert status(built, WETLAND) == ("not_applicable", "ruled")
    changed = NATION_TEXT.replace("恢复湿地面积50万亩", "恢复湿地面积60万亩")
    jobs.build(built, jobs.read(write_plans(tmp_path / "changed", nation=changed)), open_encoder("policy-zh"))
    assert status(built, WETLAND)[0] != "not_applicable"
    (outdated,) = [r for r in applicability(built, NATION) if r["measure"] == WETLAND]
    assert outdated["stands"] == "suspect"


def test_delegated_and_deferred_are_shown_apart_and_end(built: Store) -> None:
    excuse(built, WETLAND, "delegated", plan=PROVINCE, to="x-lan-2030", reviewer="周", note="由市里承担")
    assert status(built, WETLAND) == ("not_applicable", "delegated")
    found = answers.gaps(built, PROVINCE, NATION)
    assert WETLAND not in {g.target for g in found.gaps}
    assert [(e.measure, e.verdict, e.to, e.stands) for e in found.excused] == [
        (WETLAND, "delegated", "x-lan-2030", "valid")
    ]
    excuse(built, WETLAND, "deferred", plan=PROVINCE, to="2031", reviewer="周", note="明年启动")
    assert status(built, WETLAND) == ("not_applicable", "deferred")
    check_matrix(built)
    excuse(built, WETLAND, "deferred", plan=PROVINCE, to="2030", reviewer="周", note="本年启动")
    assert status(built, WETLAND)[0] != "not_applicable"
    assert [e.stands for e in answers.gaps(built, PROVINCE, NATION).excused] == ["due"]
    excuse(
        built, WETLAND, "not_applicable", plan=PROVINCE, expires="2020-12-31", reviewer="周", note="暂不适用"
    )
    assert status(built, WETLAND)[0] != "not_applicable"
    assert [e.stands for e in answers.gaps(built, PROVINCE, NATION).excused] == ["expired"]
    check_matrix(built)


def test_an_excuse_names_what_is_there_and_says_why(built: Store) -> None:
    def refused(measure: str, verdict: Verdict = "not_applicable", **given: str) -> str:
        with pytest.raises((NotFoundError, InputError)) as caught:
            excuse(built, measure, verdict, **({"reviewer": "周", "note": "无"} | given))
        return str(caught.value)

    assert "no measure" in refused(f"{NATION}.9#9")
    assert "no plan" in refused(WETLAND, plan="x-nowhere-2030")
    assert "reason" in refused(WETLAND, note="  ")
    assert "name of who" in refused(WETLAND, reviewer=" ")
    assert "delegate" in refused(WETLAND, "delegated", to="x-nowhere-2030")
    assert "year" in refused(WETLAND, "deferred", to="soon")
    assert "nowhere" in refused(WETLAND, to="2031")
    assert "no day" in refused(WETLAND, expires="2031-02-30")
    assert "nobody decided" in refused(WETLAND, "none")
    assert "cannot be" in refused(WETLAND, "accepted") or "excused" in refused(WETLAND, "accepted")
    assert run(built, "excuses", upper=NATION) == []
