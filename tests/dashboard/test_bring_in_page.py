"""Bringing plans in by the pages: what was understood, what is corrected, the job, what is refused; and the record of it."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from lxml import html

from policygraph.audit import Asker, Audit
from tests.dashboard.acting import build, form_of, key, keyed, serving, sign_in, words
from tests.dashboard.figures import Api, differing, figures
from tests.plans import CITY

OTHER = CITY.replace("岚市", "沧市").replace("5处", "9处")
HERE = "http://127.0.0.1"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    build(tmp_path)
    with serving(tmp_path) as client:
        yield client


def upload(client: TestClient, *files: tuple[str, bytes]) -> Response:
    """The page that is shown after an upload."""
    return client.post("/bring-in", files=[("files", file) for file in files])


def ended(client: TestClient, page: Response) -> Response:
    """The page of a job when it has ended."""
    path = page.url.path
    client.get(f"/api/v1/jobs/{path.rpartition('/')[2]}/events")
    return client.get(path)


def test_from_files_to_coverage(client: TestClient) -> None:
    page = upload(client, ("沧市.txt", OTHER.encode()), ("坏.docx", b"PK no document"))
    assert page.status_code == 200
    said = words(page.text)
    assert "文件损坏，或与扩展名不符" in said
    assert "请重新保存或转换格式后再上传" in said
    assert "这是推测，请核对或改正" in said
    assert "（1）新建农村供水工程9处，改造老旧水厂2座。" in said, "the original stands beside"
    assert differing(page.text, Api(client)) == []
    assert len(figures(page.text)) == 4
    path = page.url.path
    fields = form_of(page.text, path)
    assert (fields["name-0"], fields["year-0"], fields["level-0"], fields["region-0"]) == (
        "沧市",
        "2030",
        "city",
        "",
    )
    wrong = client.post(path, data=fields | {"year-0": "今年"})
    assert wrong.status_code == 422
    assert "请填写年度，四位数字" in words(wrong.text)
    assert form_of(wrong.text, path)["year-0"] == "今年"
    job = client.post(path, data=fields | {"name-0": "沧海市", "parent-0": "x-jing"})
    assert job.status_code == 200
    assert job.url.path.startswith("/bring-in/jobs/")
    done = ended(client, job)
    assert "已完成" in words(done.text)
    assert "沧海市 2030" in words(done.text)
    assert differing(done.text, Api(client)) == []
    tree = html.fromstring(done.text)
    covered = [a.get("href") for a in tree.xpath("//section[@aria-labelledby='covered']//th/a")]
    assert len(covered) == 2
    assert all(client.get(a).status_code == 200 for a in covered)
    assert "沧海市 2030" in words(client.get("/bring-in").text)
    event = client.get("/api/v1/audit?event=ingest").json()["items"][0]
    assert (event["who"], list(event["plans"].values())) == ("周敏", ["added"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name-0": ""}, "请填写地区名称"), ({"region-0": "沧"}, "六位数字"), ({"year-0": ""}, "请填写年度"),
        ({"skip-0": "1"}, "有一项信息不符合要求"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_place(client: TestClient, changed: dict[str, str], said: str) -> None:
    page = upload(client, ("沧市.txt", OTHER.encode()))
    path = page.url.path
    answer = client.post(path, data=form_of(page.text, path) | changed)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert client.get("/api/v1/jobs").json()["items"] == []


def test_what_stands_above_a_city_is_asked_for_with_the_regions_to_choose_from(client: TestClient) -> None:
    page = upload(client, ("沧市.txt", OTHER.encode()))
    assert "请选填上级地区；留空则只与国家计划关联" in words(page.text)
    choices = html.fromstring(page.text).xpath("//datalist[@id='regions']/option/@value")
    assert {"x-jing", "x-lan", "210000"} <= set(choices)
    path = page.url.path
    done = ended(client, client.post(path, data=form_of(page.text, path)))
    assert "沧市没有写明上级地区" in words(done.text)


def test_a_file_is_left_out(client: TestClient) -> None:
    page = upload(client, ("沧市.txt", OTHER.encode()), ("岚市.txt", CITY.encode()))
    path = page.url.path
    job = client.post(path, data=form_of(page.text, path) | {"skip-0": "1"})
    assert client.get(f"/api/v1/jobs/{job.url.path.rpartition('/')[2]}").json()["plans"] == ["x-lan-2030"]


def test_no_file_and_files_that_cannot_be_read(client: TestClient) -> None:
    large = client.post("/bring-in", files=[("files", ("a.txt", b"x" * 2**20))])
    assert large.status_code == 200, "a page takes what the API takes"
    none = client.post("/bring-in", files=[("files", ("", b""))])
    assert none.status_code == 422
    assert "还没有选文件" in words(none.text)
    bad = upload(client, ("扫描件.exe", b"x"))
    assert "不支持这种文件格式" in words(bad.text)
    assert html.fromstring(bad.text).xpath("//form[@id='confirm']//button")[0].get("disabled") is not None
    gone = client.post(f"{bad.url.path}/discard", data={})
    assert gone.url.path == "/bring-in"
    assert client.get(bad.url.path).status_code == 404
    assert "没有找到" in words(client.get(bad.url.path).text)


def test_in_english(client: TestClient) -> None:
    page = client.post("/bring-in?lang=en", files=[("files", ("c.docx", b"PK"))])
    assert "The file is damaged" in words(page.text)
    assert "Check what was understood" in words(page.text)


def test_a_job_can_be_stopped(client: TestClient) -> None:
    page = upload(client, ("沧市.txt", OTHER.encode()))
    with getattr(client.app, "state").writer.open():  # noqa: B009
        job = client.post(page.url.path, data=form_of(page.text, page.url.path))
        assert html.fromstring(job.text).xpath("//noscript/meta[@http-equiv='refresh']")
        stopping = client.post(f"{job.url.path}/stop", data={})
        assert stopping.status_code == 200
    assert "已停止" in words(ended(client, job).text)


def test_who_may_bring_in(tmp_path: Path) -> None:
    build(tmp_path)
    reader, clerk = key(tmp_path, "李读", "read"), key(tmp_path, "何录", "ingest")
    file = ("files", ("c.txt", OTHER.encode()))
    with serving(tmp_path, **keyed(tmp_path)) as client:
        sign_in(client, reader)
        refused = client.post("/bring-in", files=[file], headers={"origin": HERE})
        assert refused.status_code == 403
        assert "不能录入计划" in words(refused.text)
    with serving(tmp_path, **keyed(tmp_path)) as client:
        sign_in(client, clerk)
        fields = form_of(client.get("/bring-in").text, "/bring-in")
        assert client.post("/bring-in", files=[file], headers={"origin": HERE}).status_code == 403
        assert (
            client.post("/bring-in", files=[file], data=fields, headers={"origin": HERE}).status_code == 200
        )
        review = client.get("/review")
        assert "何录的角色是“录入人" in words(review.text)


def test_the_record_of_who_did_what(tmp_path: Path) -> None:
    build(tmp_path)
    chief = key(tmp_path, "林主任", "admin")
    with serving(tmp_path, **keyed(tmp_path)) as client:
        assert sign_in(client, "pgk_wrong").status_code == 401
        sign_in(client, chief)
        review = client.get("/review").text
        client.post(
            "/review/decide",
            data=form_of(review, "/review/decide") | {"act": "reject", "note": "=1+1"},
            headers={"origin": HERE},
        )
        page = client.get("/audit")
        said = words(page.text)
        assert all(w in said for w in ("登录", "被拒绝", "复核决定", "林主任"))
        assert differing(page.text, Api(client)) == []
        only = html.fromstring(client.get("/audit?what=refused").text)
        assert [r[2].text for r in only.xpath("//tbody/tr")] == ["被拒绝"]
        assert html.fromstring(client.get("/audit?until=2020-01-01").text).xpath("//tbody/tr") == []
        log = client.get("/audit?log=decisions&who=林主任&what=rejected")
        assert differing(log.text, Api(client)) == []
        assert len(html.fromstring(log.text).xpath("//tbody/tr")) == 1
        taken = client.get("/audit?log=decisions&format=csv&table=decisions")
        rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert "'=1+1" in rows[1], "a spreadsheet takes it for text"
        assert client.get("/audit?log=record&format=xlsx&table=record").status_code == 200
        assert client.get("/audit?since=yesterday").status_code == 422


def test_the_whole_record_is_there_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path)
    audit = Audit(str(tmp_path / "audit.jsonl"))
    for number in range(130):
        audit.event(Asker("cli", "周" if number % 13 else "李"), "cypher", number=number)
    with serving(tmp_path) as client:
        assert [len(page) for page in _numbers(client, "/audit")] == [50, 50, 30]
        assert list(chain(*_numbers(client, "/audit"))) == list(range(129, -1, -1))
        assert list(chain(*_numbers(client, "/audit?who=李"))) == list(range(117, -1, -13))
        first = client.get("/api/v1/audit?limit=100").json()
        rest = client.get("/api/v1/audit", params={"cursor": first["next"]}).json()
        assert [e["number"] for e in first["items"] + rest["items"]] == list(range(129, -1, -1))
        assert rest["next"] is None
        audit.event(Asker("cli", "周"), "cypher", number=130)
        assert client.get("/api/v1/audit", params={"cursor": first["next"]}).json() == rest
        monkeypatch.setattr("api.audit.LOOKED", 20)
        parts = _numbers(client, "/audit?who=李")
        assert list(chain(*parts)) == list(range(117, -1, -13))
        assert len(parts) == 7, "no more than 20 are looked through at once"
        taken = client.get("/audit?format=csv&table=record").content.decode("utf-8-sig")
        assert len(taken.splitlines()) <= 21


def _numbers(client: TestClient, path: str | None) -> list[list[int]]:
    """The numbers of the entries on each page, from ``path`` to the oldest."""
    found = []
    while path:
        page = client.get(path)
        assert differing(page.text, Api(client)) == []
        tree = html.fromstring(page.text)
        cells = tree.xpath("//tbody/tr/td[@class='json']/text()")
        found.append([int(cell.rpartition(" ")[2]) for cell in cells])
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    return found


def test_without_a_record_the_page_says_so(tmp_path: Path) -> None:
    build(tmp_path)
    with serving(tmp_path, audit_log="") as client:
        assert "没有设置操作记录文件" in words(client.get("/audit").text)


def test_signing_in_and_out(tmp_path: Path) -> None:
    build(tmp_path)
    token = key(tmp_path, "周审", "review")
    with serving(tmp_path, **keyed(tmp_path)) as client:
        asked = client.get("/review?finding=accepted")
        assert asked.url.path == "/sign-in"
        assert form_of(asked.text, "/sign-in")["next"] == "/review?finding=accepted"
        wrong = sign_in(client, token[:-1] + ("0" if token[-1] != "0" else "1"))
        assert wrong.status_code == 401
        assert "此密钥无效" in words(wrong.text)
        sign_in(client, token)
        page = client.get("/review")
        assert "周审" in page.text
        assert "复核人：可复核关联" in page.text
        out = client.post("/sign-out", data=form_of(page.text, "/sign-out"), headers={"origin": HERE})
        assert out.url.path == "/sign-in"
        assert client.get("/review").url.path == "/sign-in"
