"""Queues of review that are kept from one decision to the next: what changed since is read anew, plan by plan.

A link is told by its plan's run, by what was decided on links of this plan, and by the texts of the plans. So a queue is
in parts, one for each local plan, and a part is good as long as those three are the same. What another person decides,
here or through another program, changes the part that it is about.
"""

import re
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from operator import itemgetter
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from graph.store import Store
from queries import run
from queries.review import Filter, Item, Order, place, queue

MOST: Final = 4
"""Queues that are kept for one store; the one unused for longest goes first."""
_PLAN: Final = re.compile(r"[^.# ]+")

_Placed = list[tuple[tuple[str | int | float, ...], Item]]


@dataclass(frozen=True, slots=True)
class _State:
    """What the links were told by: the ``texts`` of all plans, and of each local plan its runs and decisions."""

    texts: tuple[tuple[Any, ...], ...]
    parts: dict[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A whole queue, in order, with the state that it is of."""

    state: _State
    placed: _Placed


_lock: Final = Lock()
_queues: Final[WeakKeyDictionary[Store, OrderedDict[tuple[Filter, Order], _Kept]]] = WeakKeyDictionary()


def kept_queue(store: Store, wanted: Filter, order: Order) -> list[Item]:
    """The rows of :func:`queries.review.queue`, of which only what has changed is read again. Raises what that raises."""
    # Before the links: a state that is older than they are only has them read once more.
    state = _state(store, wanted.plan)
    with _lock:
        held = _queues.setdefault(store, OrderedDict())
        kept = held.get((wanted, order))
    if kept is None or kept.state != state:
        kept = _Kept(state, _placed(store, wanted, order, state, kept))
    with _lock:
        held[wanted, order] = kept
        held.move_to_end((wanted, order))
        while len(held) > MOST:
            held.popitem(last=False)
    return [item for _, item in kept.placed]


def _placed(store: Store, wanted: Filter, order: Order, state: _State, kept: _Kept | None) -> _Placed:
    before = kept.state.parts if kept is not None else {}
    changed = {p for p in state.parts.keys() | before.keys() if state.parts.get(p) != before.get(p)}
    if kept is None or kept.state.texts != state.texts or 2 * len(changed) > len(state.parts):
        return [(place(item, order), item) for item in queue(store, wanted, order)]
    there = {text[0] for text in state.texts}
    anew = [
        item for plan in sorted(changed & there) for item in queue(store, replace(wanted, plan=plan), order)
    ]
    stay = [pair for pair in kept.placed if pair[1].plan not in changed]
    return sorted([*stay, *((place(item, order), item) for item in anew)], key=itemgetter(0))


def _state(store: Store, plan: str) -> _State:
    """The state of all local plans, or of ``plan``."""
    texts = tuple((p["id"], p["sha256"], p["reader"], p["version"]) for p in run(store, "plan_facts"))
    parts: dict[str, tuple[Any, ...]] = {}
    for row in run(store, "current_runs"):
        parts[row["plan"]] = (*parts.get(row["plan"], ()), row["id"])
    decided: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in run(store, "last_decisions"):
        if source := _PLAN.match(row["subject"]):
            decided[source[0]].append((row["subject"], row["id"], row["decisions"]))
    for about, entries in decided.items():
        parts[about] = (*parts.get(about, ()), *entries)
    return _State(texts, {p: part for p, part in parts.items() if plan in ("", p)})
