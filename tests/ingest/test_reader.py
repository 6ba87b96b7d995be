"""A file to a plan: tasks, measures and figures, each where the text has it."""

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import Level, Measure, PlanDocument, Region, stamp
from ingest.manifest import PlanSource
from ingest.reader import READER, read_plan
from tests.plans import CITY, NATION, PROVINCE, placeless

IGNORED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
SLOW = settings(max_examples=100, deadline=None, suppress_health_check=IGNORED)
TITLE = "岚市2030年水务工作要点\n"
NUMBERS = [
    "",
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "1.",
    "2.",
    "（1）",
    "①",
    "第一章 ",
    "一是",
    "二是",
]
TITLES = ["水渠修缮", "2029年工作回顾", "面临的形势", "2030年重点任务", "总体要求", "！", ""]
SENTENCES = [
    "修好水渠12座以上，加固险段3公里。", "普及率达到xx%。", "一是清理河道淤泥；", "二是完善水价制度。", "同志们，让渠水长流！",
    "总体要求是以水为先。", "推广“先修。后评；”办法。", "来源：岚市水务网", "，。", "年底前，改造水厂5座，完善供水调度制度。",
]  # fmt: skip
LINE = st.builds(
    lambda number, title, stop, rest: number + title + stop + "".join(rest),
    st.sampled_from(NUMBERS), st.sampled_from(TITLES), st.sampled_from(["", "。", "："]), st.lists(st.sampled_from(SENTENCES), max_size=3),
)  # fmt: skip
NO_BLANKS = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc", "Cf"]), max_size=40)
TEXTS = st.lists(LINE | NO_BLANKS, max_size=12).map("\n".join)


def source(
    path: Path, *, level: Level = "city", title: str = "", guessed: tuple[str, ...] = ()
) -> PlanSource:
    return PlanSource(path, Region("x-lan", "岚市", level, "000000"), 2030, title=title, guessed=guessed)


def read(folder: Path, text: str, *, level: Level = "city") -> PlanDocument:
    path = folder / "plan.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return read_plan(source(path, level=level))


def read_or_none(folder: Path, text: str) -> PlanDocument | None:
    """The plan, or None where the text holds none: the only way in which reading may fail."""
    try:
        return read(folder, text)
    except InputError:
        return None


def texts(measures: list[Measure] | tuple[Measure, ...]) -> list[str]:
    return [measure.text for measure in measures]


def planned(document: PlanDocument) -> list[str]:
    return [m.text for m in document.measures if m.kind == "planned" and not m.heading]


def test_a_plan_knows_its_file(tmp_path: Path) -> None:
    plan = read(tmp_path, CITY).plan
    data = CITY.encode()
    assert (plan.id, plan.region, plan.level, plan.year) == ("x-lan-2030", "x-lan", "city", 2030)
    assert (plan.source, plan.encoding, plan.reader) == ("plan.txt", "utf-8", READER)
    assert plan.sha256 == hashlib.sha256(data).hexdigest()
    assert plan.title == "岚市2030年水务工作要点"


def test_the_manifest_goes_before_the_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(CITY, encoding="utf-8")
    assert read_plan(source(path, title="水务要点")).plan.title == "水务要点"


def test_a_text_without_a_title_gets_one(tmp_path: Path) -> None:
    assert read(tmp_path, "一、修好水渠\n疏通主渠，加固支渠。").plan.title == "岚市2030年工作计划"


def test_headings_become_tasks_with_ids_that_tell_their_place(tmp_path: Path) -> None:
    document = read(tmp_path, CITY)
    assert [(t.id, t.parent, t.number, t.title) for t in document.tasks] == [
        ("x-lan-2030.1", None, "一、", "供水保障"),
        ("x-lan-2030.1.1", "x-lan-2030.1", "（1）", "新建农村供水工程5处，改造老旧水厂2座"),
        ("x-lan-2030.1.2", "x-lan-2030.1", "（2）", "推进城乡供水一体化，铺设管网40公里"),
        ("x-lan-2030.2", None, "二、", "河湖治理"),
        ("x-lan-2030.2.1", "x-lan-2030.2", "（1）", "清理河道乱占乱建点位18处"),
        ("x-lan-2030.2.2", "x-lan-2030.2", "（2）", "开展河湖健康评价，公布评价结果"),
    ]


def test_clauses_become_measures_of_their_task(tmp_path: Path) -> None:
    document = read(tmp_path, TITLE + "一、水渠修缮\n疏通山区全部主渠，加固库区险段堤坝。清理渠边杂物。\n")
    assert [(m.id, m.statement, m.text) for m in document.measures] == [
        ("x-lan-2030.1#0", 1, "水渠修缮"),
        ("x-lan-2030.1#1", 2, "疏通山区全部主渠"),
        ("x-lan-2030.1#2", 2, "加固库区险段堤坝"),
        ("x-lan-2030.1#3", 3, "清理渠边杂物"),
    ]


