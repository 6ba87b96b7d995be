"""Decisions as JSON Lines, and into another graph: the whole log, matched by stamps, as often as one likes.

A decision names its ends by id and by the stamps of their words. In another graph the same words may have another id: an
end whose id has other words there, or is not there, is looked for by its stamp within its plan, and where exactly one
item has those words, that is the end. Else the id stays: the decision is suspect there, or closed until its end comes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from graph.errors import InputError
from graph.model import Covers, Relation
from graph.schema import node_type
from graph.store import Row, Store, Transaction, batches
from review.links import apply, stamps_of
from review.log import FIELDS, create, is_day, is_year, moment
from review.rules import EXCUSE_VERDICTS, LINK_VERDICTS, is_evidence, is_measure, subject, winner

_ALL: Final = (
    "MATCH (d:Decision) RETURN " + ", ".join(f"d.`{n}` AS `{n}`" for n in FIELDS) + " ORDER BY at, id"
)
_KNOWN: Final = "UNWIND $ids AS i MATCH (d:Decision {id: i}) RETURN d.id AS id"
_SAME: Final = "UNWIND $plans AS p MATCH (n:{label} {{plan: p}}) RETURN n.plan AS plan, n.stamp AS stamp, n.id AS id ORDER BY id"
_OF: Final = "UNWIND $subjects AS s MATCH (d:Decision {subject: s}) RETURN d.id AS id, d.subject AS subject, d.at AS at, d.current AS current ORDER BY id"
_STANDS: Final = "UNWIND $rows AS r MATCH (d:Decision {id: r.id}) SET d.current = r.current"
_TYPES: Final = {"string": str, "boolean": bool}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: decisions added, those that were there already, and ends that have another id here."""

    added: int
    known: int
    moved: int


def export(store: Store) -> Iterator[str]:
    """The whole log, a JSON object a line, the first decision first."""
    for row in store.read(_ALL):
        yield json.dumps({name: row[name] for name in FIELDS}, ensure_ascii=False) + "\n"


def read(lines: Iterable[str], where: str) -> list[Row]:
    """The decisions of exported ``lines``.

    Raises:
        InputError: a line is none; names it by its number.
    """
    return [_row(line, f"{where}, line {n}") for n, line in enumerate(lines, start=1) if line.strip()]


def take(store: Store, rows: list[Row]) -> Imported:
    """Add decisions that are not in the log yet, in one transaction; of one subject the latest stands."""

    def work(transaction: Transaction) -> Imported:
        known: set[str] = set()
        for part in batches(sorted({r["id"] for r in rows})):
            known |= {r["id"] for r in transaction.run(_KNOWN, {"ids": part})}
        new = list({r["id"]: r for r in rows if r["id"] not in known}.values())
        placed = _placed(transaction, new)
        create(transaction, placed)
        changed = sorted({r["subject"] for r in placed})
        _settle(transaction, changed)
        for plan, upper in sorted({(r["plan"], r["upper"]) for r in placed if r["source"]}):
            apply(transaction, plan, upper, set(changed))
        moved = sum(a["subject"] != b["subject"] for a, b in zip(new, placed, strict=True))
        return Imported(len(placed), len(rows) - len(new), moved)

    return store.write(work)


def _settle(transaction: Transaction, subjects: list[str]) -> None:
    """Of each subject let the latest decision stand, and no other."""
    for part in batches(subjects):
        found: dict[str, list[Row]] = {}
        for row in transaction.run(_OF, {"subjects": part}):
            found.setdefault(row["subject"], []).append(row)
        stands = {winner(some)["id"] for some in found.values()}
        rows = [
            {"id": r["id"], "current": r["id"] in stands}
            for some in found.values()
            for r in some
            if r["current"] != (r["id"] in stands)
        ]
        for some in batches(rows):
            transaction.run(_STANDS, {"rows": some})


def _placed(transaction: Transaction, rows: list[Row]) -> list[Row]:
    """The rows with the ids that their ends have here."""
    here = stamps_of(transaction, [r[end] for r in rows for end in ("source", "target") if r[end]])
    lost = {
        plan
        for r in rows
        for end, plan in (("source", r["plan"]), ("target", r["upper"]))
        if r[end] and here.get(r[end]) != r[f"{end}_stamp"]
    }
    same: dict[tuple[str, str, bool], list[str]] = {}
    for label in ("Task", "Measure"):
        for part in batches(sorted(lost)):
            for found in transaction.run(_SAME.format(label=label), {"plans": part}):
                key = found["plan"], found["stamp"], label == "Measure"
                same.setdefault(key, []).append(found["id"])

    def place(row: Row, end: str, plan: str) -> str:
        id_ = str(row[end])
        if not id_ or here.get(id_) == row[f"{end}_stamp"]:
            return id_
        others = same.get((plan, row[f"{end}_stamp"], is_measure(id_)), [])
        return others[0] if len(others) == 1 else id_

    placed = []
    for row in rows:
        source, target = place(row, "source", row["plan"]), place(row, "target", row["upper"])
        about = subject(source or row["plan"], target)
        placed.append(row | {"source": source, "target": target, "subject": about, "current": False})
    return placed


def _row(line: str, where: str) -> Row:
    remedy = "Take the file that policygraph review export wrote, unchanged."
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is no JSON ({error})", where=where, remedy=remedy) from error
    properties = node_type("Decision").properties
    if not isinstance(found, dict) or set(found) != set(properties):
        raise InputError("this is no decision", where=where, remedy=remedy)
    for name, kind in properties.items():
        if not isinstance(found[name], _TYPES[kind]):
            raise InputError(f"{name} is not of type {kind}", where=where, remedy=remedy)
    try:
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("a value is no text", where=where, remedy=remedy) from error
    if not (_is_decision(found) and (_is_link(found) if found["source"] else _is_excuse(found))):
        raise InputError("this decision contradicts itself", where=where, remedy=remedy)
    return found


def _is_decision(found: Row) -> bool:
    about = subject(found["source"] or found["plan"], found["target"])
    named = all(found[name].strip() for name in ("id", "target", "reviewer"))
    return named and found["subject"] == about and _is_within_plans(found) and _is_moment(found["at"])


def _is_within_plans(found: Row) -> bool:
    """Whether its ends are parts of the plans that it names: an id begins with that of its plan."""
    ends = (found["target"], found["upper"]), (found["source"], found["plan"])
    return all(not id_ or id_.startswith(f"{plan}.") for id_, plan in ends)


def _is_link(found: Row) -> bool:
    covers = get_args(Covers) if is_evidence(found["target"]) else ("",)
    return (
        found["verdict"] in LINK_VERDICTS
        and found["relation"] in ("", *get_args(Relation))
        and found["covers"] in covers
        and found["to"] == found["expires"] == ""
    )


def _is_excuse(found: Row) -> bool:
    goes = {"delegated": bool(found["to"]), "deferred": is_year(found["to"])}
    return (
        found["verdict"] in EXCUSE_VERDICTS
        and goes.get(found["verdict"], not found["to"])
        and found["relation"] == found["covers"] == ""
        and (not found["expires"] or is_day(found["expires"]))
    )


def _is_moment(text: str) -> bool:
    try:
        # A later decision must find a later time.
        return moment(datetime.fromisoformat(text)) == text < "9000"
    except (ValueError, OverflowError):
        return False
