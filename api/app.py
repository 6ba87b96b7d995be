"""The application: one store for the life of the process, the routes, and one shape for every error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Final

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from api import audit, cypher, export, jobs, metrics, openapi, probes, problems, reviews, signin, uploads, v1
from api.ahead import Ahead
from api.body import BodyLimit
from api.compression import Compression
from api.cors import add_cors
from api.gate import Gate
from api.guard import Guard
from api.headers import ResponseHeaders
from api.identity import requires
from api.intake import Intake
from api.keeper import Keeper
from api.kept import Answers
from api.limits import RateLimit
from api.now import Now
from api.pages import routes
from api.pages.kept import Kept
from api.pages.overview import prepare
from graph.writer import Writer
from policygraph import __version__
from policygraph.access import check_access
from policygraph.audit import Audit
from policygraph.settings import Settings
from queries.state import Reader

DESCRIPTION: Final = """
读取各级政府工作计划，把本地任务关联到国家重点任务，回答覆盖与缺口。
Reads government work plans, links local tasks to national priorities, and answers what is covered.

- Lists come in pages: `{"items": […], "next": …}`; pass `next` as `cursor` until it is null.
- Every answer carries an `ETag`; send it as `If-None-Match` and get 304 while the graph is the same.
- Decisions on links and excuses need `If-Match` with the `ETag` of what was seen; 412 says that it has changed since.
- Where others reach the service, send a key: `Authorization: Bearer KEY`. Scopes: `read`, `review`, `ingest`, `admin`.
- Every answer has an `X-Request-ID`, and says in `RateLimit` how many requests are left.
- Every error is `application/problem+json` (RFC 9457) with a `remedy`.
"""


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
            app.state.now = now = Now(Reader(store))
            app.state.answers = Answers(settings.answer_cache_mb * 1_000_000)
            app.state.keeper = keeper = Keeper()
            ahead = Ahead(
                now.current, lambda found: prepare(Kept(store, keeper, lambda: found)), settings.look_every
            )
            app.state.writer = Writer(settings.open_store, store)
            app.state.intake = Intake(settings, store, app.state.writer.open)
            try:
                yield
            finally:
                app.state.intake.close()
                app.state.writer.close()
                await ahead.close()

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
    app.state.metrics = metrics.Metrics()
    # The last one added sees a request first.
    limit = RateLimit(settings.rate_limit if app.state.guard.closed else 0)
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(Gate, guard=app.state.guard, audit=Audit(settings.audit_log), limit=limit)
    app.add_middleware(Compression)
    add_cors(app, settings.cors_origins)
    app.add_middleware(metrics.Measured, metrics=app.state.metrics)
    app.add_middleware(ResponseHeaders)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    bulk = (uploads.router, jobs.router, export.router, audit.router)
    for router in (v1.router, reviews.router, *bulk, cypher.router, metrics.router, routes.router):
        app.include_router(router, dependencies=[Depends(requires("read"))])
    for router in (probes.router, signin.router):
        app.include_router(router)
    problems.install(app)
    openapi.install(app)
    return app
