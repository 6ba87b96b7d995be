"""The encoder that ships with the product."""

import numpy as np
import pytest

from embeddings.char_ngrams import CharNgramEncoder, ngrams
from embeddings.search import similarities


def test_ngrams_leave_out_figures_masks_and_punctuation() -> None:
    assert list(ngrams("改造小区xx个，1200户")) == ["改造", "造小", "小区", "改造小", "造小区"]
    assert list(ngrams("建设BIM平台")) == ["建设", "BIM", "平台"]
    assert list(ngrams("**。…")) == []


def test_vectors_are_unit_or_zero() -> None:
    vectors = CharNgramEncoder().encode(["推进垃圾分类", "", "12345", "加强城市绿化"])
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    np.testing.assert_allclose(lengths, [1, 0, 0, 1], atol=1e-6)


def test_the_same_work_in_other_words_is_nearer_than_other_work() -> None:
    texts = ["推进城镇老旧小区改造", "新开工改造老旧小区300个", "开展生活垃圾分类", "完善住房公积金提取"]
    found = similarities(*(2 * (CharNgramEncoder().encode(texts),)))
    assert found[0, 1] > 2 * max(found[0, 2], found[0, 3])


def test_rare_words_weigh_more_than_phrases_of_office() -> None:
    texts = ["进一步加强黑臭水体治理", "进一步加强干部队伍建设", "消除黑臭水体"]
    found = similarities(*(2 * (CharNgramEncoder().encode(texts),)))
    assert found[0, 2] > found[0, 1]


def test_encoding_is_deterministic_and_reports_progress() -> None:
    seen: list[tuple[int, int]] = []
    encoder = CharNgramEncoder()
    first = encoder.encode(["甲乙丙", "丁戊己"], progress=lambda done, total: seen.append((done, total)))
    second = CharNgramEncoder().encode(["甲乙丙", "丁戊己"])
    assert (first != second).nnz == 0
    assert seen == [(1, 2), (2, 2)]
    assert encoder.fingerprint == CharNgramEncoder().fingerprint
    assert len(encoder.fingerprint) == 16


def test_unknown_characters_still_match_themselves() -> None:
    vectors = CharNgramEncoder().encode(["龘靐齉爩工程", "龘靐齉爩工程", "麤灪鱻工程"])
    found = similarities(vectors, vectors)
    assert found[0, 1] > 0.999
    assert found[0, 2] < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "9月底前",
        "年底前",
        "2030年底前",
        "到2030年",
        "xx月底前",
        "3月15日前",
        "今年",
        "全年",
        "上半年",
        "年内",
        "2030年6月以前",
    ],
)
def test_ngrams_leave_out_dates(text: str) -> None:
    assert list(ngrams(f"{text}修渠")) in (["修渠"], ["到", "修渠"])
