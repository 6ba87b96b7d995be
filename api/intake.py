"""What the routes of uploads and of jobs share: the staging folder, the queue, and who may bring plans in."""

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from api.actor import Actor
from api.identity import requires
from api.problems import PROBLEMS, Problem
from graph.store import Store
from policygraph.intake.models import Confirmation, Job, Loaded
from policygraph.intake.queue import JobQueue
from policygraph.intake.staging import Staging
from policygraph.intake.work import Writing
from policygraph.settings import Settings

INGEST: Final = [Depends(requires("ingest"))]
"""Who may upload, see uploads, confirm, and stop jobs. Who reads sees jobs."""


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, beside those that every route may have."""
    return PROBLEMS | {status: {"description": _WHY[status], "model": Problem} for status in statuses}


_WHY: Final = {
    403: "Writing is off here, the scope is missing, or a page of another site asks",
    404: "There is no such upload or job, or no more",
    409: "A job works on it",
    413: "The upload is larger than `upload_mb`",
    415: "The body has another media type",
    507: "More would wait than `upload_total_mb`",
    422: "The body is not as described, or a fact about a plan is missing or wrong",
}


class Intake:
    """The staging folder and the queue, for the life of the service."""

    def __init__(self, settings: Settings, reading: Store, writing: Writing) -> None:
        folder = Path(settings.upload_folder).expanduser()
        self.staging = Staging(folder, hours=settings.upload_hours, most_mb=settings.upload_total_mb)
        self.staging.sweep()
        self.queue = JobQueue(settings, self.staging, reading, writing)

    def close(self) -> None:
        """Stop after the plan that is under way."""
        self.queue.close()


def confirmed(intake: Intake, store: Store, actor: Actor, upload: str, said: Confirmation) -> Job:
    """The job that loads the plans of an upload, queued; each plan that it loads is recorded.

    Raises:
        NotFoundError, InUseError, InputError: see :meth:`policygraph.intake.staging.Staging.sources`.
        SettingsError: the record cannot be written.
    """
    sources = intake.staging.sources(intake.staging.get(upload), said, store)
    hashes = intake.staging.hashes(upload, sources)

    def record(loaded: Loaded) -> None:
        actor.record("ingest", plans={loaded.plan: loaded.outcome})

    return intake.queue.submit(upload, sources, hashes, record)


def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake


IntakeDep = Annotated[Intake, Depends(_intake)]
