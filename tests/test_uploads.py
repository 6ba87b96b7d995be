"""Uploads: what is understood of each file, what a person corrects, and what is refused."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient

from api.app import create_app
from graph import open_store
from graph.errors import InputError
from policygraph.intake.staging import Staging
from policygraph.intake.words import trouble_of
from policygraph.keys import KeyFile
from policygraph.settings import Settings
from tests.plans import CITY, NATION, PROVINCE

V1 = "/api/v1"
UNKNOWN = "0" * 32


def settings(folder: Path, **more: Any) -> Settings:
    """A service of one folder, over an empty graph where there is none yet."""
    folder.mkdir(exist_ok=True)
    open_store(str(folder / "graph.kgl")).close()
    given: dict[str, Any] = {
        "store": str(folder / "graph.kgl"), "upload_folder": str(folder / "uploads"), "encoder": "char",
    } | more  # fmt: skip
    return Settings(**given)


def serve(chosen: Settings) -> TestClient:
    """A client on this machine."""
    return TestClient(create_app(chosen), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The service over an empty graph."""
    with serve(settings(tmp_path)) as client:
        yield client


def upload(client: TestClient, *files: tuple[str, str | bytes]) -> dict[str, Any]:
    """The answer to an upload of ``files``."""
    parts = [("files", (name, text.encode() if isinstance(text, str) else text)) for name, text in files]
    answer = client.post(f"{V1}/uploads", files=parts)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{V1}/uploads/{found['id']}"
    return found


def test_it_says_what_it_understood_of_each_file(client: TestClient) -> None:
    found = upload(client, ("nation.txt", NATION), ("岚.txt", CITY))
    nation, city = (f["plan"] for f in found["files"])
    assert {k: nation[k] for k in ("id", "region", "name", "level", "parent", "year", "title", "outcome")} == {
        "id": "000000-2030", "region": "000000", "name": "全国", "level": "national", "parent": None, "year": 2030,
        "title": "2030年全国水务重点工作", "outcome": "new",
    }  # fmt: skip
    assert [(t["number"], t["title"], t["kind"]) for t in nation["tasks"]] == [
        ("一、", "保障农村饮水安全", "priority"), ("二、", "治理河湖生态", "priority"),
        ("三、", "加强水务国际合作", "priority"),
    ]  # fmt: skip
    assert sum(t["measures"] for t in nation["tasks"]) == nation["measures"]
    assert (city["id"], city["region"], city["name"], city["level"]) == (None, None, "岚市", "city")
    assert [f["questions"] for f in found["files"]] == [[], ["region", "parent"]]
    assert [f["problem"] for f in found["files"]] == [None, None]
    assert client.get(f"{V1}/uploads/{found['id']}").json() == found
    assert client.get(f"{V1}/plans").json()["items"] == []


def test_it_proposes_what_stands_above_a_city_or_asks_for_it(client: TestClient) -> None:
    texts = {
        "a.txt": CITY.replace("岚市", "辽宁省沧市", 1), "b.txt": CITY.replace("岚市", "靖省沧市", 1),
        "c.txt": CITY.replace("岚市", "沧市", 1), "d.txt": PROVINCE, "e.txt": CITY.replace("岚市", "大连市", 1),
    }  # fmt: skip
    first = upload(client, ("p.txt", PROVINCE), ("n.txt", NATION))
    said = {"file": "p.txt", "region": "x-jing", "name": "靖省", "level": "province"}
    client.get(f"{V1}/jobs/{_confirmed(client, first, said)['id']}/events")
    found = {f["file"]: f for f in upload(client, *texts.items())["files"]}
    assert {name: (f["plan"]["region"], f["plan"]["name"], f["plan"]["parent"]) for name, f in found.items()} == {
        "a.txt": (None, "沧市", "210000"), "b.txt": (None, "沧市", "x-jing"), "c.txt": (None, "沧市", None),
        "d.txt": ("x-jing", "靖省", "000000"), "e.txt": ("210200", "大连市", "210000"),
    }  # fmt: skip
    assert {name: f["questions"] for name, f in found.items()} == {
        "a.txt": ["region"], "b.txt": ["region"], "c.txt": ["region", "parent"], "d.txt": [], "e.txt": [],
    }  # fmt: skip


