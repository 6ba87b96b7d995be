"""The page for analysts does what it says: every block is run on a real Neo4j, and the output shown is what it prints."""

import os
import re
from pathlib import Path

import pytest

from docs.browser import STYLE
from docs.generate import HERE
from docs.sample import build_sample
from graph.schema import NODES, RELATIONSHIPS
from tests.conftest import WIPE, Server
from tests.pages import written_anew

if os.environ.get("CI") != "true":
    pytest.importorskip("pandas", reason="the extra analysts is not installed")
    pytest.importorskip("py2neo", reason="the extra analysts is not installed")

PAGE = HERE / "analysts.md"


def test_every_block_runs_and_prints_what_the_page_shows(
    neo4j_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with neo4j_server.open() as store:
        store.write(lambda t: t.run(WIPE))
        build_sample(store)
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text("utf-8")
    found = written_anew(page, neo4j_server.uri, neo4j_server.user, neo4j_server.password)
    assert found == page, "run: python -m tests.pages docs/analysts.md"


def test_the_page_has_no_block_that_is_not_run() -> None:
    kinds = re.findall(r"^```([a-z]+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(kinds) == {"python", "sh", "cypher", "text"}


def test_the_style_knows_every_label_and_type_and_captions_that_exist() -> None:
    style = (HERE / STYLE).read_text("utf-8")
    rules = dict(
        re.findall(r"^((?:node|relationship)(?:\.\w+)?) \{\n(.*?)^\}", style, re.MULTILINE | re.DOTALL)
    )
    assert set(rules) == {
        "node", "relationship", *(f"node.{n.label}" for n in NODES), *(f"relationship.{r.type}" for r in RELATIONSHIPS),
    }  # fmt: skip
    for name, properties in [(f"node.{n.label}", n.properties) for n in NODES] + [
        (f"relationship.{r.type}", r.properties) for r in RELATIONSHIPS
    ]:
        (caption,) = re.findall(r'^  caption: "(.*)";$', rules[name], re.MULTILINE)
        assert caption == "<type>" or caption.strip("{}") in properties, name
        assert re.search(r"^  color: #[0-9A-F]{6};$", rules[name], re.MULTILINE)
