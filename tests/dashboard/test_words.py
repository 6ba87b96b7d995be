"""The words of the pages."""

import re
from pathlib import Path

import pytest

from policygraph.act_words import ACT_WORDS
from policygraph.diff_words import DIFF_WORDS
from policygraph.explain_words import EXPLAIN_WORDS
from policygraph.export_words import EXPORT_WORDS
from policygraph.label_words import LABEL_WORDS
from policygraph.page_words import PAGE_WORDS
from policygraph.review_words import REVIEW_WORDS
from policygraph.words import word
from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "api" / "templates").glob("*.html"))


@pytest.mark.parametrize(
    "other", [ACT_WORDS, DIFF_WORDS, EXPLAIN_WORDS, EXPORT_WORDS, LABEL_WORDS, REVIEW_WORDS]
)
def test_a_key_of_the_pages_means_nothing_else_elsewhere(other: dict[str, tuple[str, str]]) -> None:
    assert not set(PAGE_WORDS) & set(other)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_has_both_languages(template: Path) -> None:
    for key in re.findall(r"word\('([a-z_]+)'[,)]", template.read_text("utf-8")):
        assert word(key, "zh", **_ANY) != key, key


_ANY = dict.fromkeys(
    ("plan", "upper", "count", "number", "pages", "verdict", "total", "reviewer", "name", "note", "formats", "size", "when",
     "plans"), "1",
)  # fmt: skip
