"""The application: one store for the life of the process, the routes, and one shape for every error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Final

from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp, Receive, Scope, Send

from api import audit, cypher, jobs, probes, problems, reviews, signin, uploads, v1
from api.gate import Gate
from api.guard import Guard
from api.identity import requires
from api.intake import Intake
from api.pages import routes
from api.writes import Writer
from policygraph import __version__
from policygraph.access import check_access
from policygraph.audit import Audit
from policygraph.settings import Settings

UNCOMPRESSED: Final = ("/api/v1/reviews/link", "/api/v1/excuses/measure")
DESCRIPTION: Final = """
读取各级政府工作计划，把本地任务关联到国家重点任务，回答覆盖与缺口。
Reads government work plans, links local tasks to national priorities, and answers what is covered.

- Lists come in pages: `{"items": […], "next": …}`; pass `next` as `cursor` until it is null.
- Every answer carries an `ETag`; send it as `If-None-Match` and get 304 while the graph is the same.
- Decisions on links and excuses need `If-Match` with the `ETag` of what was seen; 412 says that it has changed since.
- Every error is `application/problem+json` (RFC 9457) with a `remedy`.
"""


class _Compression:
    """Compresses answers, save those whose strong tag stands for their very bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=1024)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        app = self._plain if path.startswith(UNCOMPRESSED) else self._compressed
        await app(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """The service over the store that ``settings`` name; it is opened when the service starts.

    Raises:
        SettingsError, KeysError: see :func:`policygraph.access.check_access`.
    """
    check_access(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with settings.open_store(read_only=True) as store:
            app.state.store = store
            app.state.writer = Writer(settings)
            app.state.intake = Intake(settings, store, app.state.writer.open)
            try:
                yield
            finally:
                app.state.intake.close()
                app.state.writer.close()

    app = FastAPIOffline(
        redoc_url=None,
        title="policygraph",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.cypher_turn = BoundedSemaphore(settings.cypher_concurrency)
    app.state.guard = Guard(settings)
    app.add_middleware(Gate, guard=app.state.guard, audit=Audit(settings.audit_log))
    app.add_middleware(_Compression)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    for router in (
        v1.router,
        reviews.router,
        uploads.router,
        jobs.router,
        audit.router,
        cypher.router,
        routes.router,
    ):
        app.include_router(router, dependencies=[Depends(requires("read"))])
    for router in (probes.router, signin.router):
        app.include_router(router)
    problems.install(app)
    return app
