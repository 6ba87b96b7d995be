"""The numbering styles and the Chinese numerals in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.markers import STYLES, chinese_number, inline_marker, line_marker

QUICK = settings(max_examples=100, deadline=None)
DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """``number`` below 10000 as it is written out in full: 105 is 一百零五."""
    if number == 0:
        return "零"
    text = ""
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text


@pytest.mark.parametrize(
    ("line", "style", "printed", "value"),
    [
        ("第一章 水源保护", "chapter", "第一章", 1),
        ("第二部分：管网更新", "chapter", "第二部分：", 2),
        ("第十二节、附则", "chapter", "第十二节、", 12),
        ("三、修好水渠", "dun", "三、", 3),
        ("二十一、修好水渠", "dun", "二十一、", 21),
        ("（四）疏通沟渠", "paren", "（四）", 4),
        ("(五)疏通沟渠", "paren", "(五)", 5),
        ("（六）、疏通沟渠", "paren", "（六）、", 6),
        ("01修好水渠", "padded", "01", 1),
        ("12修好水渠", "padded", "12", 12),
        ("7.种好果树", "dot", "7.", 7),
        ("8．种好果树", "dot", "8．", 8),
        ("9、种好果树", "dot", "9、", 9),
        ("23 种好果树", "dot", "23", 23),
        ("（10）种好果树", "paren_digit", "（10）", 10),
        ("(11) 种好果树", "paren_digit", "(11)", 11),
        ("①种好果树", "circled", "①", 1),
        ("⑳种好果树", "circled", "⑳", 20),
        ("第三，种好果树", "ordinal", "第三，", 3),
        ("一是种好果树", "is", "一是", 1),
        ("二是要种好果树", "is", "二是要", 2),
        ("四要种好果树", "must", "四要", 4),
    ],
)
def test_each_style_is_told_with_its_number(line: str, style: str, printed: str, value: int) -> None:
    marker = line_marker(line)
    assert marker is not None
    assert (marker.style, marker.printed, marker.value) == (style, printed, value)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "修好水渠",
        "1.5万亩果园",
        "2030年的安排",
        "12月的安排",
        "15个果园",
        "0.种好果树",
        "一个果园",
        "第一批果园",
        "修好（一）号水渠",
        "一 是",
        "十分重要",
    ],
)
def test_what_only_looks_like_a_number_opens_nothing(line: str) -> None:
    assert line_marker(line) is None


@pytest.mark.parametrize("text", ["一是种好果树", "二要种好果树", "第三，种好果树"])
def test_a_list_inside_a_paragraph_is_told_inside_a_paragraph(text: str) -> None:
    marker = inline_marker(text)
    assert marker is not None
    assert marker.inline
    assert marker == line_marker(text)


@pytest.mark.parametrize("text", ["一、种好果树", "（一）种好果树", "1.种好果树", "①种好果树", "种好果树"])
def test_the_number_of_a_heading_does_not_open_an_item_inside_a_paragraph(text: str) -> None:
    assert inline_marker(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("一", 1), ("十", 10), ("十九", 19), ("二十", 20), ("两百", 200), ("一百零五", 105), ("三百二十", 320),
     ("一千零一", 1001), ("零", 0), ("〇", 0)],
)  # fmt: skip
def test_a_chinese_numeral_has_its_value(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "树", "三棵", "12", "一 二", "万"])
def test_what_is_no_chinese_numeral_has_no_value(text: str) -> None:
    assert chinese_number(text) is None


@QUICK
@given(st.integers(0, 9999))
def test_every_number_below_ten_thousand_is_read_back(number: int) -> None:
    assert chinese_number(written(number)) == number


@QUICK
@given(st.text("零一二三四五六七八九十百千〇两万树1", max_size=8))
def test_any_mixture_of_numerals_is_a_number_or_none(text: str) -> None:
    value = chinese_number(text)
    assert value is None or value >= 0


@QUICK
@given(st.text() | st.text("（()）第章一二三十百、.．01239①⑳是要 修渠，"))
def test_any_line_has_a_known_marker_at_its_start_or_none(text: str) -> None:
    marker = line_marker(text)
    if marker is not None:
        assert marker.style in {style.name for style in STYLES}
        assert text.startswith(marker.printed)
        assert marker.printed
        assert marker.value > 0


@QUICK
@given(st.integers(1, 999), st.sampled_from(["{}.", "{}、", "（{}）", "({})"]))
def test_any_arabic_number_before_a_title_is_read(number: int, shape: str) -> None:
    marker = line_marker(shape.format(number) + "修好水渠")
    assert marker is not None
    assert marker.value == number


@QUICK
@given(st.integers(1, 99), st.sampled_from(["{}、", "（{}）", "第{}章 "]))
def test_any_chinese_number_before_a_title_is_read(number: int, shape: str) -> None:
    marker = line_marker(shape.format(written(number)) + "修好水渠")
    assert marker is not None
    assert marker.value == number


@pytest.mark.parametrize(("text", "value"), [("二〇", 20), ("二〇三〇", 2030), ("一二", 12), ("〇", 0)])
def test_digits_in_a_row_are_read_by_place(text: str, value: int) -> None:
    assert chinese_number(text) == value
