"""What became of a text: nothing of either text is lost, and nothing is called changed that stayed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.wording import changes

TEXTS = st.text(alphabet="改造老旧小区86个，5G%. \n", max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_are_in_it(then: str, now: str) -> None:
    found = changes(then, now)
    assert "".join(piece for fate, piece in found if fate != "new") == then
    assert "".join(piece for fate, piece in found if fate != "gone") == now
    assert all(piece for _, piece in found)


@given(TEXTS)
def test_the_same_text_stays(text: str) -> None:
    assert changes(text, text) == ([("same", text)] if text else [])


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ("改造860个", "改造900个", [("same", "改造"), ("gone", "860"), ("new", "900"), ("same", "个")]),
        ("推进5G建设", "推进建设", [("same", "推进"), ("gone", "5G"), ("same", "建设")]),
        ("", "新增", [("new", "新增")]),
    ],
)
def test_figures_and_words_are_taken_whole(then: str, now: str, found: list[tuple[str, str]]) -> None:
    assert changes(then, now) == found
