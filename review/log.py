"""Decisions are added to the log here, and nowhere else.

Whoever decides names what they saw by a token (:func:`review.rules.token`); where another decision or other words have
come in between, nothing is written and :class:`graph.errors.StaleError` says so. All decisions of one call are
written, or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, get_args
from uuid import uuid4

from graph.errors import InputError, NotFoundError, StaleError
from graph.model import Covers, Decision, Relation, Verdict, row
from graph.schema import node_type
from graph.store import Row, Transaction, batches
from review.links import apply
from review.rules import EXCUSE_VERDICTS, LINK_VERDICTS, is_evidence, is_measure, subject, token

FIELDS: Final = tuple(node_type("Decision").properties)
_COLUMNS: Final = ", ".join(f"d.`{name}` AS `{name}`" for name in FIELDS)
_CURRENT: Final = f"UNWIND $subjects AS s MATCH (d:Decision {{subject: s}}) WHERE d.current = true RETURN {_COLUMNS} ORDER BY id"
_HISTORY: Final = f"MATCH (d:Decision {{subject: $subject}}) RETURN {_COLUMNS} ORDER BY at, id"
_TASKS: Final = (
    "UNWIND $ids AS i MATCH (t:Task {id: i}) RETURN t.id AS id, t.plan AS plan, t.stamp AS stamp, t.title AS text, "
    "t.asks AS asks, false AS heading, 'planned' AS kind ORDER BY id"
)
_MEASURES: Final = (
    "UNWIND $ids AS i MATCH (m:Measure {id: i}) RETURN m.id AS id, m.plan AS plan, m.stamp AS stamp, m.text AS text, "
    "true AS asks, m.heading AS heading, m.kind AS kind ORDER BY id"
)
_LINKED: Final = (
    "MATCH (r:LinkRun {plan: $plan}) WHERE r.current = true RETURN DISTINCT r.upper AS upper ORDER BY upper"
)
_PLAN: Final = "MATCH (p:Plan {id: $plan}) RETURN p.id AS id"
_SUPERSEDE: Final = "UNWIND $ids AS i MATCH (d:Decision {id: i}) SET d.current = false"
_CREATE: Final = "UNWIND $rows AS r CREATE (d:Decision {id: r.id}) SET " + ", ".join(
    f"d.`{name}` = r.`{name}`" for name in FIELDS if name != "id"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wants to decide; the fields are those of :class:`graph.model.Decision`.

    Attributes:
        source: the local end of a link; empty for an excuse.
        plan: the plan that is excused, empty for every plan; of a link it is the source's.
        seen: the token of what the person saw; None decides on whatever is there now.
    """

    verdict: Verdict
    target: str
    source: str = ""
    plan: str = ""
    relation: Relation | None = None
    covers: Covers = ""
    to: str = ""
    expires: str = ""
    note: str = ""
    seen: str | None = None

    @property
    def subject(self) -> str:
        """See :class:`graph.model.Decision`."""
        return subject(self.source or self.plan, self.target)


@dataclass(frozen=True, slots=True)
class End:
    """A task or measure as it stands now."""

    id: str
    plan: str
    stamp: str
    text: str
    asks: bool
    heading: bool
    kind: str


def decide(transaction: Transaction, drafts: Sequence[Draft], reviewer: str) -> list[Decision]:
    """Add ``drafts`` to the log as one act of ``reviewer``, and let the links say so.

    Raises:
        StaleError: what a draft's ``seen`` names has changed.
        NotFoundError: an end of a link, or a plan, is not there.
        InputError: a draft decides what cannot be decided.
    """
    if not reviewer.strip():
        raise InputError("a decision needs the name of who takes it", remedy="Name the reviewer.")
    if len({d.subject for d in drafts}) < len(drafts):
        raise InputError("two of these decisions are about the same thing", remedy="Take one at a time.")
    found = ends(transaction, [id_ for d in drafts for id_ in (d.source, d.target) if id_])
    before = current(transaction, [d.subject for d in drafts])
    batch = uuid4().hex[:16]
    made = []
    for draft in drafts:
        _check(transaction, draft, found)
        last = before.get(draft.subject)
        _refuse_stale(draft, found, last)
        made.append(_decision(draft, found, last, reviewer.strip(), batch))
    write(transaction, made)
    return made


