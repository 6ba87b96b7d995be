"""Sentences and clauses are spans of the text that they were found in."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.statements import Span, clauses, sentences, trim

QUICK = settings(max_examples=100, deadline=None)
MIXED = st.text() | st.text("修渠筑坝推进完善以按照要实现，,。；！？;“”（）()《》‘’： 　\n1", max_size=60)
PUNCTUATION = "。！？；，、：!?;,: 　"


def cut(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def clause_texts(text: str) -> list[str]:
    return cut(text, clauses(text, 0, len(text)))


@pytest.mark.parametrize("stop", list("。！？；!?;"))
def test_a_sentence_ends_with_its_stop(stop: str) -> None:
    text = f"修好水渠{stop}筑好堤坝{stop}"
    assert cut(text, sentences(text)) == [f"修好水渠{stop}", f"筑好堤坝{stop}"]


@pytest.mark.parametrize("mark", ["，", "、", "：", "\n", " "])
def test_no_other_character_ends_a_sentence(mark: str) -> None:
    text = f"修好水渠{mark}筑好堤坝"
    assert sentences(text) == [(0, len(text))]


@pytest.mark.parametrize(("left", "right"), ["“”", "‘’", "（）", "()", "《》", "「」", "『』", "【】"])
def test_a_stop_inside_marks_ends_no_sentence(left: str, right: str) -> None:
    text = f"推广{left}先修渠。再筑坝；{right}的办法。评一评。"
    assert cut(text, sentences(text)) == [f"推广{left}先修渠。再筑坝；{right}的办法。", "评一评。"]


def test_a_mark_that_is_never_closed_holds_nothing_back() -> None:
    text = "推广（先修渠。再筑坝。"
    assert cut(text, sentences(text)) == ["推广（先修渠。", "再筑坝。"]


def test_marks_inside_marks_are_closed_in_turn() -> None:
    text = "推广“先修（主渠。支渠。）再筑坝。”的办法。评一评。"
    assert len(sentences(text)) == 2


@pytest.mark.parametrize("text", ["", "。", "！？。；", " 　，、"])
def test_punctuation_alone_is_no_sentence(text: str) -> None:
    assert sentences(text) == []


def test_a_repeated_stop_is_no_sentence_of_its_own() -> None:
    assert cut("修好水渠！！筑好堤坝。", sentences("修好水渠！！筑好堤坝。")) == ["修好水渠！", "筑好堤坝。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("修缮山区老旧水渠，推进河道清淤工程。", ["修缮山区老旧水渠", "推进河道清淤工程"]),
        (
            "改造乡镇水厂十座，更新入户水表，加固水库大坝。",
            ["改造乡镇水厂十座", "更新入户水表", "加固水库大坝"],
        ),
        ("按照一村一策的办法，推进河道清淤工程。", ["按照一村一策的办法，推进河道清淤工程"]),
        (
            "以山区乡镇为重点，改造老旧水厂，完善水价制度。",
            ["以山区乡镇为重点，改造老旧水厂", "完善水价制度"],
        ),
        ("改造老旧水厂十座，山区乡镇优先。", ["改造老旧水厂十座，山区乡镇优先"]),
        ("改造乡镇老旧水厂，实现全年不断水。", ["改造乡镇老旧水厂，实现全年不断水"]),
        ("改造（含扩建，推进联网供水）乡镇水厂。", ["改造（含扩建，推进联网供水）乡镇水厂"]),
        ("推进清淤，完善制度。", ["推进清淤，完善制度"]),
    ],
    ids=[
        "two works",
        "three works",
        "lead-in",
        "lead-in of a list",
        "addition",
        "result",
        "brackets",
        "too short",
    ],
)
def test_a_sentence_is_cut_where_new_work_starts(text: str, expected: list[str]) -> None:
    assert clause_texts(text) == expected


def test_clauses_of_a_sentence_inside_a_text_are_spans_of_the_text() -> None:
    text = "水务工作。修缮山区老旧水渠，推进河道清淤工程。完。"
    assert cut(text, clauses(text, 5, 22)) == ["修缮山区老旧水渠", "推进河道清淤工程"]


@pytest.mark.parametrize("text", ["", "，", "。；！", "，，，"])
def test_punctuation_alone_has_no_clause(text: str) -> None:
    assert clause_texts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("，修渠。", (1, 3)), ("修渠", (0, 2)), ("　 修、渠；", (2, 5)), ("。，", None), ("", None)],
)
def test_trim_drops_punctuation_around_a_span(text: str, expected: Span | None) -> None:
    assert trim(text, 0, len(text)) == expected


@QUICK
@given(MIXED)
def test_sentences_of_any_text_are_in_order_and_do_not_overlap(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@QUICK
@given(MIXED)
def test_sentences_of_any_text_leave_out_nothing_but_punctuation(text: str) -> None:
    kept = {index for start, end in sentences(text) for index in range(start, end)}
    assert all(character in PUNCTUATION for index, character in enumerate(text) if index not in kept)


@QUICK
@given(MIXED)
def test_clauses_of_any_sentence_are_in_order_inside_it_and_do_not_overlap(text: str) -> None:
    for start, end in sentences(text):
        spans = clauses(text, start, end)
        assert spans
        assert all(start <= left < right <= end for left, right in spans)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


@QUICK
@given(MIXED)
def test_clauses_of_any_sentence_leave_out_nothing_but_punctuation(text: str) -> None:
    kept = {index for start, end in clauses(text, 0, len(text)) for index in range(start, end)}
    assert all(character in PUNCTUATION for index, character in enumerate(text) if index not in kept)


@QUICK
@given(MIXED)
def test_clauses_neither_start_nor_end_with_punctuation(text: str) -> None:
    for clause in clause_texts(text):
        assert clause[0] not in PUNCTUATION
        assert clause[-1] not in PUNCTUATION


@QUICK
@given(MIXED, st.text(max_size=10), st.text(max_size=10))
def test_clauses_do_not_depend_on_what_stands_around_the_sentence(text: str, before: str, after: str) -> None:
    inside = clauses(before + text + after, len(before), len(before) + len(text))
    assert [(start - len(before), end - len(before)) for start, end in inside] == clauses(text, 0, len(text))


@pytest.mark.parametrize("text", ["（" * 20_000 + "）" * 20_000, "（“" * 20_000 + "）" * 20_000])
def test_deep_brackets_are_read_at_once(text: str) -> None:
    assert sentences(text) == [(0, len(text))]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("在全部乡镇全面开展水质检测，今年在村里开展节水试点", ["在全部乡镇全面开展水质检测", "今年在村里开展节水试点"]),
        ("在推进水厂建设过程中，加强质量监管", ["在推进水厂建设过程中，加强质量监管"]),
        ("在开展试点的基础上，推广先进经验", ["在开展试点的基础上，推广先进经验"]),
        ("在工业园区，建设再生水厂三座", ["在工业园区，建设再生水厂三座"]),
    ],
)  # fmt: skip
def test_work_at_a_place_stands_alone_and_a_lead_in_does_not(sentence: str, expected: list[str]) -> None:
    assert [sentence[slice(*span)] for span in clauses(sentence, 0, len(sentence))] == expected
