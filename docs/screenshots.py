"""Pictures of the pages for the docs, from the sample plans: ``make screenshots``. Needs Chromium and a Chinese font."""

import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

from docs.sample import build_sample
from graph import open_store
from tests.browser.conftest import ARGUMENTS, CHROMIUM, Served, visit

IMAGES: Final = Path(__file__).parent / "images"
WIDTH: Final = 1280
COLORS: Final = 128
PLAN: Final = "x-qinglan-2025"
TASK: Final = "000000-2025.5"
SHOTS: Final[dict[str, tuple[str, int, str]]] = {
    "overview": ("/", 900, ""),
    "plans": ("/plans", 620, ""),
    "plan": (f"/plans/{PLAN}", 1100, ""),
    "plan-tasks": (f"/plans/{PLAN}?view=tasks", 900, ""),
    "plan-gaps": (f"/plans/{PLAN}?view=gaps", 900, ""),
    "priorities": ("/priorities", 760, ""),
    "priority": (f"/priorities/{TASK}", 1000, ""),
    "cascade": (f"/priorities/{TASK}", 1150, "#cascade"),
    "compare": ("/compare", 1100, ""),
    "measures": ("/measures?status=gap", 900, ""),
    "help": ("/help", 900, ""),
}
"""Path, height of the window, and what to scroll to, by the name of the picture."""


def main() -> None:
    """Write ``dashboard-NAME.zh.png`` and ``dashboard-NAME.en.png`` for every page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.kgl"
        with open_store(str(path)) as store:
            build_sample(store)
        with Served(path) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            for language in ("zh", "en"):
                for name, (address, height, place) in SHOTS.items():
                    context = browser.new_context(viewport={"width": WIDTH, "height": height})
                    at = visit(context, service.base)
                    at.open(f"{address}{'&' if '?' in address else '?'}lang={language}")
                    if place:
                        at.page.locator(place).evaluate("element => element.scrollIntoView()")
                    if name == "plan":
                        at.page.locator("a.jump").nth(4).click()
                    at.page.wait_for_timeout(300)
                    file = IMAGES / f"dashboard-{name}.{language}.png"
                    at.page.screenshot(path=file)
                    compress(file)
                    context.close()
            browser.close()


def compress(file: Path) -> None:
    """Flat pages need few colours."""
    with Image.open(file) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


if __name__ == "__main__":
    main()
