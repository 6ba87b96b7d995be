"""The documentation says what the code does."""

import re
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from typer.main import get_command

from docs.browser import SAVED, saved_queries
from docs.generate import HERE, PAGES
from docs.query_pages import query_pages, steady
from graph import open_store
from policygraph.cli import app
from queries import GROUPS, all_queries
from tests.conftest import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == PAGES[name](), "run: make docs"


def test_the_pages_of_queries_are_current(sample_file: Path) -> None:
    with open_store(str(sample_file), read_only=True) as store:
        pages = query_pages(store)
    written = {"queries.md", *(f"queries/{path.name}" for path in (HERE / "queries").glob("*.md"))}
    assert written == set(pages)
    for name, text in pages.items():
        assert (HERE / name).read_text("utf-8") == text, f"{name}: run: make docs"


def test_every_query_has_a_group_and_an_example_for_each_parameter_that_it_needs() -> None:
    for query in all_queries().values():
        assert query.group in GROUPS
        assert set(query.bind(query.example)) == {p.name for p in query.parameters}
    assert {q.group for q in all_queries().values()} == set(GROUPS)


def test_what_passes_is_left_out_of_examples() -> None:
    row = {
        "id": "20261128T214547843690-458be464",
        "at": "2026-11-28T21:45:47.843+00:00",
        "published": "2025-01-09",
    }
    assert steady(row) == {"id": "…", "at": "…", "published": "2025-01-09"}


def test_saved_queries_for_browser_are_current() -> None:
    assert (HERE / SAVED).read_bytes() == saved_queries(), "run: make docs"
    with zipfile.ZipFile(HERE / SAVED) as archive:
        scripts = {name: archive.read(name).decode() for name in archive.namelist()}
    statements = [q for q in all_queries().values() if not q.answer]
    assert len(scripts) == len(statements)
    for path, script in scripts.items():
        name = PurePosixPath(path).stem
        assert script.startswith(f"// {name}: ")
        assert script.endswith(f"{all_queries()[name].cypher}\n")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command_and_only_those(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    commands = set(getattr(get_command(app), "commands"))  # noqa: B009
    named = set(re.findall(r"(?:`|bin/)policygraph ([a-z]+)", text))
    assert named == commands


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *HERE.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
