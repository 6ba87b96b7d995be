"""Every text that an error can say has its Chinese words, and is found again by them."""

import re
from datetime import date
from string import Formatter
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from policygraph.error_words import CATALOGUE, foreign_words, in_chinese
from queries.registry import all_queries
from tests.error_texts import Code

FOREIGN = {
    "api/body.py:limited": "what its limits say, which are read",
    "api/problems.py:_answer": "what it was handed",
    "api/problems.py:_http": "phrases of HTTP, which are in the catalogue",
    "api/problems.py:_invalid": "messages of pydantic, which are in the catalogue",
    "api/problems.py:expected": "an error that was raised elsewhere",
    "graph/embedded_store.py:_asked": "what the engine said in its own process",
    "graph/embedded_store.py:_rows": "what the engine says",
    "graph/neo4j_store.py:_explain": "what the server says",
    "policygraph/client/errors.py:of_answer": "what the service said, in the language that it was asked in",
    "policygraph/client/intake.py:_failed": "what the service said of a job",
    "policygraph/intake/queue.py:_fault": "an error that was raised elsewhere",
    "policygraph/jobs.py:read": "whole errors, one below the other",
    "policygraph/label_answers.py:run": "words that have both languages",
    "queries/near.py:no_measure": "the remedy of the task that is not there either",
    "queries/near.py:no_task": "the remedy of the plan that is not there either",
    "queries/registry.py:bind": "purposes of parameters, which are read from the queries",
}
"""Where a message or remedy is wholly a value, and why that is right."""


@pytest.fixture(scope="module")
def code() -> Code:
    return Code().collect()


@pytest.fixture(scope="module")
def texts(code: Code) -> dict[str, str]:
    """The texts that must have Chinese words, each with a place that says it."""
    purposes = {p.purpose: f"query {q.name}" for q in all_queries().values() for p in q.parameters}
    return code.texts | purposes


def test_every_text_has_chinese_words(texts: dict[str, str]) -> None:
    missing = {text: where for text, where in texts.items() if text not in CATALOGUE}
    assert not missing, "add them to the module of policygraph/error_words for their layer"


def test_no_words_are_left_over(texts: dict[str, str]) -> None:
    left = CATALOGUE.keys() - texts.keys() - foreign_words.WORDS.keys()
    assert not left, "no code says them any more"


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("said where it is raised", "there is no plan {!r}"),
        ("a choice between two words", "there is no measure {!r}"),
        ("what stands where a list is empty", "no plan yet"),
        ("handed to a function", "{!r} is missing"),
        ("handed to a method", "the endpoint's vectors are of different lengths"),
        ("handed on from method to method", "this bracket is not closed"),
        ("a reason within another text", "it has no {}"),
        ("from a table", "this clause is refused: it reads or writes files"),
        ("put together with +", "the service stopped before this job had ended; in the graph: {:text}; not loaded: {}"),
        ("a constant of another module", "Use policy-zh, char, st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL."),
        ("the title of a class", "Store is locked"),
        ("a place", "body, line {}"),
        ("a warning", "left out: {}"),
    ],
)  # fmt: skip
def test_texts_are_read_off_the_code(way: str, text: str, texts: dict[str, str]) -> None:
    assert text in texts, way


def test_what_is_wholly_a_value_is_known_and_right(code: Code) -> None:
    places = {
        place for place in code.foreign if not place.endswith(("__init__", "_remake", "words.py:trouble"))
    }
    assert places == FOREIGN.keys()


def holes(template: str) -> dict[str, str]:
    """What each hole of ``template`` is to hold, by its number."""
    found = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
    return {name or str(n): spec for n, (name, spec) in enumerate(found)}


def filled(template: str, values: list[str]) -> str:
    """``template`` with ``values``; quoted ones in Chinese marks where it is Chinese."""
    chinese = re.search(r"[\u4e00-\u9fff]", template)
    quoted = "“{}”" if chinese else "'{}'"
    parts, number = [], 0
    for literal, name, _, conversion in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            value = values[int(name or number)]
            parts.append(quoted.format(value) if conversion == "r" else value)
            number += 1
    return "".join(parts)


