"""The pages as they are asked for: both languages, filters, what is not there, what is empty."""

import csv
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from docx import Document
from fastapi.testclient import TestClient
from lxml import html
from openpyxl import load_workbook

from api.app import create_app
from api.keeper import Keeper
from api.pages import overview
from api.pages.kept import Kept
from api.pages.listing import by_plan, page_of
from embeddings import open_encoder
from graph import Store, open_store
from policygraph import jobs
from policygraph.reviews import excuse, reject
from queries import answers, grid, state
from review import ALL
from tests.dashboard.conftest import settings
from tests.plans import NATION, write_plans

PLAN = "x-qinglan-2025"
EVERY = (
    "/", "/plans", f"/plans/{PLAN}", f"/plans/{PLAN}?view=tasks", f"/plans/{PLAN}?view=gaps",
    f"/plans/{PLAN}?view=unaligned", f"/plans/{PLAN}?view=targets", "/plans/000000-2025", "/priorities",
    "/priorities/000000-2025.3", "/compare", "/measures", "/unaligned", "/links", "/help",
)  # fmt: skip


@pytest.mark.parametrize("path", EVERY)
def test_pages_exist_in_both_languages_under_a_strict_policy(pages: TestClient, path: str) -> None:
    for language, tag in (("zh", "zh-CN"), ("en", "en")):
        page = pages.get(path, params={"lang": language} | dict(re.findall(r"[?&](\w+)=(\w+)", path)))
        assert page.status_code == 200
        assert "unsafe" not in page.headers["content-security-policy"]
        root = html.fromstring(page.text)
        assert root.get("lang") == tag
        assert len(root.findall(".//h1")) == 1
        assert [
            e.get("src") for e in root.iter("script") if not (e.get("src") or "").startswith("/static/")
        ] == []
        assert list(root.iter("style")) == []
        for element in root.iter("*"):
            names = [n for n in element.attrib if n == "style" or n.startswith(("on", "hx-on"))]
            assert names == [], element.tag
            for name in ("src", "href", "action"):
                assert not element.get(name, "").startswith(("http", "//", "javascript:")), element.get(name)


def test_every_link_of_every_page_leads_somewhere(pages: TestClient) -> None:
    seen: set[str] = set()
    waiting = ["/", "/?lang=en", "/compare", "/help"]
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        page = pages.get(path)
        assert page.status_code == 200, path
        if "text/html" not in page.headers["content-type"] or path.startswith("/docs"):
            continue
        for link in re.findall(r'(?:href|action)="(/[^"]*)"', page.text):
            target = link.replace("&amp;", "&").partition("#")[0]
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    assert len(seen) >= 150


@pytest.mark.parametrize("path", ["/", f"/plans/{PLAN}", "/priorities/000000-2025.3", "/compare"])
def test_every_jump_within_a_page_has_its_place(pages: TestClient, path: str) -> None:
    root = html.fromstring(pages.get(path).text)
    ids = [e.get("id") for e in root.iter("*") if e.get("id")]
    assert len(ids) == len(set(ids))
    jumps = [e.get("href")[1:] for e in root.iter("a") if (e.get("href") or "").startswith("#")]
    assert set(jumps) <= set(ids)


def test_an_upper_plan_that_one_side_lacks_gives_way(pages: TestClient) -> None:
    page = pages.get("/compare?before=x-songling-2025&after=x-yunxi-2025&upper=x-qinglan-2025")
    assert page.status_code == 200
    assert html.fromstring(page.text).xpath("//select[@name='upper']/option[@selected]/@value") == [
        "000000-2025"
    ]


def test_a_cell_opens_the_task_in_its_plan(pages: TestClient) -> None:
    links = re.findall(r'<td class="\w+"><a href="([^"]+)"', pages.get("/").text)
    for link in links[:8]:
        path, _, anchor = link.replace("&amp;", "&").partition("#")
        assert f'id="{anchor}"' in pages.get(path).text


def test_the_matrix_is_the_answer(pages: TestClient, sample_file: Path) -> None:
    with open_store(str(sample_file), read_only=True) as store:
        matrix = answers.matrix(store)
    cells = re.findall(r'<td class="(\w+)"><a href', pages.get("/").text)
    assert cells == [c.status for line in matrix.cells for c in line]


def test_evidence_and_text_lead_to_each_other(pages: TestClient) -> None:
    root = html.fromstring(pages.get(f"/plans/{PLAN}").text)
    words = {e.get("id"): "".join(e.find("a").itertext()) for e in root.iter("mark")}
    quotes = [
        (a.get("href")[1:], "".join(a.find("q").itertext())) for a in root.find_class("jump")
    ]  # fmt: skip
    assert len(quotes) > 50
    assert all(words[target] == quote for target, quote in quotes)
    text = "".join("".join(p.itertext()) for p in root.find_class("text")[0].findall("p"))
    assert "各市3月底前编制完成本年度住房发展计划" in text


