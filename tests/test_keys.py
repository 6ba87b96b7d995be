"""Keys: made once, kept as hashes, ended by a day or a person; and the commands that do so."""

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from graph.errors import InputError, NotFoundError, SettingsError
from policygraph.access import check_access
from policygraph.audit import Audit
from policygraph.cli import main
from policygraph.keys import KeyFile, KeysError
from policygraph.scopes import SCOPES, Scope, closed
from policygraph.settings import Settings
from review.rules import today

Call = Callable[..., str]


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYGRAPH_KEYS_FILE", "keys.json")
    monkeypatch.setenv("POLICYGRAPH_AUDIT_LOG", "audit.jsonl")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.err
        return printed.out if code == 0 else printed.err

    return run


@pytest.mark.parametrize(
    ("scope", "brings"),
    [
        ("read", {"read"}),
        ("review", {"read", "review"}),
        ("ingest", {"read", "ingest"}),
        ("admin", set(SCOPES)),
    ],
)
def test_scopes_bring_others_along(scope: Scope, brings: set[str]) -> None:
    assert closed([scope]) == brings


def test_a_key_is_found_by_what_was_shown_and_nothing_of_that_is_kept(file: KeyFile) -> None:
    made, token = file.add("  周  敏 ", ["review", "read"])
    assert token.startswith(f"pgk_{made.id}_")
    assert (made.name, made.scopes, made.state) == ("周 敏", ("read", "review"), "valid")
    assert KeyFile(file.path).find(token) == made
    secret = token.rpartition("_")[2]
    assert secret not in file.path.read_text("utf-8")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [p.name for p in file.path.parent.iterdir() if p.name.endswith(".partial")] == []


@pytest.mark.parametrize("change", ["", "x", "pgk_00000000_" + "0" * 64, "pgk_é", "\ud800"])
def test_what_is_no_key_is_not_found(file: KeyFile, change: str) -> None:
    file.add("周", ["read"])
    assert file.find(change) is None


def test_one_letter_makes_another_key(file: KeyFile) -> None:
    _, token = file.add("周", ["read"])
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert file.find(other) is None
    assert file.find(token + " ") is None
    assert file.find(token.upper()) is None


def test_a_key_that_is_revoked_elsewhere_ends_here_at_once(file: KeyFile) -> None:
    made, token = file.add("周", ["read"])
    found = file.find(token)
    assert found is not None
    assert found.state == "valid"
    ended = KeyFile(file.path).revoke(made.id)
    again = file.find(token)
    assert again is not None
    assert again.state == "revoked"
    assert KeyFile(file.path).revoke(made.id).revoked == ended.revoked
    with pytest.raises(NotFoundError):
        file.revoke("00000000")


def test_a_key_ends_after_its_last_day(file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    last = today().replace(year=today().year + 1, day=1)
    _, token = file.add("周", ["read"], last.isoformat())
    for day, state in [(last, "valid"), (last.replace(day=2), "expired")]:
        monkeypatch.setattr("policygraph.keys.today", lambda day=day: day)
        found = file.find(token)
        assert found is not None
        assert found.state == state


@pytest.mark.parametrize(
    ("name", "scopes", "expires"),
    [
        ("", ["read"], ""), ("   ", ["read"], ""), ("a" * 101, ["read"], ""), ("a\x1bb", ["read"], ""),
        ("周", [], ""), ("周", ["read"], "2027-13-01"), ("周", ["read"], "1999-01-01"),
    ],
)  # fmt: skip
def test_what_makes_no_key_is_said(file: KeyFile, name: str, scopes: list[Scope], expires: str) -> None:
    with pytest.raises(InputError) as refused:
        file.add(name, scopes, expires)
    assert refused.value.remedy
    assert not file.path.exists()


def test_keys_that_are_made_at_once_are_all_kept(file: KeyFile) -> None:
    def make(number: int) -> str:
        return KeyFile(file.path).add(f"tool {number}", ["read"])[1]

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(make, range(24)))
    assert all(file.find(token) for token in tokens)
    assert len(file.keys) == 24


def test_a_file_that_is_being_changed_is_not_changed_by_others(
    file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add("周", ["read"])
    monkeypatch.setattr("policygraph.keys.PATIENCE_S", 0.0)
    with FileLock(f"{file.path}.lock"), pytest.raises(KeysError, match="another process"):
        file.add("李", ["read"])
    assert [key.name for key in file.keys] == ["周"]


def test_a_place_where_no_file_can_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysError) as refused:
        KeyFile(tmp_path / "file" / "keys.json").add("周", ["read"])
    assert refused.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff", b'{"version": 2, "secret": "00", "keys": []}',
        b'{"version": 1, "secret": "00", "keys": []}',
        b'{"version": 1, "secret": "' + b"00" * 32 + b'", "keys": [{"id": "a"}]}',
    ],
)  # fmt: skip
def test_a_damaged_file_opens_nothing(file: KeyFile, content: bytes) -> None:
    file.path.write_bytes(content)
    file.path.chmod(0o600)
    with pytest.raises(KeysError) as refused:
        file.find("pgk_00000000_" + "0" * 64)
    assert refused.value.remedy


def test_a_file_that_others_can_read_opens_nothing(file: KeyFile) -> None:
    file.add("周", ["read"])
    file.path.chmod(0o644)
    with pytest.raises(KeysError, match="chmod 600"):
        _ = KeyFile(file.path).keys


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a file has no owner and group of this kind")
def test_the_file_stays_open_to_whom_it_was(file: KeyFile) -> None:
    file.add("周", ["read"])
    file.path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file.path, 12_345, 12_346)
    before = file.path.stat()
    made, _ = file.add("王", ["read"])
    file.revoke(made.id)
    after = file.path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_a_failed_write_leaves_the_keys_as_they_were(file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = file.add("周", ["read"])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeysError, match="No space left"):
        file.add("李", ["read"])
    assert file.find(token)
    assert len(file.keys) == 1


