"""Parts of a request that are not valid, in words."""

from collections.abc import Sequence
from typing import Final

from policygraph.error_words import in_chinese
from policygraph.words import Language, word

_PLACES: Final = {"query": "参数", "path": "网址", "header": "请求头", "body": "填写的内容"}
_LABELS: Final = {
    "region": "region", "level": "level", "year": "year", "plan": "plan", "upper": "upper", "task": "task",
    "mode": "counting", "least": "least_confidence", "name": "field_name", "parent": "field_parent", "note": "note",
    "reviewer": "reviewer", "kind": "review_kind", "order": "review_order", "finding": "review_state",
    "text": "words_contained",
}  # fmt: skip
"""The word that a page labels a field by."""


def field(place: Sequence[object]) -> str:
    """The name of the part that pydantic found at ``place``, for programs."""
    return ".".join(map(str, place))


def told(place: Sequence[object], message: str, language: Language) -> str:
    """What is wrong with the part at ``place``, by what pydantic says."""
    if language == "en":
        return f"{field(place)}: {message}"
    # What is no name is one of the forms that a value may have.
    names = [name for name in map(str, place) if name.replace("-", "_").isidentifier() or name.isdecimal()]
    return f"{' '.join(map(_named, names))}：{in_chinese(message)}"


def _named(name: str) -> str:
    if name in _LABELS:
        return f"{word(_LABELS[name], 'zh')}（{name}）"
    return _PLACES.get(name, name)