@pytest.mark.parametrize("parent", ["靖省", None])
def test_a_city_under_no_province_is_said_in_the_result(client: TestClient, parent: str | None) -> None:
    first = upload(client, ("n.txt", NATION), ("p.txt", PROVINCE))
    said = {"file": "p.txt", "region": "x-jing", "name": "靖省", "level": "province"}
    client.get(f"{V1}/jobs/{_confirmed(client, first, said)['id']}/events")
    job = _confirmed(
        client, upload(client, ("c.txt", CITY)), {"file": "c.txt", "name": "岚市", "parent": parent}
    )
    client.get(f"{V1}/jobs/{job['id']}/events")
    result = client.get(f"{V1}/jobs/{job['id']}").json()["result"]
    assert len(result["linked"]) == (2 if parent else 1)
    warned = [w["zh"] for w in result["warnings"]]
    assert not warned if parent else "岚市没有写明上级地区，只与国家计划关联" in warned[0]


def _confirmed(client: TestClient, found: dict[str, Any], *said: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{V1}/uploads/{found['id']}/confirm", json={"files": list(said)})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def _word(folder: Path, text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "x.docx"))
    return (folder / "x.docx").read_bytes()


def test_a_file_that_cannot_be_read_is_answered_among_the_others(client: TestClient, tmp_path: Path) -> None:
    found = upload(
        client, ("nation.txt", NATION), ("empty.txt", " \n"), ("bad.pdf", b"%PDF-1.7 nothing"),
        ("bad.docx", b"PK nothing"), ("chat.docx", _word(tmp_path, "今天天气不错。")), ("binary.txt", b"\x00\x01\x02" * 99),
        ("plan.exe", NATION), ("../nation.txt", NATION), (".hidden.txt", NATION), ("Nation.TXT", NATION),
        ("长" * 81 + ".txt", NATION),
    )  # fmt: skip
    kinds = [f["problem"] and f["problem"]["kind"] for f in found["files"]]
    assert kinds == [
        None, "empty", "damaged", "damaged", "no_plan", "encoding", "format", "name", "name", "twice", "name",
    ]  # fmt: skip
    for file in found["files"][1:]:
        problem = file["problem"]
        assert problem["message"]["zh"]
        assert problem["remedy"]["en"]
        assert problem["detail"]
        assert "/" not in problem["where"], "a path of the server is nobody's business"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("this PDF is locked by a password", "locked"),
        ("this PDF holds no text: it is a scan", "scan"),
        ("this OFD file holds no text", "scan"),
        ("the file has 70 MiB, more than 64", "too_large"),
        ("this PDF has 9000 pages, more than 5000", "too_large"),
        ("reading this kind of file needs LibreOffice, which is not installed", "no_office"),
        ("the bytes of line 3 are neither UTF-8 nor GB18030", "encoding"),
        ("something new", "damaged"),
    ],
)
def test_what_readers_say_is_told_by_kind(said: str, kind: str) -> None:
    found = trouble_of(InputError(said), "x.pdf")
    assert (found.kind, found.detail) == (kind, said)


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "chunked"])
def test_an_upload_has_a_largest_size(tmp_path: Path, chunked: bool) -> None:
    with serve(settings(tmp_path, upload_mb=1)) as client:
        boundary = b"--x\r\nContent-Disposition: form-data; name=files; filename=a.txt\r\n\r\n"
        body = [boundary, *[b"x" * 2**16] * 20, b"\r\n--x--\r\n"]
        answer = client.post(
            f"{V1}/uploads", content=iter(body) if chunked else b"".join(body),
            headers={"content-type": "multipart/form-data; boundary=x"},
        )  # fmt: skip
        assert answer.status_code == 413
        assert "upload_mb" in answer.json()["where"]
        assert not list((tmp_path / "uploads").glob("*/files/*"))
        assert upload(client, ("a.txt", NATION * 9))


