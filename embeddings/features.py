"""What the scoring model looks at: two plans as numbers.

A local measure is seen at three widths: its own clause, its statement (the sentence it stands in), the headings
above it. An upper task is seen through its measures and through its profile, the mean of them; a *view* of it is
the mean of the best single measure and the profile.

:data:`TASK_FEATURES`, of a local measure and an upper task:

- ``clause``, ``statement``, ``headings``: views at the three widths, by the encoder.
- ``words``: the view of the statement by character n-grams, in which rare words weigh more.
- ``siblings``: mean view of the other statements under the same heading.
- ``neighbours``: mean view of the statement before and the one after.
- ``children``: for a heading, mean view of the statements below it.

:data:`PAIR_FEATURES`, of a local and an upper measure:

- ``statement``, ``headings``: similarity at those widths, by the encoder.
- ``words``, ``meaning``, ``wording``: share of the upper measure's words, words like them, and characters that the local
  text holds, see :mod:`embeddings.overlap`.
- ``preference``: by how many standard deviations the local measure prefers this upper measure to the others.
- ``task``: logarithm of the probability that the local measure implements the upper one's task.

Encoders have scales of their own. Similarities and views of any other than policy-zh are brought to the mean and
spread that policy-zh gives for the same two plans, so that one set of weights serves all.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Progress, Vectors
from embeddings.overlap import (
    Indices,
    MeaningOverlap,
    WordingOverlap,
    WordOverlap,
    characters,
    once,
    reference,
)
from embeddings.search import Dense, best, blocks, is_sparse, similarities, unit

TASK_FEATURES: Final = (
    "clause", "statement", "headings", "words", "siblings", "neighbours", "children",
)  # fmt: skip
PAIR_FEATURES: Final = ("statement", "headings", "words", "meaning", "wording", "preference", "task")
CANDIDATES_PER_LOCAL: Final = 8
CANDIDATES_PER_UPPER: Final = 20
_SAMPLE: Final = 512
_PAIRS_AT_ONCE: Final = 1 << 15
_UNLIKELY: Final = 0.02


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A planned measure as the linker sees it. ``headings`` are the titles above it, outermost first.

    ``above`` are the ids of the tasks over its own, nearest first; an id does not say where its task stands.
    """

    id: str
    task: str
    text: str
    statement: str
    headings: tuple[str, ...]
    heading: bool
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs of measures: positions in local and upper, features, and how much of the local clause the upper holds."""

    rows: Indices
    columns: Indices
    values: Dense
    reverse: Dense


class Comparison:
    """A local plan beside an upper plan.

    Args:
        local: the planned measures of the local plan, in reading order.
        upper: the planned measures, headings included, of the upper tasks that plans below answer to.
    """

    def __init__(
        self,
        local: Sequence[MeasureText],
        upper: Sequence[MeasureText],
        encoder: Encoder,
        *,
        progress: Progress | None = None,
    ) -> None:
        self.local, self.upper = local, upper
        self.units = tuple(dict.fromkeys(m.task for m in upper))
        position = {task: i for i, task in enumerate(self.units)}
        self._owner = np.array([position[m.task] for m in upper])
        self._clause, self._statement, self._headings = _widths(local, upper, encoder, progress)
        self.tasks = self._task_features()

    def _task_features(self) -> Dense:
        """Shape ``(local measures, upper tasks, features)``, in the order of :data:`TASK_FEATURES`."""
        clause, statement, headings = (
            side.views(self._owner, len(self.units))
            for side in (self._clause, self._statement, self._headings)
        )
        words = _by_characters([m.statement for m in self.local], [m.text for m in self.upper]).views(
            self._owner, len(self.units)
        )
        around = _Surroundings(self.local, _mean(clause, statement))
        return np.stack(
            [clause, statement, headings, words, around.siblings(), around.neighbours(), around.children()],
            axis=-1,
        )

    def pairs(self, implements: Dense) -> Pairs:
        """The pairs of measures worth a look, headings of the upper plan left out: they are no commitments.

        Args:
            implements: probability of each upper task for each local measure, shape ``(local, tasks)``.
        """
        rows, columns, values, reverse = self._pairs
        likely = implements[rows, self._owner[columns]]
        task = np.log(likely + np.float32(_UNLIKELY))
        return Pairs(rows, columns, np.column_stack([values, task]).astype(np.float32), reverse)

    @cached_property
    def _pairs(self) -> tuple[Indices, Indices, Dense, Dense]:
        """All of the pairs that does not depend on what implements what."""
        rows, columns, preference = self._candidates()
        plans = [m.text for m in self.local] + [m.text for m in self.upper if not m.heading]
        upper = [m.text for m in self.upper]
        words = WordOverlap([" ".join((m.statement, *m.headings[-1:])) for m in self.local], upper, plans)
        texts = [m.text for m in self.local], upper, [not m.heading for m in self.upper]
        forward, reverse = MeaningOverlap(*texts)(rows, columns)
        values = [
            self._statement.pairs(rows, columns), self._headings.pairs(rows, columns), words(rows, columns), forward,
            WordingOverlap(*texts)(rows, columns), preference,
        ]  # fmt: skip
        return rows, columns, np.column_stack(values), reverse

    def _candidates(self) -> tuple[Indices, Indices, Dense]:
        """Rows and columns, sorted, of the nearest upper measures of each local one and the reverse; and preference."""
        kept = np.array([i for i, m in enumerate(self.upper) if not m.heading], np.int64)
        if not len(kept):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
        found: list[tuple[Indices, Indices, Dense]] = []
        tops: list[tuple[Indices, Indices, Dense, Dense]] = []
        for part in blocks(len(self.local)):
            whole = _mean(self._clause.block(part), self._statement.block(part))
            spread = whole.std(axis=1, keepdims=True) + np.float32(1e-6)
            preference = np.maximum((whole - whole.mean(axis=1, keepdims=True)) / spread, 0)
            near = whole[:, kept]
            columns = best(near, min(CANDIDATES_PER_LOCAL, len(kept)))
            rows = np.repeat(np.arange(len(near)), columns.shape[1])
            chosen = kept[columns.ravel()]
            found.append((rows + part.start, chosen, preference[rows, chosen]))
            of_column = best(near.T, min(CANDIDATES_PER_UPPER, len(near)))
            rows, chosen = of_column.ravel(), np.repeat(kept, of_column.shape[1])
            tops.append((rows + part.start, chosen, preference[rows, chosen], whole[rows, chosen]))
        found.append(_nearest_rows(tops))
        rows, columns, preference = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        _, first = np.unique(rows * len(self.upper) + columns, return_index=True)
        return rows[first], columns[first], preference[first]


def _mean(one: Dense, two: Dense) -> Dense:
    return np.asarray((one + two) / 2, np.float32)


def _nearest_rows(tops: Sequence[tuple[Indices, Indices, Dense, Dense]]) -> tuple[Indices, Indices, Dense]:
    """Of the nearest rows of each column in each block, the nearest of all."""
    rows, columns, preference, scores = (np.concatenate(arrays) for arrays in zip(*tops, strict=True))
    order = np.lexsort((rows, -scores, columns))
    first = np.searchsorted(columns[order], columns[order])
    kept = order[np.arange(len(order)) - first < CANDIDATES_PER_UPPER]
    return rows[kept], columns[kept], preference[kept]


@dataclass(frozen=True, slots=True)
class _Side:
    """Vectors of local texts and of the upper measures, and the line that brings their likeness to the common scale.

    ``known``: the same texts by policy-zh, where that is another encoder.
    """

    local: Vectors
    upper: Vectors
    slope: float = 1.0
    offset: float = 0.0
    known: "_Side | None" = None

    def block(self, rows: slice) -> Dense:
        """Likeness of some local texts to each upper measure."""
        return self._scaled(similarities(self.local[rows], self.upper))

    def pairs(self, rows: Indices, columns: Indices) -> Dense:
        """Likeness of each pair."""
        result = np.empty(len(rows), np.float32)
        for part in blocks(len(rows), _PAIRS_AT_ONCE):
            one, two = self.local[rows[part]], self.upper[columns[part]]
            if is_sparse(one):
                result[part] = one.multiply(two).sum(axis=1)
            else:
                result[part] = np.einsum("ij,ij->i", one, cast(Dense, two))
        return self._scaled(result)

    def views(self, owner: NDArray[np.int64], tasks: int) -> Dense:
        """Of each local text on each upper task, shape ``(texts, tasks)``."""
        members = [np.flatnonzero(owner == task) for task in range(tasks)]
        profiles = _profiles(self.upper, members)
        result = np.empty((self.local.shape[0], tasks), np.float32)
        for part in blocks(self.local.shape[0]):
            single = similarities(self.local[part], self.upper)
            strongest = np.stack([single[:, columns].max(axis=1) for columns in members], axis=1)
            result[part] = (strongest + similarities(self.local[part], profiles)) / 2
        if self.known is None:
            return result
        # On a line of their own: the more alike all vectors of an encoder are, the less a profile stands out.
        slope, offset = _line(result, self.known.views(owner, tasks))
        return np.asarray(slope * result + offset, np.float32)

    def sample(self) -> Dense:
        """Likeness of evenly chosen local texts to all upper measures."""
        step = max(1, -(-self.local.shape[0] // _SAMPLE))
        return similarities(self.local[::step], self.upper)

    def scaled_like(self, known: "_Side") -> "_Side":
        return _Side(self.local, self.upper, *_line(self.sample(), known.sample()), known)

    def _scaled(self, values: Dense) -> Dense:
        return np.asarray(self.slope * values + self.offset, np.float32)


def _by_characters(local: Sequence[str], upper: Sequence[str]) -> _Side:
    different, rows = once(local)
    return _Side(characters().encode(different)[rows], _characters_of(tuple(upper)))


@lru_cache(maxsize=4)
def _characters_of(texts: tuple[str, ...]) -> Vectors:
    """Kept, because many local plans are set beside one upper plan."""
    return characters().encode(texts)


def _widths(
    local: Sequence[MeasureText], upper: Sequence[MeasureText], encoder: Encoder, progress: Progress | None
) -> tuple[_Side, _Side, _Side]:
    """Both sides at the three widths: clause, statement, headings."""
    texts = [m.text for m in local] + [m.statement for m in local] + [" ".join(m.headings) for m in local]
    texts += [m.text for m in upper]
    different, rows = once(texts)
    sides = _split(encoder.encode(different, progress=progress)[rows], len(local))
    if encoder.fingerprint != reference().fingerprint:
        known = _split(reference().encode(different)[rows], len(local))
        sides = [side.scaled_like(other) for side, other in zip(sides, known, strict=True)]
    return sides[0], sides[1], sides[2]


def _line(found: Dense, wanted: Dense) -> tuple[float, float]:
    """Slope and offset that bring ``found`` to the mean and spread of ``wanted``."""
    spread = float(found.std())
    slope = float(wanted.std()) / spread if spread > 0 else 1.0
    return slope, float(wanted.mean()) - slope * float(found.mean())


def _split(vectors: Vectors, size: int) -> list[_Side]:
    upper = vectors[3 * size :]
    return [_Side(vectors[i * size : (i + 1) * size], upper) for i in range(3)]


def _profiles(vectors: Vectors, members: Sequence[NDArray[np.int64]]) -> Vectors:
    if is_sparse(vectors):
        from scipy.sparse import csr_array

        ends = np.cumsum([0, *(len(group) for group in members)])
        within = csr_array((np.ones(ends[-1], np.float32), np.concatenate(members), ends))
        within.resize((len(members), vectors.shape[0]))
        return unit(csr_array(within @ vectors))
    dense = cast(Dense, vectors)
    return unit(np.stack([dense[group].sum(axis=0) for group in members]))


class _Surroundings:
    """Views of the statements around each local measure; a statement's view is the best of its measures'."""

    def __init__(self, local: Sequence[MeasureText], views: Dense) -> None:
        self._local = local
        order: dict[tuple[str, str], int] = {}
        self._statement = np.array([order.setdefault((m.task, m.statement), len(order)) for m in local])
        self._views = np.full((len(order), views.shape[1]), -np.inf, np.float32)
        np.maximum.at(self._views, self._statement, views)
        self._tasks = [task for task, _ in order]
        self._above = {m.task: m.above for m in local}
        self._headings = {int(s) for s, m in zip(self._statement, local, strict=True) if m.heading}

    def siblings(self) -> Dense:
        total, count = self._sums(lambda task: [task], range(len(self._tasks)))
        values = [
            (total[task] - own) / (count[task] - 1) if count[task] > 1 else np.zeros_like(own)
            for task, own in zip(self._tasks, self._views, strict=True)
        ]
        return np.asarray(np.stack(values)[self._statement], np.float32)

    def neighbours(self) -> Dense:
        values = np.zeros_like(self._views)
        values[1:] += self._views[:-1] / 2
        values[:-1] += self._views[1:] / 2
        return np.asarray(values[self._statement])

    def children(self) -> Dense:
        body = [s for s in range(len(self._tasks)) if s not in self._headings]
        total, count = self._sums(lambda task: [task, *self._above[task]], body)
        values = np.zeros((len(self._local), self._views.shape[1]), np.float32)
        for row, measure in enumerate(self._local):
            if measure.heading and count[measure.task]:
                values[row] = total[measure.task] / count[measure.task]
        return values

    def _sums(
        self, places: Callable[[str], list[str]], statements: Sequence[int]
    ) -> tuple[dict[str, Dense], dict[str, int]]:
        """Sum and number of the views of ``statements``, at every place that each counts for."""
        total: dict[str, Dense] = defaultdict(lambda: np.zeros(self._views.shape[1], np.float32))
        count: dict[str, int] = defaultdict(int)
        for statement in statements:
            for place in places(self._tasks[statement]):
                total[place] = total[place] + self._views[statement]
                count[place] += 1
        return total, count
