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
    message = f"there is no plan {id_!r}"
    known = [row["id"] for row in run(store, "plan_facts")]
    if not known:
        return NotFoundError(message, remedy="There are no plans yet: policygraph build DIR reads them.")
    if meant := ", ".join(nearest(id_, known)):
        return NotFoundError(message, remedy=f"Did you mean {meant}? policygraph show lists the plans.")
    examples = ", ".join(known[:MOST])
    return NotFoundError(message, remedy=f"policygraph show lists the plans, such as {examples}.")


def no_task(store: Store, id_: str) -> NotFoundError:
    """There is no task ``id_``, or no plan that it could be of."""
    plan = id_.partition(".")[0]
    known = [row["id"] for row in run(store, "plan_tasks", plan=plan)]
    if not known:
        return NotFoundError(f"there is no task {id_!r}", remedy=no_plan(store, plan).remedy)
    if meant := ", ".join(nearest(id_, known)):
        told = f"Did you mean {meant}? policygraph show {plan} lists the plan's tasks."
    else:
        told = f"policygraph show {plan} lists the plan's tasks."
    return NotFoundError(f"there is no task {id_!r}", remedy=told)


def no_measure(store: Store, id_: str) -> NotFoundError:
    """There is no measure ``id_``, or no task that it could be of."""
    message = f"there is no measure {id_!r}"
    task = id_.partition("#")[0]
    if not run(store, "task", task=task):
        return NotFoundError(message, remedy=no_task(store, task).remedy)
    meant = ", ".join(nearest(id_, (row["id"] for row in run(store, "task_measures", task=task))))
    told = f"Did you mean {meant}? policygraph show {task} lists the task's measures."
    return NotFoundError(
        message, remedy=told if meant else f"policygraph show {task} lists the task's measures."
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
