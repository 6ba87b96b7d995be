"""Cypher text → tokens, for :mod:`queries.cypher_gate`.

Strict on purpose: what two engines could read in two ways is refused here. Comments and blanks end as one blank or
line break, and text that is quoted is written anew, so that both engines run the very tokens that were judged.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from graph.errors import QueryRefusedError

Kind = Literal["name", "quoted", "string", "number", "parameter", "sign", "end"]

MOST_CHARACTERS: Final = 20_000
MOST_TOKENS: Final = 4_000
ALLOWED: Final = (
    "Allowed: MATCH, OPTIONAL MATCH, WHERE, UNWIND, WITH, RETURN, ORDER BY, SKIP, LIMIT, UNION, CALL { … } without "
    "writes, and EXISTS, COUNT or COLLECT { … }."
)

_SIGNS: Final = re.compile(r"<>|<=|>=|=~|\|\||::|\.\.|[-+*/%^=<>()\[\]{},;:.|&!$]")
_NUMBER: Final = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
_PARAMETER: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]{0,63})")
_ESCAPES: Final = {
    "\\": "\\", "'": "'", '"': '"', "`": "`", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f",
}  # fmt: skip
_WRITTEN: Final = {
    "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Token:
    """One token.

    Attributes:
        text: how it is handed to the engine.
        start: its offset in the text as given; ``end`` the one behind it.
        before: the blank before it: nothing, a blank, or line breaks.
        match: for an opening bracket, the index of the closing one.
    """

    kind: Kind
    text: str
    start: int
    end: int
    before: str
    match: int = -1

    @property
    def word(self) -> str:
        """A plain name in capitals, to be compared with keywords; empty for everything else."""
        return self.text.upper() if self.kind == "name" else ""


def refused(text: str, start: int, end: int, reason: str, remedy: str = ALLOWED) -> QueryRefusedError:
    """The error that says where in ``text`` the words from ``start`` to ``end`` stand, and why they are refused."""
    before = text[:start].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    words = " ".join(text[start:end].split())
    words = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in words)
    shown = words[:40] + "…" if len(words) > 40 else words
    quoted = f"‘{shown}’: " if shown else ""
    return QueryRefusedError(f"{quoted}{reason}", where=f"line {line}, column {column}", remedy=remedy)


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, brackets matched, the last one of kind ``end``.

    Raises:
        QueryRefusedError: something in it is not understood, or not the same to every engine.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryRefusedError(
            f"the statement has {len(text)} characters",
            remedy=f"At most {MOST_CHARACTERS} are taken; pass long lists as parameters.",
        )
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens: list[Token] = []
        self._open: list[int] = []

    def scan(self) -> list[Token]:
        while True:
            before = self._blanks()
            if self._at >= len(self._text):
                self._add("end", "", self._at, before)
                break
            if len(self._tokens) >= MOST_TOKENS:
                raise self._refused(
                    self._at, self._at, f"the statement has more than {MOST_TOKENS} words and signs"
                )
            self._next(before)
        if self._open:
            left = self._tokens[self._open[-1]]
            raise self._refused(left.start, left.end, "this bracket is not closed")
        return self._tokens

    def _refused(self, start: int, end: int, reason: str, remedy: str = ALLOWED) -> QueryRefusedError:
        return refused(self._text, start, end, reason, remedy)

    def _add(self, kind: Kind, text: str, end: int, before: str) -> None:
        self._tokens.append(Token(kind, text, self._at, end, before))
        self._at = end

    def _blanks(self) -> str:
        """Step over blanks and comments; what is left of them."""
        start = self._at
        while self._at < len(self._text):
            here = self._text[self._at]
            if here in " \t\r\n" or unicodedata.category(here) == "Zs":
                self._at += 1
            elif self._text.startswith("//", self._at):
                found = re.compile(r"[\r\n]|\Z").search(self._text, self._at)
                assert found is not None
                self._at = found.start()
            elif self._text.startswith("/*", self._at):
                close = self._text.find("*/", self._at + 2)
                if close < 0:
                    raise self._refused(self._at, self._at + 2, "this comment is not closed")
                self._at = close + 2
            else:
                break
        left = self._text[start : self._at]
        if escape := re.search(r"\\[uU]", left):
            raise self._refused(start + escape.start(), self._at, "an escape in a comment", "Leave it out.")
        breaks = len(re.findall(r"\r\n|\r|\n", left))
        return "\n" * breaks or (" " if left else "")

    def _next(self, before: str) -> None:
        here, text = self._text[self._at], self._text
        if here in "'\"":
            self._string(here, before)
        elif here == "`":
            self._quoted(before)
        elif here.isascii() and (
            here.isdigit() or (here == "." and text[self._at + 1 : self._at + 2].isdecimal())
        ):
            self._number(before)
        elif here == "_" or here.isidentifier():
            self._name(before)
        elif found := _PARAMETER.match(text, self._at):
            self._add("parameter", found.group(), found.end(), before)
        elif found := _SIGNS.match(text, self._at):
            self._sign(found, before)
        elif here == "\\":
            raise self._refused(
                self._at,
                self._at + 6,
                "an escape outside a string",
                "Write the character itself; everything is UTF-8.",
            )
        else:
            name = unicodedata.name(here, "a control character")
            raise self._refused(self._at, self._at + 1, f"{name.lower()} is no sign of Cypher")

    def _string(self, mark: str, before: str) -> None:
        text, at, value = self._text, self._at + 1, []
        while at < len(text) and text[at] != mark:
            here = text[at]
            if here == "\\":
                following = text[at + 1 : at + 2]
                if following not in _ESCAPES or not following:
                    raise self._refused(
                        at,
                        at + 2,
                        "an escape that is not known",
                        "Write the character itself; everything is UTF-8.",
                    )
                value.append(_ESCAPES[following])
                at += 2
                continue
            if (unicodedata.category(here) in ("Cc", "Cs") and here not in "\t\r\n") or here == "\ufeff":
                raise self._refused(at, at + 1, f"U+{ord(here):04X} in a string")
            value.append(here)
            at += 1
        if at >= len(text):
            raise self._refused(self._at, self._at + 1, "this string is not closed")
        content = "".join(value)
        if re.search(r"\\[uU]", content):
            # A server that decodes such escapes before it reads the text would see other words than were judged.
            raise self._refused(self._at, at + 1, "a backslash before u", "Pass such a text as a parameter.")
        written = "".join(_WRITTEN.get(c, c) for c in content)
        self._add("string", f"'{written}'", at + 1, before)

    def _quoted(self, before: str) -> None:
        close = self._text.find("`", self._at + 1)
        if close < 0:
            raise self._refused(self._at, self._at + 1, "this name is not closed")
        name = self._text[self._at + 1 : close]
        doubled = self._text.startswith("`", close + 1)
        if not name or doubled or "\\" in name or not name.isprintable() or "\ufeff" in name:
            raise self._refused(self._at, close + 1, "a quoted name that is empty or holds unusual signs")
        self._add("quoted", f"`{name}`", close + 1, before)

    def _number(self, before: str) -> None:
        found = _NUMBER.match(self._text, self._at)
        end = found.end() if found else self._at + 1
        following = self._text[end : end + 1]
        if found is None or following == "_" or following.isidentifier() or following.isdigit():
            raise self._refused(self._at, end + 1, "this is no decimal number")
        if len(found.group()) > 40:
            raise self._refused(self._at, end, "this number is too long")
        self._add("number", found.group(), end, before)

    def _name(self, before: str) -> None:
        end = self._at + 1
        while end < len(self._text) and f"_{self._text[end]}".isidentifier():
            end += 1
        name = self._text[self._at : end]
        if not name.isascii() and any(
            form.isascii() for form in (name.upper(), name.lower(), unicodedata.normalize("NFKC", name))
        ):
            raise self._refused(self._at, end, "a word with letters that only look like Latin ones")
        if len(name) > 128:
            raise self._refused(self._at, end, "this name is too long")
        self._add("name", name, end, before)

    def _sign(self, found: "re.Match[str]", before: str) -> None:
        sign = found.group()
        if sign in _PAIRS:
            self._open.append(len(self._tokens))
        elif sign in _PAIRS.values():
            if not self._open or _PAIRS[self._tokens[self._open[-1]].text] != sign:
                raise self._refused(found.start(), found.end(), "this bracket closes nothing")
            self._tokens[self._open.pop()].match = len(self._tokens)
        self._add("sign", sign, found.end(), before)
