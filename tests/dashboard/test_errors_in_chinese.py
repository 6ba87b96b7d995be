"""What goes wrong on a Chinese page is said in Chinese, with what a person can do on the pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from lxml import html

from api.problems import _preferred
from graph.errors import StoreError
from tests.dashboard.acting import build, form_of, key, keyed, serving, sign_in
from tests.plans import CITY


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("errors")
    build(folder)
    with serving(folder) as client:
        yield client


def said(answer: Response) -> str:
    """The words of the page without its bar."""
    (main,) = html.fromstring(answer.text).xpath("//main")
    return " ".join(main.text_content().split())


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/plans/x-nowhere-2030", 404, "没有计划“x-nowhere-2030” 是否指 x-lan-2030, x-jing-2030？请在“计划”页查看全部计划"),
        ("/?least=7&mode=odd", 422, "参数 计入（mode）：应为 all 或 accepted；参数 置信度不低于（least）：不应大于 1 请回到上一页"),
        ("/?upper=x-lan-2030", 404, "没有计划关联到“x-lan-2030” 请在页面的“上级计划”中选择；已有关联的："),
        ("/review?item=nonsense", 404, "“nonsense”不是一条关联 请从列表中选一条。"),
        ("/review?kind=odd", 422, "参数 关联种类（kind）：应为 matches、tasks 或 measures"),
        ("/priorities/x-lan-2030.9", 404, "x-lan-2030.1.2？请从计划页或“优先事项”页点开"),
        ("/bring-in/jobs/x", 404, "没有这次录入：“x” 请在“录入计划”页的录入记录中查看"),
        ("/nothing", 404, "GET /nothing：没有这个页面 请从上方导航重新进入"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_shown(client: TestClient, path: str, status: int, text: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert text in said(answer)
    english = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert english.status_code == status
    assert not re.search(r"[\u4e00-\u9fff]", said(english))


def test_a_form_that_lacks_something(client: TestClient) -> None:
    answer = client.post("/review/decide", data={"source": "x-lan-2030.1#1", "act": "accept"})
    assert answer.status_code == 422
    assert "填写的内容 target：必填，现在没有填" in said(answer)


def test_a_file_that_is_damaged(client: TestClient) -> None:
    answer = client.post("/bring-in", files=[("files", ("坏.docx", b"PK no document"))])
    assert "文件损坏，或与扩展名不符" in said(answer)
    assert "这不是可以读取的 Word 文件（不是压缩包格式" in said(answer)


def test_what_is_typed_of_a_file_cannot_be(client: TestClient) -> None:
    page = client.post("/bring-in", files=[("files", ("岚市.txt", CITY.encode()))])
    fields = form_of(page.text, page.url.path)
    above = client.post(page.url.path, data=fields | {"parent-0": "x-nowhere"})
    assert above.status_code == 422
    assert "岚市.txt：上级地区“x-nowhere”既不在已有的计划中" in said(above)
    assert "请先录入该地区的计划，或改正代码。" in said(above)
    long = client.post(page.url.path, data=fields | {"name-0": "岚" * 70})
    assert "地区名称（name）：最多 64 个字" in said(long)
    english = client.post(f"{page.url.path}?lang=en", data=fields | {"parent-0": "x-nowhere"})
    assert "parent 'x-nowhere' is no region of this manifest" in said(english)


def test_a_decision_that_cannot_be(client: TestClient) -> None:
    page = client.get("/review")
    fields = form_of(page.text, "/review/decide")
    refused = client.post("/review/decide", data=fields | {"act": "correct", "to": "000000-2030.1"})
    assert refused.status_code == 422
    assert "不能替换关联到" in said(refused)
    assert "举措只能换成举措，任务只能换成任务。" in said(refused)


def test_a_key_that_opens_nothing(tmp_path: Path) -> None:
    build(tmp_path)
    key(tmp_path, "周敏", "read")
    with serving(tmp_path, **keyed(tmp_path)) as client:
        assert "此密钥无效：没有这样的密钥。" in said(sign_in(client, "pgk_wrong"))
        answer = client.get("/", headers={"authorization": "Bearer pgk_wrong"})
        assert answer.status_code == 401
        assert "密钥无效：没有这样的密钥 请向本系统管理员领取密钥，再登录" in said(answer)


def test_a_job_that_failed_says_why(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError(
            "the graph could not be written (disk)", where="/data/graph.kgl", remedy="Check its permissions."
        )

    monkeypatch.setattr("policygraph.intake.work.load_plan", full)
    page = client.post("/bring-in", files=[("files", ("岚市.txt", CITY.replace("5处", "7处").encode()))])
    job = client.post(page.url.path, data=form_of(page.text, page.url.path))
    client.get(f"/api/v1/jobs/{job.url.path.rpartition('/')[2]}/events")
    ended = client.get(job.url.path)
    assert "graph.kgl：图库无法写入（disk） 请检查文件权限。" in said(ended)
    english = client.get(job.url.path, params={"lang": "en"})
    assert "graph.kgl: the graph could not be written (disk) Check its permissions." in said(english)


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/api/v1/plans/x-nowhere-2030", {}, "en"),
        ("/api/v1/plans/x-nowhere-2030", {"accept-language": "de, en;q=0.8, zh;q=0.5"}, "en"),
        ("/api/v1/plans/x-nowhere-2030", {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
        ("/api/v1/plans/x-nowhere-2030?lang=zh", {}, "zh"),
        ("/api/v1/plans/x-nowhere-2030?lang=en", {"accept-language": "zh"}, "en"),
    ],
)
def test_programs_are_told_in_english_unless_they_ask(
    client: TestClient, path: str, headers: dict[str, str], language: str
) -> None:
    answer = client.get(path, headers={"accept": "*/*"} | headers)
    problem = answer.json()
    assert problem["type"] == "urn:policygraph:problem:not-found"
    assert (problem["title"], problem["detail"]) == {
        "en": ("Not found", "there is no plan 'x-nowhere-2030'"),
        "zh": ("没有找到", "没有计划“x-nowhere-2030”"),
    }[language]
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]


def test_what_is_not_valid_is_told_for_programs_too(client: TestClient) -> None:
    answer = client.get("/api/v1/plans?limit=many", headers={"accept": "*/*", "accept-language": "zh"})
    assert answer.json()["errors"] == [{"field": "query.limit", "message": "应为整数"}]
    assert answer.json()["detail"] == "参数 limit：应为整数"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", ""), ("*", ""), ("fr", ""), ("zh", "zh"), ("zh-Hans-CN", "zh"), ("en-GB, zh", "en"), ("zh, en", "zh"),
        ("en;q=0.5, zh;q=0.9", "zh"), ("zh;q=0", ""), ("zh;q=0, en;q=0.1", "en"), ("zh;q=odd, en", "en"),
        ("zh; q=0.1, en; q=0.9", "en"), (";;,", ""),
    ],
)  # fmt: skip
def test_the_language_that_a_header_prefers(accepted: str, language: str) -> None:
    assert _preferred(accepted) == language
