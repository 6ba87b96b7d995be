"""The commands that judge, fit and overrule: evaluate --html, calibrate, applies; their tables, JSON and errors."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from embeddings import open_encoder
from embeddings.scoring import Scoring, read_scoring, shipped_scoring, write_scoring
from graph import open_store
from policygraph import jobs
from policygraph.calibrate import Calibrated
from policygraph.cli import main
from tests.gold import sample_gold, write_labels, write_national
from tests.plans import write_plans

Call = Callable[..., str]
NATION, PROVINCE = "000000-2030", "x-jing-2030"
WETLAND, FORUM = f"{NATION}.2#2", f"{NATION}.3#1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plans of tests.plans, linked with the scoring that ships; the file is closed."""
    folder = tmp_path_factory.mktemp("small")
    with open_store(str(folder / "graph.kgl")) as store:
        jobs.build(store, jobs.read(write_plans(folder / "plans")), open_encoder("policy-zh"))
    return folder / "graph.kgl"


@pytest.fixture
def call(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """A command in a folder of its own, on a copy of the graph, with a folder for scorings that is empty."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(built, tmp_path / "graph.kgl")
    for name, value in (("STORE", "graph.kgl"), ("SCORING_FOLDER", "scoring"), ("VECTOR_CACHE", "")):
        monkeypatch.setenv(f"POLICYGRAPH_{name}", value)
    monkeypatch.setenv("COLUMNS", "250")

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


@pytest.fixture
def gold(tmp_path: Path) -> str:
    """Labels of the province and the city, that differ from their links in places."""
    folder = tmp_path / "gold"
    write_national(
        folder,
        [
            ("1.1", "01", "新建农村供水工程1200处"), ("1.2", "01", "改造老旧水厂300座"), ("2.1", "02", "清理河道乱占乱建"),
            ("2.2", "02", "恢复湿地面积50万亩"), ("3.1", "03", "举办国际水务论坛"),
        ],
    )  # fmt: skip
    province = [
        ("01", "新建农村供水工程60处，改造老旧水厂12座，农村自来水普及率达到90%。"),
        ("01", "扩大城乡供水一体化覆盖面，完善水质检测制度。"), ("02", "开展河道乱占乱建清理行动，恢复湿地2万亩。"),
        ("", "建立省级河湖健康档案，每年公布评价结果。"), ("03", "举办开渔节，培育休闲渔庄30家。"),
    ]  # fmt: skip
    levels = [("1.1", 2, province[0][1]), ("1.2", 2, province[0][1]), ("2.1", 1, province[2][1]), ("2.2", 0, ""), ("3.1", 0, "")]  # fmt: skip
    write_labels(folder, "province", "A", province, levels)
    city = [
        ("01", "新建农村供水工程5处，改造老旧水厂2座。"), ("02", "推进城乡供水一体化，铺设管网40公里。"),
        ("02", "清理河道乱占乱建点位18处。"), ("02", "开展河湖健康评价，公布评价结果。"),
    ]  # fmt: skip
    write_labels(folder, "city", "A", city, [("1.1", 2, city[0][1]), ("2.1", 1, city[2][1]), ("2.2", 0, "")])
    return "gold"


def scorings(call: Call) -> dict[str, str]:
    """The scoring of each run whose links stand."""
    runs = data(call("query", "link_runs", "--json"))
    return {f"{r['plan']} {r['upper']}": r["scoring"] for r in runs if r["current"]}


def test_calibrate_keeps_a_scoring_that_link_then_uses(call: Call, gold: str) -> None:
    shipped = shipped_scoring().fingerprint
    assert set(scorings(call).values()) == {shipped}
    text = call("calibrate", "--gold", gold)
    (path,) = Path("scoring").iterdir()
    assert path.name == f"{open_encoder('policy-zh').fingerprint}.json"
    assert f"已保存到 {path}；用于编码器 policy-zh" in text
    assert "policygraph link" in text
    assert "新权重（未见过该计划）" in text
    own = read_scoring(path)
    assert own.fingerprint != shipped
    assert own.fitted == {"annotators": 2, "plans": 2, "statements": 9, "upper_measures": 8}
    assert set(scorings(call).values()) == {shipped}
    assert {r["outcome"] for r in data(call("link", "--json"))} == {"linked"}
    assert set(scorings(call).values()) == {own.fingerprint}
    assert {r["outcome"] for r in data(call("link", "--json"))} == {"unchanged"}
    path.unlink()
    assert {r["outcome"] for r in data(call("link", "--json"))} == {"linked"}
    assert set(scorings(call).values()) == {shipped}


def test_another_encoder_keeps_the_scoring_that_ships(call: Call) -> None:
    own = shipped_scoring().changed({"implements": 0.3})
    write_scoring(own, Path("scoring") / f"{open_encoder('policy-zh').fingerprint}.json")
    call("link", "--encoder", "char")
    assert set(scorings(call).values()) == {shipped_scoring().fingerprint}
    call("link")
    assert set(scorings(call).values()) == {own.fingerprint}


def test_calibrate_starts_from_what_is_in_use_for_that_encoder(
    call: Call, gold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, char = shipped_scoring().changed({"implements": 0.3}), open_encoder("char")
    asked: list[tuple[str, Scoring, bool]] = []

    def calibrated(*given: Any, from_zero: bool, **_: Any) -> Calibrated:
        asked.append((given[2].name, given[3], from_zero))
        return Calibrated(own, (), ())

    monkeypatch.setattr("policygraph.calibrate.calibrate", calibrated)
    text = call("calibrate", "--gold", gold, "--encoder", "char", "--lang", "en")
    assert (
        f"Kept in scoring/{char.fingerprint}.json, for the encoder char. To apply it: policygraph link"
        in text
    )
    call("calibrate", "--gold", gold, "--encoder", "char", "--from-zero")
    call("calibrate", "--gold", gold, "--dry-run")
    assert asked == [
        ("char", shipped_scoring(), False), ("char", own, True), ("policy-zh", shipped_scoring(), False),
    ]  # fmt: skip


def test_a_dry_run_shows_how_it_does_and_keeps_nothing(
    call: Call, gold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("other").mkdir()
    for path in Path(gold).glob("*_city_*"):
        path.rename(Path("other") / path.name)
    shutil.copy("gold/national_measures.tsv", "other")
    folders = ("--gold", gold, "--gold", "other")
    answer = data(call("calibrate", *folders, "--dry-run", "--json"))
    assert [row["plan"] for row in answer["before"]] == [PROVINCE, "x-lan-2030"]
    assert [row["plan"] for row in answer["unseen"]] == [PROVINCE, "x-lan-2030"]
    assert answer["scoring"]["encoder"] == "policy-zh"
    assert answer["scoring"]["fitted"]["plans"] == 2
    assert not Path("scoring").exists()
    monkeypatch.setenv("POLICYGRAPH_SCORING_FOLDER", "")
    text = call("calibrate", "--gold", gold, "--dry-run", "--lang", "en")
    assert "Only one plan is labelled" in text
    assert "weights in use" in text
    assert f"{answer['before'][0]['top1']:.3f}" in text
    assert "Kept in" not in text
    assert "there is no folder to keep it in" in call("calibrate", "--gold", gold, code=2)


def test_what_cannot_be_calibrated_is_said(call: Call, gold: str) -> None:
    assert "nowhere: the folder does not exist" in call("calibrate", "--gold", "nowhere", code=3)
    assert "typo.kgl: there is no graph here yet" in call(
        "calibrate", "--gold", gold, "--store", "typo.kgl", code=5
    )
    assert "--gold" in call("calibrate", code=2)
    for path in Path(gold).glob("statements_*"):
        lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        path.write_text("".join(f"{line[0]}\t\t{line[2]}\n" for line in lines), encoding="utf-8")
    said = call("calibrate", "--gold", gold, code=3)
    assert "gold: the labels name no priority" in said
    assert "policygraph label make PLAN --out FILE.xlsx" in said
    assert not Path("scoring").exists()


def test_a_scoring_folder_that_cannot_be_written_is_named(
    call: Call, gold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("POLICYGRAPH_SCORING_FOLDER", "taken")
    found = Calibrated(shipped_scoring(), (), ())
    monkeypatch.setattr("policygraph.calibrate.calibrate", lambda *_, **__: found)
    said = call("calibrate", "--gold", gold, code=2)
    assert f"taken/{open_encoder('policy-zh').fingerprint}.json: cannot write here" in said
    assert "Set scoring_folder" in said
    assert Path("taken").read_text("utf-8") == "a file"


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", "{}", '{"format": 99}', '{"format": 1, "tasks": null}', "\x00"]
)
def test_a_scoring_that_cannot_be_read_is_named(content: str, call: Call) -> None:
    path = Path("scoring") / f"{open_encoder('policy-zh').fingerprint}.json"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    before = scorings(call)
    said = call("link", code=2)
    assert f"{path}: this is no scoring of this version" in said
    assert "policygraph calibrate, or remove it" in said
    assert scorings(call) == before
    assert data(call("link", "--json", code=2))["error"]["where"] == str(path)


def test_applies_lists_what_is_not_asked_for(call: Call) -> None:
    rows = data(call("applies", NATION, "--json"))
    assert [(r["measure"], r["reason"], r["verdict"]) for r in rows] == [(FORUM, "own_event", "")]
    text = call("applies", NATION)
    assert "举办国际水务论坛" in text
    assert "上级自办的活动" in text
    assert "an event of the upper level" in call("applies", NATION, "--lang", "en")


def excuse(call: Call, measure: str, verdict: str, *options: str) -> Any:
    return data(call("review", "excuse", measure, "--as", verdict, *options, "--json"))


def test_an_excuse_is_made_listed_and_taken_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "zhou")

    def status() -> dict[str, str]:
        tasks = data(call("coverage", PROVINCE, "--json"))["tasks"]
        return {m["target"]: m["status"] for t in tasks for m in t["measures"]}

    before = status()
    made = excuse(call, WETLAND, "not_applicable", "--note", "各省另有安排")["after"]
    assert (made["verdict"], made["note"], made["reviewer"], made["plan"]) == (
        "not_applicable",
        "各省另有安排",
        "zhou",
        "",
    )
    (listed,) = [r for r in data(call("applies", NATION, "--json")) if r["measure"] == WETLAND]
    assert (listed["verdict"], listed["note"], listed["reviewer"], listed["plan"], listed["stands"]) == (
        "not_applicable",
        "各省另有安排",
        "zhou",
        "",
        "valid",
    )
    assert status()[WETLAND] == "not_applicable"
    excuse(call, FORUM, "applies", "--note", "我省承办分论坛", "--reviewer", "周")
    text = call("applies", NATION)
    for words in ("不适用", "适用", "各省另有安排", "我省承办分论坛", "周"):
        assert words in text
    assert status()[FORUM] == "gap"
    assert "not applicable" in call("applies", NATION, "--lang", "en")
    excuse(call, WETLAND, "none")
    assert "not applicable" not in call("applies", NATION, "--lang", "en")
    excuse(call, FORUM, "none")
    assert status() == before


def test_who_decides_has_to_be_named_where_the_system_knows_nobody(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    given = ("review", "excuse", WETLAND, "--as", "not_applicable", "--note", "各省另有安排")
    assert "the name of who takes it" in call(*given, code=3)
    assert data(call(*given, "--reviewer", "周", "--json"))["after"]["reviewer"] == "周"


def test_an_excuse_may_be_for_one_plan(call: Call) -> None:
    excuse(call, WETLAND, "not_applicable", "--note", "本省没有湿地", "--plan", PROVINCE)
    rows = data(call("applies", NATION, "--json"))
    assert [(r["measure"], r["plan"]) for r in rows] == [(WETLAND, PROVINCE), (FORUM, "")]

    def not_applicable(plan: str) -> set[str]:
        tasks = data(call("coverage", plan, "--json"))["tasks"]
        return {m["target"] for t in tasks for m in t["measures"] if m["status"] == "not_applicable"}

    assert WETLAND in not_applicable(PROVINCE)
    assert WETLAND not in not_applicable("x-lan-2030")
    assert "nobody decided" in call("review", "excuse", WETLAND, "--as", "none", code=4)
    rows = data(call("applies", NATION, "--json"))
    assert (WETLAND, PROVINCE) in [(r["measure"], r["plan"]) for r in rows]
    excuse(call, WETLAND, "none", "--plan", PROVINCE)
    assert WETLAND not in [r["measure"] for r in data(call("applies", NATION, "--json"))]


NOT_HERE = ("--as", "not_applicable")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((WETLAND, *NOT_HERE), 3, "an excuse needs a reason"),
        ((WETLAND, *NOT_HERE, "--note", " "), 3, "Write it with --note."),
        ((WETLAND, "--as", "applies"), 3, "an excuse needs a reason"),
        ((f"{NATION}.9#9", *NOT_HERE, "--note", "无"), 4, f"there is no measure '{NATION}.9#9'"),
        ((f"{NATION}.2", *NOT_HERE, "--note", "无"), 3, "is no measure"),
        (
            (f"{NATION}.2#0", *NOT_HERE, "--note", "无"),
            3,
            "is no measure that plans below are asked to carry",
        ),
        (
            (WETLAND, *NOT_HERE, "--note", "无", "--plan", "x-nowhere-2030"),
            4,
            "there is no plan 'x-nowhere-2030'",
        ),
        ((WETLAND, "--as", "absent", "--note", "无"), 2, "absent"),
        ((), 2, "MEASURE"),
    ],
)
def test_an_excuse_that_cannot_be_changes_nothing(
    arguments: tuple[str, ...], code: int, said: str, call: Call
) -> None:
    assert said in call("review", "excuse", *arguments, code=code)
    assert data(call("query", "excuses", "--json")) == []
    assert data(call("query", "decisions", "--json")) == []


def test_applies_names_a_plan_that_is_not_there(call: Call) -> None:
    assert "there is no plan 'x-nowhere-2030'" in call("applies", "x-nowhere-2030", code=4)
    assert "UPPER" in call("applies", code=2)


def test_excuses_count_in_scores(call: Call, gold: str) -> None:
    """A measure that the labels call covered is missed once a person excuses plans from it."""
    before = data(call("evaluate", "--gold", gold, "--json"))[-1]["addressed"]["recall"]
    excuse(call, f"{NATION}.1#1", "not_applicable", "--note", "试")
    assert data(call("evaluate", "--gold", gold, "--json"))[-1]["addressed"]["recall"] < before


def test_evaluate_writes_a_page_beside_its_table(call: Call, sample_file: Path, tmp_path: Path) -> None:
    sample_gold(tmp_path / "gold")
    sample = ("evaluate", "--gold", "gold", "--store", str(sample_file))
    text = call(*sample, "--html", "e.html")
    assert "已写出 e.html" in text
    assert "x-qinglan-2025" in text
    assert "95% 自助法（重抽样 1000 次）" in text
    page = html.parse("e.html").getroot()
    assert page.get("lang") == "zh-CN"
    assert len(page.xpath("//section[@id='missed']//tbody/tr")) == 4
    answer = data(call(*sample, "--html", "e.html", "--errors", "1", "--lang", "en", "--json"))
    page = html.parse("e.html").getroot()
    assert page.get("lang") == "en"
    assert [len(page.xpath(f"//section[@id='{name}']//tbody/tr")) for name in ("wrong", "missed", "coverage", "unread")] == [1] * 4  # fmt: skip
    assert f"{answer[-1]['link']['f1']:.3f}" in page.xpath("string(//table[@class='scores'])")
    assert answer[-1]["intervals"]["link.f1"]["low"] <= answer[-1]["link"]["f1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e.html", "gold", "graph.kgl"]


def test_a_page_that_cannot_be_written_is_named(call: Call, gold: str) -> None:
    Path("folder").mkdir()
    Path("file").write_text("kept", encoding="utf-8")
    for path in ("nowhere/e.html", "folder", "file/e.html"):
        said = call("evaluate", "--gold", gold, "--html", path, code=3)
        assert f"{path}: " in said
        assert "--html FILE" in said
        assert (
            data(call("evaluate", "--gold", gold, "--html", path, "--json", code=3))["error"]["where"] == path
        )
    assert not Path("nowhere").exists()
    assert list(Path("folder").iterdir()) == []
    assert Path("file").read_text("utf-8") == "kept"
    said = call("evaluate", "parsing", "--gold", gold, "--html", "e.html", code=3)
    assert "--html is not for evaluate parsing" in said
    call("evaluate", "--gold", gold, "--html", "e.html", "--errors", "-1", code=2)
    call("evaluate", "--gold", "nowhere", "--html", "e.html", code=3)
    assert not Path("e.html").exists()


def test_help_is_in_both_languages(call: Call) -> None:
    for command in ("calibrate", "applies", "evaluate"):
        text = call(command, "--help")
        assert f"policygraph {command}" in text
        assert " · " in text
