"""Pictures of the pages on which people act: review, bringing plans in, signing in, the record. ``make screenshots``."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from docs.sample import build_sample
from docs.screenshots import IMAGES, WIDTH, compress
from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from policygraph.keys import KeyFile
from policygraph.reviews import accept, reject
from tests.browser.conftest import ARGUMENTS, CHROMIUM, Served, Visit, visit
from tests.plans import CITY

SAMPLE: Final = Path(__file__).parent.parent / "sample"
PLAN: Final = "x-songling-2025"
CHANGED: Final = ("x-songling-2025.2.1.2#1", "000000-2025.1#2")
"""A link whose local words change, see docs/review.md."""
QUEUE: Final = f"/review?plan={PLAN}&kind=matches&order=consequential"


def main() -> None:
    """Write ``dashboard-NAME.zh.png`` and ``dashboard-NAME.en.png`` for every page."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        _build(folder)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for language in ("zh", "en"):
            _take(browser, folder, language)
        browser.close()


def _build(folder: Path) -> None:
    """The sample plans, one of them changed after a person had decided on it."""
    plans = folder / "plans"
    shutil.copytree(SAMPLE, plans)
    with open_store(str(folder / "sample.kgl")) as store:
        build_sample(store)
        accept(store, *CHANGED, reviewer="吴静", covers="partly", note="只有4个项目")
        file = plans / "songling-2025.txt"
        file.write_text(
            file.read_text("utf-8").replace("8月底前全部交房", "9月底前全部交房"), encoding="utf-8"
        )
        jobs.build(store, jobs.read(plans), open_encoder("policy-zh"))


def _take(browser: Browser, folder: Path, language: str) -> None:
    own = folder / language
    own.mkdir()
    store = own / "graph.kgl"
    shutil.copy(folder / "sample.kgl", store)
    token = KeyFile(own / "keys.json").add("林主任", ["admin"])[1]
    more = {
        "keys_file": own / "keys.json",
        "audit_log": own / "audit.jsonl",
        "upload_folder": own / "uploads",
    }
    with Served(store, lang=language, **{k: str(v) for k, v in more.items()}) as service:
        context = browser.new_context(viewport={"width": WIDTH, "height": 900})
        at = visit(context, service.base)
        page = at.page
        at.open("/review")
        _picture(page, "sign-in", language, 560)
        page.locator("[name=key]").fill(token)
        at.follow(page.locator(".sign-in button"))
        at.open(QUEUE)
        _picture(page, "review", language, 1000)
        _two_people(at, store, language)
        at.open(f"/review?plan={PLAN}&finding=suspect")
        _picture(page, "review-suspect", language, 900)
        at.open(f"/review/bulk?plan={PLAN}&upper=000000-2025&kind=matches&least=0.9&deciding=true")
        _picture(page, "review-bulk", language, 860)
        _bring_in(at, own, language)
        at.open("/audit")
        _picture(page, "audit", language, 620)
        context.close()


def _two_people(at: Visit, store: Path, language: str) -> None:
    """Somebody else decides while the page is open."""
    page = at.page
    source, target = (page.locator(f"#deciding [name={end}]").input_value() for end in ("source", "target"))
    with open_store(str(store)) as writing:
        reject(writing, source, target, reviewer="吴静", note="口径不同")
    page.locator("#deciding [name=note]").fill("同一项目")
    page.locator("[data-key=a]").click()
    page.locator(".refused").wait_for()
    _picture(page, "review-two", language, 900)


def _bring_in(at: Visit, folder: Path, language: str) -> None:
    """A file that can be read and one that cannot, to the end of the job."""
    page = at.page
    good, bad = folder / "岚市要点.txt", folder / "损坏.docx"
    good.write_text(CITY.replace("2030", "2025"), encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 no document")
    at.open("/bring-in")
    page.locator("#files").set_input_files([good, bad])
    _picture(page, "bring-in", language, 560)
    at.follow(page.locator(".drop button"))
    _picture(page, "bring-in-check", language, 900)
    page.locator("#confirm button.main").click()
    page.locator("#covered").wait_for(timeout=60_000)
    _picture(page, "bring-in-result", language, 560)


def _picture(page: Page, name: str, language: str, height: int) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(300)
    file = IMAGES / f"dashboard-{name}.{language}.png"
    page.screenshot(path=file)
    compress(file)


if __name__ == "__main__":
    main()