@pytest.mark.parametrize("english", CATALOGUE)
def test_a_filled_text_is_found_again_with_its_values(english: str) -> None:
    chinese = CATALOGUE[english]
    takes = holes(chinese)
    assert takes.keys() == holes(english).keys()
    values = [str(n) if takes[str(n)] == "number" else f"甲{n}乙" for n in range(len(takes))]
    assert in_chinese(filled(english, values)) == filled(chinese, values)


def test_the_words_are_chinese() -> None:
    names = {"policygraph.toml", "openai:{}", "Value error, {}"}
    plain = {english for english, chinese in CATALOGUE.items() if not re.search(r"[\u4e00-\u9fff]", chinese)}
    assert plain <= names


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("there is no plan 'x-nowhere'", "没有计划“x-nowhere”"),
        ("the key is revoked", "密钥已撤销"),
        ("region '210000' has the level 'national'", "地区“210000”的层级是“国家”"),
        ("'name' is missing", "缺少“名称”"),
        ("x.1 is no longer what you saw (张 decided rejected at 2030)", "x.1 已不是您看到的样子（张 已于 2030 决定：已否定）"),
        ("the statement ends here, but a name was expected here", "语句到此结束，但此处应为名称"),
        ("‘SET’: this bracket is not closed", "‘SET’：这个括号没有闭合"),
        ("lang: Input should be 'zh' or 'en'", "lang：应为 zh 或 en"),
        ("Put plans here as .txt or .md.", "请把计划放到这里，格式可为：.txt 或 .md。"),
        ("this file cannot be read (Permission denied)", "这个文件无法读取（没有权限）"),
        (
            "/p/a.txt: the file is empty\nPut the plan's text into it, or drop it.\nb.pdf, line 3: something new",
            "/p/a.txt：文件是空的\n请把计划原文放进文件，或去掉这个文件。\nb.pdf, line 3: something new",
        ),
        ("left out: a.txt: the file is empty", "已跳过：a.txt：文件是空的"),
        ("nothing that anybody says", "nothing that anybody says"),
    ],
)  # fmt: skip
def test_values_that_are_words_are_chinese_too(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


@settings(deadline=None)
@given(st.text() | st.sampled_from(sorted(CATALOGUE)))
def test_whatever_is_said_gives_words(text: str) -> None:
    assert bool(in_chinese(text)) == bool(text)


class Odd(BaseModel):
    """One field for each common mistake in a form."""

    whole: int = Field(0, ge=1, le=9)
    share: float = Field(0.5, gt=0, lt=1)
    text: str = Field("", max_length=3)
    code: str = Field("aa", min_length=2, pattern="^[a-z]+$")
    kind: Literal["one", "two"] = "one"
    yes: bool = True
    day: date | None = None
    items: list[int] = Field([1], min_length=1, max_length=2)
    inner: dict[str, int] = {}

    model_config = {"extra": "forbid"}


@pytest.mark.parametrize(
    ("values", "chinese"),
    [
        ({"whole": "many"}, "应为整数"),
        ({"whole": 0}, "不应小于 1"),
        ({"whole": 10}, "不应大于 9"),
        ({"whole": 1.5}, "应为整数，不带小数"),
        ({"whole": None}, "应为整数"),
        ({"share": "half"}, "应为数字"),
        ({"share": 0}, "应大于 0"),
        ({"share": 1}, "应小于 1"),
        ({"text": "long"}, "最多 3 个字"),
        ({"text": 1}, "应为文字"),
        ({"code": "a"}, "至少 2 个字"),
        ({"code": "AA"}, "格式不对，应符合 ^[a-z]+$"),
        ({"kind": "three"}, "应为 one 或 two"),
        ({"yes": "perhaps"}, "应为 true 或 false"),
        ({"day": "tomorrow"}, "应为日期，如 2026-12-31"),
        ({"items": []}, "至少 1 项，现在有 0 项（List）"),
        ({"items": [1, 2, 3]}, "最多 2 项，现在有 3 项（List）"),
        ({"items": 1}, "应为列表"),
        ({"inner": 1}, "应为一组名称和值"),
        ({"other": 1}, "没有这一项"),
    ],
)
def test_what_pydantic_says_is_chinese(values: dict[str, object], chinese: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Odd.model_validate(values)
    (error,) = refused.value.errors()
    assert in_chinese(error["msg"]).partition("（input")[0] == chinese
