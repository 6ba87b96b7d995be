"""Bulk download: the bytes of the export, in little memory; files and lists that offices open."""

import asyncio
import csv
import gc
import gzip
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi import Response
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api.app import create_app
from api.lists import LISTS
from api.tables import CSV, XLSX, disposition, table_response
from graph import open_store
from ingest import load_plan
from ingest.manifest import arrange
from ingest.reader import read_plan
from policygraph.export import export, jsonl
from policygraph.settings import Settings
from review import travel
from tests.conftest import SAMPLE

V1 = "/api/v1"
PLAN = "x-qinglan-2025"
COLUMNS = {"name": ("地区", "region"), "share": ("份额", "share"), "open": ("未决", "open")}


@pytest.fixture(scope="module")
def client(sample_file: Path) -> Iterator[TestClient]:
    """The service over the sample plans."""
    given: dict[str, Any] = {"store": str(sample_file)}
    with TestClient(create_app(Settings(**given)), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def exported(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables as the command line writes them, by name."""
    with open_store(str(sample_file), read_only=True) as store:
        found = {path.stem: path.read_bytes() for path in export(store, tmp_path_factory.mktemp("export"))}
        return found | {"decisions": "".join(travel.export(store)).encode()}


@pytest.mark.parametrize("table", [*jsonl.TABLES, "decisions"])
def test_tables_are_the_bytes_of_the_export(
    client: TestClient, exported: dict[str, bytes], table: str
) -> None:
    answer = client.get(f"{V1}/export/{table}.jsonl", headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content == exported[table]
    assert exported[table]
    with client.stream("GET", f"{V1}/export/{table}.jsonl", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == exported[table]
    tag = {"if-none-match": answer.headers["etag"]}
    assert client.get(f"{V1}/export/{table}.jsonl", headers=tag).status_code == 304


def test_the_index_counts_the_lines(client: TestClient, exported: dict[str, bytes]) -> None:
    answer = client.get(f"{V1}/export")
    found = {one["table"]: one for one in answer.json()["items"]}
    assert {table: one["lines"] for table, one in found.items()} == {
        table: content.count(b"\n") for table, content in exported.items()
    }
    for table, one in found.items():
        assert client.get(one["url"]).content == exported[table]
    tag = {"if-none-match": answer.headers["etag"]}
    assert client.get(f"{V1}/export", headers=tag).status_code == 304


def test_a_table_that_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get(f"{V1}/export/nothing.jsonl")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:policygraph:problem:bad-request")


def _peak(folder: Path, plans: int) -> int:
    """Bytes of Python at most while all tables of a graph of ``plans`` plans go by."""
    folder.mkdir()
    text = (SAMPLE / "qinglan-2025.txt").read_text("utf-8")
    body = "".join(text.splitlines(keepends=True)[4:])
    (folder / "a.txt").write_text(text + 2 * body, encoding="utf-8")
    with open_store(str(folder / "graph.kgl")) as store:
        for number in range(plans):
            facts = {"file": "a.txt", "region": f"x-r{number}", "level": "city", "year": 2025}
            load_plan(store, read_plan(arrange(folder, [facts])[0]))
        gc.collect()
        tracemalloc.start()
        for table in jsonl.TABLES:
            for _ in jsonl.lines(store, table):
                pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_number_of_plans(tmp_path: Path) -> None:
    _peak(tmp_path / "warm", 1)
    assert _peak(tmp_path / "many", 12) < 1.5 * _peak(tmp_path / "few", 2)


def test_the_workbook_and_the_report_can_be_saved(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        tempfile, "tempdir", str(tmp_path)
    )  # other tests at this moment have theirs elsewhere
    book = client.get(f"{V1}/export/workbook.xlsx", params={"plan": PLAN, "mode": "accepted", "lang": "en"})
    assert (book.status_code, book.headers["content-type"]) == (200, XLSX)
    assert f"policygraph_{PLAN}_000000-2025.xlsx" in book.headers["content-disposition"]
    sheets = load_workbook(io.BytesIO(book.content)).sheetnames
    assert sheets[0] == "Overview"
    every = load_workbook(io.BytesIO(client.get(f"{V1}/export/workbook.xlsx").content))
    assert every.worksheets[0].max_row > 5
    report = client.get(f"{V1}/export/report.docx", params={"plan": PLAN, "least": 0.5})
    assert report.status_code == 200
    Document(io.BytesIO(report.content))
    for path in ("workbook.xlsx", "report.docx"):
        asked = {"plan": "x-nowhere-2025"}
        assert client.get(f"{V1}/export/{path}", params=asked).status_code == 404
    assert client.get(f"{V1}/export/report.docx").status_code == 422
    tag = {"if-none-match": report.headers["etag"]}
    again = client.get(f"{V1}/export/report.docx", params={"plan": PLAN, "least": 0.5}, headers=tag)
    assert again.status_code == 304
    assert not list(tmp_path.iterdir())


def _table(answer: Any) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_tables_with_captions(client: TestClient, name: str) -> None:
    asked = {"plan": PLAN, "lang": "zh"}
    answer = client.get(f"{V1}/export/lists/{name}.csv", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(CSV)
    head, *rows = _table(answer)
    assert rows
    assert all(len(row) == len(head) for row in rows)
    assert not any(caption.isascii() for caption in head)
    book = load_workbook(io.BytesIO(client.get(f"{V1}/export/lists/{name}.xlsx", params=asked).content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == head
    assert sheet.max_row == len(rows) + 1
    english = _table(client.get(f"{V1}/export/lists/{name}.csv", params=asked | {"lang": "en"}))
    assert all(caption.isascii() for caption in english[0])


def test_lists_say_what_the_answers_say(client: TestClient) -> None:
    gaps = client.get(f"{V1}/plans/{PLAN}/gaps", params={"limit": 1000, "least": 0.4}).json()["items"]
    rows = _table(
        client.get(f"{V1}/export/lists/gaps.csv", params={"plan": PLAN, "least": 0.4, "lang": "en"})
    )
    assert [(row[1], row[2], row[3]) for row in rows[1:]] == [
        (g["target"], g["text"], g["status"]) for g in gaps
    ]
    work = client.get(f"{V1}/plans/{PLAN}/unaligned", params={"limit": 1000}).json()["items"]
    rows = _table(client.get(f"{V1}/export/lists/unaligned.csv", params={"plan": PLAN}))
    assert [row[1] for row in rows[1:]] == [m["id"] for m in work]
    assert client.get(f"{V1}/export/lists/gaps.csv").status_code == 422
    assert client.get(f"{V1}/export/lists/gaps.csv", params={"plan": "x-no-2025"}).status_code == 404


def test_a_list_can_be_asked_for_conditionally(client: TestClient) -> None:
    answer = client.get(f"{V1}/export/lists/matrix.csv")
    tag = {"if-none-match": answer.headers["etag"]}
    assert client.get(f"{V1}/export/lists/matrix.csv", headers=tag).status_code == 304


@dataclass
class Thing:
    """A row that is an object."""

    name: str
    share: float
    open: bool


async def _content(answer: Response) -> bytes:
    stream = getattr(answer, "body_iterator", None)
    if stream is None:
        return bytes(answer.body)
    parts = [part async for part in stream]
    return b"".join(part.encode() if isinstance(part, str) else part for part in parts)


def test_rows_of_any_kind_become_a_table_and_no_formula() -> None:
    rows: list[Any] = [{"name": "=1+1", "share": 0.25}, Thing("青岚", 1.0, True)]
    answer = table_response(rows, COLUMNS, "清单", "csv", headers={"ETag": '"x"'})
    assert answer.headers["etag"] == '"x"'
    text = asyncio.run(_content(answer)).decode("utf-8-sig")
    assert text == '"地区","份额","未决"\r\n"\'=1+1",0.25,""\r\n"青岚",1.0,"true"\r\n'
    book = load_workbook(
        io.BytesIO(asyncio.run(_content(table_response(rows, COLUMNS, "a/b*c", "xlsx", "en"))))
    )
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["region", "share", "open"], ["=1+1", 0.25, None], ["青岚", 1, True],
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"
    empty = asyncio.run(_content(table_response([], COLUMNS, "e", "csv", "en")))
    assert empty == b'\xef\xbb\xbf"region","share","open"\r\n'


def test_names_of_files_travel_in_any_language() -> None:
    assert disposition("缺口 1.csv") == (
        "attachment; filename=\"___1.csv\"; filename*=UTF-8''%E7%BC%BA%E5%8F%A3%201.csv"
    )
    assert "\n" not in disposition('a"\r\nb')
