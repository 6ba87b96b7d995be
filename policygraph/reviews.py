"""What people decide: accept, reject, add, correct, clear, undo, excuse; each call is one act and one transaction.

``seen`` is the token of what the person looked at (:func:`queries.review.look`, :class:`queries.review.Item`); where it
has changed meanwhile, :class:`graph.errors.StaleError` is raised and nothing is written. Without it, the decision is
about what is there now.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

from graph.errors import InputError, NotFoundError, StaleError
from graph.model import CoverageStatus, Covers, Decision, Relation, Verdict
from graph.store import Row, Store, Transaction
from queries import answers, run
from queries.excuses import Excuse, Excuses
from queries.order import natural
from queries.review import Filter, Item, queue
from review import View, log
from review.log import Draft
from review.rules import Mode, is_evidence, is_measure, subject

_LINK: Final = (
    "MATCH (a:{source} {{id: $source}})-[e:{type}]->(b:{target} {{id: $target}}) RETURN e.state AS state, "
    "e.method AS method, e.suspect AS suspect, e.relation AS relation"
)


@dataclass(frozen=True, slots=True)
class Preview:
    """The links that a bulk decision would change, each with its state now; ``token`` stands for all of them."""

    verdict: Verdict
    items: tuple[Item, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Change:
    """How many upper measures would go from one status to another, where ``mode`` says what counts."""

    mode: Mode
    before: CoverageStatus
    after: CoverageStatus
    measures: int


def accept(
    store: Store, source: str, target: str, *, reviewer: str, relation: Relation | None = None, covers: Covers = "",
    note: str = "", seen: str | None = None,
) -> Decision:  # fmt: skip
    """Accept a link that the machine proposes, or that a person decided on before.

    Args:
        relation: instead of the machine's.
        covers: for evidence: ``partly`` where the upper measure is carried in part; fully by default.

    Raises:
        NotFoundError: there is no such link; :func:`add` makes one.
    """
    draft = Draft(
        "accepted", target, source, relation=relation, covers=_covers(target, covers), note=note, seen=seen
    )
    return _one(store, draft, reviewer, _must_be_there)


def reject(
    store: Store, source: str, target: str, *, reviewer: str, note: str = "", seen: str | None = None
) -> Decision:
    """Reject a link. Raises NotFoundError where there is no such link."""
    return _one(store, Draft("rejected", target, source, note=note, seen=seen), reviewer, _must_be_there)


def add(
    store: Store, source: str, target: str, *, reviewer: str, relation: Relation | None = None, covers: Covers = "",
    note: str = "", seen: str | None = None,
) -> Decision:  # fmt: skip
    """Make a link by hand that the machine does not propose. Raises InputError where it does."""
    draft = Draft(
        "accepted", target, source, relation=relation, covers=_covers(target, covers), note=note, seen=seen
    )
    return _one(store, draft, reviewer, _must_not_be_there)


def correct(
    store: Store, source: str, target: str, *, reviewer: str, to: str = "", relation: Relation | None = None,
    covers: Covers = "", note: str = "", seen: str | None = None, to_seen: str | None = None,
) -> list[Decision]:  # fmt: skip
    """Accept a link with another relation, or for another target: the link to ``target`` is rejected, that to ``to`` accepted.

    Args:
        to_seen: the token of the link to ``to``.

    Raises:
        InputError: nothing is corrected.
        NotFoundError: there is no link to ``target``.
    """
    if not to or to == target:
        if relation is None and not covers:
            raise InputError("nothing is corrected", remedy="Name another target, relation or extent.")
        return [
            accept(
                store, source, target, reviewer=reviewer, relation=relation, covers=covers, note=note, seen=seen
            )
        ]  # fmt: skip
    if is_evidence(to) != is_evidence(target):
        raise InputError(
            f"{to} is no target for a link to {target}",
            remedy="A measure stands for a measure, a task for a task.",
        )
    drafts = [
        Draft("rejected", target, source, note=note, seen=seen),
        Draft("accepted", to, source, relation=relation, covers=_covers(to, covers), note=note, seen=to_seen),
    ]

    def work(transaction: Transaction) -> list[Decision]:
        _must_be_there(transaction, drafts[0])
        return log.decide(transaction, drafts, reviewer)

    return store.write(work)


def clear(
    store: Store, source: str, target: str, *, reviewer: str, note: str = "", seen: str | None = None
) -> Decision:
    """Confirm a suspect decision on a link for the words of today. Raises InputError where it is not suspect."""
    return _again(store, subject(source, target), reviewer, note, seen)


def clear_excuse(
    store: Store, measure: str, *, reviewer: str, plan: str = "", note: str = "", seen: str | None = None
) -> Decision:
    """Confirm a suspect excuse for the words of today. Raises InputError where it is not suspect."""
    return _again(store, subject(plan, measure), reviewer, note, seen)


def withdraw(
    store: Store, source: str, target: str, *, reviewer: str, note: str = "", seen: str | None = None
) -> Decision:
    """Take the decision on a link back: it is a proposal again, or gone where only a person made it.

    Raises:
        NotFoundError: nobody decided on it.
    """
    return _one(store, Draft("proposed", target, source, note=note, seen=seen), reviewer, _must_be_decided)


def undo(store: Store, about: str, *, reviewer: str, note: str = "", seen: str | None = None) -> Decision:
    """Decide again what was decided before the last decision on a subject; without any, take the last one back.

    Raises:
        NotFoundError: nobody decided on it.
    """

    def work(transaction: Transaction) -> Decision:
        entries = log.history(transaction, about)
        if not entries:
            raise _undecided(about)
        last = entries[-1]
        before = entries[-2] if len(entries) > 1 else last | _nothing(last)
        draft = replace(_draft(before), note=note or before["note"], seen=seen)
        return log.decide(transaction, [draft], reviewer)[0]

    return store.write(work)


def excuse(
    store: Store, measure: str, verdict: Verdict, *, reviewer: str, plan: str = "", to: str = "", expires: str = "",
    note: str = "", seen: str | None = None,
) -> Decision:  # fmt: skip
    """Say whether ``plan`` (by default every plan below) has to carry an upper measure; ``none`` takes that back.

    Args:
        verdict: not_applicable, delegated (``to`` a plan), deferred (``to`` a year), applies, or none.
        expires: its last day, as 2026-12-31.
    """
    draft = Draft(verdict, measure, plan=plan, to=to, expires=expires, note=note, seen=seen)
    return _one(store, draft, reviewer, _must_be_decided if verdict == "none" else None)


def preview(store: Store, verdict: Verdict, wanted: Filter) -> Preview:
    """The links of ``wanted`` that a bulk decision would change, and nothing is written."""
    items = tuple(i for i in queue(store, wanted, "plan") if i.suspect or i.state != verdict)
    digest = hashlib.sha256("\n".join(f"{i.subject} {i.token}" for i in items).encode()).hexdigest()[:16]
    return Preview(verdict, items, digest)


def changes(store: Store, shown: Preview) -> list[Change]:
    """What a bulk decision would do to the statuses of upper measures, counted once for each plan below."""
    pairs: dict[tuple[str, str], dict[tuple[str, str], Row]] = {}
    for item in shown.items:
        if item.type == "MATCHES":
            says = {"state": shown.verdict, "suspect": False, "covers": _bulk_covers(item, shown.verdict)}
            pairs.setdefault((item.plan, item.upper), {})[item.source, item.target] = says
    found: Counter[tuple[Mode, CoverageStatus, CoverageStatus]] = Counter()
    linked = answers.latest_runs(store)
    for mode in get_args(Mode):
        for pair, supposed in sorted(pairs.items()):
            if pair in linked:
                now = _statuses(answers.coverage(store, *pair, View(mode)))
                then = _statuses(answers.coverage(store, *pair, View(mode), supposed))
                found.update((mode, now[m], then[m]) for m in now if now[m] != then[m])
    return [Change(*change, measures) for change, measures in sorted(found.items())]


def bulk(
    store: Store, verdict: Verdict, wanted: Filter, *, reviewer: str, token: str, note: str = ""
) -> list[Decision]:
    """Decide on all links of a preview at once; what is suspect and decided so already is confirmed as it was.

    Args:
        token: that of the preview that the person looked at.

    Raises:
        StaleError: the same filter finds other links by now, or one of them has changed.
    """
    found = preview(store, verdict, wanted)
    if found.token != token:
        raise StaleError(
            f"the filter finds {len(found.items)} links that are not those of the preview",
            remedy="Look at the preview again.",
        )
    if not found.items:
        return []

    def work(transaction: Transaction) -> list[Decision]:
        confirmed = log.current(transaction, [i.subject for i in found.items if i.state == verdict])
        drafts = [
            replace(_draft(confirmed[i.subject]), note=note or i.note, seen=i.token)
            if i.subject in confirmed
            else Draft(verdict, i.target, i.source, covers=_bulk_covers(i, verdict), note=note, seen=i.token)
            for i in found.items
        ]
        return log.decide(transaction, drafts, reviewer)

    return store.write(work)


def excuses(store: Store, upper: str = "", plan: str = "") -> list[Excuse]:
    """What plans are excused from, on measures of ``upper`` (all by default), each as it stands for its plan's year.

    Args:
        plan: what stands for this one, also where that is said of every plan.

    Raises:
        NotFoundError: there is no such plan.
    """
    if plan:
        year = int(answers.plan(store, plan)["year"])
        return list(Excuses(store, upper).of(plan, year).values())
    if upper:
        answers.plan(store, upper)
    return [e for e in _excuses(store, upper) if e.verdict != "none"]


def excuse_of(store: Store, measure: str, plan: str = "") -> Excuse | None:
    """What was decided last on whether ``plan`` (every plan by default) has to carry an upper measure."""
    return next((e for e in _excuses(store) if (e.measure, e.plan) == (measure, plan)), None)


def _excuses(store: Store, upper: str = "") -> list[Excuse]:
    years = {p["id"]: int(p["year"]) for p in answers.plans(store)}
    return Excuses(store, upper).all(years)


def applicability(store: Store, upper: str) -> list[Row]:
    """The measures of ``upper`` that only its own level can carry out, and those that people decided on, in reading order.

    Raises:
        NotFoundError: there is no such plan.
    """
    answers.plan(store, upper)
    told = {r["measure"]: r for r in run(store, "reserved_measures", plan=upper)}
    excuses = [e for e in Excuses(store, upper).all() if e.verdict != "none"]
    rows = [
        {
            "measure": e.measure, "text": e.text, "reason": told[e.measure]["reason"] if e.measure in told else "",
            "verdict": e.verdict, "to": e.to, "expires": e.expires, "plan": e.plan, "reviewer": e.reviewer,
            "note": e.note, "stands": e.stands,
        }
        for e in excuses
    ]  # fmt: skip
    general = {e.measure for e in excuses if not e.plan and e.stands == "valid"}
    rows += [
        {"measure": r["measure"], "text": r["text"], "reason": r["reason"], "verdict": "", "to": "", "expires": "",
         "plan": "", "reviewer": "", "note": "", "stands": "valid"}
        for r in told.values()
        if r["measure"] not in general
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (natural(str(r["measure"])), str(r["plan"])))


def _bulk_covers(item: Item, verdict: Verdict) -> Covers:
    """What a bulk decision says of the extent: what a person said of it before, where that is only confirmed."""
    if verdict != "accepted":
        return ""
    kept = item.covers if item.state == verdict else ""
    return _covers(item.target, cast(Covers, kept))


def _statuses(answer: answers.Coverage) -> dict[str, CoverageStatus]:
    return {m.target: m.status for t in answer.tasks for m in t.measures}


def _covers(target: str, covers: Covers) -> Covers:
    return covers or ("fully" if is_evidence(target) else "")


def _one(
    store: Store, draft: Draft, reviewer: str, check: Callable[[Transaction, Draft], None] | None
) -> Decision:
    def work(transaction: Transaction) -> Decision:
        if check is not None:
            check(transaction, draft)
        return log.decide(transaction, [draft], reviewer)[0]

    return store.write(work)


def _again(store: Store, about: str, reviewer: str, note: str, seen: str | None) -> Decision:
    def work(transaction: Transaction) -> Decision:
        last = log.current(transaction, [about]).get(about)
        if last is None:
            raise _undecided(about)
        draft = _draft(last)
        now = log.ends(transaction, [id_ for id_ in (draft.source, draft.target) if id_])
        stamps = {"source": last["source_stamp"], "target": last["target_stamp"]}
        if all(
            last[end] == "" or (last[end] in now and now[last[end]].stamp == s) for end, s in stamps.items()
        ):
            raise InputError(
                f"{about} is not suspect: its words are those that {last['reviewer']} saw",
                remedy="Accept or reject it instead.",
            )
        return log.decide(transaction, [replace(draft, note=note or draft.note, seen=seen)], reviewer)[0]

    return store.write(work)


def _draft(entry: Row) -> Draft:
    """What decides the same again."""
    plan = "" if entry["source"] else entry["plan"]
    return Draft(
        entry["verdict"], entry["target"], entry["source"], plan, entry["relation"] or None, entry["covers"], entry["to"],
        entry["expires"], entry["note"],
    )  # fmt: skip


def _nothing(entry: Row) -> Row:
    """What takes a first decision back."""
    verdict = "proposed" if entry["source"] else "none"
    return {"verdict": verdict, "relation": "", "covers": "", "to": "", "expires": "", "note": ""}


def _undecided(about: str) -> NotFoundError:
    return NotFoundError(f"nobody decided on {about}", remedy="policygraph review history lists decisions.")


def _links(transaction: Transaction, draft: Draft) -> Sequence[Row]:
    evidence = is_evidence(draft.target)
    statement = _LINK.format(
        source="Measure" if is_measure(draft.source) else "Task", target="Measure" if evidence else "Task",
        type="MATCHES" if evidence else "IMPLEMENTS",
    )  # fmt: skip
    return transaction.run(statement, {"source": draft.source, "target": draft.target})


def _must_be_there(transaction: Transaction, draft: Draft) -> None:
    found = log.ends(transaction, [draft.source, draft.target])
    if (
        len(found) == 2
        and not _links(transaction, draft)
        and draft.subject not in log.current(transaction, [draft.subject])
    ):
        raise NotFoundError(
            f"{draft.source} is not linked to {draft.target}",
            remedy=f"Make the link by hand: policygraph review add {draft.source} {draft.target}; in the API say create.",
        )


def _must_not_be_there(transaction: Transaction, draft: Draft) -> None:
    if any(r["method"] != "human" for r in _links(transaction, draft)):
        raise InputError(
            f"the machine links {draft.source} to {draft.target} already",
            remedy=f"Accept it: policygraph review accept {draft.source} {draft.target}",
        )


def _must_be_decided(transaction: Transaction, draft: Draft) -> None:
    if draft.subject not in log.current(transaction, [draft.subject]):
        raise _undecided(draft.subject)