def test_only_the_heading_is_marked_as_heading(tmp_path: Path) -> None:
    document = read(tmp_path, CITY)
    assert texts([m for m in document.measures if m.heading]) == ["供水保障", "河湖治理"]


def test_a_numbered_sentence_is_the_work_itself(tmp_path: Path) -> None:
    document = read(tmp_path, TITLE + "1.修好山区水渠。\n2.筑好库区堤坝。\n")
    assert [(m.id, m.heading) for m in document.measures] == [
        ("x-lan-2030.1#1", False),
        ("x-lan-2030.2#1", False),
    ]


def test_figures_become_targets_of_their_measure(tmp_path: Path) -> None:
    document = read(tmp_path, TITLE + "一、水厂改造\n年底前改造老旧水厂12座以上，漏损率下降xx%。\n")
    assert [(t.id, t.comparator, t.value, t.unit, t.due, t.masked, t.text) for t in document.targets] == [
        ("x-lan-2030.1#1!1", ">=", 12.0, "座", "年底前", False, "12座以上"),
        ("x-lan-2030.1#1!2", "decrease", None, "%", "年底前", True, "xx%"),
    ]


def test_figures_of_a_review_are_no_targets(tmp_path: Path) -> None:
    document = read(
        tmp_path, TITLE + "一、2029年工作回顾\n改造水厂9座。\n二、2030年重点任务\n改造水厂12座。\n"
    )
    assert [target.value for target in document.targets] == [12]


def test_each_section_is_of_its_kind(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        TITLE + "现将水务要点印发给你们。\n一、2029年工作回顾\n修好了主渠。\n二、面临的形势\n支渠还旧。\n"
        "三、2030年重点任务\n修好支渠。\n同志们，让渠水长流！\n",
    )  # fmt: skip
    assert [(t.title, t.kind) for t in document.tasks] == [
        ("（前言）", "preamble"),
        ("2029年工作回顾", "review"),
        ("面临的形势", "situation"),
        ("2030年重点任务", "task"),
        ("（结语）", "closing"),
    ]
    assert planned(document) == ["修好支渠"]


def test_a_plan_without_headings_is_read_when_it_states_its_requirements(tmp_path: Path) -> None:
    document = read(tmp_path, TITLE + "水务工作的总体要求是修好全部水渠，筑好全部堤坝。\n")
    assert [(t.title, t.kind) for t in document.tasks] == [("（总体要求）", "task")]
    assert planned(document)


def test_the_nation_s_sections_are_priorities(tmp_path: Path) -> None:
    document = read(tmp_path, NATION, level="national")
    assert [(t.title, t.kind) for t in document.tasks] == [
        ("保障农村饮水安全", "priority"),
        ("治理河湖生态", "priority"),
        ("加强水务国际合作", "priority"),
    ]


def test_below_the_only_section_of_the_nation_stand_its_priorities(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "一、2029年工作回顾\n修好了主渠。\n二、2030年重点任务\n（一）修渠\n修好支渠。\n（二）筑坝\n筑好土坝。\n",
        level="national",
    )
    assert [t.title for t in document.tasks if t.kind == "priority"] == ["修渠", "筑坝"]


def test_a_province_has_no_priorities(tmp_path: Path) -> None:
    assert {task.kind for task in read(tmp_path, PROVINCE, level="province").tasks} == {"task"}


def test_tasks_with_work_of_their_own_ask_and_containers_do_not(tmp_path: Path) -> None:
    document = read(tmp_path, CITY)
    assert {task.id: task.asks for task in document.tasks} == {
        "x-lan-2030.1": False, "x-lan-2030.1.1": True, "x-lan-2030.1.2": True,
        "x-lan-2030.2": False, "x-lan-2030.2.1": True, "x-lan-2030.2.2": True,
    }  # fmt: skip


def test_a_guessed_region_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(CITY, encoding="utf-8")
    assert read_plan(source(path)).warnings == ()
    (warning,) = read_plan(source(path, guessed=("region", "year"))).warnings
    assert warning == "plan.txt: no plans.toml; read off the text: 岚市 (x-lan), 2030"


def test_in_a_review_all_after_the_trouble_is_named_is_the_situation(tmp_path: Path) -> None:
    review = (
        "一、2029年工作回顾\n修好了主渠，水流到了田头。\n也要清醒地看到，支渠还旧。\n水价不齐，人手不足。\n"
    )
    document = read(tmp_path, TITLE + review + "二、2030年重点任务\n修好支渠。\n")
    kinds = [m.kind for m in document.measures if m.task == "x-lan-2030.1" and not m.heading]
    assert kinds == ["review", "situation", "situation"]


