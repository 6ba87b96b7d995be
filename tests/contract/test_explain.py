"""Explanations on both stores: the three kinds of links, what they add up to, and what is said where there is none."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import open_encoder
from embeddings.counsel import Counsel
from embeddings.encoder import Progress
from embeddings.opinion import Opinion, Question
from graph import Store
from graph.errors import NotFoundError
from policygraph import jobs
from queries import answers, run
from queries.explain import ADVISER, Explanation, explain
from tests.plans import write_plans

NATION, PROVINCE, CITY = "000000-2025", "x-qinglan-2025", "x-songling-2025"
MATCH = "MATCH (a:Measure {plan: $plan})-[r:MATCHES]->(b:Measure {plan: $upper})"
MEASURE = "MATCH (a:Measure {plan: $plan})-[r:IMPLEMENTS]->(b:Task {plan: $upper})"
TASK = "MATCH (a:Task {plan: $plan})-[r:IMPLEMENTS]->(b:Task {plan: $upper})"


def ends(store: Store, pattern: str, *, plan: str = PROVINCE, limit: int = 12) -> list[tuple[str, str]]:
    """The strongest links of a pattern."""
    query = f"{pattern} RETURN a.id AS a, b.id AS b, r.score AS score ORDER BY score DESC, a, b LIMIT {limit}"
    return [(row["a"], row["b"]) for row in store.read(query, {"plan": plan, "upper": NATION})]


def explained(store: Store, pattern: str) -> list[Explanation]:
    found = [explain(store, *pair) for pair in ends(store, pattern)]
    assert found
    return found


@pytest.mark.parametrize("pattern", [MATCH, MEASURE, TASK])
def test_shares_add_up_to_the_log_odds(sample: Store, pattern: str) -> None:
    for found in explained(sample, pattern):
        assert found.log_odds == pytest.approx(sum(s.share for s in found.shares), abs=1e-3)
        assert found.shares[-1].feature == "none"


def test_a_matchs_log_odds_are_calibrated_to_its_score(sample: Store) -> None:
    for found in explained(sample, MATCH):
        assert found.calibration is not None
        assert found.log_odds is not None
        value = found.calibration.slope * found.log_odds + found.calibration.intercept
        assert 1 / (1 + math.exp(-value)) == pytest.approx(found.score, abs=2e-3)
        assert (found.none, found.others, found.confidence, found.advice) == (None, None, None, None)


def test_a_decisions_probabilities_make_one_and_agree_between_its_links(sample: Store) -> None:
    pairs = ends(sample, MEASURE, limit=10_000)
    twice = [source for source, _ in pairs if sum(source == s for s, _ in pairs) > 1]
    assert twice
    for source in twice[:8]:
        found = [explain(sample, *pair) for pair in pairs if pair[0] == source]
        nones = []
        for one in found:
            assert one.none is not None
            assert one.others is not None
            assert one.unadvised == one.score
            assert one.score + one.none + one.others == pytest.approx(1, abs=1e-5)
            assert one.others >= sum(a.score for a in one.alternatives) - 1e-4
            assert (one.calibration, one.method, one.state) == (None, "machine", "proposed")
            nones.append(one.none)
        assert nones == pytest.approx([nones[0]] * len(nones), rel=2e-2, abs=1e-5)


def test_marked_words_of_two_measures_are_the_same(sample: Store) -> None:
    for found in explained(sample, MATCH):
        sides = found.source, found.target
        words = [{side.text[a:b] for a, b in side.marks} for side in sides]
        assert words[0] == words[1]
    strongest = explain(sample, *ends(sample, MATCH, limit=1)[0])
    assert strongest.source.marks


def test_a_side_quotes_its_plan_and_says_where(sample: Store) -> None:
    texts = {
        p: sample.read("MATCH (p:Plan {id: $p}) RETURN p.text AS t", {"p": p})[0]["t"]
        for p in (NATION, PROVINCE)
    }
    for found in explained(sample, MATCH) + explained(sample, MEASURE):
        side = found.source
        assert (side.plan, side.region, side.year) == (PROVINCE, "青岚省", 2025)
        assert side.text in texts[PROVINCE]
        assert side.line
        assert found.target.text in texts[NATION]
        if side.sentence:
            assert side.sentence in texts[PROVINCE]
            assert side.text in side.sentence
        for heading in side.headings:
            assert heading in texts[PROVINCE]


class Favours:
    """An adviser that finds every link likely."""

    name = "openai:stub@http://127.0.0.1"
    fingerprint = "f"

    def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
        del progress
        return [Opinion(0.9, "")] * len(questions)

    def close(self) -> None: ...


def test_an_advisers_share_moves_the_probability_of_the_model(store: Store, tmp_path: Path) -> None:
    folder, encoder = write_plans(tmp_path / "plans"), open_encoder("policy-zh")
    jobs.build(store, jobs.read(folder), encoder)
    before = {(r["source"], r["target"]): r["score"] for r in run(store, "export_measure_links")}
    jobs.build(store, jobs.read(folder), encoder, counsel=Counsel(Favours(), 0.0, 0.99, 500))
    advised = [explain(store, *pair) for pair in before]
    heard = [found for found in advised if found.shares[-1].feature == ADVISER]
    assert heard
    for found in advised:
        assert found.unadvised is not None
        assert found.unadvised == pytest.approx(before[found.source.id, found.target.id], abs=1e-4)
        assert found.none is not None
        assert found.others is not None
        assert found.unadvised + found.none + found.others == pytest.approx(1, abs=1e-5)
    for found in heard:
        assert found.unadvised is not None
        assert found.score > found.unadvised


def test_a_tasks_link_shows_the_measures_that_carry_it(sample: Store) -> None:
    for found in explained(sample, TASK):
        assert len(found.carriers) == found.support
        best = found.carriers[0]
        assert (found.strongest, found.score) == (best.source, best.score)
        assert [c.score for c in found.carriers] == sorted((c.score for c in found.carriers), reverse=True)
        assert {c.source.partition("#")[0] for c in found.carriers} == {found.source.id}
        for carrier in found.carriers:
            for near in carrier.evidence:
                assert near.upper.startswith(f"{found.target.id}#")
                local = {carrier.text[a:b] for a, b in near.marks}
                assert local == {near.upper_text[a:b] for a, b in near.upper_marks}


def test_a_measures_link_shows_what_it_resembles_in_that_task(sample: Store) -> None:
    found = explained(sample, MEASURE)
    assert all([c.source for c in f.carriers] == [f.source.id] and f.strongest is None for f in found)
    assert any(f.carriers[0].evidence for f in found)


@pytest.mark.parametrize("pattern", [MATCH, MEASURE, TASK])
def test_alternatives_are_other_links_of_the_source(sample: Store, pattern: str) -> None:
    every = set(ends(sample, pattern, limit=10_000))
    for found in explained(sample, pattern):
        assert found.target.id not in {a.target for a in found.alternatives}
        assert {(found.source.id, a.target) for a in found.alternatives} <= every


def test_figures_of_both_sides_are_compared(sample: Store) -> None:
    found = [f for e in explained(sample, TASK) + explained(sample, MATCH) for f in e.figures]
    assert {f.verdict for f in found} >= {"part", "below"}
    for figure in found:
        assert (figure.share is not None) == (figure.verdict == "part" and figure.upper.value is not None)
        assert (figure.reason == "") == (figure.verdict != "not_comparable")


def test_a_link_of_the_level_between_is_explained_too(sample: Store) -> None:
    query = f"{TASK} RETURN a.id AS a, b.id AS b LIMIT 1"
    pair = sample.read(query, {"plan": CITY, "upper": PROVINCE})[0]
    assert explain(sample, pair["a"], pair["b"]).target.plan == PROVINCE


def test_what_is_not_linked_says_what_is(sample: Store) -> None:
    source, target = ends(sample, TASK, limit=1)[0]
    linked = {link.target for link in answers.links(sample, source)}
    other = next(r["id"] for r in answers.tree(sample, NATION) if r["id"] not in linked)
    with pytest.raises(NotFoundError, match=f"{source} is not linked to {other}") as caught:
        explain(sample, source, other)
    assert target in str(caught.value.remedy)
    with pytest.raises(NotFoundError, match="is not linked to") as caught:
        explain(sample, source, f"{target}#1")
    assert f"the measure's is {target}" in str(caught.value.remedy)
    measure, _ = ends(sample, MATCH, limit=1)[0]
    far = next(
        r["b"]
        for r in sample.read("MATCH (b:Measure {plan: $p}) RETURN b.id AS b ORDER BY b DESC", {"p": NATION})
    )
    with pytest.raises(NotFoundError, match="is not linked to") as caught:
        explain(sample, measure, far)
    assert "Nearest to it" in str(caught.value.remedy)
    with pytest.raises(NotFoundError, match="is not linked to") as caught:
        explain(sample, measure, other)
    assert "It implements in" in str(caught.value.remedy)


def test_the_wrong_way_round_and_plans_that_were_never_linked_are_named(sample: Store) -> None:
    source, target = ends(sample, TASK, limit=1)[0]
    with pytest.raises(NotFoundError) as caught:
        explain(sample, target, source)
    assert f"{source} {target}" in str(caught.value.remedy)
    stranger = answers.tree(sample, "x-yunxi-2025")[0]["id"]
    with pytest.raises(NotFoundError) as caught:
        explain(sample, source, stranger)
    assert NATION in str(caught.value.remedy)


@pytest.mark.parametrize(
    "wrong", ["x-qinglan-2025.99", "x-qinglan-2025.3#999", "x-qinglan-2025", "", "#", "a#b#c"]
)
def test_ids_that_are_not_there_are_named(sample: Store, wrong: str) -> None:
    source, target = ends(sample, TASK, limit=1)[0]
    for pair in ((wrong, target), (source, wrong)):
        with pytest.raises(NotFoundError, match="there is no") as caught:
            explain(sample, *pair)
        assert repr(wrong) in str(caught.value)
        assert caught.value.remedy
