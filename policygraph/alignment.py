"""Which of our statements and measures the labelled ones are, by their words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graph.store import Row
from policygraph.labels import Statement, plain

_SAME: Final = 0.6
_WHOLE: Final = 0.9


def align(gold: Sequence[Statement], measures: Sequence[Row]) -> list[list[int]]:
    """Positions of the planned measures within each labelled statement. Both are in reading order.

    A statement holds measures that follow each other. Of all ways to part them in order the one that holds most
    characters is taken: words that stand in several places draw no statement past what others hold.
    """
    texts = [plain(m["text"]) for m in measures]
    # The most characters held, by how many statements and measures there are; the runs that add to it, start by end.
    most = [[0] * (len(texts) + 1)]
    runs: list[dict[int, int]] = []
    for statement in gold:
        before, now, run = most[-1], list(most[-1]), {}
        for start, end, held in _runs(statement.text, texts):
            if before[start] + held > now[end]:
                now[end], run[end] = before[start] + held, start
        for end in range(1, len(now)):
            if now[end - 1] >= now[end]:
                now[end] = now[end - 1]
                run.pop(end, None)
        most.append(now)
        runs.append(run)
    holds: list[list[int]] = [[] for _ in gold]
    end = len(texts)
    for index in reversed(range(len(gold))):
        while end not in runs[index] and most[index + 1][end] > most[index][end]:
            end -= 1
        if end in runs[index]:
            holds[index] = list(range(runs[index][end], end))
            end = runs[index][end]
    return holds


def _runs(body: str, texts: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Measures in a row that ``body`` holds, from each place on as many as it does: start, end, characters."""
    for start, text in enumerate(texts):
        left, end, held = body, start, 0
        while end < len(texts) and text and texts[end] and texts[end] in left:
            left = left.replace(texts[end], "", 1)
            held += len(texts[end])
            end += 1
        if held:
            yield start, end, held


def same_measures(
    labelled: Mapping[str, tuple[str, str]], ours: Sequence[tuple[str, str]]
) -> dict[str, list[int]]:
    """The positions of our upper measures that each labelled one is cut into, or is part of.

    Each of ours goes to the labelled measure whose words it shares most, and to every other that lies in it whole;
    a labelled measure that gets none takes the one that is most like it.

    Args:
        labelled: priority and words by id.
        ours: priority and words.
    """
    found: dict[str, list[int]] = {id_: [] for id_ in labelled}
    alike: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for position, (priority, text) in enumerate(ours):
        shares = {
            id_: overlap(plain(other), plain(text)) for id_, (of, other) in labelled.items() if of == priority
        }
        most = max(shares.values(), default=0.0)
        for id_, share in shares.items():
            alike[id_].append((share, -position))
            if share >= _SAME and (share == most or share >= _WHOLE):
                found[id_].append(position)
    for id_, positions in found.items():
        if not positions and alike[id_]:
            positions.append(-max(alike[id_])[1])
    return found


def overlap(left: str, right: str) -> float:
    """Share of the shorter text's bigrams that the other one holds."""
    a, b = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (left, right))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
