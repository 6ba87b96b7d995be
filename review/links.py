"""The log laid upon the links of a pair of plans.

Machine links are derived and written anew by each run; decisions are not. After each run, and with each decision, the
links say what the log says:

- ``state``: proposed, accepted or rejected; ``method``: ``machine`` (nobody decided), ``both`` (the machine proposes it
  and a person decided), ``human`` (a person's alone).
- ``suspect``: the decision was taken on other words; it counts for nothing until a person clears it.
- ``relation`` as the person corrected it, else ``machine_relation``; ``covers``: fully or partly, of an accepted
  ``MATCHES`` link; ``decision``: the last one's id in the log, also where it took another back; ``reviewer``, ``note``.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from graph.store import Row, Transaction, batches
from review.rules import is_evidence, is_measure, standing

_DECIDED: Final = (
    "MATCH (d:Decision {plan: $plan}) WHERE d.upper = $upper AND d.current = true AND d.source <> '' "
    "RETURN d.id AS id, d.subject AS subject, d.verdict AS verdict, d.source AS source, d.source_stamp AS source_stamp, "
    "d.target AS target, d.target_stamp AS target_stamp, d.relation AS relation, d.covers AS covers, "
    "d.reviewer AS reviewer, d.note AS note ORDER BY id"
)
_STAMPS: Final = "UNWIND $ids AS i MATCH (n:{label} {{id: i}}) RETURN n.id AS id, n.stamp AS stamp"
_RUN: Final = "MATCH (r:LinkRun {plan: $plan}) WHERE r.upper = $upper AND r.current = true RETURN r.id AS id ORDER BY id DESC LIMIT 1"
_ENDS: Final = (
    "UNWIND $rows AS r MATCH (a:{source} {{id: r.source}})-[e:{type}]->(b:{target} {{id: r.target}}) "
)
_SET: Final = (
    "SET e.state = r.state, e.method = CASE WHEN e.method = 'human' THEN 'human' ELSE r.method END, e.suspect = r.suspect, "
    "e.relation = CASE WHEN r.relation = '' THEN e.machine_relation ELSE r.relation END, e.covers = r.covers, "
    "e.decision = r.decision, e.reviewer = r.reviewer, e.note = r.note RETURN a.id AS source, b.id AS target"
)
_DROP: Final = "WHERE e.method = 'human' DELETE e"
_CREATE: Final = (
    "UNWIND $rows AS r MATCH (a:{source} {{id: r.source}}) MATCH (b:{target} {{id: r.target}}) CREATE (a)-[e:{type}]->(b) "
    "SET e.score = 1.0, e.rank = 0, e.relation = r.relation, e.shares = '{{}}', e.encoder = '', e.run = r.run, "
    "e.source_stamp = r.source_stamp, e.target_stamp = r.target_stamp, e.machine_relation = 'overlaps', e.method = 'human', "
    "e.state = r.state, e.suspect = r.suspect, e.covers = r.covers, e.decision = r.decision, e.reviewer = r.reviewer, "
    "e.note = r.note"
)
_CREATE_DECIDED: Final = _CREATE + ", e.confidence = 1.0, e.support = 1, e.advice = ''"
_RELATION: Final = "overlaps"
"""Of a link that only a person made, where they did not say; the statement above keeps it as machine_relation."""


def apply(transaction: Transaction, plan: str, upper: str, subjects: Collection[str] | None = None) -> None:
    """Let the links from ``plan`` to ``upper`` say what the log says.

    Args:
        subjects: only these; all of the pair by default.
    """
    decided = [
        d
        for d in transaction.run(_DECIDED, {"plan": plan, "upper": upper})
        if subjects is None or d["subject"] in subjects
    ]
    if not decided:
        return
    stamps = stamps_of(transaction, [d[end] for d in decided for end in ("source", "target")])
    runs = transaction.run(_RUN, {"plan": plan, "upper": upper})
    rows = list(_laid(decided, stamps, runs[0]["id"] if runs else ""))
    for ends, some in _by_ends(rows):
        _lay(transaction, ends, some)


def stamps_of(transaction: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """The stamps of those tasks and measures that are there."""
    wanted = sorted(set(ids))
    found: dict[str, str] = {}
    for label, measures in (("Task", False), ("Measure", True)):
        of_label = [id_ for id_ in wanted if is_measure(id_) == measures]
        for part in batches(of_label):
            found |= {
                r["id"]: r["stamp"] for r in transaction.run(_STAMPS.format(label=label), {"ids": part})
            }
    return found


def _laid(decided: Sequence[Row], stamps: dict[str, str], run: str) -> Iterator[Row]:
    for d in decided:
        stands = standing(d, stamps.get(d["source"]), stamps.get(d["target"]))
        if stands == "closed":
            continue
        taken_back = d["verdict"] == "proposed"
        yield {
            "source": d["source"], "target": d["target"], "state": d["verdict"],
            "method": "machine" if taken_back else "both", "suspect": stands == "suspect" and not taken_back,
            "relation": d["relation"], "covers": d["covers"], "decision": d["id"],
            "reviewer": d["reviewer"], "note": d["note"], "run": run,
            "source_stamp": stamps[d["source"]], "target_stamp": stamps[d["target"]],
        }  # fmt: skip


def _by_ends(rows: Sequence[Row]) -> Iterator[tuple[dict[str, str], list[Row]]]:
    for source in ("Task", "Measure"):
        for target, type_ in (("Task", "IMPLEMENTS"), ("Measure", "MATCHES")):
            some = [
                r
                for r in rows
                if is_measure(r["source"]) == (source == "Measure") and is_evidence(r["target"]) == (target == "Measure")
            ]  # fmt: skip
            yield {"source": source, "target": target, "type": type_}, some


def _lay(transaction: Transaction, ends: dict[str, str], rows: Sequence[Row]) -> None:
    create = _CREATE if ends["type"] == "MATCHES" else _CREATE_DECIDED
    for part in batches(rows):
        found = transaction.run((_ENDS + _SET).format(**ends), {"rows": part})
        there = {(r["source"], r["target"]) for r in found}
        gone = [r for r in part if r["state"] != "accepted"]
        if gone:
            transaction.run((_ENDS + _DROP).format(**ends), {"rows": gone})
        new = [
            r | {"relation": r["relation"] or _RELATION}
            for r in part
            if r["state"] == "accepted" and (r["source"], r["target"]) not in there
        ]
        if new:
            transaction.run(create.format(**ends), {"rows": new})
