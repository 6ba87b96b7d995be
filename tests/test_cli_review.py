"""policygraph review: the whole flow by the command line; tables, JSON and errors."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from policygraph.cli import main
from policygraph.render_review import difference
from tests.plans import MANIFEST, write_plans
from tests.plans import PROVINCE as PROVINCE_TEXT

Call = Callable[..., str]
NATION, PROVINCE, CITY = "000000-2030", "x-jing-2030", "x-lan-2030"
WETLAND, FORUM = f"{NATION}.2#2", f"{NATION}.3#1"
READING = ("list", "show", "history", "excuses", "export")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plans of tests.plans, linked; the file is closed."""
    folder = tmp_path_factory.mktemp("small")
    with open_store(str(folder / "graph.kgl")) as store:
        jobs.build(store, jobs.read(write_plans(folder / "plans")), open_encoder("policy-zh"))
    return folder / "graph.kgl"


@pytest.fixture
def call(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """A command in a folder of its own, on a copy of the graph."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(built, tmp_path / "graph.kgl")
    for name, value in (
        ("STORE", "graph.kgl"),
        ("SCORING_FOLDER", "scoring"),
        ("VECTOR_CACHE", ""),
        ("REVIEWER", "周"),
    ):
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


def review(call: Call, *arguments: str) -> Any:
    return data(call("review", *arguments, "--json"))


def evidence(call: Call) -> Any:
    """The match that covers a measure of the nation best."""
    found = review(call, "list", PROVINCE, "--upper", NATION, "--kind", "matches", "--deciding")["links"]
    return max(found, key=lambda link: link["score"])


def ends(link: Any) -> tuple[str, str]:
    return link["source"], link["target"]


def status(call: Call, measure: str, *options: str) -> str:
    tasks = data(call("coverage", PROVINCE, *options, "--json"))["tasks"]
    return next(str(m["status"]) for t in tasks for m in t["measures"] if m["target"] == measure)


def decisions(call: Call) -> list[Any]:
    found: list[Any] = review(call, "history")["decisions"]
    return found


def change(call: Call, tmp_path: Path, link: Any) -> None:
    """Build again from a province whose words of ``link`` are others."""
    text = PROVINCE_TEXT.replace(link["source_text"], link["source_text"] + "并加强宣传")
    call("build", str(write_plans(tmp_path / "changed", province=text)))


def test_links_are_listed_by_filter_and_order(call: Call) -> None:
    everything = review(call, "list", "--limit", "1000")
    assert len(everything["links"]) == everything["total"] > 20
    assert len(review(call, "list")["links"]) == 20
    some = review(
        call, "list", PROVINCE, "--upper", NATION, "--kind", "matches", "--least", "0.3", "--most", "0.9"
    )
    assert some["total"]
    for link in some["links"]:
        assert (link["type"], link["plan"], link["upper"]) == ("MATCHES", PROVINCE, NATION)
        assert 0.3 <= link["confidence"] <= 0.9
    nearest = [abs(link["confidence"] - 0.5) for link in everything["links"]]
    assert nearest == sorted(nearest)
    first = review(call, "list", "--order", "consequential", "--limit", "1")["links"][0]
    assert first["decides"]
    tasks = review(call, "list", PROVINCE, "--kind", "tasks", "--kind", "measures", "--order", "plan")
    assert {link["type"] for link in tasks["links"]} == {"IMPLEMENTS"}
    assert review(call, "list", "--priority", f"{NATION}.2", "--text", "湿地", "--kind", "matches")["total"]
    by_source = review(call, "list", "--source", first["source"], "--relation", first["relation"])["links"]
    assert {link["source"] for link in by_source} == {first["source"]}
    assert review(call, "list", "--by", "吴")["total"] == 0
    text = call("review", "list", "--limit", "2", "--lang", "en")
    assert f"2 of {everything['total']} shown" in text
    assert "proposed" in text
    assert "没有符合条件的关联" in call("review", "list", "--state", "suspect")


def test_a_link_is_accepted_corrected_taken_back_and_kept_in_the_log(call: Call) -> None:
    link = evidence(call)
    both = f"{link['source']}~{link['target']}"
    assert status(call, link["target"]) == "covered"
    assert status(call, link["target"], "--accepted") == "gap"
    made = review(
        call, "accept", *ends(link), "--relation", "equal", "--note", "一致", "--if-match", link["token"]
    )
    (entry,), (said,) = made["decisions"], made["links"]
    assert (entry["verdict"], entry["reviewer"], entry["note"]) == ("accepted", "周", "一致")
    assert (said["source_text"], said["target_text"]) == (link["source_text"], link["target_text"])
    assert (said["before"]["state"], said["after"]["state"]) == ("proposed", "accepted")
    assert said["token"] == review(call, "show", both)["token"] != link["token"]
    assert status(call, link["target"], "--accepted") == "covered"
    text = call("review", "accept", both, "--covers", "partly", "--reviewer", "吴", "--lang", "en")
    assert link["source_text"] in text
    assert link["target_text"] in text
    assert "accepted · 周" in text
    assert "accepted · partly · 吴" in text
    assert status(call, link["target"], "--accepted") == "partial"
    assert "accepted · partly · 吴" in call("coverage", PROVINCE, "--lang", "en")
    call("review", "reject", both, "--note", "不是同一件事")
    assert review(call, "list", "--state", "rejected")["links"][0]["note"] == "不是同一件事"
    call("review", "undo", both)
    assert review(call, "show", both)["link"]["covers"] == "partly"
    call("review", "correct", both, "--relation", "broader")
    call("review", "withdraw", both)
    assert review(call, "show", both)["link"]["state"] == "proposed"
    verdicts = [e["verdict"] for e in review(call, "history", both)["decisions"]]
    assert verdicts == ["accepted", "accepted", "rejected", "accepted", "accepted", "proposed"]
    assert review(call, "history", link["target"])["total"] == 6
    assert review(call, "history", "--plan", PROVINCE, "--upper", NATION)["total"] == 6
    assert review(call, "history", "--plan", CITY)["total"] == 0
    shown = call("review", "history", both, "--limit", "2", "--lang", "en")
    assert "2 of 6 shown" in shown
    assert "taken back" in shown
    assert "没有决定记录" in call("review", "history", "--plan", CITY)


def test_a_link_is_added_by_hand_and_moved_to_the_right_target(call: Call) -> None:
    tasks = review(call, "list", PROVINCE, "--upper", NATION, "--kind", "tasks", "--order", "plan")["links"]
    wrong = tasks[0]
    right = f"{NATION}.3"
    assert right not in {t["target"] for t in tasks if t["source"] == wrong["source"]}
    moved = review(call, "correct", *ends(wrong), "--to", right, "--relation", "narrower")
    assert [d["verdict"] for d in moved["decisions"]] == ["rejected", "accepted"]
    assert [said["target"] for said in moved["links"]] == [wrong["target"], right]
    assert moved["links"][1]["before"] is None
    assert moved["links"][1]["after"]["method"] == "human"
    shown = call("show", wrong["source"], "--lang", "en")
    assert "accepted · made by hand · 周" in shown
    assert "rejected · 周" in shown
    for _ in range(3):
        call("link", "--force")
    explained = call("explain", wrong["source"], right, "--lang", "en")
    assert "human, accepted" in explained
    assert "周" in explained
    assert "rank 0" not in explained
    call("review", "withdraw", wrong["source"], right)
    assert "made by hand" in call("review", "add", wrong["source"], right, "--note", "同一项", "--lang", "en")
    link = evidence(call)
    assert "links" in call("review", "add", *ends(link), code=3)


def test_other_words_make_a_decision_suspect_until_it_is_cleared(call: Call, tmp_path: Path) -> None:
    link = evidence(call)
    call("review", "accept", *ends(link))
    change(call, tmp_path, link)
    (suspect,) = review(call, "list", "--state", "suspect")["links"]
    assert (suspect["source_seen"], suspect["source_text"]) == (
        link["source_text"],
        link["source_text"] + "并加强宣传",
    )
    text = call("review", "show", *ends(link), "--lang", "en")
    assert link["source_text"] + "{+并加强宣传+}" in text
    assert "words changed, to be cleared" in text
    for command in (("coverage", PROVINCE), ("explain", *ends(link))):
        assert "words changed, to be cleared" in call(*command, "--lang", "en")
    assert status(call, link["target"], "--accepted") == "gap"
    assert link["token"] != suspect["token"]
    assert "no longer what you saw" in call(
        "review", "clear", *ends(link), "--if-match", link["token"], code=9
    )
    cleared = review(call, "clear", *ends(link), "--note", "仍然成立", "--if-match", suspect["token"])
    assert (cleared["links"][0]["before"]["suspect"], cleared["links"][0]["after"]["suspect"]) == (
        True,
        False,
    )
    assert status(call, link["target"], "--accepted") == "covered"
    assert "not suspect" in call("review", "clear", *ends(link), code=3)


def test_a_stale_write_is_refused_and_nothing_is_lost(call: Call) -> None:
    link = evidence(call)
    call("review", "accept", *ends(link), "--if-match", link["token"])
    said = call("review", "reject", *ends(link), "--if-match", link["token"], "--reviewer", "吴", code=9)
    assert "周 decided accepted" in said
    problem = data(call("review", "reject", *ends(link), "--if-match", link["token"], "--json", code=9))[
        "error"
    ]
    assert problem["code"] == "stale"
    assert problem["remedy"]
    assert "stale" in call("review", "reject", *ends(link), "--if-match", "", "--json", code=9)
    assert [(d["reviewer"], d["verdict"]) for d in decisions(call)] == [("周", "accepted")]


def test_bulk_shows_what_will_change_and_writes_only_when_told(call: Call) -> None:
    wanted = ("bulk", "accept", PROVINCE, "--upper", NATION, "--kind", "matches", "--least", "0.5")
    shown = review(call, *wanted)
    assert shown["total"] == len(shown["links"]) > 1
    assert (shown["written"], shown["decisions"]) == (False, [])
    gained = [c for c in shown["statuses"] if (c["mode"], c["before"]) == ("accepted", "gap")]
    assert gained
    text = call("review", *wanted, "--limit", "1", "--lang", "en")
    assert f"1 of {shown['total']} shown" in text
    assert shown["token"] in text
    assert "Nothing is written yet" in text
    assert "accepted links only" in text
    assert decisions(call) == []
    first = shown["links"][0]
    call("review", "reject", *ends(first))
    assert "not those of the preview" in call("review", *wanted, "--token", shown["token"], code=9)
    assert len(decisions(call)) == 1
    again = (*wanted, "--state", "proposed", "--note", "成批")
    before = {
        c["target"]
        for t in data(call("coverage", PROVINCE, "--accepted", "--json"))["tasks"]
        for c in t["measures"]
        if c["status"] != "gap"
    }
    token = review(call, *again)["token"]
    done = review(call, *again, "--token", token)
    assert (done["written"], len(done["decisions"])) == (True, shown["total"] - 1)
    assert {d["note"] for d in done["decisions"]} == {"成批"}
    assert len({d["batch"] for d in done["decisions"]}) == 1
    after = {
        c["target"]
        for t in data(call("coverage", PROVINCE, "--accepted", "--json"))["tasks"]
        for c in t["measures"]
        if c["status"] != "gap"
    }
    promised = sum(c["measures"] for c in done["statuses"] if c["mode"] == "accepted")
    assert len(after - before) == promised
    assert review(call, "show", *ends(first))["link"]["state"] == "rejected"
    assert "没有需要改变的关联" in call("review", *again)
    assert "Recorded for 吴" in call(
        "review", "bulk", "withdraw", "--state", "accepted", "--yes", "--reviewer", "吴", "--lang", "en"
    )
    assert review(call, "list", "--state", "accepted")["total"] == 0


def test_excused_measures_are_shown_apart_from_gaps_and_never_hidden(call: Call) -> None:
    made = review(
        call, "excuse", WETLAND, "--as", "delegated", "--plan", PROVINCE, "--to", CITY, "--note", "由市里承担"
    )
    assert (made["before"], made["after"]["to"], made["after"]["stands"]) == (None, CITY, "valid")
    assert made["text"] == "恢复湿地面积50万亩"
    found = data(call("gaps", PROVINCE, "--json"))
    assert (found["plan"], found["upper"], found["mode"], found["least"]) == (PROVINCE, NATION, "all", 0.0)
    assert WETLAND not in {g["target"] for g in found["gaps"]}
    assert [(e["measure"], e["stands"], e["reviewer"]) for e in found["excused"]] == [
        (WETLAND, "valid", "周")
    ]
    text = call("gaps", PROVINCE, "--lang", "en")
    for words in ("is excused from", "delegated to x-lan-2030", "由市里承担", "周", "stands"):
        assert words in text
    said = call("coverage", PROVINCE, "--lang", "en")
    assert "delegated to x-lan-2030 · 周" in said
    for year, stands in (("2031", "stands"), ("2030", "due now")):
        call(
            "review",
            "excuse",
            WETLAND,
            "--as",
            "deferred",
            "--plan",
            PROVINCE,
            "--to",
            year,
            "--note",
            "分年实施",
        )
        assert stands in call("gaps", PROVINCE, "--lang", "en")
        assert stands in call("review", "excuses", NATION, "--lang", "en")
    assert "due now" in call("coverage", PROVINCE, "--lang", "en")
    call(
        "review",
        "excuse",
        WETLAND,
        "--as",
        "not_applicable",
        "--plan",
        PROVINCE,
        "--note",
        "暂不适用",
        "--until",
        "2020-12-31",
    )
    assert "expired" in call("gaps", PROVINCE, "--lang", "en")
    assert "2020-12-31" in call("review", "excuses", "--lang", "en")
    assert review(call, "history", PROVINCE, WETLAND)["total"] == 4
    text = call("review", "excuse", WETLAND, "--as", "none", "--plan", PROVINCE, "--lang", "en")
    assert "taken back" in text
    assert review(call, "excuses") == []
    assert data(call("gaps", PROVINCE, "--json"))["excused"] == []


def test_excused_measures_are_shown_where_there_are_no_gaps(call: Call) -> None:
    for gap in data(call("gaps", PROVINCE, "--json"))["gaps"]:
        call("review", "excuse", gap["target"], "--as", "not_applicable", "--note", "不适用于本省")
    text = call("gaps", PROVINCE)
    assert "没有缺口。 计入：全部提议，置信度不低于 0.00" in text
    assert "不适用于本省" in text


def test_an_excuse_on_other_words_is_confirmed(call: Call, tmp_path: Path) -> None:
    from tests.plans import NATION as NATION_TEXT

    call("review", "excuse", WETLAND, "--as", "not_applicable", "--note", "各省另有安排")
    assert "not suspect" in call("review", "excuse", WETLAND, "--clear", code=3)
    text = NATION_TEXT.replace("恢复湿地面积50万亩", "恢复湿地面积60万亩")
    call("build", str(write_plans(tmp_path / "changed", nation=text)))
    shown = call("review", "excuses", "--lang", "en")
    assert "恢复湿地面积[-50-]{+60+}万亩" in shown
    assert "words changed, to be cleared" in shown
    assert "words changed, to be cleared" in call("gaps", PROVINCE, "--lang", "en")
    cleared = review(call, "excuse", WETLAND, "--clear", "--reviewer", "吴")
    assert (cleared["before"]["stands"], cleared["after"]["stands"]) == ("suspect", "valid")
    assert cleared["after"]["note"] == "各省另有安排"
    stale = ("--if-match", "0123456789abcdef")
    assert "no longer" in call("review", "excuse", WETLAND, "--as", "none", *stale, code=9)


def test_every_answer_says_what_it_counted(call: Call) -> None:
    for command in (("coverage",), ("coverage", PROVINCE), ("gaps", PROVINCE), ("unaligned", PROVINCE)):
        assert "Counted: all proposals, confidence from 0.00" in call(*command, "--lang", "en")
        assert "Counted: all proposals, confidence from 0.60" in call(
            *command, "--least", "0.6", "--lang", "en"
        )
        assert "Counted: accepted links only" in call(*command, "--accepted", "--lang", "en")
        found = data(call(*command, "--accepted", "--least", "0.6", "--json"))
        assert (found["mode"], found["least"]) == ("accepted", 0.6)
        assert "is no confidence" in call(*command, "--least", "1.5", code=3)
    every = data(call("unaligned", PROVINCE, "--accepted", "--json"))
    assert len(every["unaligned"]) > len(data(call("unaligned", PROVINCE, "--json"))["unaligned"])
    assert len(data(call("gaps", PROVINCE, "--accepted", "--json"))["gaps"]) > len(
        data(call("gaps", PROVINCE, "--json"))["gaps"]
    )


def test_decisions_travel_as_often_as_one_likes(call: Call, tmp_path: Path) -> None:
    link = evidence(call)
    call("review", "accept", *ends(link), "--covers", "partly")
    call("review", "reject", *ends(link))
    call("review", "undo", *ends(link))
    call("review", "excuse", WETLAND, "--as", "not_applicable", "--note", "各省另有安排")
    assert data(call("review", "export", "--out", "log.jsonl", "--json")) == {"log.jsonl": 4}
    assert "4 条决定" in call("review", "export", "--out", "log.jsonl")
    assert call("review", "export", "--out", "-") == Path("log.jsonl").read_text("utf-8")
    assert not list(tmp_path.glob("*.partial"))
    assert review(call, "import", "log.jsonl") == {
        "added": 0,
        "known": 4,
        "moved": 0,
        "suspect": 0,
        "closed": 0,
    }
    # Another order of files, and a heading more above: other ids for the same words.
    parts = MANIFEST.split("[[plan]]")
    manifest = "[[plan]]".join([parts[0], *reversed(parts[1:])])
    longer = PROVINCE_TEXT.replace(
        "一、夯实", "一、完善水务规划\\n编制水务规划。\\n一、夯实".replace("\\n", "\n"), 1
    )
    other = ("--store", "other.kgl")
    call("build", str(write_plans(tmp_path / "other", manifest=manifest, province=longer)), *other)
    first = data(call("review", "import", "log.jsonl", *other, "--json"))
    assert (first["added"], first["known"], first["suspect"], first["closed"]) == (4, 0, 0, 0)
    assert first["moved"] == 3
    assert data(call("review", "import", "log.jsonl", *other, "--json"))["added"] == 0
    (there,) = data(call("review", "list", "--state", "accepted", *other, "--json"))["links"]
    assert there["source"] != link["source"]
    assert (there["source_text"], there["target_text"], there["covers"]) == (
        link["source_text"], link["target_text"], "partly",
    )  # fmt: skip
    both = f"{there['source']}~{there['target']}"
    found = data(call("review", "history", both, *other, "--json"))["decisions"]
    assert [e["verdict"] for e in found] == ["accepted", "rejected", "accepted"]
    assert "4 known" not in call("review", "import", "log.jsonl", *other)
    assert data(call("review", "excuses", *other, "--json"))[0]["stands"] == "valid"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: [*lines[:1], lines[1][:40]], "bad.jsonl, line 2: this is no JSON"),
        (lambda lines: [lines[0], "[]", lines[1]], "bad.jsonl, line 2: this is no decision"),
        (lambda lines: [*lines, lines[1].replace('"accepted"', '"adored"')], "bad.jsonl, line 3: "),
        (
            lambda lines: [lines[0].replace('"current": false', '"current": 0')],
            "bad.jsonl, line 1: current is not",
        ),
    ],
)
def test_a_damaged_file_is_named_by_its_line_and_nothing_is_written(
    damage: Callable[[list[str]], list[str]], said: str, call: Call
) -> None:
    link = evidence(call)
    call("review", "reject", *ends(link))
    call("review", "accept", *ends(link))
    lines = call("review", "export", "--out", "-").splitlines()
    Path("bad.jsonl").write_text("\n".join(damage(lines)) + "\n", encoding="utf-8")
    shutil.copy("graph.kgl", "empty.kgl")
    before = decisions(call)
    assert said in call("review", "import", "bad.jsonl", code=3)
    assert decisions(call) == before


def test_files_that_cannot_be_are_named(call: Call) -> None:
    assert "nowhere.jsonl: cannot be read" in call("review", "import", "nowhere.jsonl", code=3)
    Path("zip.jsonl").write_bytes(b"PK\x03\x04\xff\xfe")
    assert "zip.jsonl: this is no UTF-8" in call("review", "import", "zip.jsonl", code=3)
    assert "nowhere/log.jsonl: cannot write here" in call(
        "review", "export", "--out", "nowhere/log.jsonl", code=3
    )
    Path("folder").mkdir()
    assert "folder: this is no file" in call("review", "export", "--out", "folder", code=3)


@pytest.mark.parametrize(
    "command",
    [
        ("list",), ("show", "a.1", "b.1"), ("history",), ("excuses",), ("export", "--out", "-"), ("accept", "a.1", "b.1"),
        ("undo", "a.1", "b.1"), ("bulk", "accept", "--yes"), ("excuse", WETLAND, "--as", "none"), ("import", "log.jsonl"),
    ],
)  # fmt: skip
def test_a_store_that_is_not_there_is_not_made(command: tuple[str, ...], call: Call) -> None:
    Path("log.jsonl").write_text("", encoding="utf-8")
    assert "there is no graph here yet" in call("review", *command, "--store", "typo.kgl", code=5)
    assert not Path("typo.kgl").exists()


def test_what_cannot_be_decided_says_why_and_changes_nothing(call: Call) -> None:
    source, target = ends(evidence(call))
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (("accept", source), 3, "a link has two ends"),
        (("accept", "x-jing-2030.9#9", target), 4, "there is no measure"),
        (("reject", source, f"{NATION}.99"), 4, "there is no task"),
        (("correct", source, target), 3, "nothing is corrected"),
        (("withdraw", source, target), 4, "nobody decided"),
        (("undo", source, target), 4, "nobody decided"),
        (("clear", source, target), 4, "nobody decided"),
        (("accept", source, target, "--relation", "alike"), 2, "alike"),
        (("accept", source, target, "--reviewer", " "), 3, "name of who"),
        (("list", "x-nowhere-2030"), 4, "there is no plan"),
        (("list", "--kind", "words"), 3, "there are no links of kind 'words'"),
        (("list", "--least", "0.9", "--most", "0.1"), 3, "is no range of confidence"),
        (("excuses", "x-nowhere-2030"), 4, "there is no plan"),
        (("excuse", WETLAND), 3, "decided or confirmed"),
        (("excuse", WETLAND, "--clear", "--as", "none"), 3, "decided or confirmed"),
        (("excuse", WETLAND, "--as", "deferred", "--to", "soon", "--note", "无"), 3, "is no year"),
        (("excuse", WETLAND, "--as", "not_applicable", "--until", "2031-02-30", "--note", "无"), 3, "is no day"),
    ]  # fmt: skip
    for arguments, code, said in cases:
        assert said in call("review", *arguments, code=code), arguments
    assert decisions(call) == []


def test_who_decides_is_told_set_or_the_user(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    link = evidence(call)
    monkeypatch.delenv("POLICYGRAPH_REVIEWER")
    monkeypatch.setenv("LOGNAME", "zhou")
    call("review", "accept", *ends(link))
    monkeypatch.setenv("POLICYGRAPH_REVIEWER", "吴")
    call("review", "accept", *ends(link))
    call("review", "accept", *ends(link), "--reviewer", "郑")
    assert [d["reviewer"] for d in decisions(call)] == ["zhou", "吴", "郑"]

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.delenv("POLICYGRAPH_REVIEWER")
    monkeypatch.setattr("getpass.getuser", nobody)
    assert "name of who takes it" in call("review", "accept", *ends(link), code=3)


def test_a_difference_takes_words_and_figures_whole() -> None:
    assert difference("漏损率降至8.9%", "漏损率降至8.5%以内").plain == "漏损率降至[-8.9%-]{+8.5%以内+}"
    assert difference("同样", "同样").plain == "同样"


def test_help_is_in_both_languages(call: Call) -> None:
    text = call("review", "--help")
    for command in ("list", "show", "accept", "reject", "add", "correct", "clear", "withdraw", "undo", "bulk", "excuse",
                    "excuses", "history", "export", "import"):  # fmt: skip
        assert command in text
        assert f"policygraph review {command}" in call("review", command, "--help")
