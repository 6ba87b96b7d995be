"""Text to paragraphs: uniform line ends and spaces, hard-wrapped lines joined again."""

import re
import statistics

from ingest.markers import line_marker

_SPACES = re.compile(r"[\s\u200b\ufeff]+")
WORDS = re.compile(r"[^\s\u200b\ufeff]")
"""Every character that normalising leaves as it is; all others are blanks, which it may drop, add or replace."""
_BETWEEN_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
_INDENT = re.compile(r"^(?:\u3000|\u00a0| {2,}|\t)")
_ENDS = "。！？；：:!?;"
_LONG = 20
_WRAPPED_SHARE = 0.3
_FULL_SHARE = 0.8


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plan, without blank ones, each free of leading, trailing and stray inner spaces."""
    lines = [line for line in re.split(r"\r\n|\r|\n|\f|\v", text) if _tidy(line)]
    return [_tidy(line) for line in _join_wrapped(lines)]


def _tidy(line: str) -> str:
    return _BETWEEN_CHINESE.sub("", _SPACES.sub(" ", line).strip())


def _join_wrapped(lines: list[str]) -> list[str]:
    """Join lines that were broken at a fixed width; leave a text of one line a paragraph as it is."""
    tidy = [_tidy(line) for line in lines]
    long = [line for line in tidy if len(line) >= _LONG]
    broken = [line for line in long if line[-1] not in _ENDS]
    if len(long) < 3 or len(broken) < _WRAPPED_SHARE * len(long):
        return lines
    width = statistics.median(len(line) for line in broken)
    if max(len(line) for line in long) > 2 * width:
        return lines
    indented = sum(bool(_INDENT.match(line)) for line in lines) >= 3
    joined: list[str] = []
    previous_full = False
    for raw, line in zip(lines, tidy, strict=True):
        starts = bool(_INDENT.match(raw)) if indented else line_marker(line) is not None
        if joined and previous_full and not starts:
            joined[-1] += glue(joined[-1], line) + line
        else:
            joined.append(line)
        previous_full = len(line) >= _FULL_SHARE * width
    return joined


def glue(left: str, right: str) -> str:
    """A space where a break fell between two Latin words, nothing between Chinese characters."""
    return (
        " "
        if left[-1:].isascii() and left[-1:].isalpha() and right[:1].isascii() and right[:1].isalpha()
        else ""
    )