@pytest.mark.parametrize(
    ("query", "columns"),
    [("", 7), ("?level=city", 2), ("?region=x-qinglan", 4), ("?year=2024", 1), ("?level=county", 0), ("?region=x-songling", 1)],
)  # fmt: skip
def test_filters_choose_the_columns(pages: TestClient, query: str, columns: int) -> None:
    heads = html.fromstring(pages.get(f"/{query}").text).xpath("//table[contains(@class,'heat')]/thead/tr/th")
    assert max(len(heads) - 1, 0) == columns


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/plans/x-nowhere-2025", 404), ("/priorities/nothing", 404), ("/priorities/000000-2025.0", 422),
        ("/compare?before=x-nowhere-2025", 404), ("/compare?upper=x-qinglan-2025", 404), ("/?upper=x-nowhere", 404),
        ("/?least=2", 422), ("/?year=soon", 422), ("/?mode=some", 422), ("/measures?status=fine", 422),
        (f"/plans/{PLAN}?upper=x-yunxi-2025", 404), (f"/plans/{PLAN}?format=csv&table=none", 404), ("/nowhere", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(pages: TestClient, path: str, status: int) -> None:
    page = pages.get(path)
    assert page.status_code == status
    assert "text/html" in page.headers["content-type"]
    assert pages.get(path, headers={"accept": "*/*"}).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/plans", "/priorities", "/compare", "/measures", "/unaligned", "/links", "/help"]
)
def test_an_empty_graph_has_pages(empty: TestClient, path: str) -> None:
    page = empty.get(path)
    assert page.status_code == 200
    if path not in ("/help", "/plans"):
        assert "policygraph build" in page.text


def test_a_plan_that_is_linked_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    with open_store(str(path)) as store:
        jobs.load(store, jobs.read(write_plans(tmp_path / "plans")))
    with TestClient(create_app(settings(path)), headers={"accept": "text/html"}) as client:
        page = client.get("/plans/x-jing-2030")
        assert page.status_code == 200
        assert "policygraph link x-jing-2030" in page.text
        assert "新建农村供水工程60处" in page.text
        assert "policygraph link" in client.get("/").text


def test_a_plan_none_of_whose_words_carry_anything(tmp_path: Path) -> None:
    path = tmp_path / "graph.kgl"
    with open_store(str(path)) as store:
        city = "岚市2030年工作要点\n一、文化\n（1）举办诗歌朗诵会3场。\n"
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans", city=city)), open_encoder("policy-zh"))
    with TestClient(create_app(settings(path)), headers={"accept": "text/html"}) as client:
        for query in ("", "?view=tasks", "?view=gaps", "?view=unaligned", "?mode=accepted"):
            assert client.get(f"/plans/x-lan-2030{query}").status_code == 200
        assert client.get("/compare?before=x-lan-2030&after=x-jing-2030").status_code == 200


def test_words_of_plans_cannot_become_markup(tmp_path: Path) -> None:
    plans = write_plans(
        tmp_path / "plans", nation=NATION.replace("恢复湿地面积", "恢复<script>alert(1)</script>湿地面积")
    )
    path = tmp_path / "graph.kgl"
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(plans), open_encoder("policy-zh"))
    with TestClient(create_app(settings(path))) as client:
        page = client.get("/plans/x-jing-2030")
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert "<script>alert" not in client.get("/priorities/000000-2030.2").text


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/", "matrix"), ("/plans", "plans"), ("/priorities", "priorities"), ("/measures?status=gap", "measures"),
        ("/unaligned", "unaligned"), ("/links", "links"), (f"/plans/{PLAN}", "targets"),
        ("/priorities/000000-2025.3", "quotations"), ("/compare", "text"),
    ],
)  # fmt: skip
def test_tables_are_taken_away(pages: TestClient, path: str, table: str) -> None:
    join = "&" if "?" in path else "?"
    text = pages.get(f"{path}{join}format=csv&table={table}")
    assert text.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(pages.get(f"{path}{join}format=xlsx&table={table}").content))
    sheet = book.active
    assert sheet is not None
    assert (sheet.max_row, sheet.max_column) == (len(rows), len(rows[0]))
    assert len(rows) > 3
    document = Document(io.BytesIO(pages.get(f"{path}{join}format=docx").content))
    assert max(len(t.rows) for t in document.tables) >= min(len(rows), 2000)


def test_the_links_to_files_are_those_that_answer(pages: TestClient) -> None:
    for path in EVERY:
        for link in html.fromstring(pages.get(path).text).xpath("//a[@download]/@href"):
            answer = pages.get(link)
            assert answer.status_code == 200, link
            assert answer.headers["content-disposition"].startswith("attachment"), link


