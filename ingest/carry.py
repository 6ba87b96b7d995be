"""Ids of an earlier reading for the items of a new one: what stands keeps its id, wherever it moved.

Items, tasks and measures apart, are paired in turns:

1. by *stamp*, under the same task first; where one text stands several times, in reading order;
2. by *likeness* of what is left: the Dice coefficient of character pairs, raised a little under the same task and
   beside the same neighbours; the likest pairs first.
3. A task also takes the id of the task that most of its measures stood under, and a measure that is its task's
   heading goes with its task.

What is left is new, and takes the id of its place where no other text ever had that, else the next free ordinal.
No store, no files; the same input gives the same pairs.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, Literal

from graph.model import Measure, PlanDocument, Task

What = Literal["unchanged", "moved", "changed", "added", "removed"]
Kind = Literal["task", "measure"]
Pairs = dict[int, int]
"""Positions in the new reading → positions in the earlier one; nothing stands twice on either side."""

ALIKE: Final = 0.6
"""The likeness from which a text counts as another wording of the same."""

SAME_TASK: Final = 0.1
NEIGHBOUR: Final = 0.05
_MOST: Final = 0.5
_NOWHERE: Final = "?"
"""No id: the place of a task that has no partner."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task or a measure as it is paired. ``parent`` is the id of the task it stands under, None at the top."""

    id: str
    text: str
    stamp: str
    parent: str | None
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The items of a plan, both in reading order."""

    tasks: tuple[Item, ...] = ()
    measures: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """Which items of two readings are the same."""

    tasks: Pairs
    measures: Pairs


@dataclass(frozen=True, slots=True)
class Fate:
    """What happened to an item. ``id`` is that of the new reading, of the earlier one where it is removed.

    ``moved`` says of a changed item whether it moved as well. ``before`` and ``after`` are the texts, empty where
    there is none.
    """

    kind: Kind
    id: str
    what: What
    moved: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A document with the ids that its items keep, and what happened to each."""

    document: PlanDocument
    fates: tuple[Fate, ...]


def reading(document: PlanDocument) -> Reading:
    """The items of a document."""
    return Reading(
        tuple(Item(t.id, t.title, t.stamp, t.parent) for t in document.tasks),
        tuple(Item(m.id, m.text, m.stamp, m.task, m.heading) for m in document.measures),
    )


def carry(
    document: PlanDocument, earlier: Reading, *, remembered: Iterable[Item] = (), taken: Collection[str] = ()
) -> Carried:
    """Give the items of ``document`` the ids that they had.

    Args:
        earlier: the reading that ``document`` takes the place of.
        remembered: items that stand no more, of which a text that comes back takes the id; the first of a text wins.
        taken: further ids that no new text may have.
    """
    new = reading(document)
    remembered = list(remembered)
    stand = {i.id for i in (*earlier.tasks, *earlier.measures)}
    pairs = match(earlier, new, known={i.stamp for i in remembered if i.id not in stand})
    ids = {
        "task": _known(new.tasks, earlier.tasks, pairs.tasks),
        "measure": _known(new.measures, earlier.measures, pairs.measures),
    }
    _recall(new.tasks, ids["task"], stand, [i for i in remembered if "#" not in i.id])
    _recall(new.measures, ids["measure"], stand, [i for i in remembered if "#" in i.id])
    used = stand | {i.id for i in remembered} | set(taken)
    carried = _renamed(document, ids["task"], ids["measure"], used)
    return Carried(carried, fates(earlier, reading(carried), pairs))


def match(earlier: Reading, new: Reading, *, known: Collection[str] = ()) -> Matching:
    """Pair the items of two readings, of one plan or of two.

    Args:
        known: stamps of texts that have an id of their own, and so are no other wording of anything.
    """
    tasks = _only_ones(earlier.tasks, new.tasks)
    _down_the_tree(earlier.tasks, new.tasks, tasks)
    measures = _same_text(earlier.measures, new.measures, _parents(earlier.tasks, new.tasks, tasks))
    _by_measures(earlier, new, tasks, measures)
    _alike(earlier.tasks, new.tasks, tasks, _parents(earlier.tasks, new.tasks, tasks), known)
    parents = _parents(earlier.tasks, new.tasks, tasks)
    _headings(earlier, new, parents, measures)
    _alike(earlier.measures, new.measures, measures, parents, known)
    return Matching(tasks, measures)


