"""The application: one store for the life of the process, the routes, and one shape for every error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from api import cypher, pages, probes, problems, v1
from policygraph import __version__
from policygraph.settings import Settings

DESCRIPTION: Final = """
读取各级政府工作计划，把本地任务关联到国家重点任务，回答覆盖与缺口。
Reads government work plans, links local tasks to national priorities, and answers what is covered.

- Lists come in pages: `{"items": […], "next": …}`; pass `next` as `cursor` until it is null.
- Every answer carries an `ETag`; send it as `If-None-Match` and get 304 while the graph is the same.
- Every error is `application/problem+json` (RFC 9457) with a `remedy`.
"""


def create_app(settings: Settings) -> FastAPI:
    """The service over the store that ``settings`` name; it is opened when the service starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with settings.open_store(read_only=True) as store:
            app.state.store = store
            yield

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
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.mount("/static", StaticFiles(directory=str(files("api") / "static")), name="static")
    app.include_router(v1.router)
    app.include_router(cypher.router)
    app.include_router(probes.router)
    app.include_router(pages.router)
    problems.install(app)
    return app
