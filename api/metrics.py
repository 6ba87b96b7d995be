"""Figures on the service for Prometheus: requests, how long they took, decisions, statements of free Cypher."""

import logging
import time
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import PROBLEMS

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_EXAMPLE: Final = 'policygraph_requests_total{method="GET",route="/api/v1/plans",status="200"} 12.0\n'

router = APIRouter(tags=["probes"])
_log = logging.getLogger("policygraph.access")


class Metrics:
    """The figures of one service, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "policygraph_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "policygraph_request_seconds", "Seconds from a request to the end of its answer", ["method", "route"],
            registry=self.registry, buckets=_SECONDS,
        )  # fmt: skip
        self.decisions = Counter(
            "policygraph_decisions", "Decisions on links and excuses", ["verdict"], registry=self.registry
        )
        self.statements = Counter(
            "policygraph_cypher_statements", "Statements of free Cypher", ["outcome"], registry=self.registry
        )

    def page(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)


class Measured:
    """Counts, times and logs requests, by the template of their route: ids never become labels."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(method, route, str(status)).inc()
            seconds = time.perf_counter() - start
            self._metrics.seconds.labels(method, route).observe(seconds)
            _log.info(
                "%s %r %d %.0f ms %s",
                method,
                scope["path"],
                status,
                seconds * 1000,
                scope["state"]["request_id"],
            )


def metrics_of(app: FastAPI) -> Metrics:
    """The figures of ``app``."""
    found: Metrics = app.state.metrics
    return found


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses=PROBLEMS
    | {200: {"description": "In Prometheus' text format", "content": {"text/plain": {"example": _EXAMPLE}}}},
)
def metrics(request: Request) -> Response:
    """Requests by route and status, their seconds, decisions, statements of free Cypher; since the start of the process."""
    return Response(metrics_of(request.app).page(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
