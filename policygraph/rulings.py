"""People's word on whether an upper measure applies to the plans below; it goes before what the reader tells."""

import math
from datetime import UTC, datetime
from typing import Final

from graph.errors import InputError, NotFoundError
from graph.model import Ruling, row
from graph.store import Row, Store, Transaction
from queries import answers, run

_MEASURE: Final = "MATCH (m:Measure {id: $id}) RETURN m.plan AS plan, m.kind AS kind, m.heading AS heading, m.stamp AS stamp"
_DELETE: Final = "MATCH (r:Ruling {id: $id}) DELETE r"


def rule(
    store: Store, measure: str, applies: bool | None, *, plan: str = "", reviewer: str = "", note: str = ""
) -> Ruling | None:
    """Say whether ``measure`` applies to ``plan`` (by default to every plan below), or take that back with None.

    Raises:
        NotFoundError: there is no such measure or plan.
        InputError: the measure asks nothing of plans below, or a ruling has no reason.
    """
    found = store.read(_MEASURE, {"id": measure})
    if not found:
        raise NotFoundError(
            f"there is no measure {measure!r}",
            remedy="policygraph gaps PLAN --json prints the ids of upper measures.",
        )
    if found[0]["kind"] != "planned" or found[0]["heading"]:
        raise InputError(
            f"{measure} is no measure that plans below are asked to carry", remedy="Name a planned measure."
        )
    if plan:
        answers.plan(store, plan)
    if applies is not None and not note.strip():
        raise InputError("a ruling needs a reason", remedy="Write it with --note.")
    ruling = Ruling(
        f"{plan} {measure}".strip(), measure, plan, bool(applies), reviewer, note.strip(), found[0]["stamp"],
        datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip

    def work(transaction: Transaction) -> None:
        transaction.run(_DELETE, {"id": ruling.id})
        if applies is not None:
            names = [name for name in row(ruling) if name != "id"]
            values = ", ".join(f"r.{name} = $ruling.{name}" for name in names)
            transaction.run(
                f"CREATE (r:Ruling {{id: $id}}) SET {values}", {"id": ruling.id, "ruling": row(ruling)}
            )

    store.write(work)
    return ruling if applies is not None else None


def applicability(store: Store, upper: str) -> list[Row]:
    """The measures of ``upper`` that only its own level can carry out, and those that people ruled on, in reading order.

    Raises:
        NotFoundError: there is no such plan.
    """
    answers.plan(store, upper)
    told = {r["measure"]: r for r in run(store, "reserved_measures", plan=upper)}
    ruled = run(store, "rulings", upper=upper)
    empty = {"reason": "", "start": None}
    rows = [
        {
            "measure": r["measure"], "text": r["text"], "reason": told.get(r["measure"], empty)["reason"],
            "ruling": "" if not r["current"] else "applies" if r["applies"] else "excused", "plan": r["plan"],
            "reviewer": r["reviewer"], "note": r["note"], "current": r["current"],
        }
        for r in ruled
    ]  # fmt: skip
    general = {r["measure"] for r in ruled if not r["plan"] and r["current"]}
    rows += [
        {"measure": r["measure"], "text": r["text"], "reason": r["reason"], "ruling": "", "plan": "", "reviewer": "",
         "note": "", "current": True}
        for r in told.values()
        if r["measure"] not in general
    ]  # fmt: skip
    place = {m["id"]: m["start"] for m in run(store, "plan_measures", plan=upper)}
    # A ruling on a measure that is gone has no place; it stands at the end.
    return sorted(
        rows, key=lambda r: (place.get(r["measure"], math.inf), answers.natural(r["measure"]), r["plan"])
    )
