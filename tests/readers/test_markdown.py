"""Markdown loses its marks and keeps its words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from ingest.readers.markdown import plain, read
from ingest.source import of_lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# 岚市2030年水务工作要点", "岚市2030年水务工作要点"),
        ("## 一、修好水渠 ##", "一、修好水渠"),
        ("- **新建**水厂12座", "新建水厂12座"),
        ("> - 引水", "引水"),
        ("| 指标 | 目标 |", "指标；目标"),
        ("|---|:--:|", ""),
        ("***", ""),
        ("```", ""),
        ("见[附件](a.md)", "见附件"),
        ("1. 修渠", "1. 修渠"),
        ("改造**万平方米，新建**公里", "改造**万平方米，新建**公里"),
        ("改造***个、面积***万平方米", "改造***个、面积***万平方米"),
        ("改造水厂**座", "改造水厂**座"),
        ("增长*%以上，改造xx座", "增长*%以上，改造xx座"),
    ],
)
def test_marks_go_and_words_stay(line: str, expected: str) -> None:
    assert plain(line) == expected


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_keeps_its_lines(text: str) -> None:
    try:
        found = read(("\ufeff" + text).encode(), "a.md")
    except InputError:
        return
    assert len(found.printed) == len(of_lines(text))


@settings(max_examples=100, deadline=None)
@given(st.text("修渠引水，。；0123456789一二三、\n"))
def test_a_text_without_marks_stays(text: str) -> None:
    assert read(("\ufeff" + text).encode(), "a.md").text == text + "\n"
