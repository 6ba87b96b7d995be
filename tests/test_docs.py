"""The documentation says what the code does."""

import re

import pytest
from typer.main import get_command

from docs.generate import HERE, PAGES
from policygraph.cli import app
from tests.conftest import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == PAGES[name](), "run: make docs"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command_and_only_those(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    commands = set(getattr(get_command(app), "commands"))  # noqa: B009
    named = set(re.findall(r"(?:`|bin/)policygraph ([a-z]+)", text))
    assert named == commands


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *HERE.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
