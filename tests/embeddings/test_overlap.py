"""How much of one text's content another text holds."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.overlap import MeaningOverlap, WordingOverlap, WordOverlap
from tests.embeddings.texts import PHRASES

ZERO = np.zeros(1, np.int64)
PLANS = ["建设应急备用水源", "深化生活垃圾分类", "新建绿道5000公里", "筹集保障性租赁住房"]
TEXTS = st.one_of(
    st.sampled_from(PHRASES), st.text("新建改造老旧供水管网BIM12０x年月，。 \n\u3000🙂é", max_size=30)
)


def words(local: str, upper: str, plans: Sequence[str] = PLANS) -> float:
    overlap = WordOverlap([local], [upper], [local, upper, *plans])
    return float(overlap(ZERO, ZERO)[0])


def meaning(local: str, upper: str, plans: Sequence[str] = PLANS) -> tuple[float, float]:
    overlap = MeaningOverlap([local], [upper, *plans], [True] * (1 + len(plans)))
    forward, reverse = overlap(ZERO, ZERO)
    return float(forward[0]), float(reverse[0])


def wording(local: str, upper: str, plans: Sequence[str] = PLANS) -> float:
    overlap = WordingOverlap([local], [upper, *plans], [True] * (1 + len(plans)))
    return float(overlap(ZERO, ZERO)[0])


@pytest.mark.parametrize("text", ["更新改造老旧供水管网", "做好BIM平台建设", "深化生活垃圾分类"])
def test_a_text_holds_itself(text: str) -> None:
    assert words(text, text) == pytest.approx(1)
    assert wording(text, text) == pytest.approx(1)
    assert meaning(text, text) == pytest.approx((1, 1))


def test_a_text_of_other_words_holds_nothing() -> None:
    assert words("开展龙舟赛", "更新改造老旧供水管网") == 0
    assert wording("开展龙舟赛", "更新改造老旧供水管网") == 0
    assert max(meaning("开展龙舟赛", "更新改造老旧供水管网")) < 0.3


def test_similar_words_count_for_meaning_and_not_for_words() -> None:
    assert words("兴修沟渠", "农田灌溉") == 0
    assert meaning("兴修沟渠", "农田灌溉")[0] > meaning("开展龙舟赛", "农田灌溉")[0] + 0.1


def test_characters_in_other_words_count_for_wording_and_not_for_words() -> None:
    assert words("修复老院墙", "修缮旧屋") == 0
    assert 0 < wording("修复老院墙", "修缮旧屋") < wording("修缮旧院墙", "修缮旧屋") < 1


def test_a_stretch_that_is_missing_counts_more_than_its_characters_apart() -> None:
    # Each lacks four of eight characters, all of them equally rare.
    local = ["甲丙戊庚", "甲乙丙丁", "乙丁己辛", "戊己庚辛"]
    rows, columns = np.arange(4), np.zeros(4, np.int64)
    found = WordingOverlap(local, ["甲乙丙丁戊己庚辛"], [True])(rows, columns)
    apart, together = 1 - 4 / 8**1.25, 1 - (4 / 8) ** 1.25
    assert found.tolist() == pytest.approx([apart, together, apart, together], abs=1e-5)
    assert apart > together + 0.1


def test_figures_dates_and_masks_are_no_wording() -> None:
    assert wording("改造管网", "2025年底前改造管网xx公里") == wording("改造管网", "改造管网，公里")
    assert wording("12", "3.5") == 0


def test_each_direction_has_its_own_share() -> None:
    part, whole = "深化生活垃圾分类", "深化生活垃圾分类，更新改造老旧供水管网"
    assert words(whole, part) == pytest.approx(1)
    assert 0.2 < words(part, whole) < 0.6
    forward, reverse = meaning(whole, part)
    assert forward == pytest.approx(1)
    assert 0.2 < reverse < 0.75
    assert meaning(part, whole) == pytest.approx((reverse, forward))


def test_a_word_that_few_measures_have_weighs_more() -> None:
    common = ["改造城中村", "改造危旧房", "改造老厂房", "改造棚户区", "改造旧市场"]
    upper = "改造燃气管道"
    for share in (words, lambda *given: meaning(*given)[0]):
        assert share("改造", upper, common) < share("燃气管道", upper, common)
        assert share("改造", upper, common) < share("改造", upper, PLANS)


def test_pairs_are_each_their_own_in_any_order() -> None:
    local, upper = [*PHRASES, "", "12"], [*PLANS, ""]
    words, meaning, wording = (
        WordOverlap(local, upper, [*local, *upper]),
        MeaningOverlap(local, upper, [True] * len(upper)),
        WordingOverlap(local, upper, [True] * len(upper)),
    )
    rows, columns = (a.ravel() for a in np.meshgrid(np.arange(len(local)), np.arange(len(upper))))
    order = np.random.default_rng(0).permutation(len(rows))
    rows, columns = rows[order], columns[order]
    (forward, reverse), same, held = meaning(rows, columns), words(rows, columns), wording(rows, columns)
    assert len(set(forward.tolist())) > 20
    for i in range(len(rows)):
        one, other = meaning(rows[i : i + 1], columns[i : i + 1])
        assert (forward[i], reverse[i]) == pytest.approx((one[0], other[0]), abs=1e-5)
        assert same[i] == pytest.approx(words(rows[i : i + 1], columns[i : i + 1])[0], abs=1e-5)
        assert held[i] == pytest.approx(wording(rows[i : i + 1], columns[i : i + 1])[0], abs=1e-5)
    assert len(set(held.tolist())) > 10
    forward, reverse = (share[(rows == 0) & (columns == 0)] for share in (forward, reverse))
    alone = MeaningOverlap(
        local[:1], [upper[0], *local[1:], *upper[1:]], [True] * (len(local) + len(upper) - 1)
    )
    assert [share[0] for share in alone(ZERO, ZERO)] == pytest.approx([forward[0], reverse[0]], abs=1e-5)


def test_headings_do_not_make_a_word_common() -> None:
    upper = ["改造燃气管道", *["燃气管道"] * 3]
    shares = [
        float(MeaningOverlap(["燃气管道"], upper, counted)(ZERO, ZERO)[0][0])
        for counted in ([True] * 4, [True, False, False, False])
    ]
    assert shares[0] < shares[1]
    wordings = [
        float(WordingOverlap(["燃气管道"], upper, counted)(ZERO, ZERO)[0])
        for counted in ([True] * 4, [True, False, False, False])
    ]
    assert wordings[0] < wordings[1]


def test_no_pairs_are_no_error() -> None:
    none = np.zeros(0, np.int64)
    assert WordOverlap(["修渠"], ["修渠"], ["修渠"])(none, none).shape == (0,)
    assert WordingOverlap(["修渠"], ["修渠"], [True])(none, none).shape == (0,)
    assert [part.shape for part in MeaningOverlap(["修渠"], ["修渠"], [True])(none, none)] == [(0,), (0,)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TEXTS, min_size=1, max_size=4), st.lists(st.tuples(TEXTS, st.booleans()), min_size=1, max_size=4)
)
def test_shares_are_from_0_to_1_for_any_text(local: list[str], above: list[tuple[str, bool]]) -> None:
    upper = [text for text, _ in above]
    rows, columns = (a.ravel() for a in np.meshgrid(np.arange(len(local)), np.arange(len(upper))))
    shares = [WordOverlap(local, upper, [*local, *upper])(rows, columns)]
    shares += MeaningOverlap(local, upper, [counted for _, counted in above])(rows, columns)
    shares += [WordingOverlap(local, upper, [counted for _, counted in above])(rows, columns)]
    for share in shares:
        assert share.shape == (len(rows),)
        assert np.all(np.isfinite(share))
        assert np.all((share >= 0) & (share <= 1 + 1e-5))


def test_the_command_line_starts_without_scipy() -> None:
    """It takes longer to load than everything else; only linking needs it."""
    script = "import sys, policygraph.cli; print('scipy' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "False"
