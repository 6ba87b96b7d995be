"""Jobs over HTTP: how far each is, as it happens, and how to stop one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from api.intake import INGEST, IntakeDep, told
from policygraph.intake.models import ENDED, Job
from policygraph.intake.queue import JobQueue

HEARTBEAT_S: Final = 15.0
"""Seconds after which a silent stream says that it lives."""

router = APIRouter(prefix="/api/v1", tags=["intake"])

JobId = Annotated[str, Path(description="Id of the job", examples=["0f9d3c1e5a7b4c2d8e6f1a2b3c4d5e6f"])]


class EventStream(StreamingResponse):
    """Server-Sent Events."""

    media_type = "text/event-stream"


# As OpenAPI 3.2 describes a stream of events.
_EVENT: Final = {
    "type": "object",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"type": "string", "enum": ["progress", "end"]},
        "id": {"type": "string", "description": "The job's `revision`"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Job"},
        },
    },
}
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events, until the job has ended",
        "content": {
            EventStream.media_type: {"itemSchema": _EVENT, "example": "event: progress\nid: 4\ndata: {…}\n\n"}
        },
    }
}


class JobList(BaseModel):
    """The jobs that are remembered."""

    items: list[Job] = Field(description="Jobs, the newest first", examples=[[]])


@router.get("/jobs", operation_id="list_jobs", summary="All jobs, the newest first", responses=told())
def list_jobs(intake: IntakeDep) -> JobList:
    """Those of this service, and those that earlier ones left: what they did, and what they did not."""
    return JobList(items=intake.queue.all())


@router.get("/jobs/{job}", operation_id="get_job", summary="How a job stands", responses=told(404))
def get_job(intake: IntakeDep, job: JobId) -> Job:
    """State, what is under way, and what is in the graph already."""
    return intake.queue.get(job)


@router.delete(
    "/jobs/{job}",
    operation_id="cancel_job",
    summary="Stop a job",
    dependencies=INGEST,
    responses=told(403, 404),
)
def cancel_job(intake: IntakeDep, job: JobId) -> Job:
    """At once where it waits, else after the plan that is under way. What is loaded stays; one that has ended stays so."""
    return intake.queue.cancel(job)


@router.get(
    "/jobs/{job}/events", operation_id="stream_job", summary="How a job goes on, as Server-Sent Events",
    response_class=Response,
    responses=told(404) | _STREAM | {204: {"description": "It has ended, and `Last-Event-ID` names its last event"}},
)  # fmt: skip
async def job_events(
    intake: IntakeDep,
    job: JobId,
    last: Annotated[
        str | None,
        Header(alias="Last-Event-ID", description="`id` of the last event that was seen", examples=["4"]),
    ] = None,
) -> Response:
    """Each event's data is the job as JSON, its id the job's `revision`: first how it stands, then `progress`, then `end`.

    Nothing has to be caught up on: an event holds the whole state. Comments in between show that the stream lives.
    """
    now = intake.queue.get(job)
    seen = int(last) if last is not None and last.isascii() and last.isdecimal() and len(last) < 10 else 0
    if now.state in ENDED and seen >= now.revision:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventStream(stream(intake.queue, job, seen), headers=headers)


async def stream(queue: JobQueue, id_: str, seen: int) -> AsyncIterator[bytes]:
    """The events of a job after revision ``seen``, until it has ended."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def heard() -> None:
        # Where the service has ended meanwhile, nobody listens.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(changed.set)

    with queue.listening(id_, heard):
        while True:
            changed.clear()
            job = queue.get(id_)
            if job.revision > seen or job.state in ENDED:
                seen = job.revision
                event = "end" if job.state in ENDED else "progress"
                yield format_sse_event(data_str=job.model_dump_json(), event=event, id=str(seen))
                if event == "end":
                    return
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield b": \n\n"
