"""Parts of a request that are not valid, in words."""

from collections.abc import Sequence
from typing import Final

from policygraph.error_words import in_chinese
from policygraph.words import Language, word

_NAMES: Final = {
    "query": "参数", "path": "网址", "header": "请求头", "body": "填写的内容", "name": "field_name",
    "parent": "field_parent",
}  # fmt: skip
"""What the places of a request, and fields of its forms, are called: words, or keys of words."""
_WORDED: Final = frozenset({"region", "level", "year", "plan", "upper", "task", "note", "reviewer", "kind"})


def field(place: Sequence[object]) -> str:
    """The name of the part that pydantic found at ``place``, for programs."""
    return ".".join(map(str, place))


def told(place: Sequence[object], message: str, language: Language) -> str:
    """What is wrong with the part at ``place``, by what pydantic says."""
    if language == "en":
        return f"{field(place)}: {message}"
    # What is no name is one of the forms that a value may have.
    names = [
        _named(name) for name in map(str, place) if name.replace("-", "_").isidentifier() or name.isdecimal()
    ]
    return f"{' '.join(names)}：{in_chinese(message)}"


def _named(name: str) -> str:
    if name in _WORDED:
        return f"{word(name, 'zh')}（{name}）"
    return word(_NAMES[name], "zh") if name in _NAMES else name
