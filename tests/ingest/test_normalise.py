"""Paragraphs: line ends, spaces, and lines that were broken at a fixed width."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.normalise import paragraphs

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BODY = (
    "全市水务系统要把农村供水放在首位，逐村排查老旧管网，年内完成三十个乡镇的水厂改造，同步更换水表，"
    "让山区农户用上放心水，并在每个季度向村民公布一次水质检测结果，接受群众评议和监督。"
)
SECOND = (
    "沿河各乡镇要划定巡查河段，配齐巡河人员和船只，发现倾倒垃圾、私搭棚屋的当天登记、当月清理，"
    "汛期之前全部整改到位，汛期之后再组织一次回头看，防止同样的问题在原来的地方再次出现。"
)
PIECES = st.sampled_from(
    [
        "修渠",
        "筑坝",
        "。",
        "，",
        " ",
        "　",
        "\t",
        "\n",
        "\r\n",
        "\f",
        "一、",
        "（二）",
        "GIS",
        "ab",
        "12",
        BODY[:24],
    ]
)


def wrapped(text: str, width: int, indent: str = "") -> str:
    text = indent + text
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\n\n", "\r\n　\r\n"])
def test_every_line_end_separates_paragraphs(end: str) -> None:
    assert paragraphs(f"修好水渠。{end}筑好堤坝。") == ["修好水渠。", "筑好堤坝。"]


@pytest.mark.parametrize("text", ["", "\n\n", " \t\n　\n\u00a0\n\ufeff"])
def test_blank_lines_are_no_paragraphs(text: str) -> None:
    assert paragraphs(text) == []


@pytest.mark.parametrize("blank", [" ", "　　", "\t", "\u00a0", "\u200b", "\ufeff"])
def test_spaces_around_a_paragraph_are_dropped(blank: str) -> None:
    assert paragraphs(f"{blank}修好水渠。{blank}") == ["修好水渠。"]


@pytest.mark.parametrize("blank", [" ", "  ", "　", "\t", "\u00a0"])
def test_spaces_between_chinese_characters_are_dropped(blank: str) -> None:
    assert paragraphs(f"修{blank}好{blank}水{blank}渠{blank}。") == ["修好水渠。"]


def test_a_space_beside_a_latin_word_or_a_figure_stays() -> None:
    assert paragraphs("建成 GIS  平台 12　处") == ["建成 GIS 平台 12 处"]


def test_a_text_of_one_line_a_paragraph_is_left_as_it_is() -> None:
    assert paragraphs(f"{BODY}\n{SECOND}\n{BODY}") == [BODY, SECOND, BODY]


def test_short_lines_are_not_joined() -> None:
    assert paragraphs("修好水渠\n筑好堤坝\n清好河道\n种好树木") == [
        "修好水渠",
        "筑好堤坝",
        "清好河道",
        "种好树木",
    ]


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    assert paragraphs(wrapped(BODY, 26)) == [BODY]


def test_an_indented_line_starts_a_paragraph_of_a_broken_text() -> None:
    text = "\n".join(wrapped(body, 26, "　　") for body in (BODY, SECOND, BODY))
    assert paragraphs(text) == [BODY, SECOND, BODY]


def test_a_numbered_line_starts_a_paragraph_of_a_broken_text() -> None:
    text = "\n".join(wrapped(f"{number}、{BODY}", 26) for number in "一二三")
    assert paragraphs(text) == [f"{number}、{BODY}" for number in "一二三"]


def test_a_short_last_line_ends_its_paragraph() -> None:
    text = wrapped(BODY[:60], 26) + "\n" + wrapped(SECOND, 26)
    assert paragraphs(text) == [BODY[:60], SECOND]


def test_a_break_between_two_latin_words_becomes_a_space() -> None:
    lines = [
        "各乡镇的水厂统一接入供水调度平台并启用 smart",
        "water 模块逐日汇总各村的用水情况并向农户公布",
        "结果之后由水务站核对水表读数并且登记在册备查",
    ]
    assert paragraphs("\n".join(lines)) == [
        "各乡镇的水厂统一接入供水调度平台并启用 smart water 模块逐日汇总各村的用水情况并向农户公布" + lines[2]
    ]


@QUICK
@given(st.text(st.characters(exclude_categories=["Cs", "Z", "Cc", "Cf"])) | st.lists(PIECES).map("".join))
def test_any_text_gives_paragraphs_without_blanks_around_them(text: str) -> None:
    for paragraph in paragraphs(text):
        assert paragraph
        assert paragraph == paragraph.strip()
        assert not set(paragraph) & set("\n\r\f\t　")


@QUICK
@given(st.lists(PIECES).map("".join))
def test_no_character_but_white_space_is_lost_or_added(text: str) -> None:
    assert "".join("".join(paragraphs(text)).split()) == "".join(text.split())


@QUICK
@given(st.integers(21, 40))
def test_a_text_broken_at_any_width_is_joined_again(width: int) -> None:
    text = "\n".join(
        wrapped(f"{number}、{body}", width)
        for number, body in zip("一二三", (BODY, SECOND, BODY), strict=True)
    )
    assert paragraphs(text) == [f"一、{BODY}", f"二、{SECOND}", f"三、{BODY}"]


@pytest.mark.parametrize("blank", ["\u200b", "\u2003", "\x85", "\u2028", " \ufeff\u3000"])
def test_a_line_of_any_kind_of_space_is_blank(blank: str) -> None:
    assert paragraphs(blank) == []
    wrapped = ["各乡镇的水厂统一接入供水调度平台并启用 smart water"] * 4
    assert "".join(paragraphs("\n".join([*wrapped, blank, "修渠"]))).endswith("修渠")


def test_a_line_break_within_a_paragraph_of_word_ends_a_line() -> None:
    assert paragraphs("修渠\v引水") == ["修渠", "引水"]
