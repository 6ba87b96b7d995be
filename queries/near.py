"""What is not there, and what may have been meant: the ids nearest to it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from graph.errors import NotFoundError
from graph.store import Store
from queries.registry import run

MOST: Final = 5
"""Ids that a remedy names."""
_ALIKE: Final = 0.6


def nearest(text: str, known: Iterable[str]) -> list[str]:
    """Those of ``known`` that ``text`` may be meant for, the nearest first."""
    return get_close_matches(text, list(known), n=MOST, cutoff=_ALIKE)


def no_plan(store: Store, id_: str) -> NotFoundError:
    """There is no plan ``id_``."""
    return NotFoundError(f"there is no plan {id_!r}", remedy=_plans(store, id_))


def no_task(store: Store, id_: str) -> NotFoundError:
    """There is no task ``id_``."""
    return NotFoundError(f"there is no task {id_!r}", remedy=_tasks(store, id_))


def no_measure(store: Store, id_: str) -> NotFoundError:
    """There is no measure ``id_``."""
    task = id_.partition("#")[0]
    if not run(store, "task", task=task):
        return NotFoundError(f"there is no measure {id_!r}", remedy=_tasks(store, task))
    meant = ", ".join(nearest(id_, (row["id"] for row in run(store, "task_measures", task=task))))
    told = f"Did you mean {meant}? policygraph show {task} lists the task's measures."
    return NotFoundError(
        f"there is no measure {id_!r}",
        remedy=told if meant else f"policygraph show {task} lists the task's measures.",
    )


def no_region(text: str, names: Mapping[str, str]) -> NotFoundError:
    """There is no region with this id or name; ``names`` are those that there are, by id."""
    known = {word: id_ for id_, name in names.items() for word in (id_, name)}
    found = dict.fromkeys(known[word] for word in nearest(text, known))
    meant = ", ".join(f"{id_} ({names[id_]})" for id_ in found)
    told = f"Did you mean {meant}? policygraph query regions lists the regions."
    return NotFoundError(
        f"there is no region {text!r}",
        remedy=told if meant else "policygraph query regions lists the regions.",
    )


def _plans(store: Store, id_: str) -> str:
    known = [row["id"] for row in run(store, "plan_facts")]
    if not known:
        return "There are no plans yet: policygraph build DIR reads them."
    if meant := ", ".join(nearest(id_, known)):
        return f"Did you mean {meant}? policygraph show lists the plans."
    return f"policygraph show lists the plans, such as {', '.join(known[:MOST])}."


def _tasks(store: Store, id_: str) -> str:
    plan = id_.partition(".")[0]
    known = [row["id"] for row in run(store, "plan_tasks", plan=plan)]
    if not known:
        return _plans(store, plan)
    if meant := ", ".join(nearest(id_, known)):
        return f"Did you mean {meant}? policygraph show {plan} lists the plan's tasks."
    return f"policygraph show {plan} lists the plan's tasks."
