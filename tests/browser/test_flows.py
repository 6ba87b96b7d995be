"""The pages in a real browser, on the sample plans and, where they are present, on the real ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from tests.browser import flows
from tests.browser.conftest import REAL, Served, Visit, visit


@pytest.fixture(scope="module")
def real_address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service over the five real plans."""
    assert browser.is_connected()
    if not REAL.is_dir():
        pytest.skip("the real plans are not present beside the repository")
    path = tmp_path_factory.mktemp("real") / "graph.kgl"
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(REAL), open_encoder("policy-zh"))
    with Served(path) as service:
        yield service.base


@pytest.fixture(params=["sample", "real"])
def anywhere(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Visit]:
    """A window on either graph."""
    base: str = request.getfixturevalue("served" if request.param == "sample" else "real_address")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield visit(context, base)
    context.close()


def test_look_over(anywhere: Visit) -> None:
    flows.look_over(anywhere)


def test_read_the_proof(anywhere: Visit) -> None:
    flows.read_the_proof(anywhere)


def test_follow_a_priority(anywhere: Visit) -> None:
    flows.follow_a_priority(anywhere)


def test_compare_two(anywhere: Visit) -> None:
    flows.compare_two(anywhere)


def test_take_away(anywhere: Visit, tmp_path: Path) -> None:
    flows.take_away(anywhere, tmp_path)


@pytest.mark.parametrize(
    "path", ["/plans", "/measures", "/unaligned", "/links", "/help", "/plans/000000-2025", "/plans/x-nowhere"]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_other_pages_keep_nobody_out(at: Visit, path: str, lang: str) -> None:
    at.open(f"{path}?lang={lang}")
    at.complaints[:] = [c for c in at.complaints if "404 (Not Found)" not in c]
    at.check()


@pytest.mark.parametrize("path", ["/", "/plans/x-qinglan-2025", "/priorities/000000-2025.3", "/compare"])
def test_pages_fit_a_small_window(browser: Browser, served: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    at = visit(context, served)
    at.open(path)
    at.check()
    context.close()


def test_everything_works_without_script(browser: Browser, served: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    at = visit(context, served)
    at.open("/")
    page = at.page
    page.locator("#filter-level").select_option("city")
    page.locator(".filters button").click()
    page.wait_for_url("**level=city**")
    assert page.locator("table.heat thead th").count() - 1 == 2
    at.follow(page.locator("table.heat td.covered a").first)
    page.locator("a.jump").first.click()
    expect(page.locator("mark:target")).to_be_in_viewport()
    assert at.strangers == []
    context.close()


def test_the_keyboard_reaches_everything(at: Visit) -> None:
    at.open("/")
    page = at.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#filter-upper")).to_be_focused()
    page.locator("table.heat td a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/**")


def test_the_language_is_switched_and_kept(at: Visit) -> None:
    at.open("/priorities?level=province")
    page = at.page
    page.locator("a.switch").click()
    page.wait_for_url("**lang=en**")
    assert "level=province" in page.url
    at.follow(page.locator("table tbody th a").first)
    assert page.locator("html").get_attribute("lang") == "en"


def test_what_goes_wrong_is_shown_in_place(at: Visit) -> None:
    at.open("/compare")
    page = at.page
    page.evaluate("document.querySelector('#filter-after').options[0].value = 'x-nowhere-2025'")
    page.locator("#filter-after").select_option("x-nowhere-2025")
    expect(page.locator("h1")).to_contain_text("404")
    expect(page.locator("main")).to_contain_text("x-nowhere-2025")
