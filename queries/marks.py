"""Which words two texts share, as places to mark.

A run is a stretch of Chinese characters, and of numbers and Latin words taken whole, that stands in both texts. It
counts from two characters or one such word on. Longer runs come first; verbs that every plan is full of
(:data:`COMMON`) are no likeness, alone or at the ends of a run.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

Span = tuple[int, int]
"""Start and end of a stretch of text, in code points."""

COMMON: Final = (
    "推进", "推动", "推行", "促进", "加强", "加快", "加大", "强化", "开展", "实施", "落实", "组织", "完善", "健全", "建立",
    "做好", "抓好", "深入", "深化", "持续", "继续", "积极", "大力", "全面", "切实", "稳步", "稳妥", "扎实", "有序", "着力",
    "进一步", "提升", "提高", "完成", "确保", "力争", "工作", "不断", "认真", "重点", "以及", "相关", "有关", "进行", "全部",
)  # fmt: skip

_CHINESE: Final = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_UNIT: Final = re.compile(rf"[A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*[%％‰]?|{_CHINESE}")
_LEADING: Final = re.compile(rf"^(?:{'|'.join(COMMON)})+")
_TRAILING: Final = re.compile(rf"(?:{'|'.join(COMMON)})+$")
_PARTICLES: Final = re.compile(rf"(?:{'|'.join(COMMON)}|[的地得和与及或并等在对为以是有将把从到了着各其])+")
_WORDS: Final = 0xF0000
"""Where the private characters begin that stand for whole words."""


def common(text: str, other: str) -> tuple[list[Span], list[Span]]:
    """The places in ``text`` and in ``other`` of the runs that both hold, each in ascending order.

    The same runs are marked on both sides, at every place where they stand; no two places of a side overlap.

    >>> common("新开工改造老旧小区860个", "全年改造老旧小区2.6万个")
    ([(3, 9)], [(2, 8)])
    """
    words: dict[str, str] = {}
    left, right = _Side(text, words, "\0"), _Side(other, words, "\1")
    while run := left.longest(right):
        kept = "" if _PARTICLES.fullmatch(run) else _without_common(run)
        if _counts(kept):
            left.mark(kept)
            right.mark(kept)
        else:
            before, _, after = run.partition(kept) if kept else (run, "", "")
            left.block(before or after)
    return sorted(left.spans), sorted(right.spans)


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """``text`` cut at ``spans`` (ascending, apart): each piece with whether it is one; joined they are ``text``."""
    result: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        result += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in (*result, (text[at:], False)) if piece[0]]


def marked(text: str, others: str | Iterable[str]) -> list[tuple[str, bool]]:
    """``text`` in pieces, and of each whether it is made of runs that one of ``others`` holds."""
    joined = others if isinstance(others, str) else "\n".join(others)
    return pieces(text, common(text, joined)[0])


class _Side:
    """A text as units, one character each: a Chinese character itself, a private one for a whole word, ``gap`` else."""

    def __init__(self, text: str, words: dict[str, str], gap: str) -> None:
        self.spans: list[Span] = []
        self._places: list[Span] = []
        self._gap = gap
        units = []
        last = 0
        for found in _UNIT.finditer(text):
            if found.start() > last:
                units.append(gap)
                self._places.append((last, found.start()))
            unit = found[0]
            if not re.match(_CHINESE, unit):
                unit = words.setdefault(unit, chr(_WORDS + len(words)))
            units.append(unit)
            self._places.append(found.span())
            last = found.end()
        self.units = "".join(units)

    def longest(self, other: "_Side") -> str:
        """The first of the longest runs that both hold, empty where there is none."""
        best, size = "", 0
        for start in range(len(self.units)):
            size = max(size - 1, 0)
            while start + size < len(self.units) and self.units[start : start + size + 1] in other.units:
                size += 1
            run = self.units[start : start + size]
            if size > len(best) and _counts(run):
                best = run
        return best

    def mark(self, run: str) -> None:
        """Mark each place of ``run``, and let no later run stand there."""
        for start in self.block(run):
            self.spans.append((self._places[start][0], self._places[start + len(run) - 1][1]))

    def block(self, run: str) -> list[int]:
        """Let no later run stand where ``run`` stands; returns where that is."""
        places = [found.start() for found in re.finditer(re.escape(run), self.units)]
        self.units = self.units.replace(run, self._gap * len(run))
        return places


def _counts(run: str) -> bool:
    return len(run) > 1 or (run != "" and ord(run) >= _WORDS)


def _without_common(run: str) -> str:
    """``run`` without the common verbs at both ends."""
    return _TRAILING.sub("", _LEADING.sub("", run))