def fates(earlier: Reading, new: Reading, pairs: Matching) -> tuple[Fate, ...]:
    """What happened to each item: those of the new reading in its order, tasks first, then what is gone."""
    parents = _parents(earlier.tasks, new.tasks, pairs.tasks)
    return (
        *_fates("task", earlier.tasks, new.tasks, pairs.tasks, parents),
        *_fates("measure", earlier.measures, new.measures, pairs.measures, parents),
    )


def _known(new: Sequence[Item], earlier: Sequence[Item], pairs: Pairs) -> dict[str, str]:
    return {new[a].id: earlier[b].id for a, b in pairs.items()}


def _recall(
    new: Sequence[Item], ids: dict[str, str], used: Collection[str], remembered: Sequence[Item]
) -> None:
    """Items without an id take one that is remembered for their text, that of their own place first."""
    waiting: dict[str, list[Item]] = defaultdict(list)
    for item in remembered:
        if item.id not in used:
            waiting[item.stamp].append(item)
    given: set[str] = set()
    for item in new:
        if item.id in ids:
            continue
        free = [known for known in waiting.get(item.stamp, ()) if known.id not in given]
        if free:
            # The id of its own place, where that is among them: a plan that is read again gets what it had.
            chosen = next((known for known in free if known.id == item.id), free[0])
            given.add(chosen.id)
            ids[item.id] = chosen.id


def _only_ones(earlier: Sequence[Item], new: Sequence[Item]) -> Pairs:
    """Pair the texts that stand once on both sides: no place can speak against it."""
    pairs: Pairs = {}
    once = {s for s, n in Counter(i.stamp for i in earlier).items() if n == 1}
    once &= {s for s, n in Counter(i.stamp for i in new).items() if n == 1}
    _zip(earlier, new, pairs, lambda i: i.stamp if i.stamp in once else None, lambda i: i.stamp)
    return pairs


def _same_text(
    earlier: Sequence[Item], new: Sequence[Item], parents: Mapping[str | None, str | None]
) -> Pairs:
    """Pair equal texts: those under the same task, then what is left, each in reading order."""
    pairs: Pairs = {}
    _same_task(earlier, new, pairs, parents)
    _zip(earlier, new, pairs, lambda i: i.stamp, lambda i: i.stamp)
    return pairs


def _same_task(
    earlier: Sequence[Item],
    new: Sequence[Item],
    pairs: Pairs,
    parents: Mapping[str | None, str | None],
    *,
    only: Iterable[int] | None = None,
) -> None:
    """Pair equal texts under the same task."""

    def place(item: Item) -> tuple[str, str | None]:
        return item.stamp, parents.get(item.parent, _NOWHERE)

    _zip(earlier, new, pairs, lambda i: (i.stamp, i.parent), place, only=only)


def _down_the_tree(earlier: Sequence[Item], new: Sequence[Item], pairs: Pairs) -> None:
    """Pair tasks whose text stands several times, from the top down: those under one task before those that moved."""
    for level in _levels(new):
        _same_task(earlier, new, pairs, _parents(earlier, new, pairs), only=level)
    for level in _levels(new):
        _zip(earlier, new, pairs, lambda i: i.stamp, lambda i: i.stamp, only=level)


def _levels(items: Sequence[Item]) -> list[list[int]]:
    depth: dict[str | None, int] = {None: 0}
    levels: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        depth[item.id] = depth.get(item.parent, 0) + 1
        levels[depth[item.id]].append(place)
    return [levels[d] for d in sorted(levels)]


