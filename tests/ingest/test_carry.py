"""Ids over several readings: what stands keeps its id, what is gone leaves its own to nobody else."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Measure, Plan, PlanDocument, Region, Target, Task, stamp
from ingest.carry import Carried, Item, carry, reading

WORDS = "供水管网改造老旧小区绿道建设垃圾分类住房保障河湖治理节水灌溉渔业旅游城市更新燃气安全监管"
Outline = list[tuple[str, list[str]]]


def document(outline: Outline) -> PlanDocument:
    """A plan of tasks, each a title and its measures, with ids by place; every title is a measure of its own."""
    tasks, measures, targets = [], [], []
    places = count()
    for number, (title, texts) in enumerate(outline, start=1):
        id_ = f"p-2030.{number}"
        start = next(places)
        tasks.append(
            Task(id_, "p-2030", None, number - 1, number, 1, "", title, "task", start, start + 1, True, stamp(title))
        )  # fmt: skip
        for ordinal, text in enumerate([title, *texts]):
            start = next(places)
            measure = f"{id_}#{ordinal}"
            measures.append(
                Measure(
                    measure, "p-2030", id_, ordinal, start, text, start, start + 1, "planned", ordinal == 0, "",
                    stamp(text),
                )
            )  # fmt: skip
            if ordinal:
                targets.append(
                    Target(
                        f"{measure}!1", "p-2030", measure, 1, text, "=", 1.0, None, "个", "", "", "", False, text, start,
                        start + 1,
                    )
                )  # fmt: skip
    plan = Plan("p-2030", "p", "city", 2030, "", "", "", "", "", "", "", "", "")
    return PlanDocument(Region("p", "p", "city"), plan, tuple(tasks), tuple(measures), tuple(targets))


def again(first: PlanDocument, outline: Outline, remembered: Sequence[Item] = ()) -> Carried:
    carried = carry(document(outline), reading(first), remembered=remembered)
    consistent(carried.document)
    return carried


def consistent(found: PlanDocument) -> None:
    tasks, measures = [t.id for t in found.tasks], [m.id for m in found.measures]
    ids = [*tasks, *measures, *(t.id for t in found.targets)]
    assert len(ids) == len(set(ids))
    assert {t.parent for t in found.tasks} <= {None, *tasks}
    assert {m.task for m in found.measures} <= set(tasks)
    for target in found.targets:
        assert target.measure in measures
        assert target.id == f"{target.measure}!{target.ordinal}"


def ids(found: PlanDocument) -> dict[str, str]:
    """Ids by text; headings are left to their tasks."""
    return {t.title: t.id for t in found.tasks} | {m.text: m.id for m in found.measures if not m.heading}


def fates(carried: Carried) -> dict[str, str]:
    return {f.after or f.before: f.what for f in carried.fates if f.kind == "task" or not f.id.endswith("#0")}


texts = st.text(alphabet=WORDS, min_size=6, max_size=20)
outlines = st.lists(st.tuples(texts, st.lists(texts, max_size=5)), min_size=1, max_size=5)
repeated = st.lists(
    st.tuples(st.sampled_from(["甲", "乙"]), st.lists(st.sampled_from(["甲", "丙", "丁"]), max_size=4)),
    min_size=1, max_size=5,
)  # fmt: skip
distinct = outlines.filter(
    lambda o: max(Counter([t for title, members in o for t in (title, *members)]).values()) == 1
)


@given(st.one_of(outlines, repeated))
def test_a_document_carried_onto_itself_is_unchanged(outline: Outline) -> None:
    first = document(outline)
    carried = again(first, outline)
    assert carried.document == first
    assert {f.what for f in carried.fates} == {"unchanged"}


@given(distinct, st.randoms())
def test_what_only_moves_keeps_its_id(outline: Outline, chance: random.Random) -> None:
    first = document(outline)
    loose = [text for _, members in outline for text in members]
    chance.shuffle(loose)
    titles = [title for title, _ in outline]
    chance.shuffle(titles)
    moved: Outline = [(title, []) for title in titles]
    for text in loose:
        chance.choice(moved)[1].append(text)
    carried = again(first, moved)
    assert ids(carried.document) == ids(first)
    assert {f.what for f in carried.fates} <= {"unchanged", "moved"}


@given(st.one_of(outlines, repeated), st.one_of(outlines, repeated))
def test_no_id_is_given_twice_nor_to_other_text(one: Outline, two: Outline) -> None:
    first = document(one)
    carried = again(first, two)
    was = {m.id for m in first.measures} | {t.id for t in first.tasks}
    now = {m.id for m in carried.document.measures} | {t.id for t in carried.document.tasks}
    told = {f.id: f.what for f in carried.fates}
    assert {i for i, what in told.items() if what == "added"} == now - was
    assert {i for i, what in told.items() if what == "removed"} == was - now
    assert carry(document(two), reading(carried.document)).document == carried.document


@given(outlines, outlines, outlines)
@settings(max_examples=50)
def test_ids_of_what_is_gone_come_back_with_its_text_only(one: Outline, two: Outline, three: Outline) -> None:
    first = document(one)
    second = again(first, two).document
    past = reading(first)
    third = again(second, three, remembered=[*past.tasks, *past.measures]).document
    stood = reading(second)
    last = {i.id for i in (*stood.tasks, *stood.measures)}
    known = {i.id: i.stamp for i in (*past.tasks, *past.measures)}
    for item in (*reading(third).tasks, *reading(third).measures):
        if item.id in known and item.id not in last and not item.heading:
            assert item.stamp == known[item.id]


OUTLINE: Outline = [
    ("保障农村饮水安全", ["新建农村供水工程60处", "改造老旧水厂12座", "完善水质检测制度"]),
    ("建设幸福河湖", ["开展河道乱占乱建清理行动", "恢复湿地2万亩", "建立省级河湖健康档案"]),
]


def changed(task: int, place: int, text: str) -> Outline:
    outline = [(title, list(members)) for title, members in OUTLINE]
    outline[task][1][place] = text
    return outline


@pytest.mark.parametrize(
    ("place", "text"), [(0, "新建农村供水工程85处"), (1, "改造老旧水厂12座以上"), (2, "健全水质检测制度")]
)
def test_another_wording_keeps_the_id(place: int, text: str) -> None:
    carried = again(document(OUTLINE), changed(0, place, text))
    assert ids(carried.document)[text] == f"p-2030.1#{place + 1}"
    assert fates(carried)[text] == "changed"
    assert sum(f.what == "changed" for f in carried.fates) == 1


def test_other_text_gets_an_id_of_its_own() -> None:
    carried = again(document(OUTLINE), changed(0, 1, "培育休闲渔庄30家"))
    assert ids(carried.document)["培育休闲渔庄30家"] == "p-2030.1#4"
    assert fates(carried)["培育休闲渔庄30家"] == "added"
    assert fates(carried)["改造老旧水厂12座"] == "removed"


def test_what_is_put_in_front_moves_nothing() -> None:
    carried = again(document(OUTLINE), [("发展渔业旅游", ["举办开渔节"]), *OUTLINE])
    assert ids(carried.document)["建设幸福河湖"] == "p-2030.2"
    assert ids(carried.document)["发展渔业旅游"] == "p-2030.4"
    assert ids(carried.document)["举办开渔节"] == "p-2030.4#1"
    assert Counter(f.what for f in carried.fates) == {"unchanged": 10, "added": 3}
    assert [t.position for t in carried.document.tasks] == [0, 1, 2]


def test_a_measure_that_moves_under_another_task_keeps_its_id_there() -> None:
    (one, first), (two, second) = OUTLINE
    carried = again(document(OUTLINE), [(one, first[:2]), (two, [*second, first[2]])])
    (measure,) = (m for m in carried.document.measures if m.text == first[2])
    assert (measure.id, measure.task) == ("p-2030.1#3", "p-2030.2")
    assert fates(carried)[first[2]] == "moved"


def test_of_two_that_change_places_one_has_moved() -> None:
    carried = again(document(OUTLINE), [OUTLINE[1], OUTLINE[0]])
    assert Counter(f.what for f in carried.fates) == {"unchanged": 9, "moved": 1}


def test_a_heading_of_other_words_over_the_same_work_is_the_same_task() -> None:
    carried = again(document(OUTLINE), [("夯实基础", OUTLINE[0][1]), OUTLINE[1]])
    assert carried.document.tasks[0].id == "p-2030.1"
    assert carried.document.measures[0].id == "p-2030.1#0"
    assert Counter(f.what for f in carried.fates) == {"unchanged": 8, "changed": 2}


def test_a_text_that_stands_twice_keeps_both_ids_in_order() -> None:
    first = document([("甲", ["加强领导", "落实责任"]), ("乙", ["加强领导"])])
    carried = again(first, [("乙", ["加强领导"]), ("甲", ["落实责任", "加强领导"])])
    assert [m.id for m in carried.document.measures if m.text == "加强领导"] == ["p-2030.2#1", "p-2030.1#1"]


def test_a_remembered_id_comes_back_with_its_text_before_anything_that_resembles_it() -> None:
    first = document(changed(0, 0, "新建农村供水工程61处"))
    text = OUTLINE[0][1][0]
    known = Item("p-2030.9#4", text, stamp(text), None)
    carried = again(first, OUTLINE, remembered=[known])
    assert ids(carried.document)[text] == "p-2030.9#4"
    taken = Item("p-2030.1#4", "别的", stamp("别的"), None)
    longer = [(title, [*members, "举办开渔节"]) for title, members in OUTLINE[:1]]
    assert ids(again(document(OUTLINE), longer, remembered=[taken]).document)["举办开渔节"] == "p-2030.1#5"


def test_large_plans_take_seconds() -> None:
    chance = random.Random(3)
    outline = [(f"任务{n}", ["".join(chance.choices(WORDS, k=22)) for _ in range(20)]) for n in range(100)]
    other = [(title, [text[:3] + "。" + text[6:] for text in members]) for title, members in outline]
    first = document(outline)
    started = time.monotonic()
    carried = carry(document(other), reading(first))
    assert time.monotonic() - started < 20
    assert Counter(f.what for f in carried.fates if f.kind == "measure")["changed"] > 1900
    assert replace(carried.document, plan=first.plan).plan == first.plan
