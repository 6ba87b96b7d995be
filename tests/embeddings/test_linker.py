"""How links are decided, on texts without a store, by the scoring that ships with the product."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import Encoder
from embeddings.features import MeasureText
from embeddings.linker import Links, decide
from embeddings.overlap import characters, reference
from embeddings.scoring import choose, logistic, shipped_scoring
from tests.embeddings.texts import PHRASES, measure, section

HOUSING, GREEN, WATER = "n.1", "n.2", "n.3"
DUTY = "按季调度进展，压实各方责任"
UPPER = [
    *section(HOUSING, "健全住房保障体系", "筹集保障性租赁住房100万套", "改造城镇棚户区50万户"),
    *section(GREEN, "推动城乡绿色发展", "深化生活垃圾分类", "新建绿道5000公里"),
    *section(WATER, "保障城市供水安全", "更新改造老旧供水管网8万公里", "建设应急备用水源"),
]


ENCODERS: dict[str, Encoder] = {"policy-zh": reference(), "char": characters()}


@pytest.fixture(params=ENCODERS)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param]


def link(encoder: Encoder, *local: MeasureText, **changed: float) -> Links:
    return decide(local, UPPER, encoder, shipped_scoring().changed(changed))


def test_a_measure_implements_the_task_that_it_is_about(encoder: Encoder) -> None:
    links = link(
        encoder, measure("p.1#1", "建设保障性租赁住房3万套"), measure("p.2#1", "实现生活垃圾分类全覆盖")
    )
    assert {(d.source, d.target) for d in links.measures} == {("p.1#1", HOUSING), ("p.2#1", GREEN)}
    assert all(d.rank == 1 for d in links.measures)


def test_work_of_another_kind_stays_free(encoder: Encoder) -> None:
    links = link(encoder, measure("p.1#1", "举办龙舟赛和美食节"), measure("p.1#2", "做好群众工作"))
    assert links == Links((), (), ())


def test_the_heading_above_decides_where_the_words_do_not(encoder: Encoder) -> None:
    assert link(encoder, measure("p.1#1", DUTY)).measures == ()
    for heading, task in (
        ("完善住房保障体系", HOUSING),
        ("筑牢城市供水安全防线", WATER),
        ("办好群众文化活动", ""),
    ):
        links = link(encoder, *section("p.1", heading, DUTY))
        assert [d.target for d in links.measures if d.source == "p.1#1"] == ([task] if task else [])


def test_evidence_names_the_upper_measure_and_never_a_heading(encoder: Encoder) -> None:
    links = link(encoder, *section("p.1", "健全住房保障体系", "建设保障性租赁住房3万套"))
    best = next(e for e in links.evidence if e.source == "p.1#1")
    assert (best.target, best.rank) == ("n.1#1", 1)
    assert best.score > 0.9
    assert all(e.score < 0.5 for e in links.evidence if e.source == "p.1#1" and e is not best)
    assert not any(e.target.endswith("#0") for e in links.evidence)


def test_tasks_take_the_links_of_their_own_measures(encoder: Encoder) -> None:
    links = link(
        encoder,
        measure("p.1#0", "增加保障性住房供给", heading=True),
        measure("p.1#1", "建设保障性租赁住房3万套", "增加保障性住房供给"),
        measure("p.2#1", "开展龙舟赛"),
    )
    assert [(d.source, d.target, d.rank, d.support) for d in links.tasks] == [("p.1", HOUSING, 1, 2)]
    assert links.tasks[0].score == max(d.score for d in links.measures)


def test_one_measure_in_many_does_not_carry_its_task_but_its_heading_does(encoder: Encoder) -> None:
    others = ["开展龙舟赛", "举办灯会", "评选美食", "征集对联"]
    free = [measure(f"p.1#{i}", text) for i, text in enumerate(others, start=2)]
    links = link(encoder, measure("p.1#1", "建设保障性租赁住房3万套"), *free)
    assert [(d.source, d.target) for d in links.measures] == [("p.1#1", HOUSING)]
    assert links.tasks == ()
    three = link(encoder, measure("p.1#1", "建设保障性租赁住房3万套"), *free[:3])
    assert [(d.source, d.target, d.support) for d in three.tasks] == [("p.1", HOUSING, 1)]
    headed = link(encoder, measure("p.1#0", "健全住房保障体系，建设保障性租赁住房", heading=True), *free)
    assert [(d.source, d.target, d.support) for d in headed.tasks] == [("p.1", HOUSING, 1)]


def test_thresholds_cut(encoder: Encoder) -> None:
    local = measure("p.1#1", "筹集保障性租赁住房，深化生活垃圾分类")
    (first,) = link(encoder, local).measures
    both = link(encoder, local, implements=0.02).measures
    assert {d.target for d in both} == {HOUSING, GREEN}
    assert [d.rank for d in both] == [1, 2]
    assert both[0] == first
    assert link(encoder, local, implements=0.02, most=1).measures == (first,)
    assert link(encoder, local, implements=first.score - 1e-4).measures == (first,)
    assert link(encoder, local, implements=first.score + 1e-4).measures == ()
    every = link(encoder, local, implements=0, most=100).measures
    assert [d.rank for d in every] == [1, 2, 3]


def test_nothing_to_link_is_no_error(encoder: Encoder) -> None:
    empty = Links((), (), ())
    assert decide([], UPPER, encoder, shipped_scoring()) == empty
    assert decide([measure("p.1#1", "新建绿道20公里")], [], encoder, shipped_scoring()) == empty


def test_an_upper_plan_of_headings_alone_is_implemented_without_evidence(encoder: Encoder) -> None:
    headings = [m for m in UPPER if m.heading]
    links = decide([measure("p.1#1", "健全城市住房保障体系")], headings, encoder, shipped_scoring())
    assert [d.target for d in links.measures] == [HOUSING]
    assert links.evidence == ()


def test_what_holds_more_is_broader_and_what_holds_less_is_narrower(encoder: Encoder) -> None:
    def relation(text: str) -> str:
        found = link(encoder, measure("p.1#1", text)).evidence
        return next(e.relation for e in found if e.target == "n.3#1")

    assert relation("更新改造老旧供水管网30公里") == "equal"
    assert relation("更新改造老旧供水管网30公里，同步治理积水点、修缮校舍、加装电梯") == "broader"
    assert relation("供水管网更新改造") == "narrower"
    assert relation("供水管网更新改造，修缮校舍，加装电梯") == "overlaps"


def test_a_task_that_answers_all_of_an_upper_task_is_equal_to_it(encoder: Encoder) -> None:
    every = ["更新改造老旧供水管网30公里", "建设应急备用水源1处"]
    for texts, relation in (
        (every, "equal"),
        (every[:1], "narrower"),
        ([*every, "举办灯会", "评选美食", "征集对联", "开展龙舟赛"], "broader"),
        ([every[0], "举办灯会", "开展龙舟赛"], "overlaps"),
    ):
        local = [measure(f"p.1#{i}", text) for i, text in enumerate(texts, start=1)]
        (found,) = link(encoder, *local).tasks
        assert (found.target, found.relation) == (WATER, relation), texts


@st.composite
def plans(draw: st.DrawFn, prefix: str) -> list[MeasureText]:
    """Up to three sections of up to three measures each; some without a heading."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        texts = draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3))
        heading = draw(st.sampled_from([*PHRASES, ""]))
        found += section(f"{prefix}.{number}", heading, *texts)
    return found


