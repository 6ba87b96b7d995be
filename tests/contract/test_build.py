"""Building: what is written, what a second build changes, what a changed file changes, and nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embeddings import open_encoder
from embeddings.scoring import shipped_scoring
from graph import PolicyGraphError, Store, network
from graph.errors import NotFoundError
from graph.schema import NODES, RELATIONSHIPS
from policygraph import jobs
from policygraph.export import export
from policygraph.reviews import excuse
from queries import answers, cascade, run, state
from tests.plans import CITY, MANIFEST, NATION, PROVINCE, write_plans

PYTHON_TYPES = {"string": str, "integer": int, "float": float, "boolean": bool}


NEXT_YEAR = """
[[plan]]
file = "next.txt"
region = "000000"
level = "national"
year = 2031
"""


def build(store: Store, folder: Path, **given: Any) -> jobs.BuildResult:
    return jobs.build(store, jobs.read(folder), open_encoder("char"), **given)


def exported(store: Store, folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in export(store, folder)}


def test_everything_written_is_in_the_schema(store: Store, tmp_path: Path) -> None:
    build(store, write_plans(tmp_path / "plans"))
    excuse(store, "000000-2030.3#1", "not_applicable", reviewer="周", note="由部里举办")
    build(store, write_plans(tmp_path / "plans", city=CITY.replace("18处", "20处")))
    for node in NODES:
        columns = ", ".join(f"n.`{name}` AS `{name}`" for name in node.properties)
        rows = store.read(f"MATCH (n:{node.label}) RETURN {columns}")
        assert rows, node.label
        for row in rows:
            for name, type_ in node.properties.items():
                if name in node.optional and row[name] is None:
                    continue
                assert isinstance(row[name], PYTHON_TYPES[type_]), (node.label, name, row[name])
    labels = {r["l"][0] for r in store.read("MATCH (n) RETURN labels(n) AS l") if r["l"]}
    assert labels == {node.label for node in NODES}
    declared = {(source, r.type, target) for r in RELATIONSHIPS for source, target in r.ends}
    found = {
        (r["a"][0], r["t"], r["b"][0])
        for r in store.read("MATCH (a)-[r]->(b) RETURN labels(a) AS a, type(r) AS t, labels(b) AS b")
    }
    assert found <= declared
    for relationship in RELATIONSHIPS:
        for source, target in relationship.ends:
            columns = ", ".join(f"r.`{name}` AS `{name}`" for name in relationship.properties) or "1 AS one"
            for row in store.read(
                f"MATCH (a:{source})-[r:{relationship.type}]->(b:{target}) RETURN {columns}"
            ):
                for name, type_ in relationship.properties.items():
                    assert isinstance(row[name], PYTHON_TYPES[type_]), (relationship.type, name)


def test_links_carry_the_stamps_of_both_ends_and_their_run(store: Store, tmp_path: Path) -> None:
    build(store, write_plans(tmp_path / "plans"))
    runs = {r["id"] for r in run(store, "link_runs")}
    for query in (
        "MATCH (a:Measure)-[r:MATCHES]->(b:Measure)",
        "MATCH (a:Measure)-[r:IMPLEMENTS]->(b:Task)",
        "MATCH (a:Task)-[r:IMPLEMENTS]->(b:Task)",
    ):
        rows = store.read(
            f"{query} RETURN a.stamp AS a, b.stamp AS b, r.source_stamp AS s, r.target_stamp AS t, r.run AS run, "
            "r.rank AS rank, r.score AS score"
        )
        assert rows
        for row in rows:
            assert (row["s"], row["t"]) == (row["a"], row["b"])
            assert row["run"] in runs
            assert row["rank"] >= 1
            assert 0 < row["score"] <= 1


def test_a_second_build_changes_nothing(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = exported(store, tmp_path / "a")
    token = state.read(store).token
    second = build(store, folder)
    assert {r.outcome for r in second.loaded} == {"unchanged"}
    assert {r.outcome for r in second.linked} == {"unchanged"}
    assert exported(store, tmp_path / "b") == before
    assert state.read(store).token == token


def test_a_changed_file_replaces_its_own_part_only(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = {m["id"]: m["text"] for m in run(store, "export_measures")}
    write_plans(folder, city=CITY.replace("18处", "20处") + "三、节水\n（1）推广节水器具5000套。\n")
    changed = build(store, folder)
    assert {r.plan: r.outcome for r in changed.loaded} == {
        "000000-2030": "unchanged", "x-jing-2030": "unchanged", "x-lan-2030": "replaced",
    }  # fmt: skip
    assert {(r.plan, r.upper): r.outcome for r in changed.linked} == {
        ("x-jing-2030", "000000-2030"): "unchanged",
        ("x-lan-2030", "000000-2030"): "linked",
        ("x-lan-2030", "x-jing-2030"): "linked",
    }
    after = {m["id"]: m["text"] for m in run(store, "export_measures")}
    assert {k: v for k, v in after.items() if "x-lan" not in k} == {
        k: v for k, v in before.items() if "x-lan" not in k
    }
    assert "清理河道乱占乱建点位20处" in after.values()
    assert {p["id"]: p["version"] for p in run(store, "plans")} == {
        "000000-2030": 1, "x-jing-2030": 1, "x-lan-2030": 2,
    }  # fmt: skip


def test_a_changed_upper_plan_links_again_those_below_it(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    write_plans(folder, province=PROVINCE.replace("培育休闲渔庄30家", "培育休闲渔庄35家"))
    changed = build(store, folder)
    assert {(r.plan, r.upper): r.outcome for r in changed.linked} == {
        ("x-jing-2030", "000000-2030"): "linked",
        ("x-lan-2030", "000000-2030"): "unchanged",
        ("x-lan-2030", "x-jing-2030"): "linked",
    }


def test_a_change_undone_gives_the_first_graph_again(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = exported(store, tmp_path / "a")
    write_plans(folder, city=CITY.replace("18处", "20处"))
    build(store, folder)
    write_plans(folder)
    build(store, folder)
    after = exported(store, tmp_path / "b")
    plans = before.pop("plans.jsonl"), after.pop("plans.jsonl")
    assert after == before
    assert [json.loads(line)["version"] for line in plans[1].splitlines()] == [1, 1, 3]


def test_bad_input_leaves_the_graph_as_it_was(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = exported(store, tmp_path / "a")
    write_plans(folder, nation="2030年全国水务重点工作\n一、新的工作\n修建水库10座。\n", city="")
    with pytest.raises(PolicyGraphError, match="empty"):
        build(store, folder)
    assert exported(store, tmp_path / "b") == before


def test_other_thresholds_are_another_run(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = run(store, "export_measure_links")
    strict = shipped_scoring().changed({"implements": 0.995, "covered": 0.95, "partial": 0.9})
    again = build(store, folder, scoring=strict)
    assert {r.outcome for r in again.linked} == {"linked"}
    after = run(store, "export_measure_links")
    assert [(r["source"], r["target"]) for r in after] == [
        (r["source"], r["target"]) for r in before if r["score"] >= 0.995
    ]
    assert 0 < len(after) < len(before)
    assert answers.coverage(store, "x-jing-2030").thresholds["covered"] == 0.95
    assert {r.outcome for r in build(store, folder, scoring=strict).linked} == {"unchanged"}


def test_other_weights_are_another_run(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    shipped = shipped_scoring()
    same = replace(shipped, fitted={"plans": 1})
    assert {r.outcome for r in build(store, folder, scoring=same).linked} == {"unchanged"}
    other = replace(shipped, tasks=replace(shipped.tasks, none=100.0))
    assert {r.outcome for r in build(store, folder, scoring=other).linked} == {"linked"}
    assert not run(store, "export_measure_links")
    scorings = {(r["current"], r["scoring"]) for r in run(store, "link_runs")}
    assert scorings == {(False, shipped.fingerprint), (True, other.fingerprint)}


def test_the_plans_of_two_years_follow_each_other(store: Store, tmp_path: Path) -> None:
    older = (
        MANIFEST
        + '\n[[plan]]\nfile = "old.txt"\nregion = "x-jing"\nname = "靖省"\nlevel = "province"\nyear = 2029\n'
    )
    build(store, write_plans(tmp_path / "plans", manifest=older, old=PROVINCE.replace("2030", "2029")))
    assert store.read("MATCH (a:Plan)-[:SUPERSEDES]->(b:Plan) RETURN a.id AS a, b.id AS b") == [
        {"a": "x-jing-2030", "b": "x-jing-2029"}
    ]
    current = {p["id"]: p["current"] for p in run(store, "plans")}
    assert current["x-jing-2030"] is True
    assert current["x-jing-2029"] is False
    assert answers.upper_of(store, "x-jing-2029") == "000000-2030"


def test_the_network_view_has_every_node_and_edge(store: Store, tmp_path: Path) -> None:
    build(store, write_plans(tmp_path / "plans"))
    graph = network.load(store)
    assert graph.number_of_nodes() == store.read("MATCH (n) RETURN count(n) AS n")[0]["n"]
    assert graph.number_of_edges() == store.read("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]
    assert graph.nodes["x-lan-2030.1.1"]["label"] == "Task"
    assert graph.has_edge("x-lan-2030", "x-lan", key="ISSUED_BY")


def test_a_nearer_upper_plan_takes_the_place_of_the_old_one(store: Store, tmp_path: Path) -> None:
    manifest = MANIFEST.replace("year = 2030", "year = 2031", 3).replace("year = 2031", "year = 2030", 1)
    folder = write_plans(tmp_path / "plans", manifest=manifest)
    build(store, folder)
    assert answers.upper_of(store, "x-jing-2031") == "000000-2030"
    build(store, write_plans(folder, manifest=manifest + NEXT_YEAR, next=NATION.replace("2030", "2031")))
    assert answers.upper_of(store, "x-jing-2031") == "000000-2031"
    assert any(t.covered for t in answers.coverage(store, "x-jing-2031").tasks)
    assert not answers.matrix(store, "000000-2030").plans
    with pytest.raises(NotFoundError, match="not linked to 000000-2030"):
        answers.coverage(store, "x-jing-2031", "000000-2030")
    coverage = (tmp_path / "out").joinpath("coverage.jsonl")
    exported(store, tmp_path / "out")
    uppers = {json.loads(line)["target"].split(".")[0] for line in coverage.read_text("utf-8").splitlines()}
    assert uppers == {"000000-2031", "x-jing-2031"}


def test_between_load_and_link_there_is_no_answer_rather_than_a_wrong_one(
    store: Store, tmp_path: Path
) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    token = state.read(store).token
    write_plans(folder, nation=NATION.replace("1200处", "1300处"))
    jobs.load(store, jobs.read(folder))
    assert state.read(store).token != token
    for plan in ("x-jing-2030", "x-lan-2030"):
        with pytest.raises(NotFoundError, match="not linked"):
            answers.coverage(store, plan, "000000-2030")
    assert answers.coverage(store, "x-lan-2030", "x-jing-2030").tasks
    assert not answers.matrix(store).plans
    jobs.link(store, open_encoder("char"))
    assert len(answers.matrix(store).plans) == 2


@pytest.mark.parametrize("fact", ["issuer = '靖省水利厅'", "published = 2030-02-03", "title = '要点'"])
def test_a_changed_fact_changes_the_version_of_the_graph(store: Store, tmp_path: Path, fact: str) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    before = state.read(store).token
    manifest = MANIFEST.replace('file = "province.txt"', f'file = "province.txt"\n{fact}')
    build(store, write_plans(folder, manifest=manifest))
    assert state.read(store).token != before


def test_a_city_without_a_plan_above_it_answers_to_the_nation(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    assert {hop.plan for hop in cascade.cascade(store, "000000-2030.1").hops} == {"x-jing-2030"}
    jobs.remove(store, "x-jing-2030")
    jobs.link(store, open_encoder("char"))
    hops = cascade.cascade(store, "000000-2030.1").hops
    assert {hop.plan for hop in hops} == {"x-lan-2030"}
    assert not any(hop.below for hop in hops)


def test_a_removed_plan_is_gone_with_its_links(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    jobs.remove(store, "x-lan-2030")
    for label in ("Plan", "Task", "Measure", "Target", "LinkRun"):
        key = "id" if label == "Plan" else "plan"
        assert not store.read(f"MATCH (n:{label} {{{key}: 'x-lan-2030'}}) RETURN n.id AS id")
    assert [p["id"] for p in answers.matrix(store).plans] == ["x-jing-2030"]
    with pytest.raises(NotFoundError, match="x-lan-2030"):
        jobs.remove(store, "x-lan-2030")


def test_plans_that_the_folder_no_longer_lists_are_named(store: Store, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    assert build(store, folder).warnings == ()
    write_plans(folder, manifest=MANIFEST.rpartition("[[plan]]")[0])
    (warning,) = build(store, folder).warnings
    assert "x-lan-2030" in warning
    assert "policygraph remove" in warning
