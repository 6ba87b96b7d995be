"""Decisions on links: they count, they last, they speak only for the words that the reviewer saw; on both stores."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embeddings import open_encoder
from graph import Store
from graph.errors import InputError, NotFoundError, StaleError
from policygraph import jobs, reviews
from queries import answers, run, state
from queries.review import Filter, Item, history, look, queue
from review import ALL, View
from tests.plans import PROVINCE as PROVINCE_TEXT
from tests.plans import write_plans

NATION, PROVINCE = "000000-2030", "x-jing-2030"
ACCEPTED = View(mode="accepted")


def build(store: Store, folder: Path, **texts: str) -> None:
    jobs.build(store, jobs.read(write_plans(folder, **texts)), open_encoder("policy-zh"))


@pytest.fixture
def built(store: Store, tmp_path: Path) -> Store:
    build(store, tmp_path / "plans")
    return store


def evidence(store: Store) -> Item:
    """The match of the province that covers a measure of the nation best."""
    found = queue(store, Filter(plan=PROVINCE, upper=NATION, kinds=("matches",), deciding=True), "plan")
    return max(found, key=lambda i: i.score)


def status(store: Store, measure: str, view: View = ALL) -> str:
    tasks = answers.coverage(store, PROVINCE, NATION, view).tasks
    return next(m.status for t in tasks for m in t.measures if m.target == measure)


def check_matrix(store: Store, view: View) -> None:
    """The matrix counts what the answers for single plans count, in every view."""
    matrix = answers.matrix(store, NATION, view)
    assert (matrix.mode, matrix.least) == (view.mode, view.least)
    for column, plan in enumerate(matrix.plans):
        found = answers.coverage(store, plan["id"], NATION, view)
        for line, task in zip(matrix.cells, found.tasks, strict=True):
            cell = line[column]
            applicable = len(task.measures) - task.not_applicable
            assert (cell.status, cell.score, cell.covered, cell.partial, cell.measures) == (
                task.status, task.score, task.covered, task.partial, applicable,
            )  # fmt: skip


def link(store: Store, item: Item) -> Item:
    found = look(store, item.source, item.target).link
    assert found is not None
    return found


def test_accepting_and_rejecting_changes_what_counts(built: Store) -> None:
    item = evidence(built)
    assert status(built, item.target) == "covered"
    assert status(built, item.target, ACCEPTED) == "gap"
    version = state.read(built).token
    reviews.accept(built, item.source, item.target, reviewer="周")
    assert state.read(built).token != version
    now = link(built, item)
    assert (now.state, now.method, now.reviewer, now.suspect) == ("accepted", "both", "周", False)
    assert status(built, item.target, ACCEPTED) == "covered"
    reviews.accept(built, item.source, item.target, covers="partly", reviewer="周")
    assert status(built, item.target, ACCEPTED) == "partial"
    for view in (View(), ACCEPTED, View(least=0.6), View(mode="accepted", least=0.6)):
        check_matrix(built, view)
    for other in queue(built, Filter(plan=PROVINCE, kinds=("matches",))):
        if other.target == item.target:
            reviews.reject(built, other.source, other.target, reviewer="吴", note="不是同一件事")
    assert status(built, item.target) == "gap"
    assert [e.verdict for e in history(built, item.subject)] == ["accepted", "accepted", "rejected"]
    check_matrix(built, View())


def test_a_decision_outlives_linking_and_reading_and_is_suspect_on_other_words(
    built: Store, tmp_path: Path
) -> None:
    item = evidence(built)
    reviews.accept(built, item.source, item.target, relation="equal", note="一致", reviewer="周")
    jobs.link(built, open_encoder("policy-zh"), force=True)
    again = link(built, item)
    assert (again.state, again.relation, again.note, again.suspect) == ("accepted", "equal", "一致", False)
    assert item.source_text in PROVINCE_TEXT
    changed = PROVINCE_TEXT.replace(item.source_text, item.source_text + "并加强宣传")
    build(built, tmp_path / "changed", province=changed)
    now = link(built, item)
    assert now.suspect
    assert (now.source_seen, now.source_text) == (item.source_text, item.source_text + "并加强宣传")
    assert status(built, item.target, ACCEPTED) == "gap"
    assert [i.subject for i in queue(built, Filter(finding="suspect"))] == [item.subject]
    check_matrix(built, ACCEPTED)
    with pytest.raises(StaleError):
        reviews.clear(built, item.source, item.target, reviewer="吴", seen=again.token)
    reviews.clear(built, item.source, item.target, reviewer="吴", seen=now.token)
    assert not link(built, item).suspect
    assert status(built, item.target, ACCEPTED) == "covered"
    with pytest.raises(InputError, match="not suspect"):
        reviews.clear(built, item.source, item.target, reviewer="吴")


def test_two_at_once_the_second_is_refused_and_nothing_is_lost(built: Store) -> None:
    item = evidence(built)
    reviews.accept(built, item.source, item.target, reviewer="周", seen=item.token)
    with pytest.raises(StaleError, match="周 decided accepted"):
        reviews.reject(built, item.source, item.target, reviewer="吴", seen=item.token)
    assert [e.reviewer for e in history(built, item.subject)] == ["周"]


def test_a_link_made_by_hand_is_kept_and_can_be_taken_back(built: Store) -> None:
    pairs = {(i.source, i.target) for i in queue(built, Filter(plan=PROVINCE, kinds=("matches",)))}
    local = min(s for s, _ in pairs)
    upper = next(
        m.target
        for t in answers.coverage(built, PROVINCE, NATION).tasks
        for m in t.measures
        if (local, m.target) not in pairs
    )
    with pytest.raises(NotFoundError, match="review add"):
        reviews.accept(built, local, upper, reviewer="周")
    reviews.add(built, local, upper, reviewer="周", note="同一项目")
    assert status(built, upper, ACCEPTED) == "covered"
    jobs.link(built, open_encoder("policy-zh"), force=True)
    found = look(built, local, upper)
    assert found.link is not None
    assert (found.link.method, found.link.state, found.link.confidence) == ("human", "accepted", 1.0)
    reviews.withdraw(built, local, upper, reviewer="周")
    assert look(built, local, upper).link is None
    reviews.undo(built, found.link.subject, reviewer="吴")
    assert status(built, upper, ACCEPTED) == "covered"
    reviews.reject(built, local, upper, reviewer="吴")
    assert look(built, local, upper).link is None
    assert len(look(built, local, upper).history) == 4
    machine = evidence(built)
    with pytest.raises(InputError, match="already"):
        reviews.add(built, machine.source, machine.target, reviewer="周")


@pytest.mark.parametrize("kind", ["tasks", "measures"])
def test_what_implements_what_is_reviewed_too(built: Store, kind: Any) -> None:
    item = queue(built, Filter(plan=PROVINCE, upper=NATION, kinds=(kind,)), "plan")[0]
    reviews.reject(built, item.source, item.target, reviewer="周", note="无关")
    now = link(built, item)
    assert (now.type, now.state, now.method) == ("IMPLEMENTS", "rejected", "both")
    priorities = [r["id"] for r in run(built, "priorities", plan=NATION) if r["id"] != item.target]
    made = reviews.correct(
        built, item.source, item.target, to=priorities[0], relation="narrower", reviewer="周"
    )
    assert [d.verdict for d in made] == ["rejected", "accepted"]
    assert len({d.batch for d in made}) == 1
    moved = look(built, item.source, priorities[0]).link
    assert moved is not None
    assert (moved.state, moved.relation) == ("accepted", "narrower")
    reviews.correct(built, item.source, priorities[0], relation="equal", reviewer="吴")
    reviews.undo(built, moved.subject, reviewer="吴")
    assert link(built, moved).relation == "narrower"
    with pytest.raises(InputError, match="fully or partly"):
        reviews.accept(built, item.source, priorities[0], covers="partly", reviewer="周")


def test_rejected_work_answers_to_nothing(built: Store) -> None:
    item = queue(built, Filter(plan=PROVINCE, upper=NATION, kinds=("measures",)), "plan")[0]
    for other in queue(built, Filter(plan=PROVINCE, upper=NATION, kinds=("measures",), source=item.source)):
        reviews.reject(built, other.source, other.target, reviewer="周")
    assert item.source in {r["id"] for r in answers.unaligned(built, PROVINCE, NATION)} or "#0" in item.source
    accepted = answers.unaligned(built, PROVINCE, NATION, view=ACCEPTED)
    assert len(accepted) >= len(answers.unaligned(built, PROVINCE, NATION))


def test_bulk_shows_first_and_refuses_what_has_changed_since(built: Store) -> None:
    wanted = Filter(plan=PROVINCE, upper=NATION, kinds=("matches",), least=0.5)
    shown = reviews.preview(built, "accepted", wanted)
    assert shown.items
    assert all(i.confidence >= 0.5 and i.state == "proposed" for i in shown.items)
    assert history(built) == []
    first = shown.items[0]
    reviews.reject(built, first.source, first.target, reviewer="吴")
    with pytest.raises(StaleError, match="preview"):
        reviews.bulk(built, "accepted", wanted, reviewer="周", token=shown.token)
    assert len(history(built)) == 1
    wanted = Filter(plan=PROVINCE, upper=NATION, kinds=("matches",), least=0.5, finding="proposed")
    shown = reviews.preview(built, "accepted", wanted)
    made = reviews.bulk(built, "accepted", wanted, reviewer="周", token=shown.token, note="成批确认")
    assert [d.subject for d in made] == [i.subject for i in shown.items]
    assert {link(built, i).state for i in shown.items} == {"accepted"}
    assert link(built, first).state == "rejected"
    assert reviews.preview(built, "accepted", wanted).items == ()


def test_what_cannot_be_decided_changes_nothing(built: Store) -> None:
    item = evidence(built)
    task = queue(built, Filter(plan=PROVINCE, upper=NATION, kinds=("tasks",)), "plan")[0]

    def refused(work: Callable[[], object]) -> str:
        with pytest.raises((NotFoundError, InputError)) as caught:
            work()
        return str(caught.value)

    assert "name of who" in refused(lambda: reviews.accept(built, item.source, item.target, reviewer=" "))
    assert "no measure" in refused(
        lambda: reviews.accept(built, "x-jing-2030.9#9", item.target, reviewer="周")
    )
    assert "no task" in refused(lambda: reviews.reject(built, item.source, "000000-2030.99", reviewer="周"))
    assert "not linked to" in refused(lambda: reviews.add(built, item.target, item.source, reviewer="周"))
    assert "is a task" in refused(lambda: reviews.add(built, task.source, item.target, reviewer="周"))
    assert "nobody decided" in refused(
        lambda: reviews.withdraw(built, item.source, item.target, reviewer="周")
    )
    assert "nobody decided" in refused(lambda: reviews.undo(built, item.subject, reviewer="周"))
    assert "nothing is corrected" in refused(
        lambda: reviews.correct(built, item.source, item.target, reviewer="周")
    )
    assert "no target" in refused(
        lambda: reviews.correct(built, item.source, item.target, to=task.target, reviewer="周")
    )
    assert history(built) == []
    assert link(built, item) == item


@pytest.mark.parametrize("verdict", ["accepted", "rejected", "proposed"])
def test_a_preview_counts_the_statuses_that_then_change(built: Store, verdict: Any) -> None:
    item = evidence(built)
    if verdict == "proposed":
        reviews.reject(built, item.source, item.target, reviewer="周")
    wanted = Filter(plan=PROVINCE, upper=NATION, kinds=("matches", "tasks"))
    shown = reviews.preview(built, verdict, wanted)
    said = reviews.changes(built, shown)
    assert said
    measures = [m.target for t in answers.coverage(built, PROVINCE, NATION).tasks for m in t.measures]
    before = {(v.mode, m): status(built, m, v) for v in (ALL, ACCEPTED) for m in measures}
    reviews.bulk(built, verdict, wanted, reviewer="周", token=shown.token)
    after = {(v.mode, m): status(built, m, v) for v in (ALL, ACCEPTED) for m in measures}
    counted = Counter((mode, before[mode, m], after[mode, m]) for mode, m in before)
    assert {(c.mode, c.before, c.after): c.measures for c in said} == {
        key: n for key, n in counted.items() if key[1] != key[2]
    }


def test_confirming_suspects_in_bulk_keeps_what_the_person_said(built: Store, tmp_path: Path) -> None:
    item = evidence(built)
    reviews.accept(
        built, item.source, item.target, relation="equal", covers="partly", note="仅一半", reviewer="周"
    )
    changed = PROVINCE_TEXT.replace(item.source_text, item.source_text + "并加强宣传")
    build(built, tmp_path / "changed", province=changed)
    wanted = Filter(finding="suspect")
    shown = reviews.preview(built, "accepted", wanted)
    reviews.bulk(built, "accepted", wanted, reviewer="吴", token=shown.token)
    now = link(built, item)
    assert (now.suspect, now.covers, now.relation, now.note) == (False, "partly", "equal", "仅一半")


def test_what_a_person_accepted_in_part_is_certain_and_stands_before_weaker_proposals(built: Store) -> None:
    item = evidence(built)
    for other in queue(built, Filter(plan=PROVINCE, kinds=("matches",))):
        if other.target == item.target and other.source != item.source and other.score >= 0.5:
            reviews.reject(built, other.source, other.target, reviewer="周")
    reviews.accept(built, item.source, item.target, covers="partly", reviewer="周")
    found = next(
        m
        for t in answers.coverage(built, PROVINCE, NATION).tasks
        for m in t.measures
        if m.target == item.target
    )
    assert any(e.score > 0.1 and e.state == "proposed" for e in found.evidence)
    assert (found.status, found.confidence) == ("partial", 1.0)
    assert found.evidence[0].source == item.source


def test_a_decision_on_what_has_become_a_heading_counts_nowhere(built: Store) -> None:
    item = evidence(built)
    reviews.accept(built, item.source, item.target, reviewer="周")
    built.write(lambda t: t.run("MATCH (m:Measure {id: $id}) SET m.heading = true", {"id": item.target}))
    for view in (ALL, ACCEPTED):
        check_matrix(built, view)
