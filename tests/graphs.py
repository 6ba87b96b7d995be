"""Graphs written by hand, small enough to count on paper: every property that is not given has the empty value of its type."""

from typing import Any, Final

from graph import Store
from graph.schema import RELATIONSHIPS, node_type

_EMPTY: Final[dict[str, Any]] = {"string": "", "integer": 0, "float": 0.0, "boolean": False}


class Hand:
    """Writes nodes and relationships into a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def node(self, label: str, id_: str, **given: Any) -> None:
        """A node with all properties of its label but those that may be absent."""
        kind = node_type(label)
        values = {
            name: given.get(name, _EMPTY[type_])
            for name, type_ in kind.properties.items()
            if name != "id" and (name in given or name not in kind.optional)
        }
        self._create(f"CREATE (n:{label} {{id: $id}})", "n", values, id=id_)

    def join(self, source: str, type_: str, target: str, **given: Any) -> None:
        """A relationship between two nodes, by their labels and ids: ``Task a.1``."""
        (one, a), (other, b) = source.split(" "), target.split(" ")
        properties = next(r for r in RELATIONSHIPS if r.type == type_).properties
        values = {name: given.get(name, _EMPTY[kind]) for name, kind in properties.items()}
        pattern = f"MATCH (a:{one} {{id: $a}}) MATCH (b:{other} {{id: $b}}) CREATE (a)-[n:{type_}]->(b)"
        self._create(pattern, "n", values, a=a, b=b)

    def plan(self, region: str, level: str, year: int, above: str = "", name: str = "") -> str:
        """A plan, with its region where that is new; its id is region and year."""
        id_ = f"{region}-{year}"
        if not self.store.read("MATCH (r:Region {id: $r}) RETURN r.id AS id", {"r": region}):
            self.node("Region", region, name=name or region, level=level)
            if above:
                self.join(f"Region {region}", "PART_OF", f"Region {above}")
        self.node("Plan", id_, region=region, level=level, year=year, title=id_, version=1, current=True)
        self.join(f"Plan {id_}", "ISSUED_BY", f"Region {region}")
        return id_

    def task(self, id_: str, measures: int, reserved: tuple[int, ...] = ()) -> None:
        """A task with so many planned measures, ``id#1`` and on, of which some only this level can carry out."""
        plan, _, number = id_.rpartition(".")
        place = int(number) * 100
        self.node(
            "Task", id_, plan=plan, title=f"task {number}", kind="task", asks=True, position=int(number)
        )
        self.join(f"Plan {plan}", "HAS_TASK", f"Task {id_}")
        for ordinal in range(1, measures + 1):
            self.measure(
                id_, ordinal, start=place + ordinal, reserved="international" if ordinal in reserved else ""
            )

    def measure(self, task: str, ordinal: int, **given: Any) -> None:
        """A measure of a task, planned unless said otherwise."""
        id_ = f"{task}#{ordinal}"
        values = {
            "plan": task.rpartition(".")[0],
            "task": task,
            "ordinal": ordinal,
            "text": f"words of {id_}",
        }
        self.node("Measure", id_, **(values | {"kind": "planned", "stamp": f"s{id_}"} | given))
        self.join(f"Task {task}", "HAS_MEASURE", f"Measure {id_}")

    def run(self, plan: str, upper: str, thresholds: str) -> None:
        """A run whose links stand."""
        self.node("LinkRun", f"{plan}/{upper}", plan=plan, upper=upper, thresholds=thresholds, current=True)

    def link(self, source: str, target: str, score: float, state: str = "proposed", **given: Any) -> None:
        """MATCHES to a measure, IMPLEMENTS to a task; of the machine unless said otherwise."""
        one, other = ("Measure" if "#" in id_ else "Task" for id_ in (source, target))
        values = {"score": score, "confidence": score, "state": state, "method": "machine", "rank": 1}
        type_ = "MATCHES" if other == "Measure" else "IMPLEMENTS"
        self.join(f"{one} {source}", type_, f"{other} {target}", **(values | given))

    def _create(self, pattern: str, name: str, values: dict[str, Any], **ids: str) -> None:
        sets = ", ".join(f"{name}.`{key}` = $v_{key}" for key in values)
        given = ids | {f"v_{key}": value for key, value in values.items()}
        self.store.write(lambda t: t.run(f"{pattern} SET {sets}" if sets else pattern, given))
