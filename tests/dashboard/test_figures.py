"""Every figure of every page is the one that the API gives."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from tests.dashboard.figures import Api, differing, figures, pick

START = (
    "/", "/?lang=en", "/?level=city", "/?region=x-qinglan", "/?year=2024", "/?least=0.8", "/?mode=accepted",
    "/?upper=x-qinglan-2025", "/plans", "/priorities", "/priorities?level=province", "/compare",
    "/compare?before=x-qinglan-2025&after=x-yunxi-2025&show=all", "/compare?mode=accepted",
    "/measures?status=covered", "/measures?status=", "/measures?status=not_applicable", "/unaligned?region=x-qinglan",
    "/links?finding=rejected", "/plans/x-langang-2025?least=0.7", "/plans/000000-2025",
    "/priorities/000000-2025.10?mode=accepted", "/priorities/000000-2025.3?region=x-songling",
    "/review", "/review?plan=x-songling-2025&kind=tasks&finding=all", "/review?plan=x-songling-2025&order=consequential&lang=en",
    "/review/bulk?plan=x-songling-2025&kind=matches&least=0.9",
)  # fmt: skip
MOST = 120


def test_every_figure_equals_its_answer(pages: TestClient) -> None:
    api = Api(pages)
    waiting, seen, compared = list(START), set(START), 0
    for path in waiting[:]:
        waiting += _following(pages.get(path).text, seen)
    for path in waiting[:MOST]:
        page = pages.get(path)
        assert page.status_code == 200, path
        if "text/html" not in page.headers["content-type"]:
            continue
        compared += len(figures(page.text))
        assert differing(page.text, api) == [], path
    assert compared > 3000


def _following(page: str, seen: set[str]) -> list[str]:
    """Pages that a page links to, in place of files and of the API."""
    found = []
    for link in html.fromstring(page).iter("a"):
        path = (link.get("href") or "").partition("#")[0]
        other = path.startswith(("/api", "/docs", "/static")) or "format=" in path or "report.docx" in path
        if path.startswith("/") and not other and path not in seen:
            seen.add(path)
            found.append(path)
    return found


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        ("rows/#", 3), ("rows/*/n/+", 6), ("rows/*/kind=a/n/+", 3), ("rows/*/kind=a|b/n/+", 6),
        ("rows/*/id=y/n", 2), ("rows/*/kind=a/#", 2), ("total", 9),
    ],
)  # fmt: skip
def test_a_pick_takes_what_it_says(steps: str, value: int) -> None:
    answer: dict[str, Any] = {
        "total": 9,
        "rows": [
            {"id": "x", "kind": "a", "n": 1},
            {"id": "y", "kind": "a", "n": 2},
            {"id": "z", "kind": "b", "n": 3},
        ],
    }
    assert pick(answer, steps) == value


def test_a_wrong_figure_is_found(pages: TestClient) -> None:
    params = json.dumps({}).replace('"', "&quot;")
    page = f'<p><span data-query="/api/v1/plans" data-params="{params}" data-pick="items/#" data-value="7">7</span></p>'
    assert len(differing(page, Api(pages))) == 1


def test_every_headline_opens_a_list_of_that_many(pages: TestClient) -> None:
    page = html.fromstring(pages.get("/").text)
    opened = 0
    for head in page.find_class("headline"):
        link = head.find("a")
        listed = html.fromstring(pages.get(link.get("href")).text)
        totals = [e for e in listed.find_class("key") if e.find("b") is not None]
        if totals:
            assert totals[0].find("b/span").text == link.find("b/span").text, link.get("href")
            opened += 1
    assert opened == 7