def test_the_report_on_a_plan_is_a_document(pages: TestClient) -> None:
    link = html.fromstring(pages.get(f"/plans/{PLAN}").text).xpath(
        "//a[contains(@href,'report.docx')]/@href"
    )[0]
    answer = pages.get(link)
    assert "青岚省" in "\n".join(p.text for p in Document(io.BytesIO(answer.content)).paragraphs)


def test_many_plans_are_added_up_by_province(pages: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MOST_COLUMNS", 4)
    root = html.fromstring(pages.get("/").text)
    heads = root.xpath("//table[contains(@class,'heat')]/thead/tr/th/a")
    assert [a.text for a in heads] == ["澜港市", "青岚省", "朔原自治区", "云溪省"]
    assert "4 份计划" in "".join(heads[1].itertext())
    opened = html.fromstring(pages.get(heads[1].get("href")).text)
    assert len(opened.xpath("//table[contains(@class,'heat')]/thead/tr/th/a")) == 4


@pytest.fixture
def truth(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as store:
        yield store


def test_provinces_have_all_measures_of_their_plans(truth: Store) -> None:
    matrix, known = answers.matrix(truth), grid.regions(truth)
    columns = grid.by_province(matrix, known)
    whole = grid.totals(matrix)
    assert sum(c.plans for c in columns) == whole.plans == 7
    for name in ("covered", "partial", "gaps", "not_applicable"):
        assert sum(getattr(cell, name) for c in columns for cell in c.cells) == getattr(whole, name)
    assert known.line("x-songling") == ["x-songling", "x-qinglan"]
    assert known.line("000000") == []


def test_what_is_kept_is_as_new_as_the_graph(tmp_path: Path) -> None:
    path = str(tmp_path / "graph.kgl")
    keeper = Keeper()
    with open_store(path) as store:
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), open_encoder("policy-zh"))

        def now() -> Kept:
            return Kept(store, keeper, lambda: state.read(store))

        first = now().matrix("000000-2030", ALL)
        assert now().matrix("000000-2030", ALL) is first
        before = {p: now().coverage(p, "000000-2030", ALL) for p in ("x-jing-2030", "x-lan-2030")}
        measures = [m for t in before["x-jing-2030"].tasks for m in t.measures]
        covered = next(m for m in measures if m.status == "covered")
        reject(store, covered.evidence[0].source, covered.target, reviewer="周")
        assert now().matrix("000000-2030", ALL) is not first
        for plan in before:
            assert now().coverage(plan, "000000-2030", ALL) == answers.coverage(store, plan, "000000-2030")
        assert now().coverage("x-lan-2030", "000000-2030", ALL) is before["x-lan-2030"]
        # One that is for every plan.
        rejected = now().matrix("000000-2030", ALL)
        excuse(store, covered.target, "not_applicable", reviewer="周", note="由国家统一实施")
        assert now().matrix("000000-2030", ALL) == answers.matrix(store, "000000-2030") != rejected
        assert now().coverage("x-lan-2030", "000000-2030", ALL) != before["x-lan-2030"]


def test_many_who_need_the_same_answer_wait_for_the_one_who_computes_it() -> None:
    keeper, go, begun = Keeper(), Event(), Event()
    made: list[int] = []

    def compute(before: int | None) -> int:
        begun.set()
        assert go.wait(10)
        made.append(1)
        return (before or 0) + 1

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(keeper.get, "key", 1, compute)
        assert begun.wait(10)
        others = [pool.submit(keeper.get, "key", 1, compute) for _ in range(3)]
        go.set()
        assert [f.result() for f in (first, *others)] == [1] * 4
    assert made == [1]
    assert keeper.get("key", 2, compute) == 2

    def fails(_: int | None) -> int:
        raise RuntimeError("down")

    with pytest.raises(RuntimeError, match="down"):
        keeper.get("key", 3, fails)
    assert keeper.get("key", 3, compute) == 1


def test_a_list_asks_only_the_plans_of_its_page() -> None:
    asked: list[str] = []

    def rows(plan: str) -> list[str]:
        asked.append(plan)
        return [f"{plan}{n}" for n in range(4)]

    counts = [("a", 4), ("b", 4), ("c", 0), ("d", 4)]
    listing = by_plan(counts, rows, 2, 3)
    assert (listing.rows, listing.total, listing.pages, asked) == (["a3", "b0", "b1"], 12, 4, ["a", "b"])
    assert by_plan(counts, rows, 9, 3).rows == ["d1", "d2", "d3"]
    whole = [row for number in (1, 2, 3, 4) for row in by_plan(counts, rows, number, 3).rows]
    assert whole == [f"{plan}{n}" for plan in "abd" for n in range(4)]
    assert page_of([], 3).pages == 1
