"""The lists of the pages as rows and captions, for files that offices open."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, get_args

from graph.errors import InputError
from graph.store import Row, Store
from policygraph.words import Language, word
from queries import answers
from review import View

List = Literal["plans", "matrix", "coverage", "gaps", "unaligned", "targets"]
LISTS: Final[tuple[List, ...]] = get_args(List)
Captions = dict[str, tuple[str, str]]

# The key of a row, and the word that stands over it.
_COLUMNS: Final[dict[List, dict[str, str]]] = {
    "plans": {
        "id": "export_plan_id", "name": "region", "level": "level", "year": "year", "title": "title",
        "issuer": "list_issuer", "published": "list_published", "measures": "measures",
    },
    "matrix": {
        "number": "number", "title": "priority", "task": "list_task", "plan": "export_plan_id", "region": "region",
        "status": "status", "score": "score", "covered": "covered", "partial": "partial", "measures": "measures",
    },
    "coverage": {
        "title": "priority", "target": "export_target", "text": "export_target_text", "status": "status",
        "score": "score", "confidence": "confidence", "reason": "reason", "words": "export_source_text",
        "source": "export_source",
    },
    "gaps": {
        "title": "priority", "target": "export_target", "text": "export_target_text", "status": "status",
        "score": "score", "words": "nearest", "source": "export_source",
    },
    "unaligned": {"title": "task", "id": "export_source", "text": "export_source_text"},
    "targets": {
        "indicator": "indicator", "comparator": "comparator", "value": "value", "value_to": "list_value_to",
        "unit": "list_unit", "base": "list_base", "due": "due", "commitment": "list_commitment", "text": "text",
        "measure": "export_source", "measure_text": "export_source_text",
    },
}  # fmt: skip


def captions(name: List) -> Captions:
    """What stands over the columns of a list, Chinese and English, by the key of a row."""
    return {key: (word(shown, "zh"), word(shown, "en")) for key, shown in _COLUMNS[name].items()}


def rows(
    store: Store, name: List, plan: str | None, upper: str | None, view: View, language: Language
) -> Iterable[Row]:
    """The rows of a list.

    Raises:
        InputError: the list is of one plan, and none is named.
        NotFoundError: a plan is not there, or was not linked to the upper one.
    """
    match name:
        case "plans":
            return [p | {"level": word(p["level"], language)} for p in answers.plans(store)]
        case "matrix":
            return list(_matrix(store, upper, view, language))
    if plan is None:
        raise InputError(f"the list {name} is of one plan", where="query.plan", remedy="Name it: ?plan=ID.")
    return list(_OF_PLAN[name](store, plan, upper, view, language))


def _matrix(store: Store, upper: str | None, view: View, language: Language) -> Iterator[Row]:
    found = answers.matrix(store, upper, view)
    for task, line in zip(found.tasks, found.cells, strict=True):
        for plan, cell in zip(found.plans, line, strict=True):
            yield {
                "number": task["number"], "title": task["title"], "task": task["id"], "plan": plan["id"],
                "region": plan["name"], "status": word(cell.status, language), "score": cell.score,
                "covered": cell.covered, "partial": cell.partial, "measures": cell.measures,
            }  # fmt: skip


def _coverage(store: Store, plan: str, upper: str | None, view: View, language: Language) -> Iterator[Row]:
    for task in answers.coverage(store, plan, upper, view).tasks:
        for m in task.measures:
            best = m.evidence[0] if m.evidence else None
            yield {
                "title": task.title, "target": m.target, "text": m.text, "status": word(m.status, language),
                "score": m.score, "confidence": m.confidence, "reason": word(m.reason, language) if m.reason else "",
                "words": best.text if best else "", "source": best.source if best else "",
            }  # fmt: skip


def _gaps(store: Store, plan: str, upper: str | None, view: View, language: Language) -> Iterator[Row]:
    for gap in answers.gaps(store, plan, upper, view=view).gaps:
        yield {
            "title": gap.title, "target": gap.target, "text": gap.text, "status": word(gap.status, language),
            "score": gap.score, "words": gap.nearest.text if gap.nearest else "",
            "source": gap.nearest.source if gap.nearest else "",
        }  # fmt: skip


def _unaligned(store: Store, plan: str, upper: str | None, view: View, _: Language) -> Iterator[Row]:
    after = -1
    while found := answers.unaligned(store, plan, upper, after=after, view=view):
        yield from found
        after = found[-1]["start"]


def _targets(store: Store, plan: str, _: str | None, __: View, ___: Language) -> Iterator[Row]:
    yield from answers.targets(store, plan)


_OF_PLAN: Final[dict[str, Callable[[Store, str, str | None, View, Language], Iterator[Any]]]] = {
    "coverage": _coverage, "gaps": _gaps, "unaligned": _unaligned, "targets": _targets,
}  # fmt: skip
