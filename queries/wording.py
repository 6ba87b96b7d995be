"""What became of a text: which of its words stayed, which are gone, which are new."""

import re
from difflib import SequenceMatcher
from typing import Final, Literal

Fate = Literal["same", "gone", "new"]
_UNIT: Final = re.compile(r"[A-Za-z0-9.%]+|.", re.DOTALL)


def changes(then: str, now: str) -> list[tuple[Fate, str]]:
    """Both texts in one: pieces with what became of them; Latin words and figures are taken whole.

    Without the new pieces it is ``then``, without those that are gone it is ``now``.

    >>> changes("8月底前交房", "9月底前交房")
    [('gone', '8'), ('new', '9'), ('same', '月底前交房')]
    """
    old, new = _UNIT.findall(then), _UNIT.findall(now)
    found: list[tuple[Fate, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(new[c:d])))
            continue
        if b > a:
            found.append(("gone", "".join(old[a:b])))
        if d > c:
            found.append(("new", "".join(new[c:d])))
    return found
