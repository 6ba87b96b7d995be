"""Errors in Chinese: the texts that the code says in English, found again by their templates.

English stands in the code, and is what programs read. The catalogue has one module for each layer; a key is the text as
the code writes it, with ``{}`` or ``{!r}`` where a value goes in, its value the same in Chinese. What is not in it stays
English. ``tests/test_error_words.py`` reads the texts off the code, so none is forgotten and none is left over.

In the Chinese text ``{!r}`` shows a quoted value in Chinese marks, ``{:text}`` a value that is a text of the catalogue
itself or has a word (a verdict, a level), ``{:choice}`` a list of quoted values with ``or``; ``{:number}`` says that only
a number goes in there.
"""

import ast
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from string import Formatter
from typing import Final

from graph.model import LEVELS
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

_NUMBER: Final = re.compile(r"\d+")
_QUOTED: Final = re.compile(r"'.*'|\".*\"|-?[\d.]+|None|True|False|\[.*\]|\{.*\}|datetime\..*\)", re.DOTALL)
"""What ``!r`` writes of the values that files and people can give."""
_COLONS: Final = 8
"""Behind so many colons, from the left, what is wrong is looked for."""
_WORDED: Final = frozenset({
    *LEVELS, "accepted", "rejected", "applies", "not_applicable", "delegated", "deferred", "region", "year", "level",
})  # fmt: skip
"""Values that the words of tables are taken for."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A text of the catalogue.

    Attributes:
        around: the words before, between and behind its holes.
        takes: for each hole, what a value in it looks like; None: anything.
    """

    around: tuple[str, ...]
    takes: tuple[re.Pattern[str] | None, ...]
    chinese: str

    def values(self, text: str) -> list[str] | None:
        """What stands in the holes where ``text`` is this one filled; in time that grows with the text alone."""
        first, last = self.around[0], self.around[-1]
        if not self.takes:
            return [] if text == first else None
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        found = []
        for words in self.around[1:-1]:
            next_ = text.find(words, at, end)
            if next_ < 0:
                return None
            found.append(text[at:next_])
            at = next_ + len(words)
        found.append(text[at:end])
        fits = (
            takes is None or takes.fullmatch(value) for takes, value in zip(self.takes, found, strict=True)
        )
        return found if all(fits) else None


def told(text: str, language: Language) -> str:
    """``text`` of an error in ``language``."""
    return in_chinese(text) if language == "zh" else text


def in_chinese(text: str) -> str:
    """``text``, a message, remedy, place or title of an error, in Chinese; as it is where it is not known."""
    lines = "\n".join(map(_line, text.split("\n")))
    # Several lines are errors, one below the other, or one text with values of several lines.
    return lines if lines != text else _known(text) or text


def _known(text: str) -> str | None:
    for template in _templates():
        if (values := template.values(text)) is not None:
            return template.chinese.format(*map(_Value, values))
    return None


def _line(line: str) -> str:
    """A line whose text, or what follows a colon in it, is known: errors are written ``where: what is wrong``."""
    if (found := _known(line)) is not None:
        return found
    for colon in islice(re.finditer(": ", line), _COLONS):
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
                plain = self._plain
                return word(plain, "zh") if plain in _WORDED else in_chinese(plain)
            case "choice":
                return self.replace("''", "不填").replace(", ", "、").replace(" or ", " 或 ").replace("'", "")
        return str(self)

    def __repr__(self) -> str:
        return f"“{self._plain}”"

    @property
    def _plain(self) -> str:
        """The value without the quotes that the English text has it in."""
        if self[:1] in ("'", '"'):
            with suppress(ValueError, SyntaxError):
                return str(ast.literal_eval(self))
        return str(self)


@cache
def _templates() -> list[_Template]:
    """The most telling ones first: those with the most words of their own."""
    found = [_template(english, chinese) for english, chinese in CATALOGUE.items()]
    # Quotes are words, too.
    return sorted(found, key=lambda t: -sum(map(len, t.around)) - 2 * t.takes.count(_QUOTED))


def _template(english: str, chinese: str) -> _Template:
    numbers = {
        name or str(n)
        for n, (name, spec) in enumerate((p[1], p[2]) for p in Formatter().parse(chinese) if p[1] is not None)
        if spec == "number"
    }
    around, takes = [""], list[re.Pattern[str] | None]()
    for literal, name, _, conversion in Formatter().parse(english):
        around[-1] += literal
        if name is not None:
            takes.append(_QUOTED if conversion == "r" else _NUMBER if str(len(takes)) in numbers else None)
            around.append("")
    return _Template(tuple(around), tuple(takes), chinese)