@settings(max_examples=60, deadline=None)
@given(plans("p"), plans("n"), st.sampled_from(list(ENCODERS)))
def test_links_are_well_formed_whatever_the_plans(
    local: list[MeasureText], upper: list[MeasureText], name: str
) -> None:
    scoring = shipped_scoring()
    links = decide(local, upper, ENCODERS[name], scoring)
    assert links == decide(local, upper, ENCODERS[name], scoring)
    measures, tasks = {m.id for m in local}, {m.task for m in local}
    asked = {m.task for m in upper}
    for decisions, sources in ((links.measures, measures), (links.tasks, tasks)):
        ranks: dict[str, list[int]] = {}
        for d in decisions:
            assert d.source in sources
            assert d.target in asked
            assert scoring.thresholds.implements <= d.score <= 1
            assert 0 <= d.confidence <= 1
            ranks.setdefault(d.source, []).append(d.rank)
        assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())
    assert all(len(found) <= scoring.thresholds.most for found in _by_source(links).values())
    for d in links.tasks:
        carrying = [m for m in links.measures if m.target == d.target and m.source.startswith(f"{d.source}#")]
        assert (d.support, d.score) == (len(carrying), max(m.score for m in carrying))
    commitments = {m.id for m in upper if not m.heading}
    for e in links.evidence:
        assert e.source in measures
        assert e.target in commitments
        assert 0 < e.score <= 1
        assert e.rank >= 1
        # Within what rounding each share to three digits leaves.
        line = scoring.covered.slope * sum(e.shares.values()) + scoring.covered.intercept
        assert e.score == pytest.approx(float(logistic(np.array([line], np.float32))[0]), abs=2e-3)


def _by_source(links: Links) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for d in links.measures:
        found.setdefault(d.source, []).append(d.target)
    return found


@settings(max_examples=40, deadline=None)
@given(plans("p"), plans("n"), st.sampled_from(list(ENCODERS)), st.randoms(use_true_random=False))
def test_the_order_of_the_upper_tasks_does_not_matter_and_shares_add_up(
    local: list[MeasureText], upper: list[MeasureText], name: str, random: Random
) -> None:
    scoring = shipped_scoring().changed({"implements": 0, "most": 100})
    first = decide(local, upper, ENCODERS[name], scoring)
    tasks = list(dict.fromkeys(m.task for m in upper))
    random.shuffle(tasks)
    moved = [m for task in tasks for m in upper if m.task == task]
    second = decide(local, moved, ENCODERS[name], scoring)
    scores = [{(d.source, d.target): d.score for d in links.measures} for links in (first, second)]
    assert scores[0].keys() == scores[1].keys() == {(m.id, task) for m in local for task in tasks}
    assert all(scores[0][pair] == pytest.approx(scores[1][pair], abs=1e-4) for pair in scores[0])
    evidence = [{(e.source, e.target): e.score for e in links.evidence} for links in (first, second)]
    for pair in evidence[0].keys() & evidence[1].keys():
        # Rounding may prefer one of several equal upper measures a little.
        assert evidence[0][pair] == pytest.approx(evidence[1][pair], abs=5e-3)
    for one in local:
        decisions = [d for d in first.measures if d.source == one.id]
        logits = np.array([sum(d.shares.values()) for d in decisions], np.float32)
        np.testing.assert_allclose(choose(logits), [d.score for d in decisions], atol=5e-3)
