"""What the graph is made of at one moment: enough to tell whether what was read of it before is still so."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.store import Row, Store
from queries.registry import run
from review.rules import today

Stamp = Hashable
"""Equal stamps: what they are of has not changed."""


@dataclass(frozen=True)
class State:
    """Plans, the runs that link them, and how much people have decided; not what stands in them.

    Attributes:
        plans: rows of the query ``plan_facts``, by id.
        runs: of each pair of plan and upper plan the run whose links stand.
        versions: rows of the query ``versions``.
        decisions: of each pair how many decisions there were, and the last; the log only grows.
        excuses: rows of the query ``excuses``.
        day: today, where an excuse ends by itself; else empty.
    """

    plans: Mapping[str, Row]
    runs: Mapping[tuple[str, str], str]
    versions: tuple[Row, ...]
    decisions: Mapping[tuple[str, str], tuple[int, str]]
    excuses: tuple[Row, ...]
    day: str

    @cached_property
    def token(self) -> str:
        """It changes with the graph; answers with one token are equal."""
        decided = sorted([*pair, *found] for pair, found in self.decisions.items())
        return _digest(self.contents, decided, self.excuses, self.day)

    @cached_property
    def contents(self) -> str:
        """The same of plans, their regions and the runs that link them, whatever was decided."""
        runs = sorted([*pair, run_] for pair, run_ in self.runs.items())
        return _digest(list(self.plans.values()), runs, self.versions)

    def plan(self, id_: str) -> Stamp:
        """Of what stands in one plan."""
        return self._plans.get(id_)

    def pair(self, plan: str, upper: str) -> Stamp:
        """Of how ``plan`` carries ``upper``, with what people decided on that."""
        pair = plan, upper
        excused = *self._excused.get("", ()), *self._excused.get(plan, ())
        return (
            self._plans.get(plan), self._plans.get(upper), self.runs.get(pair), self.decisions.get(pair), excused,
            self.day,
        )  # fmt: skip

    def below(self, upper: str) -> list[str]:
        """The plans linked to ``upper``."""
        return [p for p, u in self.runs if u == upper]

    @cached_property
    def _plans(self) -> dict[str, tuple[object, ...]]:
        return {id_: tuple(row.values()) for id_, row in self.plans.items()}

    @cached_property
    def _excused(self) -> dict[str, list[Stamp]]:
        found: dict[str, list[Stamp]] = defaultdict(list)
        for row in self.excuses:
            found[row["plan"]].append(tuple(row.values()))
        return found


class Reader:
    """Reads the state again only where something was written since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[Hashable, State] | None = None

    def __call__(self) -> State:
        """The state of the graph now."""
        # Before the state: where one is written in between, the state is newer than its stamp and is read once more.
        stamp = self._store.stamp()
        if stamp is not None and self._last is not None:
            before, state = self._last
            if stamp == before and state.day in ("", today().isoformat()):
                return state
        state = read(self._store)
        self._last = stamp, state
        return state


def _digest(*content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def read(store: Store) -> State:
    """The state of the graph now; five queries, of which none looks at measures or at links between them."""
    excuses = run(store, "excuses")
    return State(
        plans={row["id"]: row for row in run(store, "plan_facts")},
        runs={(row["plan"], row["upper"]): row["id"] for row in run(store, "current_runs")},
        versions=tuple(run(store, "versions")),
        decisions={
            (row["plan"], row["upper"]): (row["decisions"], row["last"])
            for row in run(store, "decision_counts")
        },
        excuses=tuple(excuses),
        day=today().isoformat() if any(row["expires"] for row in excuses) else "",
    )
