"""The files of ``--format neo4j`` go through Neo4j's own import tool; the server then counts what came in."""

import os
import shutil
from pathlib import Path

import pytest

from graph import Store, open_store, pages
from graph.errors import InputError, StoreError
from graph.schema import NODES, RELATIONSHIPS
from policygraph.export import Scope, bulk, export
from tests.neo4j_server.server import Neo4jServer, missing

ODD = 'a "quoted", \'so\' \\ back\\" 、。😀🏗️\r\na second line\n\nand\ta tab = + ; 一二 end '
MEASURE = "000000-2025.3#2"


@pytest.fixture
def odd_store(sample_file: Path, tmp_path: Path) -> Path:
    """The sample with one measure whose words try every rule of CSV."""
    path = tmp_path / "odd.kgl"
    shutil.copy(sample_file, path)
    with open_store(str(path)) as store:
        store.write(
            lambda t: t.run(f"MATCH (m:Measure {{id: '{MEASURE}'}}) SET m.text = $text", {"text": ODD})
        )
    return path


def everything(store: Store) -> list[object]:
    """All nodes and relationships with all their properties, in an order that no store decides."""
    found: list[object] = [list(pages.nodes(store, node.label)) for node in NODES]
    for kind in RELATIONSHIPS:
        for ends in kind.ends:
            rows = pages.relationships(store, kind, ends)
            found.append(sorted(sorted((k, str(v)) for k, v in row.items()) for row in rows))
    return found


def test_the_import_tool_takes_it_and_the_server_has_the_same_graph(
    odd_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = missing()
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    monkeypatch.setattr(bulk, "FILE_ROWS", 300)
    with open_store(str(odd_store), read_only=True) as store:
        written = export(store, tmp_path / "bulk", "neo4j")
        counts, expected = pages.counts(store), everything(store)
    assert (
        sum(rows for path, rows in written.items() if path.name.startswith("Measure-")) == counts["Measure"]
    )
    assert (tmp_path / "bulk" / "Measure-003.csv").is_file()
    server = Neo4jServer()
    try:
        printed = server.bring(tmp_path / "bulk" / bulk.SCRIPT)
        assert f"{sum(counts[node.label] for node in NODES)} nodes" in printed
        with server, open_store(server.uri, user=server.user, password=server.password) as imported:
            assert pages.counts(imported) == counts
            assert imported.read(f"MATCH (m:Measure {{id: '{MEASURE}'}}) RETURN m.text AS text") == [
                {"text": ODD}
            ]
            assert everything(imported) == expected
    finally:
        server.kill()


def test_a_smaller_export_takes_the_files_of_a_larger_one_away(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.csv").write_text("mine", "utf-8")
    with open_store(str(sample_file), read_only=True) as store:
        monkeypatch.setattr(bulk, "FILE_ROWS", 300)
        export(store, tmp_path, "neo4j")
        assert (tmp_path / "Measure-003.csv").is_file()
        monkeypatch.undo()
        export(store, tmp_path, "neo4j")
    assert not (tmp_path / "Measure-002.csv").exists()
    assert (tmp_path / "notes.csv").is_file()
    assert not list(tmp_path.glob("*.partial"))
    script = (tmp_path / "import.sh").read_text("utf-8")
    assert "Measure-002.csv" not in script
    assert os.access(tmp_path / "import.sh", os.X_OK)


def test_long_values_tell_the_tool_how_long(odd_store: Path, tmp_path: Path) -> None:
    with open_store(str(odd_store)) as store:
        store.write(
            lambda t: t.run(
                "MATCH (p:Plan {id: '000000-2025'}) SET p.text = $text", {"text": "长" * 2_500_000}
            )
        )
        export(store, tmp_path / "out", "neo4j")
    assert "--read-buffer-size=6m" in (tmp_path / "out" / "import.sh").read_text("utf-8")


def test_a_graph_that_changes_meanwhile_is_not_exported(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(str(sample_file), read_only=True) as store:
        export(store, tmp_path, "neo4j")
        before = (tmp_path / "Measure-001.csv").read_bytes()
        found = pages.counts(store) | {"Measure": 5}
        monkeypatch.setattr(pages, "counts", lambda _: found)
        with pytest.raises(StoreError, match="changed while it was exported"):
            export(store, tmp_path, "neo4j")
    assert (tmp_path / "Measure-001.csv").read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


def test_it_is_the_whole_graph_or_nothing(sample_file: Path, tmp_path: Path) -> None:
    with (
        open_store(str(sample_file), read_only=True) as store,
        pytest.raises(InputError, match="the whole graph"),
    ):
        export(store, tmp_path, "neo4j", Scope(plans=("x-qinglan-2025",)))
