"""How a status is decided, for one measure, for a task, and for all plans of a graph at once.

An upper *measure* is ``covered`` where the best evidence reaches the threshold ``covered`` of the run that linked
the plan, ``partial`` where it reaches ``partial``, else a ``gap``; a gap is ``not_applicable`` where only the upper
level can do the work. What people decided goes before all of it: evidence that they accepted or rejected, and measures
that they excused the plan from. An upper *task* takes the share of its measures that apply, a partial one counted half:
``covered`` from :data:`TASK_COVERED`, a ``gap`` below :data:`TASK_GAP`, else ``partial``; where none applies,
``not_applicable``.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from graph.model import CoverageStatus
from graph.store import Row, Store
from queries.excuses import RULED, Excuse, Excuses
from queries.registry import run
from review import View

TASK_COVERED: Final = 0.65
TASK_GAP: Final = 0.2

Reached = Literal["covered", "partial", ""]


def reached(score: float, limits: Mapping[str, float]) -> Reached:
    """Which threshold evidence of ``score`` reaches, empty where none."""
    if score >= limits["covered"]:
        return "covered"
    return "partial" if score >= limits["partial"] else ""


def measure_status(
    reaches: Reached, reserved: str = "", excuse: Excuse | None = None
) -> tuple[CoverageStatus, str]:
    """The status of an upper measure by what its best evidence reaches, and why it does not apply where it does not.

    Args:
        reserved: why only the upper level can do it.
        excuse: what a person decided on that, None where nobody did.
    """
    said = excuse.verdict if excuse is not None and excuse.stands == "valid" else ""
    if said in RULED:
        return "not_applicable", RULED[said]
    if reaches:
        return reaches, ""
    return ("not_applicable", reserved) if reserved and said != "applies" else ("gap", "")


def measure_confidence(status: CoverageStatus, score: float, limits: Mapping[str, float]) -> float:
    """The probability that the status is right, where no person decided it."""
    certain = min(max(score, 1e-6), 1 - 1e-6)
    odds = limits["addressed_slope"] * math.log(certain / (1 - certain)) + limits["addressed_intercept"]
    addressed = max(1 / (1 + math.exp(-odds)), score)
    chance = {"covered": score, "partial": addressed - score}.get(status, 1 - addressed)
    return round(chance, 4)


def task_status(covered: int, partial: int, applicable: int) -> tuple[CoverageStatus, float]:
    """The status of an upper task, and its share, from how many of its measures that apply are covered or partly so."""
    if not applicable:
        return "not_applicable", 0.0
    share = round((covered + partial / 2) / applicable, 4)
    if share >= TASK_COVERED:
        return "covered", share
    return ("gap" if share < TASK_GAP else "partial"), share


@dataclass(frozen=True, slots=True)
class Statuses:
    """The status of every measure of ``upper`` in every plan linked to it.

    Attributes:
        tasks: rows of the query ``priorities``.
        plans: rows of the query ``plans``, of those linked to ``upper``.
        measures: rows of the query ``asked_measures``, in reading order.
        of: the statuses by plan, in the order of ``measures``.
    """

    upper: str
    tasks: tuple[Row, ...]
    plans: tuple[Row, ...]
    measures: tuple[Row, ...]
    of: Mapping[str, Sequence[CoverageStatus]]

    def places(self) -> dict[str, list[int]]:
        """Of each task the places of its measures in ``measures``."""
        found: dict[str, list[int]] = {t["id"]: [] for t in self.tasks}
        for number, measure in enumerate(self.measures):
            found[measure["task"]].append(number)
        return found


def decided(
    store: Store, upper: str, plans: Sequence[Row], thresholds: Mapping[str, str], view: View
) -> Statuses:
    """The statuses of ``plans``; their number costs no queries.

    Args:
        plans: rows of the query ``plans``.
        thresholds: of each plan's run, as the run has them.
    """
    excuses = Excuses(store, upper)
    limits = {p["id"]: json.loads(thresholds[p["id"]]) for p in plans}
    measures = run(store, "asked_measures", upper=upper)
    best = _best(store, upper, limits, view)
    found: dict[str, list[CoverageStatus]] = {}
    for p in plans:
        own, said = best[p["id"]], excuses.of(p["id"], int(p["year"]))
        found[p["id"]] = [
            measure_status(
                reached(own.get(m["target"], 0.0), limits[p["id"]]), m["reserved"], said.get(m["target"])
            )[0]
            for m in measures
        ]
    tasks = run(store, "priorities", plan=upper)
    return Statuses(upper, tuple(tasks), tuple(plans), tuple(measures), found)


def _best(
    store: Store, upper: str, limits: Mapping[str, Mapping[str, float]], view: View
) -> dict[str, dict[str, float]]:
    """For each plan the score that counts for each upper measure that it has a link to; see :func:`review.rules.effective`."""
    best: dict[str, dict[str, float]] = defaultdict(dict)
    if view.mode == "all" and limits:
        reaches = min(values["partial"] for values in limits.values())
        for row in run(store, "best_proposals", upper=upper, reaches=reaches, least=view.least):
            best[row["plan"]][row["target"]] = row["score"]
    for row in run(store, "accepted_carriers", upper=upper):
        plan, target = row["plan"], row["target"]
        if plan in limits:
            score = limits[plan]["partial"] if row["covers"] == "partly" else 1.0
            best[plan][target] = max(score, best[plan].get(target, 0.0))
    return best


def tally(statuses: Iterable[CoverageStatus]) -> Row:
    """How many of each, as columns: ``asked`` (those that apply), ``covered``, ``partial``, ``gap``, ``not_applicable``, and
    ``share``: of what is asked the part that is covered, a partial one counted half; None where nothing is asked.
    """
    row = cell(statuses)
    del row["status"]
    return row


def cell(statuses: Iterable[CoverageStatus]) -> Row:
    """The same of the measures of one upper task, with the ``status`` of the task."""
    count = Counter(statuses)
    asked = count["covered"] + count["partial"] + count["gap"]
    status, share = task_status(count["covered"], count["partial"], asked)
    return {
        "asked": asked, "covered": count["covered"], "partial": count["partial"], "gap": count["gap"],
        "not_applicable": count["not_applicable"], "share": share if asked else None, "status": status,
    }  # fmt: skip
