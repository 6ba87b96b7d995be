"""Planned work is told from looking back, the situation, preamble and closing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import MeasureKind
from ingest.kinds import is_general, paragraph_kind, section_kind, sentence_kind

QUICK = settings(max_examples=100, deadline=None)
KINDS: list[MeasureKind] = ["planned", "review", "situation", "preamble", "closing"]
KIND = st.sampled_from(KINDS)
WORDS = st.text("回顾工作总结形势面临问题重点任务目标总体要求是2029年30必须同志们，：来源")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2029年工作回顾", "review"),
        ("上一年水务工作总结", "review"),
        ("2029年工作情况", "review"),
        ("一年来取得的主要成绩", "review"),
        ("过去一年水务发展", "review"),
        ("2029年水渠修缮", "review"),
        ("当前水务形势", "situation"),
        ("当前面临的缺水困难", "situation"),
        ("存在的主要问题", "situation"),
        ("2030年重点工作", "planned"),
        ("2030年工作总结和主要任务", "planned"),
        ("下一步工作安排", "planned"),
        ("修好山区水渠", "planned"),
        ("2030年水渠修缮", "planned"),
        ("", "planned"),
    ],
)
def test_a_section_is_told_by_its_heading(title: str, kind: MeasureKind) -> None:
    assert section_kind(title, 2030) == kind


def test_a_past_year_is_past_only_for_a_later_plan() -> None:
    assert section_kind("2029年水渠修缮", 2029) == "planned"


@pytest.mark.parametrize("section", KINDS)
@pytest.mark.parametrize(
    "text", ["来源：岚市水务网", "责任编辑：某某", "附件：清单", "（此件公开）", "摘自水务简报"]
)
def test_an_editor_s_note_is_closing_anywhere(text: str, section: MeasureKind) -> None:
    assert paragraph_kind(text, section, from_end=20) == "closing"


@pytest.mark.parametrize(
    "text", ["同志们，让渠水长流！", "让我们一起修好水渠。", "会议强调，渠要修好。", "各位代表，水是根本。"]
)
def test_an_address_at_the_end_is_closing(text: str) -> None:
    assert paragraph_kind(text, "planned", from_end=0) == "closing"
    assert paragraph_kind(text, "planned", from_end=2) == "closing"


def test_an_address_in_the_middle_is_not_closing() -> None:
    assert paragraph_kind("同志们，先说修渠。", "planned", from_end=3) == "planned"


@pytest.mark.parametrize(
    "text", ["今年水务工作的总体要求是修好水渠。", "水务工作必须守住安全。", "指导思想是以水为先。"]
)
def test_general_requirements_before_the_first_heading_are_planned(text: str) -> None:
    assert paragraph_kind(text, "preamble", from_end=20) == "planned"


def test_other_words_before_the_first_heading_are_preamble() -> None:
    assert paragraph_kind("现将水务要点印发给你们。", "preamble", from_end=20) == "preamble"


def test_trouble_named_early_in_a_review_is_the_situation() -> None:
    assert paragraph_kind("也要清醒地看到，支渠还旧。", "review", from_end=20) == "situation"


def test_trouble_named_late_in_a_review_is_review() -> None:
    assert paragraph_kind("全年修好了主渠。" * 6 + "形势严峻。", "review", from_end=20) == "review"


def test_trouble_named_in_planned_work_is_planned() -> None:
    assert paragraph_kind("要清醒地看到支渠还旧，抓紧修。", "planned", from_end=20) == "planned"


@pytest.mark.parametrize("section", ["planned", "review", "situation"])
def test_an_ordinary_paragraph_is_of_its_section(section: MeasureKind) -> None:
    assert paragraph_kind("修好水渠，筑好堤坝。", section, from_end=0) == section


@pytest.mark.parametrize(
    "text", ["总体要求", "总体思路是先修渠", "工作的总体要求是先修渠", "今年工作思路和目标是先修渠"]
)
def test_general_requirements_are_told_by_their_words(text: str) -> None:
    assert is_general(text)


@pytest.mark.parametrize("text", ["修好水渠", "达到总体要求", "修好水渠。" * 12 + "总体要求是先修渠", ""])
def test_other_words_are_no_general_requirements(text: str) -> None:
    assert not is_general(text)


@QUICK
@given(st.text() | WORDS, st.integers(1949, 2100))
def test_any_heading_has_a_kind_of_its_own(title: str, year: int) -> None:
    assert section_kind(title, year) in {"planned", "review", "situation"}


@QUICK
@given(st.text() | WORDS, KIND, st.integers(0, 50))
def test_any_paragraph_has_a_kind(text: str, section: MeasureKind, from_end: int) -> None:
    assert paragraph_kind(text, section, from_end=from_end) in KINDS


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("持续推进2029年度开工项目建设", "planned"),
        ("解决存在问题的老旧水厂", "planned"),
        ("加强困难和挑战应对", "planned"),
        ("开展规划总结评估和回顾", "planned"),
        ("取得的主要成绩", "review"),
        ("2029年工作回顾", "review"),
        ("把握形势，认清挑战", "situation"),
        ("面临的形势", "situation"),
    ],
)
def test_a_heading_that_opens_with_work_is_planned(title: str, kind: str) -> None:
    assert section_kind(title, 2030) == kind


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("过去一年，全市修渠12公里。", "planned", "review"),
        ("去年，改造泵站30座。", "planned", "review"),
        ("2029年，全市修渠12公里。", "planned", "review"),
        ("2029年，全市修渠12公里，今年再修20公里。", "planned", "planned"),
        ("2029年开工的泵站全部竣工。", "planned", "planned"),
        ("2030年，修渠20公里。", "planned", "planned"),
        ("修渠12公里。", "planned", "planned"),
        ("今年要再修20公里。", "review", "planned"),
        ("2030年，全市计划修渠20公里。", "review", "planned"),
        ("2029年，全市计划修渠20公里，全部完成。", "review", "review"),
        ("今年修渠12公里。", "review", "review"),
        ("修渠12公里。", "review", "review"),
        ("去年，改造泵站30座。", "situation", "situation"),
    ],
)
def test_a_sentence_is_told_by_its_own_words(text: str, kind: MeasureKind, found: MeasureKind) -> None:
    assert sentence_kind(text, kind, 2030) == found
