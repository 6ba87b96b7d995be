"""Every named query runs on both stores, returns the columns that its file declares, and the answers hold."""

from pathlib import Path
from typing import Any, cast

import pytest

from docs.query_pages import steady
from graph import Store, open_store
from graph.errors import InputError, NotFoundError
from policygraph.export import export
from queries import all_queries, answers, cascade, get, run
from queries.asking import ask

NATION, PROVINCE, CITY = "000000-2025", "x-qinglan-2025", "x-songling-2025"


class Listening:
    """A store that remembers which statements were read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: set[str] = set()

    def read(self, query: str, params: Any = None, *, timeout: float | None = None) -> list[dict[str, Any]]:
        self.asked.add(query)
        return self._store.read(query, params, timeout=timeout)


@pytest.mark.parametrize("name", sorted(all_queries()))
def test_a_query_answers_its_own_example_with_the_columns_that_it_declares(sample: Store, name: str) -> None:
    query = get(name)
    rows = run(sample, name, **query.example)
    # Nobody has accepted a link of the sample, or decided on words that have changed since.
    assert bool(rows) == (name not in ("accepted_carriers", "suspect_links"))
    for row in rows:
        assert list(row) == [c.name for c in query.columns]


@pytest.mark.parametrize("name", sorted(n for n, q in all_queries().items() if q.answer))
def test_a_named_answer_says_what_it_stands_on(sample: Store, name: str) -> None:
    query = get(name)
    listening = Listening(sample)
    run(cast(Store, listening), name, **query.example)
    assert listening.asked == {get(other).cypher for other in query.stands_on}
    assert all(f"// {other}\n{get(other).cypher};" in query.cypher for other in query.stands_on)


@pytest.mark.parametrize("name", sorted(all_queries()))
def test_both_stores_answer_a_query_with_the_same_rows(sample: Store, sample_file: Path, name: str) -> None:
    """But for times, and ids that are made of them."""
    query = get(name)
    with open_store(str(sample_file), read_only=True) as embedded:
        there = run(embedded, name, **query.example)
    assert [steady(row) for row in run(sample, name, **query.example)] == [steady(row) for row in there]


def test_coverage_counts_agree_between_answers(sample: Store) -> None:
    matrix = answers.matrix(sample)
    assert matrix.upper == NATION
    assert {p["id"] for p in matrix.plans} >= {PROVINCE, CITY}
    for column, plan in enumerate(matrix.plans):
        coverage = answers.coverage(sample, plan["id"], NATION)
        assert [t.target for t in coverage.tasks] == [t["id"] for t in matrix.tasks]
        for line, task in zip(matrix.cells, coverage.tasks, strict=True):
            cell = line[column]
            assert (cell.covered, cell.partial, cell.measures) == (
                task.covered,
                task.partial,
                len(task.measures) - task.not_applicable,
            )
            assert (cell.status, cell.score) == (task.status, task.score)


def test_gaps_are_what_coverage_leaves_open(sample: Store) -> None:
    coverage = answers.coverage(sample, PROVINCE)
    measures = [m for t in coverage.tasks for m in t.measures if m.status != "covered"]
    applicable = {m.target for m in measures if m.status != "not_applicable"}
    assert {g.target for g in answers.gaps(sample, PROVINCE).gaps} == applicable
    # The query knows no rulings: it has all, each with why only the upper level can do it.
    by_query = run(sample, "plan_gaps", plan=PROVINCE, upper=NATION, covered=coverage.thresholds["covered"])
    assert {r["target"] for r in by_query} == {m.target for m in measures}
    told = {r["target"] for r in by_query if r["reserved"]}
    assert (
        {m.target for m in measures if m.reason not in ("", "ruled")} <= told < {m.target for m in measures}
    )


def test_evidence_quotes_the_plan_itself(sample: Store) -> None:
    text = sample.read("MATCH (p:Plan {id: $p}) RETURN p.text AS text", {"p": PROVINCE})[0]["text"]
    quoted = [e for t in answers.coverage(sample, PROVINCE).tasks for m in t.measures for e in m.evidence]
    assert quoted
    for evidence in quoted:
        assert evidence.text in text
        assert evidence.source.startswith(PROVINCE)


def test_a_cascade_is_a_path_of_links(sample: Store) -> None:
    hops = cascade.cascade(sample, f"{NATION}.3").hops
    through = [(hop, below) for hop in hops for below in hop.below]
    assert through, "the sample has a city whose province carries this priority"
    for hop, below in through:
        assert hop.weakest <= hop.score
        found = sample.read(
            "MATCH (c:Task {id: $c})-[:IMPLEMENTS]->(p:Task {id: $p})-[:IMPLEMENTS]->(n:Task {id: $n}) "
            "RETURN count(*) AS n",
            {"c": below.task, "p": hop.task, "n": f"{NATION}.3"},
        )
        assert found == [{"n": 1}]


def test_unaligned_work_has_no_link(sample: Store) -> None:
    rows = answers.unaligned(sample, CITY)
    linked = {r["source"] for r in run(sample, "export_measure_links") if r["target"].startswith(NATION)}
    assert rows
    assert not {r["id"] for r in rows} & linked


def test_figures_of_cities_add_up_to_their_provinces(sample: Store) -> None:
    rows = answers.targets(sample, PROVINCE)
    assert [r["start"] for r in rows] == sorted(r["start"] for r in rows)
    assert all(r["text"] in r["measure_text"] for r in rows)
    found = {r.indicator: r for r in answers.rollup(sample, PROVINCE)}
    pools = found["加装电梯"]
    assert pools.total == sum(p.value or 0 for p in pools.parts if p.comparable) > 0
    assert {p.plan for p in pools.parts} == {"x-hewan-2025", "x-songling-2025"}
    assert {p.reason for r in found.values() for p in r.parts} >= {"", "indicator", "stage"}


def test_a_heading_is_work_only_where_nothing_stands_under_it(sample: Store) -> None:
    parents = {r["parent"] for r in run(sample, "export_tasks")}
    rows = [r for plan in (CITY, "x-hewan-2025", "x-langang-2025") for r in answers.unaligned(sample, plan)]
    alone = [r for r in rows if r["heading"]]
    assert rows
    for row in alone:
        assert row["task"] not in parents
        assert [m.id for m in answers.measures(sample, row["task"])] == [row["id"]]


def test_keyset_pages_add_up_to_the_whole(sample: Store) -> None:
    whole = run(sample, "search", text="改造", limit=1000)
    pages: list[dict[str, Any]] = []
    after = ""
    while page := run(sample, "search", text="改造", limit=3, after=after):
        pages += page
        after = page[-1]["id"]
    assert pages == whole
    assert len(whole) > 6


def test_what_is_not_there_is_named(sample: Store) -> None:
    with pytest.raises(NotFoundError, match="no plan 'nowhere-2025'") as caught:
        answers.coverage(sample, "nowhere-2025")
    assert PROVINCE in str(caught.value.remedy)
    with pytest.raises(InputError, match="nothing stands above"):
        answers.coverage(sample, NATION)
    with pytest.raises(NotFoundError, match="not linked"):
        answers.coverage(sample, PROVINCE, CITY)
    with pytest.raises(NotFoundError, match="no task"):
        cascade.cascade(sample, "000000-2025.99")


@pytest.mark.parametrize(
    "asked", [f"{q.name} {p.name}" for q in all_queries().values() for p in q.parameters if p.of]
)
def test_what_a_parameter_names_must_be_there(sample: Store, asked: str) -> None:
    """For it and for nothing else no rows mean that there are none."""
    name, parameter = asked.split()
    query = get(name)
    (kind,) = [p.type for p in query.parameters if p.name == parameter]
    assert ask(sample, name, **query.example) == run(sample, name, **query.example)
    wrong = ["x-qinglan-2052.3"] if kind == "list" else "x-qinglan-2052.3#7"
    with pytest.raises((NotFoundError, InputError), match=r"there is no .*x-qinglan-2052\.3") as caught:
        ask(sample, name, **query.example | {parameter: wrong})
    assert caught.value.remedy


def test_an_id_that_is_not_there_is_answered_with_those_near_it(sample: Store) -> None:
    for name, parameter, wrong, meant in (
        ("plan_tasks", "plan", "x-qinlan-2025", PROVINCE),
        ("plan_unaligned", "upper", "00000-2025", NATION),
        ("task_links", "task", f"{PROVINCE}.3.1.99", f"{PROVINCE}.3.1"),
        ("task_links", "task", "x-qinlan-2025.3.1", PROVINCE),
        ("explain_measure", "measure", f"{NATION}.1#99", f"{NATION}.1#"),
        ("explain_link", "source", f"{NATION}.1#99", f"{NATION}.1#"),
        ("coverage_trend", "region", "青岚", "x-qinglan (青岚省)"),
    ):
        with pytest.raises(NotFoundError) as caught:
            ask(sample, name, **get(name).example | {parameter: wrong})
        assert f"Did you mean {meant}" in str(caught.value.remedy)
    with pytest.raises(InputError) as refused:
        ask(sample, "coverage_by_region", level="provinces")
    assert str(refused.value.remedy).startswith("Write: province")


def test_a_region_without_plans_of_its_own_has_an_empty_answer(sample: Store) -> None:
    assert ask(sample, "coverage_trend", region="x-hewan") == []


def test_every_parameter_that_takes_an_id_says_of_what() -> None:
    wanting = [
        f"{q.name} {p.name}"
        for q in all_queries().values()
        for p in q.parameters
        if p.purpose.startswith(("id of", "ids of", "only in this", "only tasks of", "only measures of"))
        and not p.of
        and p.name != "after"
    ]
    assert not wanting


def test_both_stores_export_the_same_bytes(sample: Store, sample_file: Path, tmp_path: Path) -> None:
    export(sample, tmp_path / "here")
    with open_store(str(sample_file), read_only=True) as embedded:
        export(embedded, tmp_path / "embedded")
    for name in ("plans", "tasks", "measures", "targets", "links", "coverage"):
        here, there = ((tmp_path / side / f"{name}.jsonl").read_bytes() for side in ("here", "embedded"))
        assert here == there, name
        assert here
