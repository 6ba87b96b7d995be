"""Plans come in: files are uploaded, the answer says what was understood of each, a person corrects and confirms."""

import hashlib
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.dependencies import SettingsDep, StoreDep
from api.intake import INGEST, LOOK, IntakeDep, told
from api.writes import MediaTypeError, TooLargeError, of_type
from graph.errors import InputError
from policygraph.intake.models import Confirmation, Job, Upload
from policygraph.settings import Settings

FIELD: Final = "files"
MULTIPART: Final = "multipart/form-data"
# What the parts' own headers may take beside the files.
_OVERHEAD: Final = 64 * 1024

router = APIRouter(prefix="/api/v1", tags=["intake"])

UploadId = Annotated[str, Path(description="Id of the upload", examples=["0f9d3c1e5a7b4c2d8e6f1a2b3c4d5e6f"])]
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "The plans, a part each",
                        }
                    },
                }
            }
        },
    }
}
_MADE: Final = {"Location": {"description": "Where it is", "schema": {"type": "string"}}}


async def _files(request: Request, settings: SettingsDep) -> AsyncGenerator[list[tuple[str, BinaryIO]]]:
    """The files of the body, kept outside of memory while they arrive, read no further than the limit."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise MediaTypeError(
            "the body is no form with files", remedy=f"Send it as Content-Type: {MULTIPART}."
        )
    try:
        form = await MultiPartParser(
            request.headers, _limited(request, settings), max_files=settings.upload_files, max_fields=1
        ).parse()
    except MultiPartException as error:
        raise InputError(
            f"the form cannot be read ({error.message})",
            where="body",
            remedy=f"Send at most {settings.upload_files} files, each as a part called {FIELD}.",
        ) from error
    try:
        parts = form.getlist(FIELD)
        yield [(part.filename or "", part.file) for part in parts if isinstance(part, UploadFile)]
    finally:
        await form.close()


async def _limited(request: Request, settings: Settings) -> AsyncGenerator[bytes]:
    most = settings.upload_mb * 2**20
    error = TooLargeError(
        f"the upload is larger than {settings.upload_mb} MiB",
        where="setting upload_mb",
        remedy="Upload fewer files at a time, or save them without pictures.",
    )
    told_size = request.headers.get("content-length", "")
    if told_size.isdecimal() and int(told_size) > most + _OVERHEAD:
        raise error
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most + _OVERHEAD:
            raise error
        yield chunk


@router.post(
    "/uploads", status_code=HTTPStatus.CREATED, summary="Upload plans and see what was understood",
    dependencies=INGEST, openapi_extra=_BODY,
    responses=told(403, 413, 415, 422) | {201: {"headers": _MADE}},
)  # fmt: skip
def upload(
    response: Response,
    store: StoreDep,
    intake: IntakeDep,
    files: Annotated[list[tuple[str, BinaryIO]], Depends(_files)],
) -> Upload:
    """Nothing is written to the graph. A file that cannot be read is answered with the reason, among the others."""
    made = intake.staging.add(files, store)
    response.headers["Location"] = f"/api/v1/uploads/{made.id}"
    return made


@router.get(
    "/uploads/{upload}", summary="What was understood of an upload", dependencies=LOOK, responses=told(404)
)
def get_upload(intake: IntakeDep, upload: UploadId) -> Upload:
    """As it was answered when the files came."""
    return intake.staging.get(upload)


@router.delete(
    "/uploads/{upload}", status_code=HTTPStatus.NO_CONTENT, summary="Throw an upload away", dependencies=INGEST,
    responses=told(403, 404, 409),
)  # fmt: skip
def delete_upload(intake: IntakeDep, upload: UploadId) -> None:
    """Its files are deleted. What was loaded of it stays in the graph."""
    intake.staging.remove(upload)


@router.post(
    "/uploads/{upload}/confirm", status_code=HTTPStatus.ACCEPTED, summary="Load and link the plans of an upload",
    dependencies=[*INGEST, Depends(of_type("application/json"))],
    responses=told(403, 404, 409, 415, 422) | {202: {"headers": _MADE}},
)  # fmt: skip
def confirm(
    response: Response, store: StoreDep, intake: IntakeDep, upload: UploadId, said: Confirmation
) -> Job:
    """Queues a job. Corrections go on top of what was understood; files that cannot be read are left out."""
    sources = intake.staging.sources(intake.staging.get(upload), said, store)
    hashes = {s.plan_id: hashlib.sha256(s.path.read_bytes()).hexdigest() for s in sources}
    job = intake.queue.submit(upload, sources, hashes)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job