def _zip(
    earlier: Sequence[Item],
    new: Sequence[Item],
    pairs: Pairs,
    key: Callable[[Item], object],
    new_key: Callable[[Item], object],
    *,
    only: Iterable[int] | None = None,
) -> None:
    """Pair what is still free and has equal keys, the first with the first; a key None pairs nothing."""
    free: dict[object, list[int]] = defaultdict(list)
    taken = set(pairs.values())
    for place, item in enumerate(earlier):
        if place not in taken and (value := key(item)) is not None:
            free[value].append(place)
    for places in free.values():
        places.reverse()
    for place in range(len(new)) if only is None else only:
        if place not in pairs and (found := free.get(new_key(new[place]))):
            pairs[place] = found.pop()


def _parents(earlier: Sequence[Item], new: Sequence[Item], pairs: Pairs) -> dict[str | None, str | None]:
    """Ids of the new reading's tasks → ids of the same ones in the earlier reading; the top is the top."""
    return {None: None} | {new[a].id: earlier[b].id for a, b in pairs.items()}


def _by_measures(earlier: Reading, new: Reading, tasks: Pairs, measures: Pairs) -> None:
    """Pair tasks without a partner where most of the measures of both stood under the other."""
    at_new, at_old = ({t.id: i for i, t in enumerate(r.tasks)} for r in (new, earlier))
    shared: Counter[tuple[int, int]] = Counter()
    for a, b in measures.items():
        one, other = new.measures[a], earlier.measures[b]
        if one.parent in at_new and other.parent in at_old and not one.heading:
            shared[at_new[one.parent], at_old[other.parent]] += 1
    size_new, size_old = (Counter(m.parent for m in r.measures if not m.heading) for r in (new, earlier))
    taken = set(tasks.values())
    for (a, b), number in sorted(shared.items(), key=lambda entry: (-entry[1], entry[0])):
        most = _MOST * max(size_new[new.tasks[a].id], size_old[earlier.tasks[b].id])
        if a not in tasks and b not in taken and number > most:
            tasks[a] = b
            taken.add(b)


def _headings(
    earlier: Reading, new: Reading, parents: Mapping[str | None, str | None], measures: Pairs
) -> None:
    """A heading's own measure goes with its task, whatever it was paired with by its words."""
    was = {m.parent: i for i, m in enumerate(earlier.measures) if m.heading}
    holder = {b: a for a, b in measures.items()}
    for place, item in enumerate(new.measures):
        if item.heading and item.parent in parents and parents[item.parent] in was:
            wanted = was[parents[item.parent]]
            if (other := holder.pop(wanted, place)) != place:
                del measures[other]
            if (left := measures.pop(place, None)) is not None:
                holder.pop(left, None)
            measures[place] = wanted
            holder[wanted] = place


def _alike(
    earlier: Sequence[Item],
    new: Sequence[Item],
    pairs: Pairs,
    parents: Mapping[str | None, str | None],
    known: Collection[str],
) -> None:
    """Pair the likest texts of what is left."""
    found: list[tuple[float, int, int]] = []
    for a, b, likeness in _likenesses(earlier, new, pairs, known):
        if new[a].parent in parents and parents[new[a].parent] == earlier[b].parent:
            likeness += SAME_TASK
        if pairs.get(a - 1, -9) == b - 1 or pairs.get(a + 1, -9) == b + 1:
            likeness += NEIGHBOUR
        if likeness >= ALIKE:
            found.append((-likeness, a, b))
    taken: set[int] = set()
    for _, a, b in sorted(found):
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)


def _likenesses(
    earlier: Sequence[Item], new: Sequence[Item], pairs: Pairs, known: Collection[str]
) -> Iterator[tuple[int, int, float]]:
    """Places and likeness of the unpaired items of both sides that could be alike enough."""
    taken = set(pairs.values())
    left = {b: bigrams(item.text) for b, item in enumerate(earlier) if b not in taken}
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for b, grams in left.items():
        for gram, times in grams.items():
            holders[gram].append((b, times))
    size = {b: grams.total() for b, grams in left.items()}
    for a, item in enumerate(new):
        if a in pairs or item.stamp in known:
            continue
        grams = bigrams(item.text)
        own = grams.total()
        held: dict[int, int] = defaultdict(int)
        for gram, times in grams.items():
            for b, others in holders.get(gram, ()):
                held[b] += min(times, others)
        for b, number in held.items():
            likeness = 2 * number / (own + size[b])
            if likeness >= ALIKE - SAME_TASK - NEIGHBOUR:
                yield a, b, likeness


