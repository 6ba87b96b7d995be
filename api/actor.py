"""Who does something over HTTP: under which name it is logged, and the record of it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from api.dependencies import SettingsDep
from api.guard import asker_of
from api.identity import IdentityDep
from api.metrics import metrics_of
from graph.model import Decision
from policygraph.audit import Audit, Event

MOST_LINES: Final = 20


class Actor:
    """Whoever sent the request."""

    def __init__(self, request: Request, identity: IdentityDep, settings: SettingsDep) -> None:
        self._asker = asker_of(request, identity)
        self._audit = Audit(settings.audit_log)
        self._identity = identity
        self._metrics = metrics_of(request.app)

    def decides_as(self, named: str | None) -> str:
        """See :meth:`api.identity.Identity.decides_as`."""
        return self._identity.decides_as(named)

    def record(self, event: Event, **what: Any) -> None:
        """Write that it was done. Raises SettingsError where the record cannot be written."""
        self._audit.event(self._asker, event, **what)

    def decided(self, made: Sequence[Decision]) -> None:
        """Count and write which decisions were taken; many at once as one line."""
        for one in made:
            self._metrics.decisions.labels(one.verdict).inc()
        if len(made) > MOST_LINES:
            first = made[0]
            self.record(
                "decision", batch=first.batch, verdict=first.verdict, reviewer=first.reviewer, count=len(made)
            )
            return
        for one in made:
            self.record("decision", id=one.id, about=one.subject, verdict=one.verdict, reviewer=one.reviewer)


ActorDep = Annotated[Actor, Depends()]
