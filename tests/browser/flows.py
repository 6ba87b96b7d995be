"""What officials do on the pages, step by step; the same on any graph."""

from pathlib import Path

from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import Visit


def look_over(at: Visit) -> None:
    """Flow 1: the matrix, a filter in place, a figure's list, back."""
    at.open("/")
    page = at.page
    columns = page.locator("table.heat thead th").count() - 1
    at.check()
    page.evaluate("window.stayed = true")
    level = page.locator("#filter-level option").nth(1).get_attribute("value")
    page.locator("#filter-level").select_option(level)
    page.wait_for_url(f"**level={level}**")
    expect(page.locator("#filter-level")).to_have_value(level or "")
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert page.locator("table.heat thead th").count() - 1 < columns
    shown = page.locator(".headline.gap b").inner_text()
    at.follow(page.locator(".headline.gap a:not(.source)"))
    assert page.locator(".key b").first.inner_text() == shown
    at.check()
    page.go_back(wait_until="networkidle")
    expect(page.locator("#filter-level")).to_have_value(level or "")


def read_the_proof(at: Visit) -> None:
    """Flow 2: from a cell to the words that prove it, and from the words back."""
    at.open("/")
    page = at.page
    at.follow(page.locator("table.heat td.covered a, table.heat td.partial a").first)
    quote = page.locator("a.jump").first
    words = quote.inner_text().strip("「」")
    quote.click()
    lit = page.locator("mark.lit")
    expect(lit).to_be_in_viewport()
    assert lit.locator("a").first.inner_text() == words
    lit.locator("a").first.click()
    expect(page.locator("li.measure.lit")).to_be_in_viewport()
    at.check()
    for address in [part.get_attribute("href") or "" for part in page.locator(".tabs a").all()[1:]]:
        at.open(address)
        at.check()


def follow_a_priority(at: Visit) -> None:
    """Flow 3: who carries it, the cascade as a drawing and as a table, the years."""
    at.open("/priorities")
    at.check()
    page = at.page
    at.follow(page.locator("table tbody th a").first)
    expect(page.locator(".graph canvas").first).to_be_visible()
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert page.locator("ul.cards li").count() > 0
    assert page.locator(".weak").count() > 0
    page.locator(".chart").hover()
    at.check()


def compare_two(at: Visit) -> None:
    """Flow 5: two plans side by side, then two others, chosen in place."""
    at.open("/compare")
    at.check()
    page = at.page
    first = page.locator("#filter-before").input_value()
    chosen = page.locator("#filter-after").input_value()
    others = [o.get_attribute("value") for o in page.locator("#filter-after option").all()]
    other = next(o for o in others if o not in (first, chosen))
    page.locator("#filter-after").select_option(other)
    page.wait_for_url(f"**after={other}**")
    expect(page.locator("#filter-after")).to_have_value(other or "")
    expect(page.locator("h1")).to_have_count(1)
    at.check()


def take_away(at: Visit, folder: Path) -> None:
    """Flow 7: a table, a report, and a link that shows the same."""
    at.open("/priorities")
    page = at.page
    at.follow(page.locator("table tbody th a").first)
    page.locator("#filter-least").fill("0.5")
    page.locator("#filter-least").press("Enter")
    page.wait_for_url("**least=0.5**")
    with page.expect_download() as waiting:
        page.locator(".take a", has_text="XLSX").first.click()
    waiting.value.save_as(folder / "table.xlsx")
    sheet = load_workbook(folder / "table.xlsx").active
    assert sheet is not None
    assert sheet.max_row == page.locator("table.wide").first.locator("tbody tr").count() + 1
    with page.expect_download() as waiting:
        page.locator(".take a", has_text="DOCX").click()
    waiting.value.save_as(folder / "report.docx")
    assert len(Document(str(folder / "report.docx")).tables) == 4
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    shown = page.locator("main").inner_text()
    at.open(copied.removeprefix(at.base))
    assert page.locator("main").inner_text().split("\n")[:5] == shown.split("\n")[:5]
    assert page.locator("#filter-least").input_value() == "0.5"
    at.check()
