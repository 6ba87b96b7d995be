"""Paragraphs to a tree of headings with the sentences under each."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.structure import Heading, parse, walk

QUICK = settings(max_examples=100, deadline=None)
LONG = "加快山区乡镇老旧水厂改造进度，年底之前完成三十座水厂的设备更新和管网联通，让农户全年都能用上放心水。"
NUMBERS = [
    "",
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
    "②",
    "第一章 ",
    "01",
    "一是",
    "二是",
    "第一，",
    "第二，",
]
TITLES = ["水渠修缮", "强化河道管护", "总体要求", "", "！"]
SENTENCES = [
    "修好水渠。",
    "筑好堤坝；",
    LONG,
    "一是修渠；",
    "二是筑坝。",
    "分三步走：一要清淤；",
    "二要加固。",
    "第二，评议。",
    "“先修。后评。”",
]
PARAGRAPH = st.builds(
    lambda number, title, stop, rest: number + title + stop + "".join(rest),
    st.sampled_from(NUMBERS), st.sampled_from(TITLES), st.sampled_from(["", "。", "："]), st.lists(st.sampled_from(SENTENCES), max_size=4),
)  # fmt: skip
PARAGRAPHS = st.lists(
    PARAGRAPH.filter(bool) | st.text("修渠一二、（）1.①是要第，。：；“” 章", min_size=1, max_size=30),
    max_size=12,
)


def outline(heading: Heading) -> list[object]:
    """Titles below ``heading``, each followed by the list of those below it where there are any."""
    result: list[object] = []
    for child in heading.children:
        result.append(child.title)
        if child.children:
            result.append(outline(child))
    return result


def sentence_texts(paragraphs: list[str], heading: Heading) -> list[str]:
    text = "\n".join(paragraphs)
    return [text[s.start : s.end] for s in heading.sentences]


def test_no_paragraphs_give_a_bare_root() -> None:
    root = parse([])
    assert (root.title, root.children, root.sentences) == ("", [], [])


def test_a_text_without_headings_stands_under_the_root() -> None:
    paragraphs = ["修好水渠，筑好堤坝。清好河道。", "种好树木，护好草地。"]
    root = parse(paragraphs)
    assert root.children == []
    assert sentence_texts(paragraphs, root) == ["修好水渠，筑好堤坝。", "清好河道。", "种好树木，护好草地。"]
    assert [s.paragraph for s in root.sentences] == [0, 0, 1]


def test_numbers_of_one_style_are_siblings() -> None:
    assert outline(parse(["一、修渠", "二、筑坝", "三、清淤"])) == ["修渠", "筑坝", "清淤"]


def test_a_style_that_first_appears_under_another_is_deeper() -> None:
    paragraphs = ["一、修渠", "（一）主渠", "1.上段", "2.下段", "（二）支渠", "二、筑坝", "（一）土坝"]
    assert outline(parse(paragraphs)) == ["修渠", ["主渠", ["上段", "下段"], "支渠"], "筑坝", ["土坝"]]


def test_the_document_decides_which_style_is_deeper() -> None:
    paragraphs = ["（一）修渠", "一、主渠", "二、支渠", "（二）筑坝"]
    assert outline(parse(paragraphs)) == ["修渠", ["主渠", "支渠"], "筑坝"]


def test_numbers_that_run_on_through_sections_stay_below_them() -> None:
    paragraphs = ["一、修渠", "1.主渠", "2.支渠", "二、筑坝", "3.土坝", "4.石坝"]
    assert outline(parse(paragraphs)) == ["修渠", ["主渠", "支渠"], "筑坝", ["土坝", "石坝"]]


def test_a_style_that_never_counts_from_one_is_no_heading() -> None:
    root = parse(["一、修渠", "7.棵树种在渠边。"])
    assert outline(root) == ["修渠"]
    assert len(root.children[0].sentences) == 1


def test_a_heading_keeps_its_number_as_printed_and_its_title_without_it() -> None:
    paragraphs = ["水务工作", "（一） 修好水渠。"]
    heading = parse(paragraphs).children[0]
    text = "\n".join(paragraphs)
    assert (heading.style, heading.value, heading.number) == ("paren", 1, "（一）")
    assert heading.title == text[heading.start : heading.end] == "修好水渠"
    assert heading.paragraph == 1


def test_what_follows_a_heading_in_its_paragraph_stands_under_it() -> None:
    paragraphs = ["一、修好水渠。疏通主渠。加固支渠。"]
    heading = parse(paragraphs).children[0]
    assert heading.title == "修好水渠"
    assert heading.own_sentence
    assert sentence_texts(paragraphs, heading) == ["疏通主渠。", "加固支渠。"]


def test_a_long_numbered_sentence_lends_its_first_words_as_title() -> None:
    paragraphs = [f"一、{LONG}", "二、筑坝"]
    heading = parse(paragraphs).children[0]
    assert heading.title == "加快山区乡镇老旧水厂改造进度"
    assert not heading.own_sentence
    assert sentence_texts(paragraphs, heading) == [LONG]


def test_a_very_short_first_clause_lends_the_next_one_too() -> None:
    paragraphs = ["一、年底之前，" + LONG]
    assert parse(paragraphs).children[0].title == "年底之前，加快山区乡镇老旧水厂改造进度"


def test_a_list_inside_a_paragraph_gives_headings_that_end_with_it() -> None:
    paragraphs = ["一、修渠", "分两步：一是疏通主渠；二是加固支渠。", "清理渠边杂物，种好树木。"]
    heading = parse(paragraphs).children[0]
    assert [(h.number, h.title, h.block) for h in heading.children] == [
        ("一是", "疏通主渠", False),
        ("二是", "加固支渠", False),
    ]
    assert sentence_texts(paragraphs, heading) == ["分两步：", "清理渠边杂物，种好树木。"]


def test_a_list_of_paragraphs_gives_headings_too() -> None:
    paragraphs = ["一、修渠", "一是疏通主渠。", "二是加固支渠。", "二、筑坝"]
    assert outline(parse(paragraphs)) == ["修渠", ["疏通主渠", "加固支渠"], "筑坝"]


def test_a_first_item_without_a_second_is_a_sentence() -> None:
    paragraphs = ["一、修渠", "水务工作一是疏通，一是疏通主渠。", "一是疏通主渠。"]
    assert outline(parse(paragraphs)) == ["修渠"]


def test_sentences_after_an_item_belong_to_the_item() -> None:
    paragraphs = ["一是疏通主渠。先下游后上游。二是加固支渠。"]
    first, second = parse(paragraphs).children
    assert sentence_texts(paragraphs, first) == ["先下游后上游。"]
    assert second.sentences == []


def test_short_first_sentences_of_several_paragraphs_are_headings() -> None:
    paragraphs = ["疏通山区水渠。先下游后上游，逐段验收。", "加固库区堤坝。先查险段，后补薄弱。"]
    root = parse(paragraphs)
    assert [(h.style, h.title) for h in root.children] == [("lead", "疏通山区水渠"), ("lead", "加固库区堤坝")]


def test_one_short_first_sentence_alone_is_no_heading() -> None:
    assert parse(["疏通山区水渠。先下游后上游，逐段验收。", "再查险段，后补薄弱。"]).children == []


def test_a_short_line_without_a_stop_is_an_unnumbered_heading() -> None:
    paragraphs = [
        "岚市水务重点工作",
        "疏通山区水渠",
        "先下游后上游，逐段验收。",
        "加固库区堤坝",
        "先查险段，后补薄弱。",
    ]
    root = parse(paragraphs)
    assert [(h.style, h.title) for h in root.children] == [("bold", "疏通山区水渠"), ("bold", "加固库区堤坝")]
    assert sentence_texts(paragraphs, root) == ["岚市水务重点工作"]


@pytest.mark.parametrize(
    "line", ["来源：岚市水务网", "附件清单一览", "（此页公开）", "修渠", "2030年2月", "疏通山区水渠，"]
)
def test_a_note_or_fragment_is_no_unnumbered_heading(line: str) -> None:
    assert parse(["岚市水务重点工作", line]).children == []


@pytest.mark.parametrize("again", ["修好水渠", "修好水渠。", "一、修好水渠", "（一）修好水渠："])
def test_a_heading_that_is_printed_again_is_read_once(again: str) -> None:
    paragraphs = ["一、修好水渠", again, "疏通主渠，加固支渠。"]
    root = parse(paragraphs)
    assert outline(root) == ["修好水渠"]
    assert sentence_texts(paragraphs, root.children[0]) == ["疏通主渠，加固支渠。"]


def test_walk_gives_the_tree_in_reading_order() -> None:
    root = parse(["一、修渠", "（一）主渠", "（二）支渠", "二、筑坝"])
    assert [h.title for h in walk(root)] == ["", "修渠", "主渠", "支渠", "筑坝"]


@QUICK
@given(PARAGRAPHS)
def test_titles_and_sentences_of_any_text_are_spans_of_it(paragraphs: list[str]) -> None:
    text = "\n".join(paragraphs)
    for heading in walk(parse(paragraphs)):
        assert text[heading.start : heading.end] == heading.title
        for sentence in heading.sentences:
            found = text[sentence.start : sentence.end]
            assert found
            assert found in paragraphs[sentence.paragraph]


@QUICK
@given(PARAGRAPHS)
def test_no_sentence_of_any_text_stands_in_two_places(paragraphs: list[str]) -> None:
    headings = list(walk(parse(paragraphs)))
    spans = [(s.start, s.end) for h in headings for s in h.sentences]
    spans += [(h.start, h.end) for h in headings if h.own_sentence and h.title]
    spans.sort()
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@QUICK
@given(PARAGRAPHS)
def test_headings_of_any_text_are_in_reading_order(paragraphs: list[str]) -> None:
    starts = [heading.start for heading in walk(parse(paragraphs))]
    assert starts == sorted(starts)


@QUICK
@given(PARAGRAPHS)
def test_parsing_any_text_twice_gives_the_same_tree(paragraphs: list[str]) -> None:
    assert parse(paragraphs) == parse(paragraphs)


def test_slogans_open_their_paragraphs_work() -> None:
    lines = [
        "以惠民利民为重点，办好群众饮水实事。新建水厂12座。改造管网3公里。",
        "以数字赋能为支撑，提高水务治理水平",
        "建设智慧水务平台。",
    ]
    root = parse(lines)
    assert [h.title for h in root.children] == [
        "以惠民利民为重点，办好群众饮水实事",
        "以数字赋能为支撑，提高水务治理水平",
    ]
    assert [len(h.sentences) for h in root.children] == [2, 1]


@pytest.mark.parametrize(
    "lines",
    [
        ["以惠民利民为重点，办好群众饮水实事。新建水厂12座。", "建设智慧水务平台。"],
        ["以水利思想为指导，全面推进水务工作。", "以上级精神为统领，扎实开展供水工作。", "新建水厂。"],
    ],
)
def test_one_slogan_or_a_general_one_is_no_heading(lines: list[str]) -> None:
    assert not parse(lines).children
