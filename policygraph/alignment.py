"""Which of our statements and measures the labelled ones are, by their words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from graph.store import Row
from policygraph.labels import Statement, plain

_SAME: Final = 0.6
_WHOLE: Final = 0.9


def align(gold: Sequence[Statement], measures: Sequence[Row]) -> list[list[int]]:
    """Positions of the planned measures within each labelled statement. Both are in reading order."""
    holds: list[list[int]] = [[] for _ in gold]
    texts = [plain(m["text"]) for m in measures]
    at = 0
    for index, statement in enumerate(gold):
        body = statement.text
        cursor = at
        skipped = 0
        while cursor < len(measures) and skipped < len(measures):
            if texts[cursor] and texts[cursor] in body:
                holds[index].append(cursor)
                body = body.replace(texts[cursor], "", 1)
                at = cursor + 1
            elif holds[index]:
                break
            else:
                skipped += 1
            cursor += 1
    return holds


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