def test_the_commands_make_list_and_revoke(call: Call, tmp_path: Path) -> None:
    assert json.loads(call("keys", "list", "--json")) == []
    text = call("keys", "add", "周敏", "--scope", "review", "--scope", "ingest", "--expires", "2999-01-01")
    token = text.strip().splitlines()[-1]
    found = KeyFile(tmp_path / "keys.json").find(token)
    assert found is not None
    assert (found.name, found.scopes, found.expires) == ("周敏", ("review", "ingest"), "2999-01-01")
    made = json.loads(call("keys", "add", "nightly", "--scope", "read", "--json"))
    assert made["key"].startswith("pgk_")
    assert "sha256" not in made
    table = call("keys", "list")
    assert "周敏" in table
    assert "有效" in table
    assert "valid" in call("keys", "list", "--lang", "en")
    assert token not in table
    assert made["id"] in call("keys", "revoke", made["id"])
    states = {k["name"]: k["state"] for k in json.loads(call("keys", "list", "--json"))}
    assert states == {"周敏": "valid", "nightly": "revoked"}
    assert "keys list" in call("keys", "revoke", "ffffffff", code=4)
    log = Audit(str(tmp_path / "audit.jsonl")).last(10)
    assert [(e["event"], e["name"], e["way"]) for e in log] == [
        ("key-revoked", "nightly", "cli"), ("key-added", "nightly", "cli"), ("key-added", "周敏", "cli"),
    ]  # fmt: skip
    assert token.rpartition("_")[2] not in (tmp_path / "audit.jsonl").read_text("utf-8")


def test_a_second_key_of_a_name_is_refused_or_takes_the_place_of_the_first(
    call: Call, tmp_path: Path
) -> None:
    first = json.loads(call("keys", "add", "周 敏", "--scope", "read", "--json"))
    said = call("keys", "add", " 周  敏 ", "--scope", "review", code=3)
    assert f"周 敏 已有密钥：{first['id']}" in said
    assert "--replace" in said
    file = KeyFile(tmp_path / "keys.json")
    assert len(file.keys) == 1
    second = json.loads(call("keys", "add", "周 敏", "--scope", "review", "--replace", "--json"))
    assert second["replaced"] == [first["id"]]
    assert {k.id: k.state for k in file.keys} == {first["id"]: "revoked", second["id"]: "valid"}
    log = Audit(str(tmp_path / "audit.jsonl")).last(2)
    assert [(e["event"], e["id"]) for e in log] == [("key-added", second["id"]), ("key-revoked", first["id"])]
    assert second["id"] in call("keys", "add", "周 敏", "--scope", "read", "--replace")
    call("keys", "revoke", next(k.id for k in file.keys if k.state == "valid"))
    call("keys", "add", "周 敏", "--scope", "read")


def test_the_commands_need_a_file_and_a_scope(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    call("keys", "add", "周", code=2)
    assert "ingest" in call("keys", "add", "周", "--scope", "root", code=3)
    monkeypatch.delenv("POLICYGRAPH_KEYS_FILE")
    assert "keys_file" in call("keys", "list", code=2)


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({}, None),
        ({"host": "::1"}, None),
        ({"host": "localhost"}, None),
        ({"host": "0.0.0.0"}, "keys add"),
        ({"host": ""}, "keys add"),
        ({"host": "10.1.2.3"}, "keys add"),
        ({"host": "0.0.0.0", "proxy_user_header": "X-Remote-User"}, "both"),
        ({"host": "0.0.0.0", "trusted_proxies": ["10.0.0.1"]}, "both"),
        ({"host": "0.0.0.0", "proxy_user_header": "X-Remote-User", "trusted_proxies": ["10.0.0.0/8"]}, None),
        ({"keys_file": "ended.json"}, "no key is valid"),
        ({"host": "0.0.0.0", "keys_file": "ended.json"}, "no key is valid"),
        ({"host": "0.0.0.0", "keys_file": "valid.json"}, None),
    ],
)
def test_others_get_in_by_a_key_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], refused: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    KeyFile("valid.json").add("周", ["read"])
    ended = KeyFile("ended.json")
    ended.revoke(ended.add("周", ["read"])[0].id)
    if refused is None:
        check_access(Settings(**settings))
        return
    with pytest.raises(SettingsError, match=refused):
        check_access(Settings(**settings))


def test_the_record_is_read_newest_first_whatever_its_length(tmp_path: Path) -> None:
    from policygraph.audit import Asker

    audit = Audit(str(tmp_path / "audit.jsonl"))
    assert audit.last(5) == []
    for number in range(300):
        audit.event(Asker("key", "周"), "decision", number=number, text="字" * 400)
    with (tmp_path / "audit.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"at": "cut short')
    assert [e["number"] for e in audit.last(3)] == [299, 298, 297]
    assert [e["number"] for e in audit.last(1000)] == list(reversed(range(300)))
    assert audit.last(0) == []


def test_a_line_that_is_cut_short_is_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policygraph.audit import Asker

    audit, write = Audit(str(tmp_path / "audit.jsonl")), os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data: write(file, data[:9]))
        with pytest.raises(SettingsError, match="cannot be written"):
            audit.event(Asker("key", "周"), "decision")
    audit.event(Asker("key", "周"), "sign-in")
    assert [e["event"] for e in audit.last(9)] == ["sign-in"]