def write(transaction: Transaction, decisions: Sequence[Decision]) -> None:
    """Write decisions that stand from now on, and let the links say so."""
    superseded = [d.previous for d in decisions if d.previous]
    for ids in batches(superseded):
        transaction.run(_SUPERSEDE, {"ids": ids})
    create(transaction, [row(d) for d in decisions])
    pairs: dict[tuple[str, str], set[str]] = {}
    for d in decisions:
        if d.source:
            pairs.setdefault((d.plan, d.upper), set()).add(d.subject)
    for (plan, upper), subjects in sorted(pairs.items()):
        apply(transaction, plan, upper, subjects)


def create(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Add entries to the log as they are."""
    for part in batches(rows):
        transaction.run(_CREATE, {"rows": part})


def ends(transaction: Transaction, ids: Sequence[str]) -> dict[str, End]:
    """Those of ``ids`` that are there, as they stand now."""
    found: dict[str, End] = {}
    for query, measures in ((_TASKS, False), (_MEASURES, True)):
        for part in batches(sorted({id_ for id_ in ids if is_measure(id_) == measures})):
            found |= {r["id"]: End(**r) for r in transaction.run(query, {"ids": part})}
    return found


def current(transaction: Transaction, subjects: Sequence[str]) -> dict[str, Row]:
    """The decision that stands on each of ``subjects``; those that nobody decided on are left out."""
    rows: list[Row] = []
    for part in batches(sorted(set(subjects))):
        rows += transaction.run(_CURRENT, {"subjects": part})
    return {r["subject"]: r for r in rows}


def history(transaction: Transaction, about: str) -> list[Row]:
    """All decisions on one subject, the first one first."""
    return transaction.run(_HISTORY, {"subject": about})


def seen_token(last: Row | None, found: Mapping[str, End], source: str, target: str) -> str:
    """The token of a subject as it stands now; an end that is gone has no stamp."""
    stamps = [found[id_].stamp if id_ in found else "" for id_ in (source, target) if id_]
    return token(last["id"] if last else "", *stamps)


def _refuse_stale(draft: Draft, found: Mapping[str, End], last: Row | None) -> None:
    if draft.seen is None or draft.seen == seen_token(last, found, draft.source, draft.target):
        return
    who = (
        f"{last['reviewer']} decided {last['verdict']} at {last['at']}" if last else "its words have changed"
    )
    raise StaleError(
        f"{draft.subject} is no longer what you saw ({who})",
        remedy="Look at it again, then decide on what is there now.",
    )


def _check(transaction: Transaction, draft: Draft, found: Mapping[str, End]) -> None:
    # An excuse has no source; nothing goes without a target.
    for id_ in (*filter(None, [draft.source]), draft.target):
        if id_ not in found:
            kind = "measure" if is_measure(id_) else "task"
            raise NotFoundError(
                f"there is no {kind} {id_!r}", remedy="policygraph show, coverage and gaps print the ids."
            )
    if draft.source:
        _check_link(transaction, draft, found[draft.source], found[draft.target])
    else:
        _check_excuse(transaction, draft, found[draft.target])


def _check_link(transaction: Transaction, draft: Draft, source: End, target: End) -> None:
    if draft.verdict not in LINK_VERDICTS:
        raise InputError(
            f"a link cannot be {draft.verdict!r}", remedy=f"Write one of: {', '.join(LINK_VERDICTS)}."
        )
    if draft.relation is not None and draft.relation not in get_args(Relation):
        raise InputError(
            f"there is no relation {draft.relation!r}",
            remedy=f"Write one of: {', '.join(get_args(Relation))}.",
        )
    if draft.covers not in get_args(Covers) or (draft.covers and not is_evidence(target.id)):
        raise InputError(
            f"{draft.covers!r} says nothing of a link to {target.id}",
            remedy="Only a link between two measures covers fully or partly.",
        )
    if draft.to or draft.expires:
        raise InputError("only an excuse is delegated, deferred or ends", remedy="Leave to and expires out.")
    linked = [r["upper"] for r in transaction.run(_LINKED, {"plan": source.plan})]
    if target.plan not in linked:
        raise InputError(
            f"plan {source.plan} is not linked to {target.plan}",
            remedy=f"It is linked to: {', '.join(linked) or 'no plan yet'}. Link with: policygraph link {source.plan}",
        )
    if is_evidence(target.id) and not is_measure(source.id):
        raise InputError(
            f"{source.id} is a task, {target.id} a measure",
            remedy="A measure matches a measure; a task or measure implements a task.",
        )
    for end, fit in ((source, True), (target, target.asks and not target.heading)):
        if end.kind != "planned" or not fit:
            raise InputError(
                f"{end.id} is nothing that plans commit to", remedy="Name a planned measure or task."
            )


def _check_excuse(transaction: Transaction, draft: Draft, target: End) -> None:
    if draft.verdict not in EXCUSE_VERDICTS:
        raise InputError(
            f"a plan cannot be excused by {draft.verdict!r}",
            remedy=f"Write one of: {', '.join(EXCUSE_VERDICTS)}.",
        )
    if not is_measure(target.id) or target.kind != "planned" or target.heading:
        raise InputError(
            f"{target.id} is no measure that plans below are asked to carry", remedy="Name a planned measure."
        )
    if draft.plan and not transaction.run(_PLAN, {"plan": draft.plan}):
        raise NotFoundError(f"there is no plan {draft.plan!r}", remedy="policygraph show lists the plans.")
    if draft.verdict != "none" and not draft.note.strip():
        raise InputError("an excuse needs a reason", remedy="Write it with --note.")
    if draft.verdict == "delegated":
        if not transaction.run(_PLAN, {"plan": draft.to}):
            raise NotFoundError(
                f"there is no plan {draft.to!r} to delegate to", remedy="policygraph show lists the plans."
            )
    elif draft.verdict == "deferred":
        if not is_year(draft.to):
            raise InputError(
                f"{draft.to!r} is no year to defer to", remedy="Write four digits, such as 2027."
            )
    elif draft.to:
        raise InputError(f"{draft.verdict} goes to nowhere", remedy="Only delegated and deferred take --to.")
    if draft.expires and not is_day(draft.expires):
        raise InputError(f"{draft.expires!r} is no day", remedy="Write it as 2026-12-31.")


def is_year(text: str) -> bool:
    """Whether it is a year, written as 2026."""
    return text.isascii() and text.isdecimal() and len(text) == 4


def is_day(text: str) -> bool:
    """Whether it is a day, written as 2026-12-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _decision(
    draft: Draft, found: Mapping[str, End], last: Row | None, reviewer: str, batch: str
) -> Decision:
    source, target = found.get(draft.source), found[draft.target]
    at = moment(datetime.now(UTC))
    if last is not None and at <= last["at"]:
        at = moment(datetime.fromisoformat(last["at"]) + timedelta(microseconds=1))
    id_ = f"{at.translate(_DIGITS)}-{uuid4().hex[:8]}"
    return Decision(
        id_, draft.subject, last["id"] if last else "", draft.verdict, source.plan if source else draft.plan,
        target.plan, draft.source, source.stamp if source else "", source.text if source else "", target.id,
        target.stamp, target.text, draft.relation or "", draft.covers, draft.to, draft.expires, draft.note.strip(),
        reviewer, at, batch,
    )  # fmt: skip


_DIGITS: Final = str.maketrans("", "", "-:.Z+")


def moment(time: datetime) -> str:
    """A UTC time as the log writes it: microseconds always, so that texts sort as times do."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
