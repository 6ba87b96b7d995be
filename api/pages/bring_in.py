"""Bringing plans in: files are chosen, what was understood is checked and corrected, a job loads and links them."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from api import invalid
from api.actor import ActorDep
from api.dependencies import SettingsDep, StoreDep
from api.identity import requires
from api.intake import INGEST, IntakeDep, confirmed
from api.pages.page import Page, PageDep, plan_names
from api.uploads import FilesDep
from graph.errors import FullError, InputError, NotFoundError
from graph.model import Level
from graph.store import Store
from ingest import regions
from ingest.readers import SUFFIXES
from policygraph.intake.models import ENDED, Confirmation, FileCorrection, FileRead, Job, Upload
from policygraph.intake.staging import Staging
from queries import answers

router = APIRouter(dependencies=[Depends(requires("ingest"))])

LINES: Final = 14
"""Lines of a file that are shown beside what was understood of it."""
JOBS: Final = 50
"""Jobs that the page lists."""
FIELDS: Final = ("region", "name", "level", "parent", "year")
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]


@router.get("/bring-in")
def start(page: PageDep, store: StoreDep, settings: SettingsDep, intake: IntakeDep) -> Response:
    """Where files are chosen, and the jobs so far."""
    return _start(page, store, settings, intake)


@router.post("/bring-in", dependencies=INGEST)
def upload(
    page: PageDep, store: StoreDep, settings: SettingsDep, intake: IntakeDep, files: FilesDep
) -> Response:
    """Keep the files and read them; then the page on which they are checked."""
    chosen = [(name, file) for name, file in files if name]
    if not chosen:
        return _start(page, store, settings, intake, failed=page.word("bring_nothing"))
    try:
        made = intake.staging.add(chosen, store)
    except FullError:
        return _start(
            page, store, settings, intake, failed=page.word("bring_full", most=settings.upload_total_mb)
        )
    return _to(page, f"/bring-in/uploads/{made.id}")


@router.get("/bring-in/uploads/{upload}")
def check(page: PageDep, store: StoreDep, intake: IntakeDep, upload: str) -> Response:
    """What was understood of each file, beside how it begins."""
    found = intake.staging.get(upload)
    typed = {
        n: {k: _text(getattr(f.plan, k)) for k in FIELDS} | {"skip": ""}
        for n, f in enumerate(found.files)
        if f.plan
    }
    return _check(page, store, intake.staging, found, typed, {})


@router.post("/bring-in/uploads/{upload}", dependencies=INGEST)
def confirm(
    page: PageDep, store: StoreDep, intake: IntakeDep, actor: ActorDep, upload: str, form: FormDep
) -> Response:
    """Queue the job; where a fact is missing or wrong, the page again with what was typed."""
    found = intake.staging.get(upload)
    typed = {
        n: {k: str(form.get(f"{k}-{n}", "")).strip() for k in (*FIELDS, "skip")}
        for n, f in enumerate(found.files)
        if f.plan is not None
    }
    wrong = {n: word for n, values in typed.items() if (word := _wrong(found.files[n], values))}
    error: list[str] = []
    if not wrong:
        try:
            said = Confirmation(files=[_correction(found.files[n], v) for n, v in typed.items()])
            job = confirmed(intake, store, actor, upload, said)
            return _to(page, f"/bring-in/jobs/{job.id}")
        except InputError as refused:
            error = [page.told(line) for line in str(refused).splitlines()]
        except ValidationError as refused:
            error = [invalid.told(e["loc"], e["msg"], page.language) for e in refused.errors()]
    return _check(page, store, intake.staging, found, typed, wrong, error)


@router.post("/bring-in/uploads/{upload}/discard", dependencies=INGEST)
def discard(page: PageDep, intake: IntakeDep, upload: str) -> Response:
    """Throw the upload away."""
    intake.staging.remove(upload)
    return _to(page, "/bring-in")


@router.get("/bring-in/jobs/{job}")
def job(page: PageDep, store: StoreDep, intake: IntakeDep, job: str) -> Response:
    """How a job stands, and what it did."""
    found = intake.queue.get(job)
    plans = plan_names(answers.plans(store))
    again = _is_there(intake.staging, found) if found.state in ("failed", "cancelled") else False
    return page.render("job.html", job=found, names=plans, ended=found.state in ENDED, again=again)


@router.post("/bring-in/jobs/{job}/stop", dependencies=INGEST)
def stop(page: PageDep, intake: IntakeDep, job: str) -> Response:
    """Stop a job after the plan that is under way."""
    intake.queue.cancel(job)
    return _to(page, f"/bring-in/jobs/{job}")


def _start(page: Page, store: Store, settings: SettingsDep, intake: IntakeDep, failed: str = "") -> Response:
    names = plan_names(answers.plans(store))
    return page.render(
        "bring_in.html", status_code=HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK,
        jobs=intake.queue.all()[:JOBS], names=names, formats=" ".join(SUFFIXES), failed=failed,
        most_files=settings.upload_files, most_mb=settings.upload_mb, why_not=page.refusal("ingest"),
    )  # fmt: skip


def _check(
    page: Page, store: Store, staging: Staging, found: Upload, typed: dict[int, dict[str, str]],
    wrong: dict[int, str], error: Sequence[str] = (),
) -> Response:  # fmt: skip
    known = regions.NAMES | {
        f.plan.region: f.plan.name or "" for f in found.files if f.plan and f.plan.region
    }
    known |= {p["region"]: p["name"] for p in answers.plans(store)}
    return page.render(
        "upload.html", status_code=HTTPStatus.UNPROCESSABLE_ENTITY if wrong or error else HTTPStatus.OK,
        upload=found, typed=typed, wrong=wrong, error=error, levels=page.words(LEVELS),
        regions=sorted(known.items()),
        beginnings={f.file: staging.beginning(found, f.file, LINES) for f in found.files},
        readable=sum(f.plan is not None for f in found.files), why_not=page.refusal("ingest"),
    )  # fmt: skip


def _wrong(file: FileRead, typed: dict[str, str]) -> str:
    """The word for what a person has to mend about a file; empty where nothing is."""
    if typed["skip"]:
        return ""
    if not typed["region"] and not typed["name"]:
        return "wrong_region"
    year = typed["year"]
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and "1949" <= year <= "2100"):
        return "wrong_year"
    if typed["region"] and not regions.valid_id(typed["region"]):
        return "wrong_code"
    if (
        file.plan is not None
        and file.plan.level is None
        and not typed["level"]
        and not typed["region"].isdecimal()
    ):
        return "wrong_level"
    return ""


def _correction(file: FileRead, typed: dict[str, str]) -> FileCorrection:
    """What was typed where it is not what was understood: a new name alone finds the region of that name."""
    assert file.plan is not None
    proposed = {"name"} if file.plan.region is None else set()
    told: dict[str, Any] = {
        k: typed[k]
        for k in FIELDS
        if typed[k] and (k in proposed or typed[k] != _text(getattr(file.plan, k)))
    }
    return FileCorrection(file=file.file, skip=bool(typed["skip"]), **told)


def _is_there(staging: Staging, job: Job) -> bool:
    try:
        staging.get(job.upload)
    except NotFoundError:
        return False
    return True


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _to(page: Page, path: str) -> Response:
    return RedirectResponse(page.link(path), status_code=HTTPStatus.SEE_OTHER)
