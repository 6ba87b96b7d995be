"""The command line: each command's table and JSON, in both languages."""

import json
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from openpyxl import load_workbook

from embeddings.cache import CachedEncoder
from embeddings.encoder import FORMS, Encoder
from embeddings.scoring import Scoring
from graph.errors import StoreError
from policygraph.cli import main
from policygraph.cli_common import program

Call = Callable[..., str]
NATION, PROVINCE, CITY = "000000-2025", "x-qinglan-2025", "x-songling-2025"


@pytest.fixture
def call(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYGRAPH_STORE", str(sample_file))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, code: int = 0) -> str:
        with monkeypatch.context() as environment:
            if code:
                environment.setenv("POLICYGRAPH_LANG", "en")
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.err
        return printed.out if code == 0 else printed.err

    return run


def data(text: str) -> Any:
    return json.loads(text)


def test_build_prints_the_matrix_and_what_to_do_next(call: Call, tmp_path: Path) -> None:
    from tests.plans import write_plans

    folder = str(write_plans(tmp_path / "plans"))
    text = call("build", folder, "--store", "new.kgl")
    assert "覆盖矩阵：对照 000000-2030" in text
    assert "靖省" in text
    steps = [
        shlex.split(line, comments=True) for line in text.splitlines() if line.startswith("  policygraph ")
    ]
    assert [s[:2] for s in steps] == [["policygraph", name] for name in ("coverage", "gaps", "serve")]
    assert all(s[-2:] == ["--store", "new.kgl"] for s in steps)
    for step in steps[:2]:
        assert "靖省" in call(*step[1:]) or "x-jing-2030" in call(*step[1:])
    again = data(call("build", folder, "--store", "new.kgl", "--json"))
    assert {r["outcome"] for r in again["loaded"]} == {"unchanged"}
    assert [m["upper"] for m in again["coverage"]] == ["000000-2030", "x-jing-2030"]


def test_what_to_type_next_names_the_program_as_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / ".venv" / "bin" / "policygraph"
    made.parent.mkdir(parents=True)
    made.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    for started, said in (
        (".venv/bin/policygraph", ".venv/bin/policygraph"),
        ("x/policygraph/__main__.py", "policygraph"),
    ):
        monkeypatch.setattr("sys.argv", [started, "build", "plans"])
        assert program() == said
    monkeypatch.setenv("PATH", str(made.parent))
    monkeypatch.setattr("sys.argv", [str(made), "build", "plans"])
    assert program() == "policygraph"


@pytest.mark.parametrize("command", ["build", "ingest"])
def test_files_that_the_manifest_does_not_list_are_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.plans import write_plans

    monkeypatch.setenv("COLUMNS", "200")
    folder = write_plans(tmp_path / "plans")
    (folder / "README.md").write_text("notes", "utf-8")

    def printed() -> str:
        with pytest.raises(SystemExit) as ended:
            main([command, str(folder), "--store", str(tmp_path / "new.kgl")])
        assert ended.value.code == 0
        return capsys.readouterr().err

    assert "没有列出" not in printed()
    (folder / "forgotten.txt").write_text("岚市2030年工作要点", "utf-8")
    assert "未读取（plans.toml 没有列出）：forgotten.txt\n" in printed()


def test_plans_that_come_and_go_are_recorded(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policygraph.audit import Audit
    from tests.plans import write_plans

    monkeypatch.setenv("POLICYGRAPH_AUDIT_LOG", str(tmp_path / "audit.jsonl"))
    folder = str(write_plans(tmp_path / "plans"))
    call("ingest", folder, "--store", "new.kgl")
    call("build", folder, "--store", "new.kgl")
    call("remove", "x-lan-2030", "--store", "new.kgl")
    removed, built, loaded = Audit(str(tmp_path / "audit.jsonl")).last(9)
    assert removed["plans"] == {"x-lan-2030": "removed"}
    assert {*built["plans"].values()} == {"unchanged"}
    assert {*loaded["plans"].values()} == {"added"}
    assert {e["event"] for e in (removed, built, loaded)} == {"ingest"}
    monkeypatch.setenv("POLICYGRAPH_AUDIT_LOG", str(tmp_path))
    assert "audit_log" in call("build", folder, "--store", "other.kgl", code=2)
    assert not (tmp_path / "other.kgl").exists()


def test_ingest_and_link_are_the_two_halves_of_build(call: Call, tmp_path: Path) -> None:
    from tests.plans import write_plans

    folder = str(write_plans(tmp_path / "plans"))
    assert {r["outcome"] for r in data(call("ingest", folder, "--store", "half.kgl", "--json"))} == {"added"}
    assert "not linked" in call("coverage", "x-lan-2030", "--store", "half.kgl", code=4)
    linked = data(call("link", "x-lan-2030", "--store", "half.kgl", "--json"))
    assert [(r["plan"], r["upper"]) for r in linked] == [
        ("x-lan-2030", "000000-2030"),
        ("x-lan-2030", "x-jing-2030"),
    ]
    assert {
        r["outcome"] for r in data(call("link", "x-lan-2030", "--force", "--store", "half.kgl", "--json"))
    } == {"linked"}


def test_coverage_gaps_and_unaligned(call: Call) -> None:
    assert "● 已覆盖" in call("coverage")
    assert "● covered" in call("coverage", "--lang", "en")
    answer = data(call("coverage", PROVINCE, "--json"))
    assert answer["upper"] == NATION
    assert answer["tasks"][0]["measures"][0]["status"] in {"covered", "partial", "gap"}
    text = call("coverage", CITY, "--upper", PROVINCE)
    assert f"{CITY} 对 {PROVINCE}" in text
    gaps = data(call("gaps", PROVINCE, "--json"))
    assert (gaps["plan"], gaps["upper"]) == (PROVINCE, NATION)
    assert {g["status"] for g in gaps["gaps"]} == {"gap", "partial"}
    assert {g["status"] for g in data(call("gaps", PROVINCE, "--only-gaps", "--json"))["gaps"]} == {"gap"}
    assert "○ 缺口" in call("gaps", PROVINCE)
    assert data(call("unaligned", PROVINCE, "--json"))["unaligned"]
    assert "无对应" in call("unaligned", PROVINCE)


def test_targets_and_their_sums(call: Call) -> None:
    assert "量化指标" in call("targets", PROVINCE)
    assert data(call("targets", PROVINCE, "--json"))
    assert "合计" in call("targets", PROVINCE, "--below")
    assert "not comparable: another stage" in call("targets", PROVINCE, "--below", "--lang", "en")
    assert "没有结果" in call("targets", CITY, "--below")


def test_show_search_cascade_and_query(call: Call) -> None:
    assert "青岚省" in call("show")
    assert PROVINCE in call("show", PROVINCE)
    task = data(call("query", "priority_implementers", "-p", f"priority={NATION}.3", "--json"))[0]["task"]
    shown = data(call("show", task, "--json"))
    assert shown["links"]
    assert shown["measures"]
    shown_words = call("show", task)
    assert "落实了哪些上级任务" in shown_words
    assert re.search(r"第 \d+ 行", shown_words)
    assert data(call("search", "老旧小区", "--json"))
    assert "老旧小区" in call("search", "老旧小区", "--limit", "3")
    assert data(call("cascade", f"{NATION}.3", "--json"))
    assert "逐级传导" in call("cascade", f"{NATION}.3")
    assert "plan_gaps" in call("query")


def test_a_cascade_is_read_for_one_priority_one_region_or_all(call: Call) -> None:
    one = data(call("cascade", f"{NATION}.8", "--json"))
    assert {c["plan"]: c["standing"] for c in one["chains"]}[CITY] == "skips"
    text = call("cascade", f"{NATION}.8")
    assert "越级" in text
    assert "断点" in text
    assert CITY in text
    region = call("cascade", "--region", "青岚省", "--lang", "en")
    assert "below: the standing" in region
    assert "松陵市" in region
    assert "云溪省" not in region
    assert {s["plan"] for c in data(call("cascade", "--region", CITY[:-5], "--json"))["chains"] for s in c["steps"]} == {
        PROVINCE, CITY,
    }  # fmt: skip
    said = data(call("cascade", "--json"))
    assert (said["mode"], said["least"]) == ("all", 0.0)
    sums = said["priorities"]
    assert [t["priority"] for t in sums] == [f"{NATION}.{n}" for n in range(1, 11)]
    assert [s["name"] for s in sums[7]["skipping"]] == ["松陵市"]
    assert "止步：地区" in call("cascade")
    assert {c["standing"] for c in data(call("cascade", "--status", "stops", "--json"))["chains"]} == {
        "stops"
    }
    assert "stops" in call("cascade", "--status", "stops", "--lang", "en")
    assert "没有结果" in call("cascade", "--status", "not_applicable")


def test_a_named_answer_is_asked_for_as_a_query_is(call: Call) -> None:
    (first, *_) = data(call("query", "shared_gaps", "-p", "shared_by=5", "--json"))
    assert first["regions"] == len(first["names"]) == 5
    assert "、".join(first["names"][:2]) in call("query", "shared_gaps", "-p", "shared_by=5").replace(
        "\n", ""
    )
    listed = {q["name"]: q for q in data(call("query", "--json", "--lang", "zh"))}
    assert listed["coverage_trend"]["group"] == "覆盖情况"
    assert "no mode" in call("query", "coverage_trend", "-p", "mode=some", code=3)


def test_a_query_about_what_is_not_there_is_no_empty_answer(call: Call) -> None:
    said = call(
        "query", "plan_gaps", "-p", "plan=x-qinlan-2025", "-p", f"upper={NATION}", "-p", "covered=0.5", code=4
    )
    assert "there is no plan 'x-qinlan-2025'" in said
    assert f"Did you mean {PROVINCE}" in said


def test_a_cascade_counts_what_people_accepted_where_it_is_asked_to(call: Call) -> None:
    assert data(call("cascade", f"{NATION}.3", "--json"))["hops"]
    one = data(call("cascade", f"{NATION}.3", "--accepted", "--json"))
    assert (one["mode"], one["hops"], {c["standing"] for c in one["chains"]}) == ("accepted", [], {"absent"})
    assert "仅人工确认的关联" in call("cascade", f"{NATION}.3", "--accepted")
    sums = data(call("cascade", "--accepted", "--json"))["priorities"]
    assert sum(t["carried"] + t["unlinked"] for t in sums) == 0
    some = data(call("cascade", "--least", "0.8", "--status", "carried", "--json"))
    assert some["least"] == 0.8
    every = data(call("cascade", "--status", "carried", "--json"))
    assert 0 < len(some["chains"]) < len(every["chains"])
    assert "0.7" in call("cascade", "--region", "青岚省", "--least", "0.7")
    assert "0.7" in call("cascade", "--status", "carried", "--least", "0.7")
    assert "1.5 is no confidence" in call("cascade", "--least", "1.5", code=3)


def test_a_cascade_names_what_it_cannot_find(call: Call) -> None:
    assert "x-qinglan" in call("cascade", "--region", "某地", code=4)
    assert "asks nothing of plans below" in call("cascade", f"{CITY}.2", code=3)
    assert "--upper is not for one task" in call("cascade", f"{NATION}.3", "--upper", NATION, code=3)
    assert "no plan" in call("cascade", "--upper", "x-nowhere-2025", code=4)
    assert CITY in call("cascade", "--upper", PROVINCE, "--region", "松陵市", "--status", "carried")


def test_explain_shows_shares_marks_and_figures(call: Call) -> None:
    links = data(call("query", "task_links", "-p", f"task={PROVINCE}.3.4.1", "--json"))
    best = next(r for r in links if r["target"].startswith(NATION))
    task = call("explain", f"{PROVINCE}.3.4.1", best["target"])
    assert "各特征的贡献" in task
    assert "支撑这条关联的举措" in task
    assert "概率：这项任务" in task
    measure = call("explain", f"{best['source']}~{best['upper_measure']}", "--lang", "en")
    assert "Calibrated: " in measure
    assert "【漏损率】" in measure
    assert "falls short of it" in measure
    assert best["source"] in measure
    own = call("explain", best["source"], best["target"], "--lang", "en")
    assert "The task's measures that it resembles" in own
    found = data(call("explain", best["source"], best["upper_measure"], "--json"))
    assert found["score"] == best["evidence"]
    assert {s["feature"] for s in found["shares"]} >= {"statement", "none"}
    assert found["figures"]


def test_explain_says_what_it_needs_and_what_is_there(call: Call) -> None:
    assert "policygraph explain SOURCE TARGET" in call("explain", f"{PROVINCE}.3", code=3)
    assert "there is no task" in call("explain", "x-nowhere-2025.1", f"{NATION}.3", code=4)
    assert "there is no measure" in call("explain", f"{PROVINCE}.3~{NATION}.3#99", code=4)
    text = call("explain", "--help")
    assert "coverage" in text
    assert "SOURCE~TARGET" in text


def test_tables_print_the_ids_that_explain_takes(call: Call) -> None:
    row = next(
        (e["source"], m["target"])
        for t in data(call("coverage", PROVINCE, "--json"))["tasks"]
        for m in t["measures"]
        for e in m["evidence"][:1]
        if m["status"] == "covered"
    )
    assert all(id_ in call("coverage", PROVINCE) for id_ in row)
    assert call("explain", *row)
    gap = next(g for g in data(call("gaps", PROVINCE, "--json"))["gaps"] if g["nearest"])
    assert all(id_ in call("gaps", PROVINCE) for id_ in (gap["target"], gap["nearest"]["source"]))
    pair = data(call("show", f"{PROVINCE}.3.4.1", "--json"))["links"][0]["evidence"][0]
    assert all(id_ in call("show", f"{PROVINCE}.3.4.1") for id_ in (pair["source"], pair["upper"]))


def test_config_names_each_origin_and_hides_the_password(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "very-secret")
    (tmp_path / "policygraph.toml").write_text("port = 9001\n[thresholds]\ncovered = 0.2\n", encoding="utf-8")
    (tmp_path / ".env").write_text("POLICYGRAPH_HOST=0.0.0.0\n", encoding="utf-8")
    text = call("config", "--json", "--lang", "en")
    assert "very-secret" not in text
    rows = {r["setting"]: (r["value"], r["origin"]) for r in data(text)}
    assert rows["port"] == ("9001", "policygraph.toml")
    assert rows["host"] == ("0.0.0.0", ".env")
    assert rows["lang"] == ("en", "command line")
    assert rows["encoder"] == ("policy-zh", "default")
    assert rows["thresholds"] == ("{'covered': 0.2}", "policygraph.toml")
    assert rows["store"][1] == "environment POLICYGRAPH_STORE"


def test_copy_says_what_came_over_and_leaves_no_empty_file(
    call: Call, sample_file: Path, tmp_path: Path
) -> None:
    source = str(sample_file)
    counts = {
        r["name"]: r["count"] for r in data(call("copy", "--from", source, "--to", "new.kgl", "--json"))
    }
    assert counts["Plan"] == len(data(call("show", "--store", "new.kgl", "--json")))
    assert "holds a graph already" in call("copy", "--from", source, "--to", "new.kgl", code=3)
    text = call("copy", "--from", source, "--to", "new.kgl", "--replace")
    assert "Measure → Task" in text
    assert "一致" in text
    assert "same store" in call("copy", "--from", source, "--to", f"file:{source}", code=3)
    assert "no graph here yet" in call("copy", "--from", "nowhere.kgl", "--to", "other.kgl", code=5)
    call("copy", "--from", "neo4j://127.0.0.1:9", "--to", "other.kgl", code=5)
    assert not (tmp_path / "other.kgl").exists()


def test_a_copy_that_fails_takes_the_file_that_it_made_along(
    call: Call, sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise StoreError("stop")

    monkeypatch.setattr("policygraph.jobs.transfer", fail)
    assert "stop" in call("copy", "--from", str(sample_file), "--to", "new.kgl", code=5)
    assert not list(tmp_path.glob("new.kgl")) + list(tmp_path.glob("new.kgl-wal"))


def test_export_writes_what_the_contract_names(call: Call, tmp_path: Path) -> None:
    fields = {
        "plans": ["id", "region", "level", "year", "title", "sha256", "version"],
        "tasks": ["id", "plan", "parent", "number", "title", "kind"],
        "measures": ["id", "plan", "task", "text", "start", "end", "kind"],
        "targets": ["id", "measure", "plan", "indicator", "comparator", "value", "unit", "masked", "text"],
        "links": ["source", "source_text", "target", "target_text", "kind", "score", "confidence", "rank", "state", "encoder"],
        "coverage": ["plan", "target", "target_text", "target_kind", "status", "score", "evidence"],
    }  # fmt: skip
    counts = data(call("export", "--out", "out", "--json"))
    for name, names in fields.items():
        lines = (tmp_path / "out" / f"{name}.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == counts[f"out/{name}.jsonl"] > 0
        for line in lines:
            assert list(json.loads(line)) == names
    assert not list((tmp_path / "out").glob("*.partial"))
    kinds = {
        json.loads(line)["kind"] for line in (tmp_path / "out/measures.jsonl").read_text("utf-8").splitlines()
    }
    assert kinds == {"planned", "review", "situation", "preamble", "closing"}
    implemented = [
        json.loads(line)
        for line in (tmp_path / "out/links.jsonl").read_text("utf-8").splitlines()
        if json.loads(line)["kind"] == "IMPLEMENTS"
    ]
    assert {"#" in link["source"] for link in implemented} == {True, False}


def test_graphml_opens_in_networkx(call: Call, tmp_path: Path) -> None:
    counts = data(call("export", "--out", "net", "--format", "graphml", "--json"))
    graph = nx.read_graphml(tmp_path / "net" / "policygraph.graphml")
    assert graph.number_of_nodes() == counts["net/policygraph.graphml"]
    assert graph.nodes[PROVINCE]["label"] == "Plan"


def test_exports_of_one_plan_and_measures(call: Call) -> None:
    counts = data(
        call("export", "--out", "x", "--format", "xlsx", "--plan", CITY, "--upper", PROVINCE, "--json")
    )
    assert list(counts) == [f"x/policygraph_{CITY}_{PROVINCE}.xlsx"]
    assert "report_x-songling-2025_000000-2025.docx" in call(
        "export", "--out", "d", "--format", "docx", "--plan", CITY, "--accepted", "--lang", "en"
    )
    assert "the whole graph" in call("export", "--out", "n", "--format", "neo4j", "--least", "0.5", code=3)
    for name, title in (
        ("carriers", "承担"), ("clusters", "共同缺失"), ("profiles", "工作分布相似度"), ("bridges", "逐级传导"),
    ):  # fmt: skip
        assert title in call("measures", name)
        assert data(call("measures", name, "--json", "--limit", "2"))
    assert "similarity" in call("measures", "profiles", PROVINCE, "--lang", "en")
    assert "没有结果" in call("measures", "bridges", CITY)


def test_help_and_version(call: Call) -> None:
    assert "policygraph 0.1.0" in call("--version")
    assert "build" in call("--help")


def test_brackets_and_colons_of_a_plan_are_its_own(call: Call, tmp_path: Path) -> None:
    from tests.plans import MANIFEST, PROVINCE, write_plans

    folder = write_plans(
        tmp_path / "plans",
        manifest=MANIFEST.replace('name = "靖省"', 'name = "靖省[/y]"'),
        province=PROVINCE.replace("二、建设幸福河湖", "二、建设[bold]幸福[/x]:smile:河湖"),
    )
    text = call("build", str(folder), "--store", "b.kgl")
    assert "靖省[/y]" in text
    for command in (("show", "x-jing-2030"), ("coverage", "x-lan-2030", "--upper", "x-jing-2030"),
                    ("show", "x-jing-2030.2"), ("search", "幸福"), ("query", "plan_tasks", "-p", "plan=x-jing-2030")):  # fmt: skip
        assert "建设[bold]幸福[/x]:smile:河湖" in call(*command, "--store", "b.kgl")


def test_remove_takes_a_plan_out(call: Call, tmp_path: Path) -> None:
    from tests.plans import write_plans

    call("build", str(write_plans(tmp_path / "plans")), "--store", "r.kgl")
    assert data(call("remove", "x-lan-2030", "--store", "r.kgl", "--json")) == {"removed": "x-lan-2030"}
    assert "x-lan-2030" not in call("show", "--store", "r.kgl")
    assert "there is no plan 'x-lan-2030'" in call("remove", "x-lan-2030", "--store", "r.kgl", code=4)


def test_help_names_the_program_and_the_whole_option(call: Call) -> None:
    text = call("build", "--help")
    assert "policygraph build" in text
    assert "st:PATH_OR_NAME[@REVISION]" in text


def test_encoders_are_compared_as_they_compute_not_as_they_are_looked_up(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Encoder] = []

    def compare(encoders: Sequence[tuple[Encoder, Scoring]], *_: Any) -> list[Any]:
        seen.extend(encoder for encoder, _ in encoders)
        return []

    monkeypatch.setattr("policygraph.evaluate_encoders.evaluate_encoders", compare)
    # To look for a scoring of their own, the models would have to be there.
    monkeypatch.setenv("POLICYGRAPH_SCORING_FOLDER", "")
    names = ["st:some-model", "openai:m@http://127.0.0.1:9/v1", "char"]
    options = [part for name in names for part in ("--encoder", name)]
    call("evaluate", "encoders", "--gold", ".", "--plans", ".", *options)
    assert [encoder.name for encoder in seen] == names
    assert not any(isinstance(encoder, CachedEncoder) for encoder in seen)


def test_the_help_names_every_form_of_encoder(call: Call) -> None:
    assert FORMS in " ".join(call("build", "--help").replace("│", " ").split())


def test_a_plan_is_labelled_in_a_workbook_and_scored(call: Call) -> None:
    made = data(call("label", "make", CITY, "--out", "a.xlsx", "--json"))
    assert (made["path"], made["upper"], made["proposals"]) == ("a.xlsx", NATION, True)
    assert "is there already" in call("label", "make", CITY, "--out", "a.xlsx", code=3)
    text = call("label", "make", CITY, "--out", "a.xlsx", "--force", "--blind", "--annotator", "李")
    assert "policygraph label read a.xlsx" in text
    book = load_workbook("a.xlsx")
    for page, value in (("语句", "无"), ("覆盖", 0)):
        for row in range(2, book[page].max_row + 1):
            book[page][f"D{row}"] = value
    book.save("a.xlsx")
    written = data(call("label", "read", "a.xlsx", "--gold", "gold", "--json"))
    assert written == {
        "gold/statements_songling-2025_李.tsv": made["statements"],
        "gold/coverage_songling-2025_李.tsv": made["measures"],
        "gold/national_measures.tsv": made["measures"] + 1,
    }
    assert "policygraph evaluate --gold gold" in call(
        "label", "read", "a.xlsx", "--gold", "gold", "--lang", "en"
    )
    assert [s["annotator"] for s in data(call("evaluate", "--gold", "gold", "--json"))] == ["李", "mean"]
    assert "make" in call("label", "--help")


def test_a_plan_is_labelled_in_files(call: Call, tmp_path: Path) -> None:
    call("label", "make", CITY, "--out", "gold", "--lang", "en")
    assert "is not labelled yet" in call("evaluate", "--gold", "gold", code=3)
    for path in (tmp_path / "gold").glob("[sc]*.tsv"):
        path.write_text(path.read_text("utf-8").replace("\t?\t", "\t0\t"), encoding="utf-8")
    statements = "gold/statements_songling-2025_A.tsv"
    call("label", "read", statements, "--gold", "gold")
    assert "\t0\t" not in (tmp_path / statements).read_text("utf-8")
    assert data(call("evaluate", "--gold", "gold", "--json"))[0]["link"]["f1"] == 0
    assert "no .csv file" in call("label", "make", CITY, "--out", "a.csv", code=3)


def test_labels_that_cannot_be_scored_are_told(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.plans import write_plans

    call("ingest", str(write_plans(tmp_path / "plans")), "--store", "half.kgl")
    with pytest.raises(SystemExit):
        main(
            ["label", "make", "x-lan-2030", "--upper", "x-jing-2030", "--out", "a.xlsx", "--store", "half.kgl", "--lang", "en"]
        )  # fmt: skip
    said = capsys.readouterr().err
    assert "x-lan-2030 is not linked to x-jing-2030 yet" in said
    assert "scores are against 000000-2030" in said


def test_diff_shows_both_versions(call: Call) -> None:
    text = call("diff", "x-langang-2025", "--lang", "en")
    assert "x-langang-2025@1 → x-langang-2025@2" in text
    assert "added" in text
    found = data(call("diff", "x-langang-2025@1", "x-langang-2025@2", "--json"))
    assert found["measures"]["added"] == 1
    assert [c["what"] for c in found["changes"]] == ["added"]
    assert "未关联" in call("diff", "x-langang-2025")
    assert "there is no plan or version" in call("diff", "x-langang-2025@9", "x-langang-2025", code=4)
    assert "no earlier version" in call("diff", "x-qinglan-2025", code=3)


def test_show_lists_the_versions_of_a_plan(call: Call) -> None:
    assert "x-langang-2025@1" in call("show", "x-langang-2025")
    assert "@1" not in call("show", "x-qinglan-2025")
    kept = data(call("show", "x-langang-2025", "--json"))["versions"]
    assert [v["number"] for v in kept] == [1, 2]