def bigrams(text: str) -> Counter[str]:
    """The pairs of characters of a text; a text of one character is its own."""
    return Counter(text[i : i + 2] for i in range(len(text) - 1)) or Counter([text])


def _fates(
    kind: Kind,
    earlier: Sequence[Item],
    new: Sequence[Item],
    pairs: Pairs,
    parents: Mapping[str | None, str | None],
) -> list[Fate]:
    stays = [a for a in sorted(pairs) if parents.get(new[a].parent, _NOWHERE) == earlier[pairs[a]].parent]
    settled = _settled(stays, new, pairs)
    result = []
    for a, item in enumerate(new):
        if a not in pairs:
            result.append(Fate(kind, item.id, "added", False, "", item.text))
            continue
        old = earlier[pairs[a]]
        moved = a not in settled
        what: What = "changed" if old.stamp != item.stamp else "moved" if moved else "unchanged"
        result.append(Fate(kind, item.id, what, moved, old.text, item.text))
    gone = set(range(len(earlier))) - set(pairs.values())
    result += [Fate(kind, earlier[b].id, "removed", False, earlier[b].text, "") for b in sorted(gone)]
    return result


def _settled(stays: Sequence[int], new: Sequence[Item], pairs: Pairs) -> set[int]:
    """Of the items that stay under their task, the most that keep their order among each other."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for a in stays:
        groups[new[a].parent].append(a)
    settled: set[int] = set()
    for group in groups.values():
        settled |= _longest_ascending(group, pairs)
    return settled


def _longest_ascending(places: Sequence[int], pairs: Pairs) -> set[int]:
    ends: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for a in places:
        at = bisect_left(ends, pairs[a])
        before[a] = last[at - 1] if at else None
        ends[at : at + 1] = [pairs[a]]
        last[at : at + 1] = [a]
    kept: set[int] = set()
    step: int | None = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return kept


def _renamed(
    document: PlanDocument, tasks: Mapping[str, str], measures: Mapping[str, str], used: Collection[str]
) -> PlanDocument:
    """The document with known ids, and new ones for the rest that nothing in ``used`` has."""
    used = {*used, *tasks.values(), *measures.values()}
    task_ids = dict(tasks)
    siblings = Counter(t.parent for t in document.tasks)
    for task in document.tasks:
        if task.id not in task_ids:
            above = document.plan.id if task.parent is None else task_ids[task.parent]
            task_ids[task.id] = _free(f"{above}.", task.ordinal, siblings[task.parent] + 1, used)
            used.add(task_ids[task.id])
    last: dict[str, int] = defaultdict(int)
    for measure in document.measures:
        last[measure.task] = max(last[measure.task], measure.ordinal)
    measure_ids = dict(measures)
    for measure in document.measures:
        if measure.id not in measure_ids:
            id_ = _free(f"{task_ids[measure.task]}#", measure.ordinal, last[measure.task] + 1, used)
            measure_ids[measure.id] = id_
            used.add(id_)
    return replace(
        document,
        tasks=tuple(_task(t, task_ids) for t in document.tasks),
        measures=tuple(_measure(m, task_ids, measure_ids) for m in document.measures),
        targets=tuple(
            replace(t, id=f"{measure_ids[t.measure]}!{t.ordinal}", measure=measure_ids[t.measure])
            for t in document.targets
        ),
    )


def _task(task: Task, ids: Mapping[str, str]) -> Task:
    return replace(task, id=ids[task.id], parent=None if task.parent is None else ids[task.parent])


def _measure(measure: Measure, tasks: Mapping[str, str], ids: Mapping[str, str]) -> Measure:
    return replace(measure, id=ids[measure.id], task=tasks[measure.task])


def _free(stem: str, own: int, further: int, used: Collection[str]) -> str:
    """The id of the item's own ordinal, or the first from ``further`` on that nothing has."""
    if (id_ := f"{stem}{own}") not in used:
        return id_
    return next(id_ for n in count(further) if (id_ := f"{stem}{n}") not in used)
