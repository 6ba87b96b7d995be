"""Who may do what over HTTP: keys, sessions of pages, a proxy's word, and what each of them is refused."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from api import sessions
from api.app import create_app
from graph.errors import SettingsError
from policygraph.audit import Audit
from policygraph.keys import KeyFile
from policygraph.scopes import Scope
from policygraph.settings import Settings, load_settings

V1 = "/api/v1"
PLAN = "x-qinglan-2025"
HERE = "http://127.0.0.1:8000"
PAGE = {"Accept": "text/html"}
EXCUSE = f"{V1}/excuses/measure"
MEASURE = {"measure": "000000-2025.3#1", "plan": PLAN}
NDJSON = {"Content-Type": "application/x-ndjson"}
Serve = Callable[..., TestClient]
Response = Any


@pytest.fixture
def file(sample_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_file, tmp_path / "graph.kgl"))


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    found = KeyFile(tmp_path / "keys.json")
    found.add("管理员", ["admin"])
    return found


@pytest.fixture
def log(tmp_path: Path) -> Audit:
    return Audit(str(tmp_path / "audit.jsonl"))


@pytest.fixture
def serve(file: Path, log: Audit) -> Iterator[Serve]:
    opened: list[TestClient] = []

    def start(peer: str = "127.0.0.1", base: str = HERE, **settings: Any) -> TestClient:
        app = create_app(Settings(store=str(file), audit_log=log.path, **settings))
        client = TestClient(
            app, base_url=base, client=(peer, 50_000), raise_server_exceptions=False, follow_redirects=False
        )
        opened.append(client.__enter__())
        return opened[-1]

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve: Serve, keys: KeyFile) -> TestClient:
    """A service that others reach."""
    return serve(host="0.0.0.0", keys_file=str(keys.path), peer="203.0.113.9", base="http://plans.example")


def bearer(keys: KeyFile, *scopes: Scope, name: str = "周敏") -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.add(name, scopes)[1]}"}


def excuse(client: TestClient, headers: Mapping[str, Any], **body: Any) -> Response:
    given = {"verdict": "not_applicable", "note": "另有安排"} | body
    return client.put(EXCUSE, params=MEASURE, json=given, headers={"If-Match": "*", **headers})


def check(answer: Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:policygraph:problem:{code}"
    assert problem["remedy"]
    return problem


def sign_in(client: TestClient, keys: KeyFile, *scopes: Scope, name: str = "周敏") -> str:
    """Sign in; the token of the session."""
    token = keys.add(name, scopes)[1]
    answer = client.post("/sign-in", data={"key": f" {token}\n"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/", headers=PAGE).text)
    assert found
    return found[1]


def test_without_a_key_only_probes_sign_in_and_static_files_answer(client: TestClient) -> None:
    for path in ("/health", "/ready", "/sign-in", "/static/style.css", "/static-offline-docs/swagger-ui.css"):
        assert client.get(path).status_code == 200, path
    for path in (f"{V1}/plans", f"{V1}/nothing", "/", f"/plans/{PLAN}", "/docs", "/openapi.json", "/static/../",
                 f"{V1}/decisions/export", "/nothing", "/health/", "//health"):  # fmt: skip
        answer = client.get(path)
        check(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == 'Bearer realm="policygraph"'
    check(
        client.post(f"{V1}/cypher", json={"query": "MATCH (p:Plan) RETURN p.id AS id"}), 401, "unauthorized"
    )
    check(excuse(client, {}), 401, "unauthorized")


@pytest.mark.parametrize("state", ["unknown", "expired", "revoked", "other"])
def test_a_key_that_does_not_open_the_service(
    client: TestClient, keys: KeyFile, log: Audit, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    from review.rules import today

    made, token = keys.add("周敏", ["read"], today().isoformat())
    if state == "unknown":
        token = "nonsense"
    elif state == "other":
        token = token[:-64] + "0" * 64
    elif state == "revoked":
        keys.revoke(made.id)
    else:
        monkeypatch.setattr("policygraph.keys.today", lambda: today().replace(year=2999, day=1))
    answer = client.get(f"{V1}/plans", headers={"Authorization": f"Bearer {token}"})
    problem = check(answer, 401, "unauthorized")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    reason = "unknown" if state == "other" else state
    assert reason in problem["detail"]
    (entry,) = log.last(5)
    assert (entry["event"], entry["reason"], entry["address"]) == ("refused", reason, "203.0.113.9")


@pytest.mark.parametrize("given", ["Basic eDp5", "Bearer", "Bearer ", "bearer", "Token x", ""])
def test_other_credentials_are_none(client: TestClient, given: str) -> None:
    check(client.get(f"{V1}/plans", headers={"Authorization": given}), 401, "unauthorized")


@pytest.mark.parametrize(
    ("scope", "review", "take"),
    [("read", 403, 403), ("ingest", 403, 403), ("review", 200, 403), ("admin", 200, 200)],
)
def test_each_scope_may_do_its_own(
    client: TestClient, keys: KeyFile, scope: Scope, review: int, take: int
) -> None:
    headers = bearer(keys, scope)
    assert client.get(f"{V1}/plans", headers=headers).status_code == 200
    assert client.get("/openapi.json", headers=headers).status_code == 200
    answer = excuse(client, headers)
    assert answer.status_code == review, answer.text
    if review == 403:
        check(answer, 403, "forbidden")
        assert 'error="insufficient_scope", scope="review"' in answer.headers["www-authenticate"]
    taken = client.post(f"{V1}/decisions/import", content=b"", headers=headers | NDJSON)
    assert taken.status_code == take, taken.text


def test_revoking_ends_a_key_and_its_session_at_the_next_request(client: TestClient, keys: KeyFile) -> None:
    headers = bearer(keys, "read")
    sign_in(client, keys, "read", name="李")
    _, with_key, in_session = keys.keys
    assert client.get(f"{V1}/plans").status_code == 200
    assert client.get(f"{V1}/plans", headers=headers).status_code == 200
    KeyFile(keys.path).revoke(with_key.id)
    assert client.get(f"{V1}/plans").status_code == 200
    assert client.get(f"{V1}/plans", headers=headers).status_code == 401
    KeyFile(keys.path).revoke(in_session.id)
    assert client.get(f"{V1}/plans").status_code == 401


def test_who_decides_is_who_signed_in(client: TestClient, keys: KeyFile, log: Audit) -> None:
    headers = bearer(keys, "review")
    check(excuse(client, headers, reviewer="王"), 403, "forbidden")
    assert excuse(client, headers).json()["history"][-1]["reviewer"] == "周敏"
    assert excuse(client, headers, reviewer="周敏", verdict="none").status_code == 200
    done, before = log.last(2)
    assert (done["event"], done["who"], done["reviewer"], done["verdict"]) == (
        "decision",
        "周敏",
        "周敏",
        "none",
    )
    assert before["about"] == f"{PLAN} {MEASURE['measure']}"
    assert done["key"] in {key.id for key in keys.keys}


def test_a_damaged_keys_file_lets_nobody_in(client: TestClient, keys: KeyFile) -> None:
    headers = bearer(keys, "admin")
    keys.path.write_text("{")
    check(client.get(f"{V1}/plans", headers=headers), 503, "keys-unavailable")
    assert client.get("/health").status_code == 200
    keys.path.unlink()
    check(client.get(f"{V1}/plans", headers=headers), 503, "keys-unavailable")


def test_writes_off_binds_administrators_too(serve: Serve, keys: KeyFile) -> None:
    client = serve(keys_file=str(keys.path), writes=False)
    check(excuse(client, bearer(keys, "admin")), 403, "writes-off")
    assert client.get(f"{V1}/plans", headers=bearer(keys, "read", name="李")).status_code == 200


def test_nothing_is_decided_that_cannot_be_recorded(serve: Serve, log: Audit) -> None:
    client = serve()
    Path(log.path).mkdir()
    check(excuse(client, {}, reviewer="周"), 422, "bad-setting")
    Path(log.path).rmdir()
    assert (
        client.get(f"{V1}/decisions", params={"about": f"{PLAN} {MEASURE['measure']}"}).json()["items"] == []
    )


def test_on_this_machine_alone_everything_is_open(serve: Serve, log: Audit) -> None:
    client = serve(reviewer="周")
    assert (
        excuse(client, {"Authorization": "Bearer of-another-service"}).json()["history"][-1]["reviewer"]
        == "周"
    )
    assert excuse(client, {}, reviewer="王").json()["history"][-1]["reviewer"] == "王"
    assert [(e["way"], e["who"], e["reviewer"]) for e in log.last(2)] == [
        ("anonymous", "周", "王"), ("anonymous", "周", "周"),
    ]  # fmt: skip
    check(client.post("/sign-in", data={"key": "x"}), 403, "disabled")
    for language, said in (("zh", "无需登录"), ("en", "No sign-in is needed here")):
        needless = client.get("/sign-in", params={"lang": language}, headers=PAGE)
        assert needless.status_code == 200
        assert said in needless.text
        assert 'name="key"' not in needless.text
        home = html.fromstring(needless.text).xpath("//main//a/@href")
        assert [client.get(path).status_code for path in home] == [200]
    assert "/sign-out" not in client.get("/", headers=PAGE).text


@pytest.mark.parametrize(
    ("base", "headers"),
    [("http://evil.example", {}), (HERE, {"X-Forwarded-For": "203.0.113.9"}), (HERE, {"Forwarded": "for=x"})],
)
def test_by_another_name_this_machine_only_reads(serve: Serve, base: str, headers: dict[str, str]) -> None:
    client = serve(base=base)
    assert client.get(f"{V1}/plans", headers=headers).status_code == 200
    check(excuse(client, headers, reviewer="周"), 403, "forbidden")


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"keys_file": "keys.json"}])
def test_it_does_not_start_where_nobody_could_be_told_apart(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys.json").write_text(f'{{"version": 1, "secret": "{"00" * 32}", "keys": []}}')
    (tmp_path / "keys.json").chmod(0o600)
    with pytest.raises(SettingsError) as refused:
        serve(**settings)
    assert "policygraph keys add" in (refused.value.remedy or "")


def test_pages_ask_to_sign_in_and_go_on_where_one_was(client: TestClient, keys: KeyFile) -> None:
    asked = client.get(f"/plans/{PLAN}?view=gaps&lang=en", headers=PAGE)
    assert asked.status_code == 303
    form = client.get(asked.headers["location"])
    assert form.status_code == 200
    following = re.search(r'name="next" value="([^"]*)"', form.text)
    assert following
    path = following[1].replace("&amp;", "&")
    assert path == f"/plans/{PLAN}?view=gaps&lang=en"
    wrong = client.post("/sign-in", data={"key": "pgk_nothing", "next": path})
    assert wrong.status_code == 401
    assert "没有这样的密钥" in wrong.text
    done = client.post("/sign-in", data={"key": keys.add("周", ["read"])[1], "next": path})
    assert (done.status_code, done.headers["location"]) == (303, path)
    cookie = done.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"))
    assert "secure" not in cookie
    assert client.get(path, headers=PAGE).status_code == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/\t/evil", "evil", "",
     "/%0d%0aSet-Cookie:x\r\n", "/\n/evil.example"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(client: TestClient, keys: KeyFile, target: str) -> None:
    answer = client.post("/sign-in", data={"key": keys.add("周", ["read"])[1], "next": target})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert 'name="next" value="/"' in client.get("/sign-in", params={"next": target}).text


def test_the_cookie_is_secure_under_https_and_only_a_trusted_proxy_says_so(
    serve: Serve, keys: KeyFile
) -> None:
    token = keys.add("周", ["read"])[1]
    more: dict[str, Any] = {"host": "0.0.0.0", "keys_file": str(keys.path)}
    proxied = more | {"proxy_user_header": "X-Remote-User", "trusted_proxies": ["10.0.0.0/8"]}
    https = {"X-Forwarded-Proto": "https"}
    for peer, settings, base, headers, secure in [
        ("203.0.113.9", more, "https://plans.example", {}, True),
        ("203.0.113.9", more, "http://plans.example", https, False),
        ("10.1.1.1", proxied, "http://plans.example", https, True),
    ]:
        answer = serve(peer=peer, base=base, **settings).post(
            "/sign-in", data={"key": token}, headers=headers
        )
        assert ("secure" in answer.headers["set-cookie"].lower()) == secure


def test_a_session_writes_with_its_token_only(client: TestClient, keys: KeyFile) -> None:
    token = sign_in(client, keys, "review")
    check(excuse(client, {}), 403, "cross-site")
    check(excuse(client, {"X-CSRF-Token": "0" * 64}), 403, "cross-site")
    check(excuse(client, {"X-CSRF-Token": "é".encode()}), 403, "cross-site")
    check(excuse(client, {"X-CSRF-Token": token, "Origin": "http://evil.example"}), 403, "cross-site")
    assert excuse(client, {"X-CSRF-Token": token, "Origin": "http://plans.example"}).status_code == 200
    assert client.post(f"{V1}/cypher", json={"query": "MATCH (p:Plan) RETURN p.id AS id"}).status_code == 200
    other = sign_in(client, keys, "review", name="李")
    assert other != token
    check(excuse(client, {"X-CSRF-Token": token}), 403, "cross-site")
    assert excuse(client, {"X-CSRF-Token": other}).json()["history"][-1]["reviewer"] == "李"


def test_signing_out_needs_the_token_and_ends_the_session(
    client: TestClient, keys: KeyFile, log: Audit
) -> None:
    token = sign_in(client, keys, "read")
    check(client.post("/sign-out"), 403, "cross-site")
    check(client.post("/sign-out", data={"csrf": "0" * 64}), 403, "cross-site")
    assert client.get(f"{V1}/plans").status_code == 200
    assert client.post("/sign-out", data={"csrf": token}).headers["location"] == "/sign-in"
    assert client.get(f"{V1}/plans").status_code == 401
    assert [e["event"] for e in log.last(2)] == ["sign-out", "sign-in"]


def test_a_page_of_another_site_signs_nobody_in(client: TestClient, keys: KeyFile) -> None:
    data = {"key": keys.add("周", ["read"])[1]}
    check(client.post("/sign-in", data=data, headers={"Origin": "http://evil.example"}), 403, "cross-site")
    assert (
        "set-cookie"
        not in client.post("/sign-in", data=data, headers={"Sec-Fetch-Site": "cross-site"}).headers
    )


def test_cookies_that_are_forged_or_over_open_nothing(
    client: TestClient, keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keys.keys[0].id
    good = sessions.begin(key, keys.secret)
    _, expiry, nonce, mac = good.split(".")
    forged = [
        sessions.begin(key, b"0" * 32), f"{key}.{int(expiry) + 1}.{nonce}.{mac}", good[:-1], good + "0", "", "...",
        sessions.begin("00000000", keys.secret), f"{keys.add('周', ['read'])[0].id}.{expiry}.{nonce}.{mac}",
    ]  # fmt: skip
    for cookie, status in [(good, 200), *((c, 401) for c in forged)]:
        answer = client.get(f"{V1}/plans", headers={"Cookie": f"{sessions.COOKIE}={cookie}"})
        assert answer.status_code == status, cookie
    monkeypatch.setattr("api.sessions.time.time", lambda: int(expiry))
    assert client.get(f"{V1}/plans", headers={"Cookie": f"{sessions.COOKIE}={good}"}).status_code == 401


PROXY: dict[str, Any] = {
    "host": "0.0.0.0", "proxy_user_header": "X-Remote-User", "trusted_proxies": ["10.0.0.0/8", "::1"],
}  # fmt: skip


def test_a_trusted_proxy_names_the_user(serve: Serve, log: Audit) -> None:
    client = serve(peer="10.1.2.3", base="http://plans.example", proxy_scopes_header="X-Scopes", **PROXY)
    who: dict[str, Any] = {
        "X-Remote-User": "周敏".encode(),
        "X-Forwarded-For": b"6.6.6.6, 198.51.100.7, 10.9.9.9",
    }
    assert client.get(f"{V1}/plans", headers=who).status_code == 200
    check(excuse(client, who), 403, "forbidden")
    done = excuse(client, who | {"X-Scopes": b"office-3, review"})
    assert done.json()["history"][-1]["reviewer"] == "周敏"
    (entry,) = log.last(1)
    assert (entry["way"], entry["who"], entry["address"]) == ("proxy", "周敏", "198.51.100.7")
    check(client.get(f"{V1}/plans", headers=who | {"X-Scopes": b"office-3"}), 403, "forbidden")
    check(client.get(f"{V1}/plans"), 401, "unauthorized")
    for unclear in [{"X-Remote-User": ""}, {"X-Remote-User": b"a\x07"}, {"X-Remote-User": "a" * 101}]:
        check(client.get(f"{V1}/plans", headers=unclear), 401, "unauthorized")  # type: ignore[arg-type]
    twice = [("X-Remote-User", "admin"), ("X-Remote-User", "zhou")]
    check(client.get(f"{V1}/plans", headers=twice), 401, "unauthorized")


@pytest.mark.parametrize(
    ("told", "review"),
    [
        ([], 200), ([""], 200), (["read"], 403), (["read", "review"], 403), (["office-3"], 403),
        (["read, " + "office-3, " * 30], 403), (["read\xff"], 403), (["review " + "office-3 " * 30], 200), ([" "], 200),
    ],
)  # fmt: skip
def test_what_a_proxy_says_of_scopes_is_all_there_is(serve: Serve, told: list[str], review: int) -> None:
    """Nobody gets the default by making the header unclear."""
    more = PROXY | {"proxy_scopes": ["review"], "proxy_scopes_header": "X-Scopes"}
    client = serve(peer="10.1.2.3", base="http://plans.example", **more)
    headers = [("X-Remote-User", "zhou"), ("If-Match", "*"), *(("X-Scopes", text) for text in told)]
    body = {"verdict": "not_applicable", "note": "另有安排"}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    assert client.put(EXCUSE, params=MEASURE, json=body, headers=raw).status_code == review


def test_no_header_that_was_not_named_gives_scopes(serve: Serve) -> None:
    client = serve(peer="10.1.2.3", base="http://plans.example", **PROXY)
    for header in ("-", "X-Scopes", "proxy_scopes_header"):
        check(excuse(client, {"X-Remote-User": "zhou", header: "admin"}), 403, "forbidden")


def test_a_browser_behind_the_proxy_needs_the_token(serve: Serve) -> None:
    client = serve(peer="10.1.2.3", base="http://plans.example", proxy_scopes=["review"], **PROXY)
    who = {"X-Remote-User": "zhou"}
    page = who | {"Sec-Fetch-Site": "same-origin"}
    check(excuse(client, page), 403, "cross-site")
    assert excuse(client, who).status_code == 200


@pytest.mark.parametrize("peer", ["203.0.113.9", "11.0.0.1", "127.0.0.1", "testclient"])
def test_nobody_else_names_the_user(serve: Serve, peer: str) -> None:
    client = serve(peer=peer, **PROXY)
    who = {"X-Remote-User": "zhou", "X-Forwarded-For": "10.1.2.3"}
    check(client.get(f"{V1}/plans", headers=who), 401, "unauthorized")


def test_a_key_goes_before_the_word_of_a_proxy(serve: Serve, keys: KeyFile) -> None:
    client = serve(peer="::1", keys_file=str(keys.path), **PROXY)
    who = {"X-Remote-User": "zhou"}
    assert excuse(client, who | bearer(keys, "review", name="李")).json()["history"][-1]["reviewer"] == "李"
    check(client.get(f"{V1}/plans", headers=who | {"Authorization": "Bearer wrong"}), 401, "unauthorized")
    assert client.get(f"{V1}/plans", headers=who | {"Authorization": "Basic eDp5"}).status_code == 200


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "", "10.0.0.0/33"])
def test_what_is_no_address_of_a_proxy_is_said(text: str) -> None:
    with pytest.raises(SettingsError, match="is no address"):
        load_settings(trusted_proxies=[text])


def test_strangers_are_not_told_where_files_lie(client: TestClient, keys: KeyFile) -> None:
    made_up = {"Authorization": f"Bearer pgk_{'0' * 8}_{'0' * 64}"}
    check(client.get(f"{V1}/plans", headers=made_up), 401, "unauthorized")
    keys.add("周敏", ["read"])
    keys.path.chmod(0o644)
    answer = client.get(f"{V1}/plans", headers=made_up)
    problem = check(answer, 503, "keys-unavailable")
    assert (problem["where"], problem["remedy"]) == ("keys.json", "chmod 600 keys.json")


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "chunked"])
@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", f"{V1}/reviews/preview", f"{V1}/reviews/bulk", f"{V1}/cypher"]
)
def test_no_more_of_a_body_is_read_than_any_route_needs(
    client: TestClient, keys: KeyFile, path: str, chunked: bool
) -> None:
    def parts() -> Iterator[bytes]:
        yield b"--x\r\nContent-Disposition: form-data; name=key; filename=a.txt\r\n\r\n"
        yield from [b"x" * 2**16] * 9
        yield b"\r\n--x--\r\n"

    form = path.startswith("/sign")
    headers = {} if form else bearer(keys, "read")
    if path == "/sign-out":
        sign_in(client, keys, "read")
    headers |= {"Content-Type": "multipart/form-data; boundary=x" if form else "application/json"}
    answer = client.post(path, content=parts() if chunked else b"".join(parts()), headers=headers)
    check(answer, 413, "content-too-large")
