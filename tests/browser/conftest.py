"""A real Chromium on the service, which runs in a thread; skipped with the reason where there is no Chromium."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, sync_playwright

from api.app import create_app
from tests.conftest import ROOT
from tests.dashboard.conftest import settings

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE: Final = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
WAIT_S: Final = 20
REAL: Final = ROOT.parent / "shared" / "plans"


@dataclass
class Visit:
    """A page in the browser, and what went wrong on it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a path of the service, and wait until nothing is being loaded."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")

    def forgive(self, *statuses: int) -> None:
        """Let go of what the browser complained of because the service refused something on purpose."""
        self.complaints[:] = [
            c for c in self.complaints if not any(f"a status of {status}" in c for status in statuses)
        ]

    def follow(self, link: Locator) -> None:
        """Click what leads to another page, and wait for that."""
        with self.page.expect_navigation(wait_until="networkidle"):
            link.click()

    def serious(self) -> list[str]:
        """What axe finds that keeps people out, as rule and element."""
        # Through the debugger: the page's policy lets no foreign script in.
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{v['id']}: {node['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
            for node in v["nodes"]
        ]

    def check(self) -> None:
        """Nothing was complained of, no other host was asked, everybody can use the page."""
        assert self.complaints == []
        assert self.strangers == []
        assert self.serious() == []
        width = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width <= 0, f"{self.page.url} is {width} pixels too wide"


class Served:
    """The service on a free port."""

    def __init__(self, store: Path, **more: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.app = create_app(settings(store, **more))
        config = uvicorn.Config(self.app, port=port, log_level="error", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.base = f"http://127.0.0.1:{port}"

    def __enter__(self) -> "Served":
        self._thread.start()
        end = time.monotonic() + WAIT_S
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the service did not start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(WAIT_S)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as Debian has it; Playwright's own is not downloaded.

    For one module: while Playwright runs, so does its event loop, and the tests of other modules start their own.
    """
    if not CHROMIUM.exists():
        reason = f"there is no browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(sample_file: Path) -> Iterator[str]:
    """The address of the service over the sample plans."""
    with Served(sample_file) as service:
        yield service.base


def visit(context: BrowserContext, base: str) -> Visit:
    """A new page of ``context``, watched."""
    made = Visit(context.new_page(), base)

    def route(route: Route, request: Request) -> None:
        if request.url.startswith((base, "data:", "blob:")):
            route.continue_()
        else:
            made.strangers.append(request.url)
            route.abort()

    made.page.route("**/*", route)
    made.page.on(
        "console",
        lambda message: (
            made.complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    return made


@pytest.fixture
def at(browser: Browser, served: str) -> Iterator[Visit]:
    """A window of the size of an office screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield visit(context, served)
    context.close()
