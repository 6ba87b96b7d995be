"""Profiles: how the work of a plan is shared among the tasks of the plan above, and which plans are alike in that.

What a person rejected, and what is suspect, counts for nothing.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from graph.store import Store
from queries import answers
from queries.order import natural
from queries.registry import run
from review import ALL, View


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the work of two plans is shared among the upper tasks: 1 the same, 0 nothing in common.

    ``differs`` is the upper task to which they give the most different share, with both shares.
    """

    plan: str
    region: str
    other: str
    other_region: str
    similarity: float
    differs: str
    share: float
    other_share: float


def profiles(
    store: Store, upper: str | None = None, plan: str | None = None, view: View = ALL
) -> list[Likeness]:
    """Pairs of plans by how alike their profiles are, most alike first.

    Of each task of ``upper`` a profile has the sum of the confidences of the measures that implement it. Two are compared
    by the cosine, so a long plan and a short one may be alike.

    Args:
        upper: the plan above; by default what ``plan`` answers to, else the latest national plan.
        plan: only the likeness of others to it, nearest first.

    Raises:
        NotFoundError: there is no such plan, or the two were never linked.
    """
    if plan is not None:
        upper = answers.upper_of(store, plan, upper)
    upper = upper or answers.national_plan(store)
    linked = {p for p, u in answers.latest_runs(store) if u == upper}
    plans = {p["id"]: p for p in answers.plans(store) if p["id"] in linked}
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for row in run(store, "plan_profiles", upper=upper, mode=view.mode, least=view.least):
        weights[row["plan"]][row["task"]] = float(row["weight"])
    rows = [p for p in plans if p in weights]
    columns = sorted({task for p in rows for task in weights[p]}, key=natural)
    if not rows:
        return []
    table = np.array([[weights[p].get(task, 0.0) for task in columns] for p in rows])
    shares = table / table.sum(axis=1, keepdims=True)
    unit = shares / np.linalg.norm(shares, axis=1, keepdims=True)
    found = []
    for first, one in enumerate(rows):
        if plan not in (None, one):
            continue
        likeness = unit @ unit[first]
        for second, other in enumerate(rows):
            if second == first or (plan is None and second < first):
                continue
            at = int(np.abs(shares[first] - shares[second]).round(9).argmax())
            found.append(
                Likeness(
                    one, plans[one]["name"], other, plans[other]["name"], round(float(likeness[second]), 4),
                    columns[at], round(float(shares[first, at]), 4), round(float(shares[second, at]), 4),
                )
            )  # fmt: skip
    return sorted(found, key=lambda p: (-p.similarity, p.plan, p.other))
