"""The graph in bulk: tables as JSON Lines, files for offices, lists as CSV or XLSX."""

import pathlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from api.dependencies import SettingsDep, StoreDep, conditional
from api.lists import List, captions, rows
from api.problems import RESPONSES
from api.tables import CSV, DOCX, XLSX, TableFormat, disposition, table_response
from api.v1 import Upper, ViewDep
from api.writes import NDJSON
from graph import pages
from graph.store import Store
from policygraph.export import Format, Scope, export, jsonl
from policygraph.words import Language
from review import travel

router = APIRouter(prefix="/api/v1", tags=["export"], dependencies=[Depends(conditional)])

Table = Literal[jsonl.Table, "decisions"]
_BLOCK: Final = 64 * 1024

Lang = Annotated[
    Language | None, Query(description="Language of captions; the setting `lang` by default", examples=["zh"])
]
OnePlan = Annotated[str, Query(description="Id of a plan", examples=["x-qinglan-2025"])]
SomePlan = Annotated[
    str | None, Query(description="Id of a plan; all by default", examples=["x-qinglan-2025"])
]


TableName = Annotated[Table, Path(description="Name of the table", examples=["coverage"])]
ListName = Annotated[List, Path(description="Name of the list", examples=["gaps"])]
ListFormat = Annotated[TableFormat, Path(description="Kind of file", examples=["csv"])]


class TableInfo(BaseModel):
    """One table that can be downloaded."""

    table: Table = Field(description="Name of the table", examples=["coverage"])
    lines: int = Field(description="Lines that it has now", examples=[842])
    url: str = Field(description="Where it is", examples=["/api/v1/export/coverage.jsonl"])


class Tables(BaseModel):
    """What can be downloaded in bulk."""

    items: list[TableInfo] = Field(
        description="The tables",
        examples=[[{"table": "plans", "lines": 8, "url": "/api/v1/export/plans.jsonl"}]],
    )


def _described(text: str, *media_types: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "format": "binary", "examples": ["…"]}
    content = {media_type: {"schema": schema} for media_type in media_types}
    return RESPONSES | {200: RESPONSES[200] | {"description": text, "content": content}}


@router.get(
    "/export",
    operation_id="list_tables",
    summary="The tables that can be downloaded whole",
    responses=RESPONSES,
)
def tables(store: StoreDep) -> Tables:
    """Each with how many lines it has now."""
    counts: dict[Table, int] = {table: jsonl.count(store, table) for table in jsonl.TABLES}
    counts["decisions"] = pages.counts(store)["Decision"]
    return Tables(
        items=[
            TableInfo(table=table, lines=lines, url=f"/api/v1/export/{table}.jsonl")
            for table, lines in counts.items()
        ]
    )


@router.get(
    "/export/{table}.jsonl", operation_id="download_table", summary="A whole table as JSON Lines", response_class=Response,
    responses=_described("One object a line, in a stable order", NDJSON),
)  # fmt: skip
def lines(store: StoreDep, tagged: Response, table: TableName) -> StreamingResponse:
    """The very bytes of `policygraph export --format jsonl`; decisions those of `policygraph review export`."""
    found = travel.export(store) if table == "decisions" else jsonl.lines(store, table)
    return _streamed(_blocks(found), NDJSON, f"{table}.jsonl", tagged)


@router.get(
    "/export/workbook.xlsx", operation_id="download_workbook", summary="The workbook for an office", response_class=Response,
    responses=_described("Overview, matrix, gaps, evidence, decisions and method", XLSX),
)  # fmt: skip
def workbook(
    store: StoreDep, settings: SettingsDep, tagged: Response, view: ViewDep,
    plan: SomePlan = None, upper: Upper = None, lang: Lang = None,
) -> FileResponse:  # fmt: skip
    """As `policygraph export --format xlsx`, of all plans or of one."""
    scope = Scope((plan,) if plan else (), upper, view, lang or settings.lang)
    return _file(store, "xlsx", scope, XLSX, tagged)


@router.get(
    "/export/report.docx", operation_id="download_report", summary="The report on a plan", response_class=Response,
    responses=_described("A Word document laid out as official documents are", DOCX),
)  # fmt: skip
def report(
    store: StoreDep, settings: SettingsDep, tagged: Response, view: ViewDep, plan: OnePlan,
    upper: Upper = None, lang: Lang = None,
) -> FileResponse:  # fmt: skip
    """As `policygraph export --format docx`, of one plan."""
    return _file(store, "docx", Scope((plan,), upper, view, lang or settings.lang), DOCX, tagged)


@router.get(
    "/export/lists/{name}.{format}", operation_id="download_list", summary="A list as CSV or XLSX", response_class=Response,
    responses=_described("The list, a row a line, under captions", CSV, XLSX),
)  # fmt: skip
def one_list(
    store: StoreDep, settings: SettingsDep, tagged: Response, view: ViewDep, name: ListName, format: ListFormat,  # noqa: A002
    plan: SomePlan = None, upper: Upper = None, lang: Lang = None,
) -> Response:  # fmt: skip
    """`coverage`, `gaps`, `unaligned` and `targets` are of one `plan`; `matrix` of all that answer to `upper`."""
    language = lang or settings.lang
    found = rows(store, name, plan, upper, view, language)
    file = "_".join(filter(None, (name, plan or upper)))
    return table_response(found, captions(name), file, format, language, headers=tagged.headers)


def _streamed(parts: Iterator[str], media_type: str, name: str, tagged: Response) -> StreamingResponse:
    first = next(parts, "")  # before the answer begins, so that a store that fails is a problem
    headers = dict(tagged.headers) | {"Content-Disposition": disposition(name)}
    return StreamingResponse(chain([first], parts), media_type=media_type, headers=headers)


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    """``lines`` in blocks: each is handed from a thread to the loop, which costs more than a line."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def _file(store: Store, format_: Format, scope: Scope, media_type: str, tagged: Response) -> FileResponse:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="policygraph-"))
    try:
        (path,) = export(store, folder, format_, scope)
        return FileResponse(
            path, media_type=media_type, headers=dict(tagged.headers) | {"Content-Disposition": disposition(path.name)},
            background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
