"""Parts of a request that are not valid, in words."""

from collections.abc import Sequence
from typing import Final

from policygraph.error_words import in_chinese
from policygraph.words import Language, word

_PLACES: Final = {"query": "参数", "path": "网址", "header": "请求头", "body": "填写的内容"}
_WORDED: Final = frozenset({"region", "level", "year", "plan", "upper", "task", "note", "reviewer", "kind"})


def field(place: Sequence[object]) -> str:
    """The name of the part that pydantic found at ``place``, for programs."""
    return ".".join(map(str, place))


def told(place: Sequence[object], message: str, language: Language) -> str:
    """What is wrong with the part at ``place``, by what pydantic says."""
    if language == "en":
        return f"{field(place)}: {message}"
    return f"{' '.join(_named(str(name)) for name in place)}：{in_chinese(message)}"


def _named(name: str) -> str:
    return f"{word(name, 'zh')}（{name}）" if name in _WORDED else _PLACES.get(name, name)
