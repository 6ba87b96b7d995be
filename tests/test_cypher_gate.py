"""The gate before free Cypher: what passes, what does not and why, and that spelling changes neither."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import open_store
from graph.errors import PolicyGraphError, QueryRefusedError
from queries import all_queries
from queries.cypher_gate import FUNCTIONS, check
from queries.cypher_tokens import Token, tokens
from tests.conftest import ROOT
from tests.plans import write_plans
from tests.statements import BENIGN, HOSTILE, SECTIONS, SERVER_ONLY

PASSING: Final = (
    *BENIGN,
    *SERVER_ONLY,
    *(query.cypher for query in all_queries().values() if not query.answer),
)


@pytest.mark.parametrize(("text", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_statements_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        check(text)
    error = caught.value
    assert reason.lower() in error.message.lower()
    assert error.remedy
    assert error.where is None or re.fullmatch(r"line \d+, column \d+", error.where)
    assert error.message.isprintable()
    assert len(error.message) < 300


def test_there_are_enough_of_both_kinds() -> None:
    assert len({text for text, _ in HOSTILE}) == len(HOSTILE)
    # What is only broken or too long is refused, too, but is no attack.
    assert sum(len(some) for name, some in SECTIONS.items() if name != "malformed") >= 60
    assert len(set(PASSING)) >= 60


TRICKS: Final = {
    "comments": r"/\*|//",
    "unicode escapes": r"\\u",
    "nested subqueries": r"\{[^}]*\{[^}]*\b(CREATE|LOAD|SET|MERGE|CALL)\b",
    "several statements": r";\s*(//.*\n)?\s*[A-Z]",
    "procedures": r"(?i)call[\s/*]+[`a-z_]+[\w`.\s]*\(",
    "files": r"(?i)load\s+csv",
    "USE": r"\bUSE\b",
    "SHOW": r"\bSHOW\b",
    "writes in subqueries": r"\{[^}]*\b(CREATE|DELETE|SET|MERGE)\b",
    "quoted names": r"`",
    "letters of other scripts": r"[\u0370-\u04ff\uff21-\uff5a\u017f]",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_is_tried(trick: str) -> None:
    assert sum(bool(re.search(TRICKS[trick], text)) for text, _ in HOSTILE) >= 3


@pytest.mark.parametrize("text", PASSING, ids=range(len(PASSING)))
def test_what_analysts_write_passes(text: str) -> None:
    allowed = check(text)
    assert allowed.text
    # What is run passes again and stays as it is.
    assert check(allowed.text) == allowed


def test_the_error_says_where_and_what_instead() -> None:
    with pytest.raises(QueryRefusedError) as caught:
        check("MATCH (n)\r\n  DETACH  DELETE n")
    assert caught.value.where == "line 2, column 3"
    assert caught.value.message == (
        "‘DETACH DELETE’: this clause is refused: it writes to the graph, and this is for reading only"
    )
    assert caught.value.remedy is not None
    assert caught.value.remedy.startswith("Allowed: MATCH, OPTIONAL MATCH")


def test_what_runs_has_neither_comments_nor_escapes() -> None:
    allowed = check('MATCH (p) // DELETE p\nWHERE p.id = "a\'b\\\\"/* ; */AND p.x = $x\u3000RETURN p.`a b` ;')
    assert allowed.text == "MATCH (p) \nWHERE p.id = 'a\\'b\\\\' AND p.x = $x RETURN p.`a b`".replace(
        " \n", "\n"
    )
    assert allowed.parameters == {"x"}


def test_half_a_character_is_refused() -> None:
    with pytest.raises(QueryRefusedError):
        check("RETURN '\ud800' AS x")


def test_no_function_reads_files_or_changes_by_chance() -> None:
    assert not {
        name
        for name in FUNCTIONS
        if re.match(r"apoc|db|dbms|gds|graph|kglite|genai|rand|file|line|load|text_", name)
    }


def test_the_page_lists_the_functions() -> None:
    page = (ROOT / "docs" / "service.md").read_text("utf-8")
    listed = page.partition("**Functions.**")[2].partition("\n\n")[0]
    assert {name.lower() for name in re.findall(r"`([A-Za-z0-9_.]+)`", listed)} == FUNCTIONS


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    _verdict(text)


_WORDS: Final = (
    "MATCH", "RETURN", "WITH", "WHERE", "CALL", "LOAD CSV FROM", "UNWIND", "AS", "UNION", "(n)", "(", ")", "{", "}", "[",
    "]", "-->", "-[r*1..2]->", "n", "n.id", "`x`", "'a'", '"', "'", "1", ".5", "..", ",", ";", "|", ":", "::", "IS", "NOT",
    "EXISTS {", "COUNT {", "CASE WHEN", "THEN", "END", "count(*)", "all(x IN", "$p", "=", "+", "/*", "*/", "//", "\n",
    "\\u0041", "CREATE", "DELETE", "SET", "FOREACH", "IN TRANSACTIONS", "ORDER BY", "LIMIT", "reduce(", "shortestPath(",
)  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join))
@settings(max_examples=500)
def test_any_words_are_judged(text: str) -> None:
    _verdict(text)


@given(st.sampled_from(PASSING), st.data())
@settings(max_examples=300)
def test_a_damaged_statement_is_judged(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 10)))
    _verdict(text[:start] + data.draw(st.text(max_size=5)) + text[end:])


def _verdict(text: str) -> str | None:
    """What runs, or None where it is refused; nothing else may happen."""
    try:
        return check(text).text
    except QueryRefusedError:
        return None


_BLANKS: Final = (" ", "\n", "\r\n", "\t", " /* DELETE n; */ ", "// LOAD CSV\n", "/**/", "\u3000", "\u00a0 ")


def _respelled(text: str, data: st.DataObject) -> str:
    """The same tokens with other blanks, comments and cases between and within them."""
    parts: list[str] = []
    for token in tokens(text):
        blank = data.draw(st.sampled_from(_BLANKS)) if token.before or _may_part(token) else ""
        parts.append(blank + _recased(token, data))
    return "".join(parts)


def _may_part(token: Token) -> bool:
    return token.kind == "sign" and token.text in "()[]{},"


def _recased(token: Token, data: st.DataObject) -> str:
    if token.kind != "name" or token.text.upper() not in _KEYWORDS:
        return token.text
    return data.draw(st.sampled_from((token.text.upper(), token.text.lower(), token.text.title())))


_KEYWORDS: Final = frozenset(
    ["MATCH", "OPTIONAL", "WHERE", "RETURN", "WITH", "UNWIND", "CALL", "UNION", "ALL", "ORDER", "BY", "LIMIT", "SKIP", "AS",
     "LOAD", "CSV", "FROM", "CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "SHOW", "USE", "IN", "YIELD"]
)  # fmt: skip
SHORT: Final = tuple(text for text in PASSING if len(text) < 200)


@given(st.sampled_from(SHORT), st.data())
@settings(max_examples=300)
def test_blanks_comments_and_case_change_no_verdict(text: str, data: st.DataObject) -> None:
    assert _verdict(_respelled(text, data)) is not None


REFUSED: Final = tuple(
    text
    for text, reason in HOSTILE
    if re.match(r"LOAD CSV|[A-Z]+$|[A-Z]+ [A-Z]+$", reason) and text.isascii() and "\\" not in text
)


@given(st.sampled_from(REFUSED), st.data())
@settings(max_examples=300)
def test_no_spelling_of_a_hostile_statement_passes(text: str, data: st.DataObject) -> None:
    assert _verdict(_respelled(text, data)) is None


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small graph that may be written."""
    from embeddings import open_encoder
    from policygraph import jobs

    folder = tmp_path_factory.mktemp("scratch")
    path = str(folder / "graph.kgl")
    with open_store(path) as store:
        jobs.build(store, jobs.read(write_plans(folder / "plans")), open_encoder("policy-zh"))
    return path


_STATE: Final = (
    "MATCH (n) RETURN count(n) AS n",
    "MATCH ()-[r]->() RETURN count(r) AS n",
    "MATCH (n) RETURN n ORDER BY n.id",
)


def test_what_passes_changes_nothing_where_it_could(scratch: str, tmp_path: Path) -> None:
    """Run within a transaction that may write, by the engine that takes any statement there."""
    pieces = st.lists(st.sampled_from((*SHORT, *_WORDS)), min_size=1, max_size=4).map(" ".join)
    with open_store(scratch) as store:
        before = [store.read(text) for text in _STATE]

        @given(pieces | st.sampled_from(SHORT))
        @settings(max_examples=200, deadline=None)
        def run(text: str) -> None:
            runs = _verdict(text)
            if runs is None:
                return
            needed = dict.fromkeys(check(text).parameters, "x")
            with suppress(PolicyGraphError):
                store.write(lambda t: t.run(runs, needed))
            assert [store.read(text) for text in _STATE[:2]] == before[:2]

        run()
        assert [store.read(text) for text in _STATE] == before
    assert not list(tmp_path.iterdir())
