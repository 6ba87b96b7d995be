"""Questions to a service; each method is an operation of the API and has its name. Lists go on through all pages."""

from collections.abc import Iterator
from typing import Any, Literal, cast
from urllib.parse import quote

from policygraph.client import types
from policygraph.client.transport import API, Transport

Mode = Literal["all", "accepted"]
_PAGE: int = 1000


def at(path: str, *ids: str) -> str:
    """The address of ``path``, its ``{}`` filled with ids."""
    return API + path.format(*(quote(id_, safe="") for id_ in ids))


class Reading(Transport):
    """What who reads may ask."""

    def list_plans(
        self, *, level: str | None = None, region: str | None = None, year: int | None = None
    ) -> Iterator[types.Plan]:
        """The plans, by id."""
        return self._items(at("/plans"), level=level, region=region, year=year)

    def get_plan(self, plan: str) -> types.Plan:
        """One plan."""
        return cast(types.Plan, self.get(at("/plans/{}", plan)))

    def list_plan_versions(self, plan: str) -> Iterator[types.Version]:
        """What it held, the newest first."""
        return self._items(at("/plans/{}/versions", plan))

    def list_plan_tasks(self, plan: str, *, kind: str | None = None) -> Iterator[types.TaskRow]:
        """Its headings."""
        return self._items(at("/plans/{}/tasks", plan), kind=kind)

    def get_coverage(
        self, plan: str, *, upper: str | None = None, mode: Mode | None = None, least: float | None = None
    ) -> types.Coverage:
        """Every upper measure with its status and the local words."""
        found = self.get(at("/plans/{}/coverage", plan), upper=upper, mode=mode, least=least)
        return cast(types.Coverage, found)

    def list_gaps(
        self, plan: str, *, upper: str | None = None, status: str | None = None, mode: Mode | None = None,
        least: float | None = None,
    ) -> Iterator[types.Gap]:  # fmt: skip
        """What it misses, gaps first."""
        return self._items(at("/plans/{}/gaps", plan), upper=upper, status=status, mode=mode, least=least)

    def list_unaligned(
        self, plan: str, *, upper: str | None = None, mode: Mode | None = None, least: float | None = None
    ) -> Iterator[types.Unaligned]:
        """Its work that answers to nothing above."""
        return self._items(at("/plans/{}/unaligned", plan), upper=upper, mode=mode, least=least)

    def list_targets(self, plan: str) -> Iterator[types.Target]:
        """Its figures."""
        return self._items(at("/plans/{}/targets", plan))

    def list_targets_below(self, plan: str) -> Iterator[types.Rollup]:
        """Its figures, each with those of the plans below."""
        return self._items(at("/plans/{}/targets/below", plan))

    def get_task(self, task: str) -> types.Task:
        """One task with its measures."""
        return cast(types.Task, self.get(at("/tasks/{}", task)))

    def list_task_links(self, task: str) -> Iterator[types.Link]:
        """What it implements, with the pairs of sentences."""
        return self._items(at("/tasks/{}/links", task))

    def list_priorities(self, *, plan: str | None = None) -> Iterator[types.Priority]:
        """What is asked."""
        return self._items(at("/priorities"), plan=plan)

    def list_implementers(self, task: str) -> Iterator[types.Implementer]:
        """Who implements a priority."""
        return self._items(at("/priorities/{}/implementers", task))

    def get_cascade(
        self, task: str, *, region: str | None = None, mode: Mode | None = None, least: float | None = None
    ) -> types.Cascade:
        """A priority, level by level."""
        found = self.get(at("/priorities/{}/cascade", task), region=region, mode=mode, least=least)
        return cast(types.Cascade, found)

    def list_cascades(
        self, *, upper: str | None = None, region: str | None = None, status: str | None = None,
        mode: Mode | None = None, least: float | None = None,
    ) -> Iterator[types.Chain]:  # fmt: skip
        """Every priority in every chain of plans."""
        return self._items(at("/cascade"), upper=upper, region=region, status=status, mode=mode, least=least)

    def get_matrix(
        self, *, upper: str | None = None, level: str | None = None, region: str | None = None,
        year: int | None = None, mode: Mode | None = None, least: float | None = None,
    ) -> types.Matrix:  # fmt: skip
        """Upper tasks by plans."""
        found = self.get(
            at("/matrix"), upper=upper, level=level, region=region, year=year, mode=mode, least=least
        )
        return cast(types.Matrix, found)

    def explain_link(self, source: str, target: str) -> types.Explanation:
        """Why a link stands."""
        return cast(types.Explanation, self.get(at("/explain"), source=source, target=target))

    def diff_plans(self, after: str, *, before: str | None = None) -> types.Diff:
        """What differs between two versions, years or regions."""
        return cast(types.Diff, self.get(at("/diff"), after=after, before=before))

    def search_measures(
        self, q: str, *, plan: str | None = None, kind: str | None = None
    ) -> Iterator[types.Found]:
        """Measures whose words contain ``q``."""
        return self._items(at("/search"), q=q, plan=plan, kind=kind)

    def list_audit(self, *, who: str | None = None, event: str | None = None) -> Iterator[dict[str, Any]]:
        """Who did what, the newest first; needs the scope admin."""
        return self._items(at("/audit"), who=who, event=event)

    def list_queries(self) -> Iterator[types.NamedQuery]:
        """The named queries."""
        return self._items(at("/queries"))

    def run_query(self, name: str, **params: Any) -> types.Rows:
        """The rows of a named query with these parameters."""
        return cast(types.Rows, self.get(at("/queries/{}", name), **params))

    def run_cypher(
        self, query: str, *, parameters: dict[str, Any] | None = None, limit: int | None = None,
        timeout: float | None = None,
    ) -> types.Answer:  # fmt: skip
        """The rows of Cypher of your own that only reads."""
        body = {"query": query, "parameters": parameters or {}, "limit": limit, "timeout": timeout}
        given = {name: value for name, value in body.items() if value is not None}
        return cast(types.Answer, self.ask("POST", at("/cypher"), json=given))

    def get_health(self) -> types.Health:
        """Whether the process lives."""
        return cast(types.Health, self.get("/health"))

    def get_ready(self) -> types.Readiness:
        """Whether the store answers."""
        return cast(types.Readiness, self.get("/ready"))

    def get_metrics(self) -> str:
        """Figures in Prometheus' text format."""
        return self.send("GET", "/metrics").text

    def _items(self, path: str, **params: Any) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self.get(path, limit=_PAGE, cursor=cursor, **params)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
