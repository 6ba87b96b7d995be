"""What must hold of decisions at every moment, checked against a plain memory of those that were acknowledged."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Final
from unittest.mock import patch

from api.keeper import Keeper
from api.pages.kept import Kept
from graph import Row, Store
from graph.model import Decision
from graph.schema import node_type
from queries import answers, run, state
from queries.excuses import RULED, Excuses
from review import View, travel

_FIXED: Final = tuple(name for name in node_type("Decision").properties if name != "current")
_VIEWS: Final = (View(), View(mode="accepted"), View(least=0.6), View(mode="accepted", least=0.3))


class Memory:
    """Every acknowledged decision, with the words that its reviewer saw."""

    def __init__(self) -> None:
        self.log: dict[str, dict[str, Any]] = {}
        self.seen: dict[str, tuple[str, str]] = {}

    def add(self, decisions: Iterable[Decision], seen: dict[str, str]) -> None:
        """``seen``: the words of each end, by id, when the reviewer looked."""
        for d in decisions:
            self.log[d.id] = {name: getattr(d, name) for name in _FIXED}
            self.seen[d.id] = (seen[d.source] if d.source else "", seen[d.target])

    def of(self, decisions: Iterable[Row]) -> None:
        """Take what a log says as said by people who saw the words that it tells."""
        for row in decisions:
            self.add(
                [Decision(**row)], {row["source"]: row["source_text"], row["target"]: row["target_text"]}
            )

    def current(self) -> dict[str, dict[str, Any]]:
        """The latest decision on each subject."""
        found: dict[str, dict[str, Any]] = {}
        for d in sorted(self.log.values(), key=lambda d: (d["at"], d["id"])):
            found[d["subject"]] = d
        return found


def log(store: Store) -> list[Row]:
    return [json.loads(line) for line in travel.export(store)]


def words(store: Store) -> dict[str, str]:
    """The words of every task and measure, by id."""
    tasks = store.read("MATCH (t:Task) RETURN t.id AS id, t.title AS text")
    measures = store.read("MATCH (m:Measure) RETURN m.id AS id, m.text AS text")
    return {r["id"]: r["text"] for r in (*tasks, *measures)}


def links(store: Store) -> list[Row]:
    """Every link with all that it says."""
    found: list[Row] = []
    for type_, source, target in (
        ("MATCHES", "Measure", "Measure"), ("IMPLEMENTS", "Task", "Task"), ("IMPLEMENTS", "Measure", "Task"),
    ):  # fmt: skip
        found += store.read(
            f"MATCH (a:{source})-[e:{type_}]->(b:{target}) RETURN a.id AS source, b.id AS target, e.state AS state, "
            "e.method AS method, e.suspect AS suspect, e.decision AS decision, e.covers AS covers, e.score AS score, "
            "e.relation AS relation, e.reviewer AS reviewer, e.note AS note, a.plan AS plan, b.plan AS upper "
            "ORDER BY source, target"
        )
    return found


def without_place(row: Row) -> Row:
    """What of a decision no import may change: all but which ids have the words of its ends there."""
    return {name: row[name] for name in _FIXED if name not in ("subject", "source", "target")}


def check(store: Store, memory: Memory, *, merged: bool = False) -> None:
    """All that must hold; ``merged``: logs of several graphs met, so that one subject may have several first entries."""
    check_log(log(store), memory, merged=merged)
    now, found = words(store), links(store)
    _check_links(found, now, memory)
    _check_in_force(store, found, now, memory)
    for excuse in Excuses(store).all():
        _, seen = memory.seen[excuse.decision]
        assert memory.current()[memory.log[excuse.decision]["subject"]]["id"] == excuse.decision
        assert (excuse.stands == "closed") == (excuse.measure not in now)
        if excuse.stands != "closed":
            assert (excuse.stands == "suspect") == (now[excuse.measure] != seen)
    _check_answers(store, found)


def check_log(entries: Sequence[Row], memory: Memory, *, merged: bool = False) -> None:
    """None lost, none changed, none twice, one current a subject, chains whole."""
    by_id = {e["id"]: e for e in entries}
    assert len(by_id) == len(entries)
    assert set(by_id) == set(memory.log)
    for id_, said in memory.log.items():
        assert {name: by_id[id_][name] for name in _FIXED} == said
        if said["source"]:
            assert (said["source_text"], said["target_text"]) == memory.seen[id_]
        else:
            assert said["target_text"] == memory.seen[id_][1]
    subjects: dict[str, list[Row]] = defaultdict(list)
    for e in entries:
        assert not e["previous"] or e["previous"] in by_id
        subjects[e["subject"]].append(e)
    for some in subjects.values():
        ordered = sorted(some, key=lambda e: (e["at"], e["id"]))
        assert [e["id"] for e in some if e["current"]] == [ordered[-1]["id"]]
        if not merged:
            assert [e["previous"] for e in ordered] == ["", *(e["id"] for e in ordered[:-1])]


def _check_links(found: Sequence[Row], now: dict[str, str], memory: Memory) -> None:
    current = memory.current()
    assert len({(e["source"], e["target"]) for e in found}) == len(found)
    for e in found:
        last = current.get(f"{e['source']} {e['target']}")
        if e["state"] == "proposed":
            assert not e["suspect"]
            assert last is None or last["verdict"] == "proposed"
            assert e["method"] == "machine"
            continue
        assert last is not None
        assert (last["id"], last["verdict"]) == (e["decision"], e["state"])
        saw = memory.seen[last["id"]] == (now[e["source"]], now[e["target"]])
        assert e["suspect"] == (not saw), e


def _check_in_force(store: Store, found: Sequence[Row], now: dict[str, str], memory: Memory) -> None:
    """A decision whose ends stand with the words seen is in force where its pair of plans is linked."""
    there = {(e["source"], e["target"]): e for e in found}
    linked = set(answers.latest_runs(store))
    places: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for id_, text in now.items():
        places[id_.partition("#")[0].split(".")[0], text, "#" in id_].append(id_)
    for d in memory.current().values():
        if not d["source"] or d["verdict"] == "proposed" or (d["plan"], d["upper"]) not in linked:
            continue
        ends = d["source"], d["target"]
        if memory.seen[d["id"]] != tuple(now.get(id_) for id_ in ends):
            moved = [
                places[plan, text, "#" in id_]
                for plan, text, id_ in zip((d["plan"], d["upper"]), memory.seen[d["id"]], ends, strict=True)
            ]
            if any(len(some) != 1 for some in moved):
                continue
            ends = moved[0][0], moved[1][0]
        e = there.get(ends)
        if d["verdict"] == "accepted":
            assert e is not None, d
        if e is not None:
            assert (e["state"], e["suspect"], e["decision"]) == (d["verdict"], False, d["id"])


def _check_answers(store: Store, found: Sequence[Row]) -> None:
    accepted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for e in found:
        if e["state"] == "accepted" and not e["suspect"] and "#" in e["target"]:
            accepted[e["plan"], e["target"]].add(e["covers"])
    uppers = set()
    for plan, upper in answers.latest_runs(store):
        uppers.add(upper)
        for task in answers.coverage(store, plan, upper, View(mode="accepted")).tasks:
            for m in task.measures:
                said = accepted[plan, m.target]
                stands = m.excuse is not None and m.excuse.stands == "valid" and m.excuse.verdict in RULED
                expected = "covered" if "fully" in said else "partial" if said else ""
                if stands:
                    assert m.status == "not_applicable"
                elif expected:
                    assert m.status == expected
                else:
                    assert m.status in ("gap", "not_applicable")
    for upper in sorted(uppers):
        for view in _VIEWS:
            _check_matrix(store, upper, view)


def _check_matrix(store: Store, upper: str, view: View) -> None:
    matrix = answers.matrix(store, upper, view)
    for column, plan in enumerate(matrix.plans):
        single = answers.coverage(store, plan["id"], upper, view)
        for line, task in zip(matrix.cells, single.tasks, strict=True):
            cell = line[column]
            assert (cell.status, cell.score, cell.covered, cell.partial, cell.measures) == (
                task.status, task.score, task.covered, task.partial, len(task.measures) - task.not_applicable,
            )  # fmt: skip


def check_kept(store: Store, keepers: Mapping[int, Keeper]) -> None:
    """Answers that pages keep, however few plans they ask about one by one (the keys), are those of the graph now."""
    now = state.read(store)
    for few, keeper in keepers.items():
        kept = Kept(store, keeper, lambda: now)
        with patch("api.pages.kept.FEW", few):
            for upper, view in product(sorted({upper for _, upper in now.runs}), _VIEWS[:3]):
                assert kept.matrix(upper, view) == answers.matrix(store, upper, view)
                free = run(store, "free_work_counts", upper=upper, mode=view.mode, least=view.least)
                assert {p: n for p, n in kept.free_work(upper, view).items() if n} == {
                    r["plan"]: r["count"] for r in free
                }
                assert kept.review_counts(upper) == {
                    r["plan"]: r for r in run(store, "review_counts", upper=upper) if r["kind"] == "matches"
                }
