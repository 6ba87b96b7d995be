"""Plans come in: files are uploaded, the answer says what was understood of each, a person corrects and confirms."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from api.actor import ActorDep
from api.dependencies import SettingsDep, StoreDep
from api.intake import INGEST, IntakeDep, confirmed, told
from api.writes import MediaTypeError, TooLargeError, of_type
from graph.errors import InputError
from policygraph.intake.models import Confirmation, Job, Upload
from policygraph.settings import Settings

FIELD: Final = "files"
MULTIPART: Final = "multipart/form-data"
# What the parts' own headers may take beside the files.
_OVERHEAD: Final = 64 * 1024

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
                            "examples": [["…"]],
                        }
                    },
                }
            }
        },
    }
}
_MADE: Final = {"Location": {"description": "Where it is", "schema": {"type": "string"}}}


class BoundedRoute(APIRoute):
    """Reads no more of a body than ``upload_mb``, whoever parses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            limited = Request(request.scope, _limited(request))
            try:
                return await handle(limited)
            finally:
                await limited.close()

        return bounded


def _limited(request: Request) -> Receive:
    settings: Settings = request.app.state.settings
    most, size = settings.upload_mb * 2**20 + _OVERHEAD, 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        told = request.headers.get("content-length", "")
        if size > most or (told.isdecimal() and int(told) > most):
            raise TooLargeError(
                f"the upload is larger than {settings.upload_mb} MiB",
                where="setting upload_mb",
                remedy="Upload fewer files at a time, or save them without pictures.",
            )
        return message

    return receive


async def _files(request: Request, settings: SettingsDep) -> list[tuple[str, BinaryIO]]:
    """The files of the body, outside of memory where they are large."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise MediaTypeError(
            "the body is no form with files", remedy=f"Send it as Content-Type: {MULTIPART}."
        )
    remedy = f"Send at most {settings.upload_files} files, each as a part called {FIELD}."
    try:
        form = await request.form(max_files=settings.upload_files)
    except HTTPException as error:
        raise InputError(f"the form cannot be read ({error.detail})", where="body", remedy=remedy) from error
    files = [(part.filename or "", part.file) for part in form.getlist(FIELD) if isinstance(part, UploadFile)]
    if len(files) > settings.upload_files:
        raise InputError(f"the form has {len(files)} files", where="body", remedy=remedy)
    return files


FilesDep = Annotated[list[tuple[str, BinaryIO]], Depends(_files)]
"""Names and contents of the files of a form."""

router = APIRouter(prefix="/api/v1", tags=["intake"], route_class=BoundedRoute)


@router.post(
    "/uploads", status_code=HTTPStatus.CREATED, operation_id="create_upload", summary="Upload plans and see what was understood",
    dependencies=INGEST, openapi_extra=_BODY,
    responses=told(403, 413, 415, 422) | {201: {"headers": _MADE}},
)  # fmt: skip
def upload(response: Response, store: StoreDep, intake: IntakeDep, files: FilesDep) -> Upload:
    """Nothing is written to the graph. A file that cannot be read is answered with the reason, among the others."""
    made = intake.staging.add(files, store)
    response.headers["Location"] = f"/api/v1/uploads/{made.id}"
    return made


@router.get(
    "/uploads/{upload}",
    operation_id="get_upload",
    summary="What was understood of an upload",
    dependencies=INGEST,
    responses=told(404),
)
def get_upload(intake: IntakeDep, upload: UploadId) -> Upload:
    """As it was answered when the files came."""
    return intake.staging.get(upload)


@router.delete(
    "/uploads/{upload}", status_code=HTTPStatus.NO_CONTENT, operation_id="delete_upload", summary="Throw an upload away", dependencies=INGEST,
    responses=told(403, 404, 409),
)  # fmt: skip
def delete_upload(intake: IntakeDep, upload: UploadId) -> None:
    """Its files are deleted. What was loaded of it stays in the graph."""
    intake.staging.remove(upload)


@router.post(
    "/uploads/{upload}/confirm", status_code=HTTPStatus.ACCEPTED, operation_id="confirm_upload", summary="Load and link the plans of an upload",
    dependencies=[*INGEST, Depends(of_type("application/json"))],
    responses=told(403, 404, 409, 415, 422) | {202: {"headers": _MADE}},
)  # fmt: skip
def confirm(
    response: Response,
    store: StoreDep,
    intake: IntakeDep,
    actor: ActorDep,
    upload: UploadId,
    said: Confirmation,
) -> Job:
    """Queues a job. Corrections go on top of what was understood; files that cannot be read are left out."""
    job = confirmed(intake, store, actor, upload, said)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job
