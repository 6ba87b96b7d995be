"""What people do on the pages, in a real browser: review by keys, bring plans in, sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from policygraph.reviews import accept
from queries.review import Filter, queue
from tests.browser.conftest import REAL, Served, Visit, visit
from tests.dashboard.acting import build, chosen, key, keyed
from tests.plans import CITY

QUEUE = "/review?plan=x-lan-2030&kind=matches"
WINDOW = {"width": 1280, "height": 900}


@contextmanager
def service(folder: Path, **more: Any) -> Iterator[Served]:
    """The service over the graph of ``folder``."""
    given = chosen(folder, **more).model_dump(
        include={"upload_folder", "encoder", "reviewer", "audit_log", *more}
    )
    with Served(folder / "graph.kgl", **given) as served:
        yield served


@contextmanager
def window(browser: Browser, served: Served, **more: Any) -> Iterator[Visit]:
    """A window of a person of their own."""
    context = browser.new_context(**({"viewport": WINDOW} | more))
    yield visit(context, served.base)
    context.close()


def press(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for one in keys:
        page.keyboard.press(one)


def state(at: Visit, item: str) -> str:
    """How a link stands, by the API."""
    source, _, target = item.partition("~")
    answer = at.page.request.get(
        f"{at.base}/api/v1/reviews/link", params={"source": source, "target": target}
    )
    found: str = answer.json()["link"]["state"]
    return found


def item_of(page: Page) -> str:
    """Both ends of the link that is shown."""
    fields = page.locator("#deciding")
    source = fields.locator("[name=source]").input_value()
    return f"{source}~{fields.locator('[name=target]').input_value()}"


def test_review_by_the_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    with service(tmp_path) as served, window(browser, served) as at:
        at.open(QUEUE)
        page = at.page
        at.check()
        press(page, "j")
        expect(page.locator("#item-title")).to_contain_text("第 2 /")
        page.wait_for_load_state("networkidle")
        item = item_of(page)
        press(page, "n")
        expect(page.locator("[data-key=n]")).to_be_focused()
        page.keyboard.type("area ruck")
        press(page, "Escape")
        expect(page.locator("#item-title")).to_be_focused()
        assert state(at, item) == "proposed", "letters of a note are no keys"
        press(page, "a")
        expect(page.locator(".said")).to_contain_text("已记录：确认")
        expect(page.locator(".said")).to_contain_text("area ruck")
        expect(page.locator("#item-title")).to_be_focused()
        assert item_of(page) != item
        assert state(at, item) == "accepted"
        at.check()
        press(page, "u")
        expect(page.locator(".said")).to_contain_text("已记录：收回决定")
        assert state(at, item) == "proposed"
        press(page, "?")
        expect(page.locator("#keys-on")).to_be_visible()
        at.check()
        page.locator("#keys-on").focus()
        press(page, "Space", "r")
        page.locator("#item-title").focus()
        press(page, "r")
        page.wait_for_timeout(300)
        assert state(at, item_of(page)) == "proposed", "keys are off"
        page.locator("#keys-on").focus()
        press(page, "Space")
        item = item_of(page)
        press(page, "r")
        expect(page.locator(".said")).to_contain_text("已记录：否决")
        assert state(at, item) == "rejected"
        press(page, "c")
        expect(page.locator("#seek-words")).to_be_focused()
        page.keyboard.type("湿地")
        press(page, "Enter")
        found = page.locator("#candidates fieldset", has_text="查找结果").locator("input").first
        expect(found).to_be_visible()
        found.focus()
        press(page, "Space")
        item = item_of(page)
        page.locator("button[value=correct]").focus()
        press(page, "Enter")
        expect(page.locator(".said")).to_have_count(2)
        assert state(at, item) == "rejected"
        at.check()


def test_two_people_decide_on_one_link(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    with service(tmp_path) as served, window(browser, served) as one, window(browser, served) as other:
        for at, name in ((one, "吴"), (other, "郑")):
            at.open(QUEUE)
            at.page.locator("#deciding [name=reviewer]").fill(name)
        item = item_of(one.page)
        assert item == item_of(other.page)
        one.page.locator("#deciding [name=note]").fill("口径不同")
        one.page.locator("[data-key=r]").click()
        expect(one.page.locator(".said")).to_contain_text("否决")
        other.page.locator("#deciding [name=note]").fill("同一项目")
        other.page.locator("[data-key=a]").click()
        refused = other.page.locator(".refused")
        expect(refused).to_contain_text("别人在您之前作了决定")
        expect(refused).to_contain_text("口径不同")
        expect(refused).to_contain_text("同一项目")
        expect(other.page.locator("#deciding [name=note]")).to_have_value("同一项目")
        assert item_of(other.page) == item
        assert state(other, item) == "rejected"
        other.forgive(412)
        other.check()
        other.page.locator("[data-key=a]").click()
        expect(other.page.locator(".said")).to_contain_text("确认")
        assert state(other, item) == "accepted"
        one.check()


def test_changed_words_are_looked_at_and_cleared(browser: Browser, tmp_path: Path) -> None:
    path = build(tmp_path)
    with open_store(str(path)) as store:
        item = next(
            i for i in queue(store, Filter(plan="x-lan-2030", kinds=("matches",))) if "5处" in i.source_text
        )
        accept(store, item.source, item.target, reviewer="周敏")
    build(tmp_path, city=CITY.replace("5处", "8处"))
    with service(tmp_path) as served, window(browser, served) as at:
        at.open("/review?plan=x-lan-2030&finding=suspect")
        page = at.page
        expect(page.locator("del")).to_have_text("删5")
        expect(page.locator("ins")).to_have_text("增8")
        assert page.locator("del").evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
        at.check()
        page.locator("button[value=clear]").click()
        expect(page.locator(".said")).to_contain_text("已记录：确认")
        expect(page.locator(".changed")).to_have_count(0)
        at.check()


@pytest.mark.parametrize("path", ["/review", "/review?lang=en&kind=tasks", "/review/bulk?plan=x-lan-2030", "/bring-in", "/audit",
                                  "/audit?log=decisions&lang=en"])  # fmt: skip
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_keep_nobody_out(browser: Browser, acting: Served, path: str, width: int) -> None:
    with window(browser, acting, viewport={"width": width, "height": 800}) as at:
        at.open(path)
        at.check()


@pytest.fixture(scope="module")
def acting(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that nobody writes to."""
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("acting")
    build(folder)
    with service(folder) as served:
        yield served