def test_a_long_numbered_sentence_is_measured_once(tmp_path: Path) -> None:
    sentence = (
        "加快山区乡镇老旧水厂改造进度，年底之前完成三十座水厂的设备更新和管网联通，让农户全年都能用上放心水"
    )
    document = read(tmp_path, f"{TITLE}一、{sentence}。\n")
    assert document.tasks[0].title == "加快山区乡镇老旧水厂改造进度"
    assert "，".join(texts(document.measures)) == sentence


@pytest.mark.parametrize(
    "text", ["\u3000\n", TITLE, TITLE + "一、2029年工作回顾\n修好了主渠。\n", "祝大家新年好。"]
)
def test_a_text_without_planned_work_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no planned work") as raised:
        read(tmp_path, text)
    assert raised.value.where == str(tmp_path / "plan.txt")
    assert raised.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_plan_reads_alike_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    expected = read(tmp_path, CITY)
    (tmp_path / "plan.txt").write_bytes(CITY.encode(encoding))
    found = read_plan(source(tmp_path / "plan.txt"))
    assert found.plan.encoding == encoding
    assert (found.plan.text, found.tasks, placeless(found), found.targets) == (
        expected.plan.text, expected.tasks, placeless(expected), expected.targets,
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", "　\n\t"])
def test_a_plan_reads_alike_with_every_line_end(end: str, tmp_path: Path) -> None:
    expected = read(tmp_path, CITY)
    found = read(tmp_path, CITY.replace("\n", end))
    assert (found.plan.text, found.tasks, placeless(found)) == (
        expected.plan.text,
        expected.tasks,
        placeless(expected),
    )


@SLOW
@given(TEXTS)
def test_any_text_is_read_or_refused_as_bad_input(tmp_path: Path, text: str) -> None:
    document = read_or_none(tmp_path, text + "\n一、水渠修缮\n修好山区水渠。\n二、堤坝加固\n")
    assert document is None or any(m.kind == "planned" for m in document.measures)


@SLOW
@given(TEXTS)
def test_tasks_and_measures_of_any_text_are_spans_of_it(tmp_path: Path, text: str) -> None:
    if (document := read_or_none(tmp_path, text)) is None:
        return
    for measure in document.measures:
        assert measure.text
        assert document.plan.text[measure.start : measure.end] == measure.text
        assert measure.stamp == stamp(measure.text)
    for task in document.tasks:
        assert task.end == 0 or document.plan.text[task.start : task.end] == task.title


@SLOW
@given(TEXTS)
def test_measures_of_any_text_are_in_order_and_do_not_overlap(tmp_path: Path, text: str) -> None:
    if (document := read_or_none(tmp_path, text)) is None:
        return
    assert all(left.end <= right.start for left, right in pairwise(document.measures))
    assert all(0 <= right.statement - left.statement <= 1 for left, right in pairwise(document.measures))


@SLOW
@given(TEXTS)
def test_ids_of_any_text_are_unique_and_refer_to_each_other(tmp_path: Path, text: str) -> None:
    if (document := read_or_none(tmp_path, text)) is None:
        return
    tasks = {task.id for task in document.tasks}
    measures = {measure.id for measure in document.measures}
    targets = {target.id for target in document.targets}
    assert (len(tasks), len(measures), len(targets)) == (
        len(document.tasks),
        len(document.measures),
        len(document.targets),
    )
    assert {task.parent for task in document.tasks} <= tasks | {None}
    assert {measure.task for measure in document.measures} <= tasks
    assert {target.measure for target in document.targets} <= measures
    assert [task.position for task in document.tasks] == list(range(len(tasks)))


@SLOW
@given(TEXTS)
def test_targets_of_any_text_are_words_of_planned_measures(tmp_path: Path, text: str) -> None:
    if (document := read_or_none(tmp_path, text)) is None:
        return
    planned_texts = {m.id: m.text for m in document.measures if m.kind == "planned"}
    for target in document.targets:
        assert target.text in planned_texts[target.measure]
        assert (target.value is None) == target.masked


@SLOW
@given(TEXTS)
def test_reading_any_text_twice_gives_the_same_plan(tmp_path: Path, text: str) -> None:
    assert read_or_none(tmp_path, text) == read_or_none(tmp_path, text)


def test_a_date_below_the_title_is_no_heading(tmp_path: Path) -> None:
    body = "全市水务系统要把供水摆在首位，做好各项工作。\n" + CITY.split("\n", 1)[1]
    document = read(tmp_path, TITLE + "印发日期：2030-02-14\n" + body)
    assert [t.title for t in document.tasks if t.parent is None and t.number] == ["供水保障", "河湖治理"]
    assert document.plan.published == "2030-02-14"
    assert not any("印发日期" in m.text for m in document.measures)
    assert not any("印发日期" in t.title for t in document.tasks)
