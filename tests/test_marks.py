"""Words that two texts share: which are marked, which are not, and that the marks fit the texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.marks import COMMON, common, marked, pieces

TEXTS = st.text(alphabet="城市更新改造老旧推进加快的，。 5G%x\0", max_size=40)


def shown(text: str, other: str) -> tuple[list[str], list[str]]:
    left, right = common(text, other)
    return [text[a:b] for a, b in left], [other[a:b] for a, b in right]


@given(TEXTS, TEXTS)
def test_marks_lie_in_the_text_apart_and_are_the_same_on_both_sides(one: str, two: str) -> None:
    for text, spans in zip((one, two), common(one, two), strict=True):
        last = 0
        for start, end in spans:
            assert last <= start < end <= len(text)
            last = end
        assert "".join(piece for piece, _ in pieces(text, spans)) == text
        assert [piece for piece, mark in pieces(text, spans) if mark] == [text[a:b] for a, b in spans]
    left, right = shown(one, two)
    assert set(left) == set(right)


@given(TEXTS)
def test_a_text_without_common_words_shares_all_of_itself(text: str) -> None:
    assert common(text, text)[0] == common(text, text)[1]
    run = "".join(c for c in text if c in "城市更新改造老旧")
    if len(run) > 1:
        assert common(run, run)[0] == [(0, len(run))]


@given(TEXTS, TEXTS)
def test_no_mark_begins_or_ends_with_a_common_verb(one: str, two: str) -> None:
    for run in shown(one, two)[0]:
        assert not run.startswith(COMMON)
        assert not run.endswith(COMMON)


@pytest.mark.parametrize(
    ("one", "two", "runs"),
    [
        ("新开工改造老旧小区860个", "全年改造老旧小区2.6万个", ["改造老旧小区"]),
        ("推进城市更新", "推进城乡融合，改进城市", ["城市"]),
        ("建设城市推进", "开发城推进，城市", ["城市"]),
        ("5G网络100%覆盖", "实现5G信号100%覆盖100个", ["5G", "100%覆盖"]),
        ("老旧小区改造老旧小区", "老旧小区", ["老旧小区", "老旧小区"]),
        ("加快推进工作的落实", "加快推进工作的落实", []),
        ("改造10处", "改造100处", ["改造"]),
        ("水", "水", []),
        ("", "水", []),
    ],
)
def test_longer_runs_come_first_and_common_verbs_do_not_count(one: str, two: str, runs: list[str]) -> None:
    assert shown(one, two)[0] == runs


def test_several_texts_are_looked_in_one_by_one() -> None:
    assert marked("改造老旧小区，加装电梯", ["改造老旧", "小", "区电梯"]) == [
        ("改造老旧", True),
        ("小区，加装", False),
        ("电梯", True),
    ]
    assert marked("改造", "无关") == [("改造", False)]
    assert marked("", "改造") == []