def test_review_without_script(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    with service(tmp_path) as served, window(browser, served, java_script_enabled=False) as at:
        at.open(QUEUE)
        page = at.page
        item = item_of(page)
        page.locator("[data-key=a]").click()
        expect(page.locator(".said")).to_contain_text("已记录：确认")
        assert state(at, item) == "accepted"
        page.locator(".said [data-key=u]").click()
        expect(page.locator(".said")).to_contain_text("收回决定")


def test_plans_are_brought_in(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    good, bad = tmp_path / "沧市要点.txt", tmp_path / "损坏.docx"
    good.write_text(CITY.replace("岚市", "沧市"), encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 no document")
    with service(tmp_path) as served, window(browser, served) as at:
        at.open("/bring-in")
        page = at.page
        page.locator("#files").set_input_files([good, bad])
        dropped = page.evaluate_handle(
            "() => { const all = new DataTransfer(); all.items.add(new File(['x'], '拖来.txt')); return all; }"
        )
        page.dispatch_event("form.drop", "drop", {"dataTransfer": dropped})
        expect(page.locator("[data-chosen] li")).to_have_count(3)
        at.check()
        at.follow(page.locator(".drop button"))
        expect(page.locator(".file.bad")).to_have_count(2)
        expect(page.locator(".file.bad", has_text="损坏.docx")).to_contain_text(
            "请重新保存或转换格式后再上传"
        )
        expect(page.locator(".original")).to_contain_text("一、供水保障")
        at.check()
        page.locator("[name=name-0]").fill("沧海市")
        page.locator("[name=year-0]").fill("明年")
        page.locator("#confirm button.main").click()
        expect(page.locator(".refused").first).to_contain_text("请填写年度")
        expect(page.locator("[name=name-0]")).to_have_value("沧海市")
        at.forgive(422)
        at.check()
        page.locator("[name=year-0]").fill("2030")
        with served.app.state.writer.open():
            page.locator("#confirm button.main").click()
            expect(page.locator("[data-job-says]")).to_contain_text("写入图库")
            expect(page.locator("[data-live]")).to_be_visible()
            at.check()
            page.evaluate("window.stayed = true")
        expect(page.locator("#covered")).to_be_visible(timeout=30_000)
        assert page.evaluate("window.stayed"), "the page was loaded anew"
        expect(page.locator("main")).to_contain_text("已完成")
        at.check()
        at.follow(page.locator("section[aria-labelledby=covered] a").first)
        expect(page.locator("h1")).to_contain_text("沧海市 2030")
        assert at.strangers == []


def test_signing_in_by_key(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    reader, reviewer = key(tmp_path, "李读", "read"), key(tmp_path, "周审", "review")
    with service(tmp_path, **keyed(tmp_path)) as served, window(browser, served) as at:
        at.open("/review")
        page = at.page
        expect(page).to_have_url(f"{at.base}/sign-in?next=%2Freview")
        at.check()
        page.locator("[name=key]").fill("pgk_00000000_wrong")
        page.keyboard.press("Enter")
        expect(page.locator("[role=alert]")).to_contain_text("此密钥无效")
        at.forgive(401)
        at.check()
        page.locator("[name=key]").fill(reader)
        page.keyboard.press("Enter")
        expect(page.locator(".whom")).to_contain_text("李读")
        expect(page.locator(".whom")).to_contain_text("读者")
        expect(page.locator("[data-key=a]")).to_be_disabled()
        expect(page.locator("#why-not")).to_contain_text("不能复核")
        assert page.locator(".nav a", has_text="录入计划").count() == 0
        item = item_of(page)
        press(page, "a")
        assert state(at, item) == "proposed"
        at.check()
        at.open("/audit")
        expect(page.locator("main")).to_contain_text("没有权限")
        at.forgive(403)
        at.check()
        page.locator(".who button").click()
        expect(page.locator("h1")).to_contain_text("登录")
        page.locator("[name=key]").fill(reviewer)
        page.keyboard.press("Enter")
        expect(page.locator(".whom")).to_contain_text("复核人")
        at.open("/review")
        item = item_of(page)
        refused = page.evaluate(
            "async () => { const body = new URLSearchParams(new FormData(document.getElementById('deciding'))); "
            "body.delete('csrf'); body.append('act', 'accept'); "
            "return (await fetch('/review/decide', {method: 'POST', body})).status; }"
        )
        assert refused == 403
        assert state(at, item) == "proposed"
        at.forgive(403)
        press(page, "a")
        expect(page.locator(".said")).to_contain_text("周审")
        at.check()


def test_signing_in_by_a_proxy(browser: Browser, tmp_path: Path) -> None:
    build(tmp_path)
    trusted = {"proxy_user_header": "X-User", "trusted_proxies": ["127.0.0.1"], "proxy_scopes": ["review"]}
    headers = {"X-User": "zhou"}
    with service(tmp_path, **trusted) as served:
        with window(browser, served, extra_http_headers=headers) as at:
            at.open("/review")
            expect(at.page.locator(".whom")).to_contain_text("复核人")
            assert at.page.locator(".who button").count() == 0, "the proxy signs out"
            at.page.locator("[data-key=a]").click()
            expect(at.page.locator(".said")).to_contain_text("确认")
            at.check()
        with window(browser, served) as at:
            assert at.page.request.get(f"{at.base}/review").status == 401


def test_sign_in_review_and_bring_in_on_the_real_plans(browser: Browser, tmp_path: Path) -> None:
    if not REAL.is_dir():
        pytest.skip("the real plans are not present beside the repository")
    with open_store(str(tmp_path / "graph.kgl")) as store:
        jobs.build(store, jobs.read(REAL), open_encoder("policy-zh"))
    token = key(tmp_path, "林主任", "admin")
    with service(tmp_path, encoder="policy-zh", **keyed(tmp_path)) as served, window(browser, served) as at:
        page = at.page
        at.open("/review")
        page.locator("[name=key]").fill(token)
        page.keyboard.press("Enter")
        expect(page.locator(".whom")).to_contain_text("林主任")
        at.check()
        item = item_of(page)
        press(page, "a")
        expect(page.locator(".said")).to_contain_text("已记录：确认")
        assert state(at, item) == "accepted"
        press(page, "u")
        expect(page.locator(".said")).to_contain_text("已记录：收回决定")
        assert state(at, item) == "proposed"
        at.check()
        at.open("/bring-in")
        page.locator("#files").set_input_files(REAL / "province-2022.txt")
        at.follow(page.locator(".drop button"))
        page.locator("[name=name-0]").fill("新省")
        page.locator("[name=year-0]").fill("2022")
        page.locator("[name=level-0]").select_option("province")
        at.check()
        page.locator("#confirm button.main").click()
        expect(page.locator("#covered")).to_be_visible(timeout=60_000)
        at.check()
        at.follow(page.locator("section[aria-labelledby=covered] a").first)
        expect(page.locator("h1")).to_contain_text("新省 2022")
        at.open("/audit")
        expect(page.locator("main")).to_contain_text("林主任")
        at.check()
        page.locator(".who button").click()
        expect(page.locator("h1")).to_contain_text("登录")