def test_all_that_waits_has_a_largest_size(tmp_path: Path) -> None:
    with serve(settings(tmp_path, upload_total_mb=1)) as client:
        first = upload(client, ("a.txt", NATION), ("big.txt", "水" * 200_000))
        files = [("files", ("b.txt", ("水" * 200_000).encode()))]
        refused = client.post(f"{V1}/uploads", files=files)
        assert refused.status_code == 507
        problem = refused.json()
        assert problem["type"].endswith(":uploads-full")
        assert "uploads of 0.6 MiB wait already; at most 1 MiB may" in problem["detail"]
        assert problem["where"] == "setting upload_total_mb"
        page = client.post("/bring-in", files=files, headers={"accept": "text/html"})
        assert (page.status_code, "这次没有上传" in page.text) == (422, True)
        assert len(list((tmp_path / "uploads").glob("*/files"))) == 1
        assert upload(client, ("c.txt", CITY))
        client.delete(f"{V1}/uploads/{first['id']}")
        assert client.post(f"{V1}/uploads", files=files).status_code == 201


def test_large_files_are_taken(client: TestClient) -> None:
    found = upload(client, ("nation.txt", NATION + "开展年度评价。\n" * 200_000))
    assert found["files"][0]["size"] > 4 * 10**6


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"nothing", "multipart/form-data", 422),
        (b"nothing", "multipart/form-data; boundary=x", 422),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
        (b"--x\r\nContent-Disposition: form-data; name=files\r\n\r\ntext\r\n--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
)  # fmt: skip
def test_other_bodies_are_refused(client: TestClient, body: bytes, media_type: str, status: int) -> None:
    answer = client.post(f"{V1}/uploads", content=body, headers={"content-type": media_type})
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"]


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with serve(settings(tmp_path, upload_files=2)) as client:
        files = [("files", (f"{n}.txt", b"x")) for n in range(3)]
        assert client.post(f"{V1}/uploads", files=files).status_code == 422
        assert client.post(f"{V1}/uploads", files=files[:2]).status_code == 201


def test_an_upload_can_be_thrown_away(client: TestClient, tmp_path: Path) -> None:
    found = upload(client, ("nation.txt", NATION))
    path = f"{V1}/uploads/{found['id']}"
    assert (tmp_path / "uploads" / found["id"] / "files" / "nation.txt").read_text("utf-8") == NATION
    assert client.delete(path).status_code == 204
    assert not (tmp_path / "uploads" / found["id"]).exists()
    assert client.get(path).status_code == client.delete(path).status_code == 404


@pytest.mark.parametrize("name", [UNKNOWN, "jobs", "..", "%2e%2e"])
def test_an_upload_that_is_not_there_is_not_found(client: TestClient, name: str) -> None:
    upload(client, ("nation.txt", NATION))
    assert client.get(f"{V1}/uploads/{name}").status_code == 404
    assert client.post(f"{V1}/uploads/{UNKNOWN}/confirm", json={}).status_code == 404


def test_what_has_waited_too_long_is_swept(tmp_path: Path) -> None:
    with serve(settings(tmp_path, upload_hours=1)) as client:
        old, new = (upload(client, (f"{n}.txt", NATION))["id"] for n in "ab")
        past = time.time() - 3700
        os.utime(tmp_path / "uploads" / old, (past, past))
        upload(client, ("c.txt", NATION))
        assert client.get(f"{V1}/uploads/{old}").status_code == 404
        assert client.get(f"{V1}/uploads/{new}").status_code == 200
    os.utime(tmp_path / "uploads" / new, (past, past))
    with serve(settings(tmp_path, upload_hours=1)) as client:
        assert client.get(f"{V1}/uploads/{new}").status_code == 404, "also when the service starts"


def test_a_reader_that_fails_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("policygraph.intake.staging.understand", fails)
    with serve(settings(tmp_path)) as client:
        answer = client.post(f"{V1}/uploads", files={"files": ("a.txt", NATION.encode())})
        assert answer.status_code == 500
        assert list((tmp_path / "uploads").iterdir()) == []


