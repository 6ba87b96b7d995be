"""When a decision counts, and what it makes of the machine's score. No store here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, get_args

from graph.errors import InputError
from graph.store import Row

Mode = Literal["all", "accepted"]
Standing = Literal["valid", "suspect", "closed"]
Excused = Literal["valid", "suspect", "expired", "due", "closed"]

LINK_VERDICTS: Final = ("accepted", "rejected", "proposed")
EXCUSE_VERDICTS: Final = ("not_applicable", "delegated", "deferred", "applies", "none")
EVERY_PLAN: Final = "*"


@dataclass(frozen=True, slots=True)
class View:
    """What an answer counts.

    Attributes:
        mode: ``all`` proposals that nobody rejected, or ``accepted`` links only.
        least: the confidence from which a proposal counts; accepted links count whatever the machine thought.
    """

    mode: Mode = "all"
    least: float = 0.0

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise InputError(f"there is no mode {self.mode!r}", remedy="Write all or accepted.")
        if not 0 <= self.least <= 1:
            raise InputError(f"{self.least:g} is no confidence", remedy="Give a number from 0 to 1.")


ALL: Final = View()


def effective(link: Mapping[str, Any], view: View, limits: Mapping[str, float]) -> float:
    """The score with which a ``MATCHES`` link counts under ``view``; 0 where it does not.

    An accepted link covers, or covers partly, as the person said. A suspect one counts as what the machine thinks of
    today's words. ``queries.statuses`` says the same for all plans at once.
    """
    if not link["suspect"] and link["state"] == "accepted":
        return limits["partial"] if link["covers"] == "partly" else 1.0
    if not link["suspect"] and link["state"] == "rejected":
        return 0.0
    score = 0.0 if link["method"] == "human" else float(link["score"])
    return score if view.mode == "all" and score >= view.least else 0.0


def counts(link: Mapping[str, Any], view: View) -> bool:
    """Whether an ``IMPLEMENTS`` link counts under ``view``: accepted on today's words, or proposed with that confidence.

    ``queries/plan_unaligned.cypher`` says the same in Cypher.
    """
    if not link["suspect"] and link["state"] != "proposed":
        return bool(link["state"] == "accepted")
    return view.mode == "all" and link["confidence"] >= view.least and link["method"] != "human"


def standing(decision: Mapping[str, Any], source_stamp: str | None, target_stamp: str | None) -> Standing:
    """Whether a decision on a link still speaks for its ends; a stamp is None where that end is gone."""
    if source_stamp is None or target_stamp is None:
        return "closed"
    seen = (decision["source_stamp"], decision["target_stamp"])
    return "valid" if seen == (source_stamp, target_stamp) else "suspect"


def excused(decision: Mapping[str, Any], stamp: str | None, year: int | None, day: date) -> Excused:
    """Whether an excuse still holds on ``day`` for a plan of ``year`` (None: whatever the year).

    ``due``: it was deferred to this year or an earlier one.
    """
    if stamp is None:
        return "closed"
    if decision["target_stamp"] != stamp:
        return "suspect"
    if decision["expires"] and day.isoformat() > decision["expires"]:
        return "expired"
    if decision["verdict"] == "deferred" and year is not None and year >= int(decision["to"]):
        return "due"
    return "valid"


def today() -> date:
    """The day here, by which excuses end."""
    return datetime.now(UTC).astimezone().date()


def subject(source_or_plan: str, target: str) -> str:
    """What a decision is about: a link's two ends, or a plan (``*``: every plan) and an upper measure."""
    return f"{source_or_plan or EVERY_PLAN} {target}"


def token(current: str, *stamps: str) -> str:
    """What a person has seen of a subject: its last decision and the words of its ends, as 16 hex digits.

    Whoever decides says what they saw; where the token has changed meanwhile, the decision is refused.
    """
    return hashlib.sha256("|".join((current, *stamps)).encode()).hexdigest()[:16]


def is_measure(id_: str) -> bool:
    """Whether an id is that of a measure; a task's has no ordinal."""
    return "#" in id_


def is_evidence(target: str) -> bool:
    """Whether a link to ``target`` is a ``MATCHES`` link (to a measure), not ``IMPLEMENTS`` (to a task)."""
    return is_measure(target)


def winner(rows: list[Row]) -> Row:
    """Of decisions on one subject, taken in whatever graph, the one that stands: the latest."""
    return max(rows, key=lambda row: (row["at"], row["id"]))
