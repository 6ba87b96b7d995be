"""What goes wrong is said clearly, with its exit code, and leaves the graph as it was."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph import open_store
from graph.errors import StoreError, StoreLockedError
from policygraph.export import export
from tests import forked
from tests.conftest import ROOT, Server
from tests.plans import MANIFEST, NATION, write_plans

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command line as a user runs it: its own process, in a folder without settings."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("POLICYGRAPH_")}
        settings = {"COLUMNS": "400", "POLICYGRAPH_LANG": "en"}
        return forked.run(*arguments, folder=tmp_path, environment=clean | settings | environment)

    return call


Spoil = Callable[[Path], object]


def change_manifest(old: str, new: str) -> Spoil:
    return lambda folder: (folder / "plans.toml").write_text(MANIFEST.replace(old, new), encoding="utf-8")


def city(data: bytes) -> Spoil:
    return lambda folder: (folder / "city.txt").write_bytes(data)


BROKEN: dict[str, tuple[Spoil, str]] = {
    "missing file": (lambda folder: (folder / "city.txt").unlink(), "city.txt: the file does not exist"),
    "empty file": (city(b""), "city.txt: the file is empty"),
    "blank file": (city("\n　\n ".encode()), "city.txt: no planned work was found"),
    "binary file": (city(b"PK\x03\x04\x00\x00\x08\x00"), "city.txt: this is a binary file"),
    "broken encoding": (city(b"\xff\xff\xff\xff"), "neither UTF-8 nor GB18030"),
    "broken manifest": (change_manifest("year = 2030", "year = "), "plans.toml: this is not valid TOML"),
    "unknown key": (change_manifest("level =", "levle ="), "unknown key 'levle'"),
    "unknown region": (change_manifest('region = "x-lan"', 'region = "990000"'), "unknown region '990000'"),
    "unknown parent": (change_manifest('parent = "x-jing"', 'parent = "x-nowhere"'), "parent 'x-nowhere'"),
    "two plans with one id": (change_manifest('region = "x-lan"', 'region = "x-jing"'), "two plans have the id x-jing-2030"),
    "one region, two names": (change_manifest('"x-lan"\nname = "岚市"\nlevel = "city"\nparent = "x-jing"\nyear = 2030', '"x-jing"\nname = "甲"\nlevel = "province"\nyear = 2029'), "disagree on its name"),
    "two nations": (change_manifest('region = "x-jing"\nname = "靖省"\nlevel = "province"', 'region = "x-jing"\nname = "靖省"\nlevel = "national"'), "only it is national"),
    "no file name": (change_manifest("city.txt", "city\\u0000.txt"), "this is no file name"),
    "late control character": (city("岚市工作要点\n".encode() * 20_000 + b"\0"), "city.txt: this is a binary file"),
    "no folder": (lambda folder: folder.rename(folder.with_name("elsewhere")), "the folder does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_bad_input_is_named_and_changes_nothing(name: str, run: Run, tmp_path: Path) -> None:
    spoil, message = BROKEN[name]
    folder = write_plans(tmp_path / "plans")
    store = str(tmp_path / "graph.kgl")
    assert run("build", str(folder), "--store", store).returncode == 0
    before = read_export(store, tmp_path / "before")
    spoil(folder)
    failed = run("build", str(folder), "--store", store)
    assert failed.returncode == 3
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert read_export(store, tmp_path / "after") == before
    as_json = run("build", str(folder), "--store", store, "--json")
    assert as_json.returncode == 3
    problem = json.loads(as_json.stderr)["error"]
    assert problem["code"] == "bad-input"
    assert problem["remedy"] or problem["where"]


def read_export(store: str, folder: Path) -> dict[str, bytes]:
    with open_store(store, read_only=True) as opened:
        return {path.name: path.read_bytes() for path in export(opened, folder)}


def test_without_a_manifest_the_facts_are_asked_for(run: Run, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    (folder / "plans.toml").unlink()
    failed = run("build", str(folder), "--store", "graph.kgl")
    assert failed.returncode == 3
    assert "city.txt: region" in failed.stderr
    assert '[[plan]]\nfile = "city.txt"' in failed.stderr
    assert not (tmp_path / "graph.kgl").exists()


def test_without_a_manifest_what_the_files_say_is_used_and_told(run: Run, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    (folder / "plans.toml").unlink()
    (folder / "city.txt").unlink()
    (folder / "province.txt").write_text(
        (folder / "province.txt").read_text("utf-8").replace("靖省", "辽宁省"), encoding="utf-8"
    )
    done = run("build", str(folder), "--store", "graph.kgl", "--json")
    assert done.returncode == 0, done.stderr
    assert "province.txt: no plans.toml; read off the text: 辽宁省 (210000), 2030" in done.stderr
    assert {r["plan"] for r in json.loads(done.stdout)["loaded"]} == {"000000-2030", "210000-2030"}


def test_a_locked_store_names_the_process(run: Run, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    store = str(tmp_path / "graph.kgl")
    assert run("build", str(folder), "--store", store).returncode == 0
    with open_store(store):
        locked = run("build", str(folder), "--store", store)
        assert locked.returncode == 5
        assert f"process {os.getpid()} is writing to this store" in locked.stderr
        assert run("coverage", "x-lan-2030", "--store", store).returncode == 0
    assert run("build", str(folder), "--store", store).returncode == 0


def test_a_damaged_store_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "graph.kgl").write_text("this is no graph", encoding="utf-8")
    failed = run("coverage", "--store", "graph.kgl")
    assert failed.returncode == 5
    assert "not a graph that can be opened" in failed.stderr
    assert (tmp_path / "graph.kgl").read_text("utf-8") == "this is no graph"


def test_a_store_that_is_not_there_is_named(run: Run) -> None:
    for arguments in (("coverage",), ("serve",), ("export", "--out", "out")):
        failed = run(*arguments, "--store", "nothing.kgl")
        assert failed.returncode == 5
        assert "nothing.kgl: there is no graph here yet" in failed.stderr


def test_a_server_that_is_down_is_named(run: Run, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
    started = time.monotonic()
    failed = run("build", str(write_plans(tmp_path / "plans")), "--store", url)
    assert failed.returncode == 5
    assert f"{url}: the Neo4j server does not answer" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert time.monotonic() - started < 60


def test_a_refused_password_is_named(run: Run, tmp_path: Path, neo4j_server: Server) -> None:
    environment = neo4j_server.environment() | {"POLICYGRAPH_STORE_PASSWORD": "wrong-password"}
    with neo4j_server.open() as store:
        before = store.read("MATCH (n) RETURN count(n) AS n")
        failed = run("build", str(write_plans(tmp_path / "plans")), **environment)
        assert failed.returncode == 5
        assert "refused this user name or password" in failed.stderr
        assert "wrong-password" not in failed.stderr
        assert store.read("MATCH (n) RETURN count(n) AS n") == before


def test_wrong_settings_and_ids_have_codes_of_their_own(run: Run, tmp_path: Path) -> None:
    store = str(tmp_path / "graph.kgl")
    assert run("build", str(write_plans(tmp_path / "plans")), "--store", store).returncode == 0
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (("coverage", "x-nowhere-2030"), 4, "there is no plan 'x-nowhere-2030'"),
        (("show", "x-lan-2030.77"), 4, "there is no task"),
        (("query", "nonsense"), 4, "there is no query 'nonsense'"),
        (("query", "plan_gaps", "-p", "plan=x-lan-2030"), 3, "needs the parameter 'upper'"),
        (("query", "plan_tasks", "-p", "plan=x-lan-2030", "-p", "limit=many"), 3, "'many' is no integer"),
        (("evaluate", "--gold", "nowhere"), 3, "the folder does not exist"),
        (("link", "--encoder", "magic"), 2, "there is no encoder 'magic'"),
        (("coverage", "--nonsense"), 2, "No such option"),
    ]
    for arguments, code, message in cases:
        failed = run(*arguments, "--store", store)
        assert (failed.returncode, message in failed.stderr) == (code, True), (arguments, failed.stderr)
    for name, value, message in (
        ("POLICYGRAPH_PORT", "70000", "port"),
        ("POLICYGRAPH_THRESHOLDS", '{"coverd": 1}', "there is no threshold 'coverd'"),
        ("POLICYGRAPH_STORE", "ftp://host/x", "no store serves the scheme 'ftp'"),
    ):
        failed = run("build", str(tmp_path / "plans"), **{name: value})
        assert failed.returncode == 2, failed.stderr
        assert message in failed.stderr


def test_readers_see_a_checkpoint_that_a_later_writer_made(tmp_path: Path) -> None:
    path = str(tmp_path / "graph.kgl")
    count = "MATCH (n:Task) RETURN count(n) AS n"
    with open_store(path) as writer:
        writer.write(lambda t: t.run("CREATE (n:Task {id: 'a'})"))
        with pytest.raises(StoreLockedError, match="making this graph right now"):
            open_store(path, read_only=True)
    with open_store(path, read_only=True) as reader:
        assert reader.read(count) == [{"n": 1}]
        with open_store(path) as writer:
            writer.write(lambda t: t.run("CREATE (n:Task {id: 'b'})"))
            assert reader.read(count) == [{"n": 1}]
        assert reader.read(count) == [{"n": 2}]
        with pytest.raises(StoreError, match="reading only"):
            reader.write(lambda t: t.run("CREATE (n:Task {id: 'c'})"))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"POLICYGRAPH_THRESHOLDS": "notjson"}, "cannot be read"),
        ({"POLICYGRAPH_THRESHOLDS": '{"covered": 0.2, "partial": 0.3}'}, "partial is above covered"),
        ({"POLICYGRAPH_THRESHOLDS": '{"relative": 0.5}'}, "there is no threshold 'relative'"),
        ({"POLICYGRAPH_THRESHOLDS": '{"most": -1}'}, "the threshold most is -1"),
        ({"POLICYGRAPH_THRESHOLDS": '{"covered": NaN}'}, "the threshold covered is nan"),
        ({"POLICYGRAPH_THRESHOLDS": '{"most": Infinity}'}, "the threshold most is inf"),
        ({"POLICYGRAPH_STORE": "neo4j://[bad"}, "this is no address"),
        ({"POLICYGRAPH_STORE": "neo4j://bob:s3cret@host"}, "the address carries a password"),
    ],
)
def test_settings_that_cannot_be_are_said(
    environment: dict[str, str], said: str, run: Run, tmp_path: Path
) -> None:
    folder = write_plans(tmp_path / "plans")
    failed = run("build", str(folder), **environment)
    assert failed.returncode == 2
    assert said in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "s3cret" not in failed.stderr


def test_config_keeps_a_password_in_an_address_to_itself(run: Run) -> None:
    shown = run("config", POLICYGRAPH_STORE="neo4j://bob:p@s3cret@host")
    assert shown.returncode == 0
    assert "s3cret" not in shown.stdout
    assert "neo4j://…@host" in shown.stdout


@pytest.mark.parametrize(
    ("text", "said"), [("stroe = 1", "no setting 'stroe'"), ("store = ", "not valid TOML")]
)
def test_a_settings_file_that_cannot_be_is_said(text: str, said: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "policygraph.toml").write_text(text, encoding="utf-8")
    failed = run("config")
    assert failed.returncode == 2
    assert said in failed.stderr


def test_a_settings_file_in_another_encoding_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "policygraph.toml").write_bytes('store = "图谱库.kgl"'.encode("gb18030"))
    failed = run("config")
    assert failed.returncode == 2
    assert "UTF-8" in failed.stderr


def test_settings_name_their_origins(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "POLICYGRAPH_STORE_USER=bob\nexport POLICYGRAPH_PORT=9\n", encoding="utf-8"
    )
    (tmp_path / "policygraph.toml").write_text("page_size = 7", encoding="utf-8")
    shown = run("config", "--json", POLICYGRAPH_HOST="0.0.0.0")
    origins = {s["setting"]: (s["value"], s["origin"]) for s in json.loads(shown.stdout)}
    assert origins["store_user"] == ("bob", ".env")
    assert origins["port"] == ("9", ".env")
    assert origins["page_size"] == ("7", "policygraph.toml")
    assert origins["host"] == ("0.0.0.0", "environment POLICYGRAPH_HOST")
    assert origins["store"][1] == "default"


def test_link_makes_no_store(run: Run, tmp_path: Path) -> None:
    failed = run("link", "--store", "typo.kgl")
    assert failed.returncode == 5
    assert not (tmp_path / "typo.kgl").exists()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans")
    command = f"ulimit -f 8; exec {sys.executable} -m policygraph build {folder} --store small.kgl"
    failed = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "400"},
    )  # fmt: skip
    assert failed.returncode == 5, failed.stderr
    assert "Traceback" not in failed.stderr
    assert "检查磁盘空间" in failed.stderr


def test_every_bad_file_is_named_and_may_be_left_out(run: Run, tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans", city="", province="\x00")
    failed = run("build", str(folder), "--store", "graph.kgl")
    assert failed.returncode == 3
    assert "2 of 3 plans cannot be read" in failed.stderr
    assert "city.txt: the file is empty" in failed.stderr
    assert "province.txt: this is a binary file" in failed.stderr
    assert not (tmp_path / "graph.kgl").exists()
    done = run("build", str(folder), "--store", "graph.kgl", "--skip-bad", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [r["plan"] for r in answer["loaded"]] == ["000000-2030"]
    assert len([w for w in answer["warnings"] if w.startswith("left out: ")]) == 2


def test_a_bad_file_does_not_stop_a_folder_without_a_manifest(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.txt").write_text(NATION, encoding="utf-8")
    (folder / "b.pdf").write_bytes(b"no PDF")
    (folder / "c.txt").write_bytes(b"")
    failed = run("build", str(folder), "--store", "graph.kgl")
    assert failed.returncode == 3
    assert "2 of 3 plans cannot be read" in failed.stderr
    done = run("build", str(folder), "--store", "graph.kgl", "--skip-bad", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [r["plan"] for r in answer["loaded"]] == ["000000-2030"]
    left = [w for w in answer["warnings"] if w.startswith("left out: ")]
    assert ["b.pdf" in left[0], "c.txt" in left[1]] == [True, True]


def test_what_is_wrong_with_a_sheet_of_labels_is_said(run: Run, tmp_path: Path) -> None:
    store = str(tmp_path / "graph.kgl")
    assert run("build", str(write_plans(tmp_path / "plans")), "--store", store).returncode == 0
    made = run("label", "make", "x-lan-2030", "--out", "a.xlsx", "--store", store, "--lang", "zh")
    assert made.returncode == 0, made.stderr
    book = load_workbook(tmp_path / "a.xlsx")
    book["语句"]["D2"], book["语句"]["D3"], book["覆盖"]["D4"] = "17", "修渠", 5
    book.save(tmp_path / "a.xlsx")
    failed = run("label", "read", "a.xlsx", "--gold", "gold", "--store", store, "--lang", "zh")
    assert failed.returncode == 3
    assert "Traceback" not in failed.stderr
    for line in ("a.xlsx：有 5 处需要改正", "语句!D2：没有第 17 项重点任务", "语句!D3：看不懂「修渠」",
                 "语句：6 行中有 4 行没有标注：语句!D4", "覆盖!D4：看不懂「5」", "覆盖：9 行中有 8 行没有标注"):  # fmt: skip
        assert line in failed.stderr
    as_json = run("label", "read", "a.xlsx", "--gold", "gold", "--store", store, "--lang", "en", "--json")
    problem = json.loads(as_json.stderr)["error"]
    assert (problem["code"], problem["where"]) == ("bad-input", "a.xlsx")
    assert problem["remedy"].startswith("语句!D2: there is no priority 17. Write 01 to 03")
    assert not (tmp_path / "gold").exists()
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (("make", "x-nowhere-2030", "--out", "b.xlsx"), 4, "there is no plan 'x-nowhere-2030'"),
        (("make", "000000-2030", "--out", "b.xlsx"), 3, "nothing stands above it"),
        (("make", "x-lan-2030", "--out", "b.xlsx", "--annotator", "a_b"), 3, "no name of an annotator"),
        (("make", "x-lan-2030", "--out", "plans/city.txt/b.xlsx"), 3, "cannot write here"),
        (("read", "b.xlsx", "--gold", "gold"), 3, "b.xlsx: the file does not exist"),
        (("read", "plans/city.txt", "--gold", "gold"), 3, "no file of labels that can be read back"),
        (("read", "plans", "--gold", "gold"), 3, "no file of labels that can be read back"),
        (("make", "x-lan-2030"), 2, "--out"),
    ]
    for arguments, code, message in cases:
        failed = run("label", *arguments, "--store", store)
        assert (failed.returncode, message in failed.stderr) == (code, True), (arguments, failed.stderr)
        assert "Traceback" not in failed.stderr
    assert run("label", "make", "x-lan-2030", "--out", "b.xlsx", "--store", "typo.kgl").returncode == 5


def test_errors_are_in_the_language_of_the_command_and_in_english_for_programs(
    run: Run, tmp_path: Path
) -> None:
    chinese = {"POLICYGRAPH_LANG": "zh"}
    asked = ("coverage", "--store", "nothing.kgl")
    for failed in (run(*asked, **chinese), run(*asked, "--lang", "zh"), run(*asked, "--lang=zh")):
        assert failed.returncode == 5
        assert failed.stderr.startswith("错误 error: nothing.kgl：这里还没有图库\n请先录入计划：")
    assert "there is no graph here yet" in run(*asked, "--lang", "en", **chinese).stderr
    problem = json.loads(run(*asked, "--json", **chinese).stderr)["error"]
    assert problem["message"] == "there is no graph here yet"
    (tmp_path / "policygraph.toml").write_text("stroe = 1", encoding="utf-8")
    assert "没有设置“stroe”" in run("config", **chinese).stderr
    assert "没有设置“stroe”" in run("config", "--lang", "zh").stderr
    assert "there is no setting 'stroe'" in run("config", "--lang", "en", **chinese).stderr