def test_two_files_of_one_plan_are_told_and_refused(client: TestClient) -> None:
    found = upload(client, ("a.txt", NATION), ("b.txt", NATION.replace("1200", "1300")))
    assert all("同一计划" in "".join(w["zh"] for w in f["warnings"]) for f in found["files"])
    path = f"{V1}/uploads/{found['id']}/confirm"
    answer = client.post(path, json={})
    assert answer.status_code == 422
    assert "000000-2030" in answer.json()["detail"]
    left = client.post(path, json={"files": [{"file": "b.txt", "skip": True}]})
    assert left.json()["plans"] == ["000000-2030"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "region"),
        ([{"file": "c.txt", "region": "nowhere", "level": "city"}], "nowhere"),
        ([{"file": "c.txt", "region": "x-lan", "parent": "x-none"}], "x-none"),
        ([{"file": "c.txt", "region": "000000"}, {"file": "c.txt"}], "twice"),
        ([{"file": "d.txt"}], "not uploaded"),
        ([{"file": "c.txt", "skip": True}], "no file is left"),
        ([{"file": "c.txt", "year": 1200}], "year"),
    ],
)  # fmt: skip
def test_facts_that_are_missing_or_wrong_are_refused(
    client: TestClient, files: list[dict[str, Any]], told: str
) -> None:
    found = upload(client, ("c.txt", CITY))
    answer = client.post(f"{V1}/uploads/{found['id']}/confirm", json={"files": files})
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert client.get(f"{V1}/jobs").json() == {"items": []}


@pytest.mark.parametrize("late", ["sources", "hold"])
def test_an_upload_that_is_thrown_away_meanwhile_is_not_there(
    client: TestClient, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = upload(client, ("nation.txt", NATION))
    step = getattr(Staging, late)

    def thrown_away(self: Staging, *arguments: Any) -> Any:
        if late == "hold":
            self.remove(found["id"])
        done = step(self, *arguments)
        if late == "sources":
            self.remove(found["id"])
        return done

    monkeypatch.setattr(Staging, late, thrown_away)
    answer = client.post(f"{V1}/uploads/{found['id']}/confirm", json={})
    assert answer.status_code == 404
    assert client.get(f"{V1}/jobs").json() == {"items": []}


def test_only_who_may_write_brings_plans_in(tmp_path: Path) -> None:
    with serve(settings(tmp_path, writes=False)) as client:
        part = {"files": ("a.txt", NATION.encode())}
        assert client.post(f"{V1}/uploads", files=part).status_code == 403
        assert client.post(f"{V1}/uploads/{UNKNOWN}/confirm", json={}).status_code == 403
        assert client.delete(f"{V1}/uploads/{UNKNOWN}").status_code == 403
        assert client.delete(f"{V1}/jobs/{UNKNOWN}").status_code == 403
    with serve(settings(tmp_path)) as client:
        foreign = {"origin": "http://elsewhere.example"}
        assert client.post(f"{V1}/uploads", files=part, headers=foreign).status_code == 403


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file", encoding="utf-8")
    with serve(settings(tmp_path)) as client:
        answer = client.post(f"{V1}/uploads", files={"files": ("a.txt", PROVINCE.encode())})
        assert answer.status_code == 503
        assert "upload_folder" in answer.json()["where"]


def test_keys_and_sessions_bring_plans_in_by_their_scope(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    (_, reads), (_, ingests) = keys.add("月报", ["read"]), keys.add("周", ["ingest"])
    part = {"files": ("a.txt", NATION.encode())}
    with serve(settings(tmp_path, keys_file=str(tmp_path / "keys.json"))) as client:
        assert client.post(f"{V1}/uploads", files=part).status_code == 401
        bearer = {"authorization": f"Bearer {reads}"}
        assert client.post(f"{V1}/uploads", files=part, headers=bearer).status_code == 403
        assert client.get(f"{V1}/uploads/{UNKNOWN}", headers=bearer).status_code == 403
        assert client.get(f"{V1}/jobs", headers=bearer).status_code == 200
        bearer = {"authorization": f"Bearer {ingests}"}
        assert client.post(f"{V1}/uploads", files=part, headers=bearer).status_code == 201
        client.post("/sign-in", data={"key": ingests})
        token = re.search(
            r'name="csrf" value="([^"]+)"', client.get("/", headers={"accept": "text/html"}).text
        )
        assert token
        assert client.post(f"{V1}/uploads", files=part).status_code == 403
        answer = client.post(f"{V1}/uploads", files=part, data={"csrf": token[1]})
        assert answer.status_code == 201, "a form without script works, too"
        assert len(answer.json()["files"]) == 1
        large = {"files": ("a.txt", b"x" * 70 * 2**20)}
        assert client.post(f"{V1}/uploads", files=large, data={"csrf": token[1]}).status_code == 413
