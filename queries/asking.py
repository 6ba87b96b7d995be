"""Named queries as people ask them: what a value names must be there, so that no rows mean that there are none.

The front matter says of a parameter what its value names (``of``): a plan, task, measure or region is looked up by one query
of one node; a level, mode, status or kind is one of a few words. A value that is the default is not looked up.
"""

from collections.abc import Callable
from typing import Any, Final, get_args

from graph.errors import InputError
from graph.model import LEVELS, CoverageStatus, MeasureKind, TaskKind
from graph.store import Row, Store
from queries import answers, grid
from queries.cascade import Standing
from queries.near import nearest, no_plan
from queries.registry import Parameter, get, run
from review.rules import Mode

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "level": LEVELS, "mode": get_args(Mode), "status": get_args(CoverageStatus), "standing": get_args(Standing),
    "task kind": get_args(TaskKind), "measure kind": get_args(MeasureKind),
}  # fmt: skip


def ask(store: Store, name: str, /, **given: Any) -> list[Row]:
    """The rows of the query or named answer called ``name``.

    Raises:
        NotFoundError: there is no such query, or a parameter names a plan, task, measure or region that is not there.
        InputError: a parameter is missing, unknown or wrong.
    """
    query = get(name)
    bound = query.bind(given)
    for parameter in query.parameters:
        value = bound[parameter.name]
        if parameter.of and (parameter.required or value != parameter.default):
            for one in value if isinstance(value, list) else [value]:
                _check(store, parameter, one)
    return run(store, name, **bound)


def _check(store: Store, parameter: Parameter, value: str) -> None:
    words = _WORDS.get(parameter.of)
    if words is None:
        _LOOKED_UP[parameter.of](store, value)
    elif value not in words:
        meant = ", ".join(nearest(value, words)) or ", ".join(words)
        raise InputError(
            f"there is no {parameter.of} {value!r}",
            where=f"parameter {parameter.name}",
            remedy=f"Write: {meant}.",
        )


def _past_plan(store: Store, id_: str) -> None:
    """A plan, or one that was removed and of which a version or a decision is kept."""
    kept = [{"plan": id_}, {"upper": id_}]
    if not (
        run(store, "plans", plan=id_)
        or run(store, "versions", plan=id_)
        or any(run(store, "decisions", **of) for of in kept)
    ):
        raise no_plan(store, id_)


def _task_or_measure(store: Store, id_: str) -> None:
    (answers.measure if "#" in id_ else answers.task)(store, id_)


def _region(store: Store, text: str) -> None:
    grid.regions(store).find(text)


_LOOKED_UP: Final[dict[str, Callable[[Store, str], object]]] = {
    "plan": answers.plan, "past plan": _past_plan, "task": answers.task, "measure": answers.measure,
    "task or measure": _task_or_measure, "region": _region,
}  # fmt: skip
