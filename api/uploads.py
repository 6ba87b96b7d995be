"""Plans come in: files are uploaded, the answer says what was understood of each, a person corrects and confirms."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.actor import ActorDep
from api.dependencies import SettingsDep, StoreDep
from api.errors import TooLargeError
from api.intake import INGEST, IntakeDep, confirmed, told
from api.writes import MediaTypeError, of_type
from graph.errors import InputError
from policygraph.intake.models import Confirmation, Job, Upload

FIELD: Final = "files"
MULTIPART: Final = "multipart/form-data"

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


async def _files(request: Request, settings: SettingsDep) -> AsyncIterator[list[tuple[str, BinaryIO]]]:
    """The files of the body, outside of memory where they are large; open until the answer is made."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise MediaTypeError(
            "the body is no form with files", remedy=f"Send it as Content-Type: {MULTIPART}."
        )
    remedy = f"Send at most {settings.upload_files} files, each as a part called {FIELD}."
    try:
        form = await request.form(max_files=settings.upload_files)
    except TooLargeError:
        raise
    except HTTPException as error:
        raise InputError(f"the form cannot be read ({error.detail})", where="body", remedy=remedy) from error
    files = [(part.filename or "", part.file) for part in form.getlist(FIELD) if isinstance(part, UploadFile)]
    try:
        if len(files) > settings.upload_files:
            raise InputError(f"the form has {len(files)} files", where="body", remedy=remedy)
        yield files
    finally:
        await form.close()


FilesDep = Annotated[list[tuple[str, BinaryIO]], Depends(_files)]
"""Names and contents of the files of a form."""

router = APIRouter(prefix="/api/v1", tags=["intake"])


@router.post(
    "/uploads", status_code=HTTPStatus.CREATED, operation_id="create_upload", summary="Upload plans and see what was understood",
    dependencies=INGEST, openapi_extra=_BODY,
    responses=told(403, 413, 415, 422, 507) | {201: {"headers": _MADE}},
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
