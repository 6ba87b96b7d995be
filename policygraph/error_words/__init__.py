"""Errors in Chinese: the texts that the code says in English, found again by their templates.

English stands in the code, and is what programs read. The catalogue has one module for each layer; a key is the text as
the code writes it, with ``{}`` or ``{!r}`` where a value goes in, its value the same in Chinese. What is not in it stays
English. ``tests/test_error_words.py`` reads the texts off the code, so none is forgotten and none is left over.

In the Chinese text ``{!r}`` shows a quoted value in Chinese marks, ``{:text}`` a value that is a text of the catalogue
itself, ``{:word}`` a value that has a word (a verdict, a level), and ``{:choice}`` a list of quoted values with ``or``.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Final

from policygraph.error_words import (
    api_words,
    embeddings_words,
    foreign_words,
    graph_words,
    ingest_words,
    product_words,
    queries_words,
    review_words,
)
from policygraph.words import Language, word

CATALOGUE: Final[dict[str, str]] = {
    **foreign_words.WORDS,
    **graph_words.WORDS,
    **review_words.WORDS,
    **ingest_words.WORDS,
    **embeddings_words.WORDS,
    **queries_words.WORDS,
    **product_words.WORDS,
    **api_words.WORDS,
}
"""English template → Chinese template."""


@dataclass(frozen=True, slots=True)
class _Template:
    pattern: re.Pattern[str]
    chinese: str


def told(text: str, language: Language) -> str:
    """``text`` of an error in ``language``."""
    return in_chinese(text) if language == "zh" else text


def in_chinese(text: str) -> str:
    """``text``, a message, remedy, place or title of an error, in Chinese; as it is where it is not known."""
    found = _known(text)
    if found is not None:
        return found
    # Whole errors, one below the other.
    return "\n".join(_line(line) for line in text.split("\n"))


def _known(text: str) -> str | None:
    for template in _templates():
        if match := template.pattern.fullmatch(text):
            return template.chinese.format(*map(_Value, match.groups()))
    return None


def _line(line: str) -> str:
    """A line whose text, or what follows a colon in it, is known: errors are written ``where: what is wrong``."""
    if (found := _known(line)) is not None:
        return found
    for colon in re.finditer(": ", line):
        if (found := _known(line[colon.end() :])) is not None:
            before = line[: colon.start()]
            return f"{_known(before) or before}：{found}"
    return line


class _Value(str):
    """What stands in a hole of a template."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        match spec:
            case "text":
                return in_chinese(str(self))
            case "word":
                return word(str(self), "zh")
            case "choice":
                return self.replace("', '", "、").replace("' or '", " 或 ").strip("'")
        return str(self)

    def __repr__(self) -> str:
        if self[:1] not in ("'", '"'):
            return str(self)
        try:
            return f"“{ast.literal_eval(self)}”"
        except (ValueError, SyntaxError):
            return str(self)


@cache
def _templates() -> list[_Template]:
    """The most telling ones first: those with the most words of their own."""
    sized = []
    for english, chinese in CATALOGUE.items():
        literals = [literal for literal, *_ in Formatter().parse(english)]
        pattern = "(.*?)".join(re.escape(literal) for literal in _around_holes(english))
        sized.append((-sum(map(len, literals)), _Template(re.compile(pattern, re.DOTALL), chinese)))
    return [template for _, template in sorted(sized, key=lambda pair: pair[0])]


def _around_holes(template: str) -> list[str]:
    """The words before, between and behind the holes of ``template``."""
    found = [""]
    for literal, name, _, _ in Formatter().parse(template):
        found[-1] += literal
        if name is not None:
            found.append("")
    return found
