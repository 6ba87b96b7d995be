"""Why a link stands: what each feature added, which words both sides share, and how their figures compare.

A link is one of three: measure → measure (``MATCHES``), measure → task or task → task (``IMPLEMENTS``). Shares add up
to the log-odds of the target against "none of them". From there to the probability:

- of a decision, the other upper tasks take their part: ``unadvised`` + ``others`` + ``none`` is 1. An adviser's share
  is no part of the sum: it moves the log-odds of ``unadvised`` to those of ``score``;
- of a match, a fitted line turns log-odds into how often such a pair was right: ``calibration``.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from graph.errors import NotFoundError
from graph.store import Row, Store
from queries import answers
from queries.figures import Compared, compared
from queries.marks import Span, common
from queries.registry import run

LinkType = Literal["MATCHES", "IMPLEMENTS"]

ADVISER: Final = "adviser"
"""The share of an adviser's opinion."""
_ALTERNATIVES: Final = 5
_DECIDED: Final = (
    "confidence",
    "support",
    "method",
    "state",
    "suspect",
    "covers",
    "decision",
    "reviewer",
    "note",
    "advice",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a link. ``text`` is a measure's words or a task's heading; spans are offsets in the text named.

    ``sentence`` is what a measure's words are a part of, empty where they are all of it; ``headings`` stand above it,
    outermost first; ``page`` and ``line`` are those of :class:`graph.model.Measure`.
    """

    id: str
    plan: str
    region: str
    year: int
    number: str
    text: str
    marks: tuple[Span, ...]
    sentence: str
    sentence_marks: tuple[Span, ...]
    headings: tuple[str, ...]
    page: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """What a feature added to the log-odds; ``none`` is what speaks against any link."""

    feature: str
    share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The probability is the logistic function of ``slope`` × log-odds + ``intercept``."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """An upper measure that a local one resembles; the spans are of the words that both share."""

    upper: str
    upper_text: str
    score: float
    relation: str
    marks: tuple[Span, ...]
    upper_marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A local measure that carries the link, with its nearest measures of the upper task, best first."""

    source: str
    text: str
    marks: tuple[Span, ...]
    score: float
    confidence: float
    relation: str
    state: str
    evidence: tuple[Nearest, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another task or measure of the same upper plan that the source is linked to."""

    target: str
    text: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one link.

    ``log_odds`` is the sum of the shares but for an adviser's; ``strongest`` is the measure that ``shares`` are of where
    the source is a task. What people decided is described in :mod:`review.links`. What only ``IMPLEMENTS`` links have
    (``confidence``, ``support``, ``advice``, ``unadvised``, ``none``, ``others``) is None for a match; ``covers`` and
    ``calibration`` are None for the others.
    """

    type: LinkType
    source: Side
    target: Side
    score: float
    rank: int
    relation: str
    confidence: float | None
    support: int | None
    method: str
    state: str
    suspect: bool
    covers: str | None
    decision: str
    reviewer: str
    note: str
    advice: str | None
    encoder: str
    scoring: str
    run: str
    linked: str
    thresholds: dict[str, float]
    shares: tuple[Share, ...]
    log_odds: float | None
    strongest: str | None
    unadvised: float | None
    none: float | None
    others: float | None
    calibration: Calibration | None
    carriers: tuple[Carrier, ...]
    alternatives: tuple[Alternative, ...]
    figures: tuple[Compared, ...]


def explain(store: Store, source: str, target: str) -> Explanation:
    """Why ``source`` (a local measure or task) is linked to ``target`` (an upper measure or task).

    Raises:
        NotFoundError: one of the two is not there, or they are not linked; the remedy names what the source is
            linked to.
    """
    local, upper = _End(store, source), _End(store, target)
    if upper.measure:
        query, given = "explain_match", {"local_measure": source, "upper_measure": target}
    else:
        query, given = "explain_link", {"source": source, "target": target}
    found = [] if upper.measure and not local.measure else run(store, query, **given)
    if not found:
        raise _not_linked(store, local, upper)
    link = found[0]
    last = next(row for row in run(store, "link_runs") if row["id"] == link["run"])
    thresholds: dict[str, float] = json.loads(last["thresholds"])
    shares = tuple(Share(name, share) for name, share in json.loads(link["shares"] or "{}").items())
    log_odds = round(sum(s.share for s in shares if s.feature != ADVISER), 3) if shares else None
    carriers = () if upper.measure else _carriers(store, local, upper)
    unadvised = None if upper.measure or log_odds is None else _unadvised(link["score"], shares)
    none = None if unadvised is None or log_odds is None else _none(unadvised, log_odds)
    others = None if unadvised is None or none is None else round(1 - unadvised - none, 6)
    return Explanation(
        type="MATCHES" if upper.measure else "IMPLEMENTS",
        source=local.side(upper),
        target=upper.side(local),
        score=link["score"],
        rank=link["rank"],
        relation=link["relation"],
        **_decided(link),
        encoder=link["encoder"],
        scoring=last["scoring"],
        run=link["run"],
        linked=last["finished"],
        thresholds=thresholds,
        shares=shares,
        log_odds=log_odds,
        strongest=carriers[0].source if carriers and not local.measure else None,
        unadvised=unadvised,
        none=none,
        others=others,
        calibration=_calibration(thresholds) if upper.measure else None,
        carriers=carriers,
        alternatives=_alternatives(store, local, upper),
        figures=tuple(compared(upper.figures(), local.figures())),
    )


def _decided(link: Row) -> dict[str, Any]:
    return {name: link.get(name) for name in _DECIDED}


class _End:
    """A task or a measure as it is read for an explanation."""

    def __init__(self, store: Store, id_: str) -> None:
        self.id = id_
        self.measure = "#" in id_
        self.row = answers.measure(store, id_) if self.measure else answers.task(store, id_)
        self.plan: str = self.row["plan"]
        self.task: str = self.row["task"] if self.measure else id_
        self.text: str = self.row["text"] if self.measure else self.row["title"]
        self._headings = run(store, "explain_headings", task=self.task)
        self._measures = [
            m
            for m in answers.measures(store, self.task)
            if m.kind == "planned" and self.measure in (False, m.id == id_)
        ]
        self._sentence = self._whole_sentence(store) if self.measure else ""

    def _whole_sentence(self, store: Store) -> str:
        start, end = self.row["sentence_start"], self.row["sentence_end"]
        if (start, end) == (self.row["start"], self.row["end"]):
            return ""
        text: str = run(store, "plan_text", plan=self.plan)[0]["text"]
        return text[start:end]

    def words(self) -> str:
        """All that speaks for this end: its own words, and of a task those of its measures."""
        return "\n".join(dict.fromkeys((self.text, self._sentence, *(m.text for m in self._measures))))

    def side(self, other: "_End") -> Side:
        """This end, with the words marked that it shares with ``other``."""
        both = self.measure and other.measure
        marks, _ = common(self.text, other.text if both else other.words())
        above = [h for h in self._headings if self.measure or h["id"] != self.id]
        if self.measure and self.row["heading"]:
            above = above[:-1]
        return Side(
            id=self.id,
            plan=self.plan,
            region=self.row["region"],
            year=self.row["year"],
            number="" if self.measure else self.row["number"],
            text=self.text,
            marks=tuple(marks),
            sentence=self._sentence,
            sentence_marks=tuple(common(self._sentence, other.words())[0]),
            headings=tuple(h["number"] + h["title"] for h in above if h["title"]),
            page=self.row.get("page"),
            line=self.row.get("line"),
        )

    def figures(self) -> list[Row]:
        """The figures that its measures promise, with the columns of plan_targets."""
        return [
            asdict(figure) | {"measure": m.id, "measure_text": m.text}
            for m in self._measures
            for figure in m.figures
        ]


def _unadvised(score: float, shares: Sequence[Share]) -> float:
    """The probability before an adviser was heard."""
    advice = sum(s.share for s in shares if s.feature == ADVISER)
    if not advice or not 0 < score < 1:
        return score
    return round(1 / (1 + math.exp(advice - math.log(score / (1 - score)))), 6)


def _none(score: float, log_odds: float) -> float:
    """The probability of "none of them"; shares are rounded, so it is kept within what the score leaves."""
    return round(min(score * math.exp(-log_odds), 1 - score), 6)


def _calibration(thresholds: dict[str, float]) -> Calibration | None:
    if "covered_slope" not in thresholds:
        return None
    return Calibration(thresholds["covered_slope"], thresholds["covered_intercept"])


def _carriers(store: Store, local: _End, upper: _End) -> tuple[Carrier, ...]:
    grouped: dict[str, list[Row]] = {}
    for row in run(store, "explain_carriers", source=local.id, target=upper.id):
        grouped.setdefault(row["source"], []).append(row)
    words = upper.words()
    return tuple(
        Carrier(
            source=source,
            text=rows[0]["source_text"],
            marks=tuple(common(rows[0]["source_text"], words)[0]),
            score=rows[0]["score"],
            confidence=rows[0]["confidence"],
            relation=rows[0]["relation"],
            state=rows[0]["state"],
            evidence=tuple(_nearest(r) for r in rows[: answers.EVIDENCE] if r["upper_measure"] is not None),
        )
        for source, rows in grouped.items()
    )


def _nearest(row: Row) -> Nearest:
    marks, upper_marks = common(row["source_text"], row["upper_text"])
    return Nearest(
        row["upper_measure"], row["upper_text"], row["evidence"], row["evidence_relation"], tuple(marks), tuple(upper_marks)
    )  # fmt: skip


def _linked_to(store: Store, local: _End, upper: _End) -> list[Row]:
    """What the source is linked to in the upper plan, by links of the same type, strongest first."""
    if upper.measure and local.measure:
        return run(store, "explain_nearest", measure=local.id, upper=upper.plan)
    return run(store, "explain_implemented", source=local.id, upper=upper.plan)


def _alternatives(store: Store, local: _End, upper: _End) -> tuple[Alternative, ...]:
    rows = [row for row in _linked_to(store, local, upper) if row["target"] != upper.id]
    return tuple(Alternative(**row) for row in rows[:_ALTERNATIVES])


def _not_linked(store: Store, local: _End, upper: _End) -> NotFoundError:
    pairs = set(answers.latest_runs(store))
    message = f"{local.id} is not linked to {upper.id}"
    if (local.plan, upper.plan) not in pairs:
        if (upper.plan, local.plan) in pairs:
            remedy = f"The local side comes first: {upper.id} {local.id}"
        else:
            linked = sorted(u for p, u in pairs if p == local.plan)
            remedy = f"{local.plan} is linked to: {', '.join(linked) or 'no plan yet'}."
        return NotFoundError(message, remedy=remedy)
    found = _named(_linked_to(store, local, upper)) or "nothing"
    near = "" if upper.measure or not local.measure else _nearest_in(store, local, upper)
    if upper.measure and local.measure:
        told = f"Nearest to it in {upper.plan}: {found}."
    elif upper.measure:
        told = f"A task is linked to tasks; the measure's is {upper.task}. It implements in {upper.plan}: {found}."
    elif near:
        told = f"It implements in {upper.plan}: {found}. Nearest to it: {near}."
    else:
        told = f"It implements in {upper.plan}: {found}."
    return NotFoundError(message, remedy=told)


def _nearest_in(store: Store, local: _End, upper: _End) -> str:
    return _named(run(store, "explain_nearest", measure=local.id, upper=upper.plan))


def _named(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row['target']} ({row['score']:.2f})" for row in rows[:_ALTERNATIVES])
