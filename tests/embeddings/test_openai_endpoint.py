"""Endpoints as encoders, against a server on this machine that answers as each test says."""

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import open_encoder
from embeddings.endpoint import ATTEMPTS, FIRST_WAIT_S
from embeddings.openai_endpoint import OpenAIEncoder
from embeddings.search import Dense
from graph import open_store
from graph.errors import EncoderError, SettingsError
from policygraph import jobs
from policygraph.cli import main
from policygraph.settings import load_settings
from queries import run
from tests.embeddings.stub import Reply, Stub, fixed, forget_keys, serving
from tests.plans import write_plans

KEY = "sk-test-0123456789/abc"
TEXTS = ["新建农村供水工程", "恢复湿地", "举办开渔节", "清理河道", "铺设管网"]
WIDTH = 64


@cache
def _character(character: str, seed: int) -> Dense:
    return np.random.default_rng([ord(character), seed]).normal(size=WIDTH).astype(np.float32)


def vector(text: str, seed: int = 0) -> list[float]:
    """Random vectors of the characters added up: similar where characters are shared, and not of length 1."""
    return [float(x) for x in sum((_character(c, seed) for c in text), np.zeros(WIDTH))]


def expected(texts: list[str]) -> Dense:
    vectors = np.array([vector(text) for text in texts])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def items(*vectors: list[float]) -> list[dict[str, Any]]:
    return [{"index": i, "embedding": numbers} for i, numbers in enumerate(vectors)]


def well(inputs: list[str], seed: int = 0) -> Reply:
    return Reply({"data": items(*(vector(text, seed) for text in inputs))})


@dataclass
class Server(Stub):
    """A server of vectors; its answers are told the texts."""

    otherwise: Callable[[Any], Reply] = well

    def asked(self, body: dict[str, Any]) -> Any:
        return body["input"]

    def encoder(self, **options: Any) -> OpenAIEncoder:
        """An encoder of this server that notes its waits instead of waiting."""
        return OpenAIEncoder(f"bge-m3@{self.url}", **({"sleep": self.waits.append} | options))

    @property
    def inputs(self) -> list[list[str]]:
        return [body["input"] for body in self.bodies]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_keys(monkeypatch)


@pytest.fixture
def stub() -> Iterator[Server]:
    served = Server()
    with serving(served):
        yield served


def test_vectors_are_those_of_the_server_at_length_1(stub: Server) -> None:
    encoder = open_encoder(f"openai:bge-m3@{stub.url}/", batch_size=2)
    seen: list[tuple[int, int]] = []
    vectors = encoder.encode(TEXTS, progress=lambda done, total: seen.append((done, total)))
    assert isinstance(vectors, np.ndarray)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected(TEXTS), atol=1e-6)
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert stub.inputs[1:] == [TEXTS[:2], TEXTS[2:4], TEXTS[4:]]
    assert set(stub.paths) == {"/v1/embeddings"}
    assert {(b["model"], b["encoding_format"]) for b in stub.bodies} == {("bge-m3", "float")}
    assert stub.keys[0] is None
    assert encoder.name == f"openai:bge-m3@{stub.url}"


def test_no_texts_and_blank_texts_are_not_sent(stub: Server) -> None:
    encoder = stub.encoder()
    assert encoder.encode([]).shape == (0, WIDTH)
    vectors = encoder.encode(["", "恢复湿地", " 　"])
    assert not vectors[[0, 2]].any()
    np.testing.assert_allclose(vectors[1:2], expected(["恢复湿地"]), atol=1e-6)
    assert stub.inputs[1:] == [["恢复湿地"]]


def test_the_prompt_is_put_before_each_text(stub: Server) -> None:
    stub.encoder(prompt="计划：").encode(TEXTS[:2])
    assert stub.inputs[1] == [f"计划：{text}" for text in TEXTS[:2]]


def test_vectors_are_put_in_order_by_their_index(stub: Server) -> None:
    stub.otherwise = lambda inputs: Reply({"data": well(inputs).content["data"][::-1]})
    np.testing.assert_allclose(stub.encoder().encode(TEXTS), expected(TEXTS), atol=1e-6)


def test_passing_faults_are_tried_again_after_longer_and_longer_waits(stub: Server) -> None:
    faults = [500, 502, 503, 429]
    stub.script = [well, *(fixed(Reply(status=status, raw=b"busy")) for status in faults)]
    np.testing.assert_allclose(stub.encoder().encode(TEXTS), expected(TEXTS), atol=1e-6)
    assert len(stub.waits) == len(faults)
    for i, wait in enumerate(stub.waits):
        assert FIRST_WAIT_S * 2**i / 2 <= wait <= FIRST_WAIT_S * 2**i


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_kept(status: int, stub: Server) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(days=-1), usegmt=True)
    for value in ("7", later, "soon", "-3"):
        stub.script.append(fixed(Reply(status=status, raw=b"", headers={"Retry-After": value})))
    stub.encoder().encode(TEXTS)
    assert stub.waits[0] == 7
    assert max(stub.waits[1:]) <= FIRST_WAIT_S * 8


@pytest.mark.parametrize(
    "value",
    ["3600", format_datetime(datetime.now(UTC) + timedelta(days=400), usegmt=True)],
    ids=["seconds", "date"],  # not the date itself: each process of tests would name it otherwise
)
def test_too_long_a_wait_is_said_and_not_kept(value: str, stub: Server) -> None:
    stub.otherwise = fixed(Reply(status=429, raw=b"", headers={"Retry-After": value}))
    with pytest.raises(EncoderError, match=r"answers 429 .attempts: 1; it asks to wait \d+ s"):
        stub.encoder().encode(TEXTS)
    assert stub.waits == []


def test_a_fault_that_stays_ends_the_run(stub: Server) -> None:
    stub.otherwise = fixed(Reply(status=500, raw=b'{"error": {"message": "out of\\nmemory \\u001b[31m"}}'))
    with pytest.raises(EncoderError) as caught:
        stub.encoder().encode(TEXTS)
    assert len(stub.bodies) == ATTEMPTS
    assert caught.value.message == f"the endpoint answers 500 (attempts: {ATTEMPTS}): out of memory [31m"
    assert caught.value.where == f"openai:bge-m3@{stub.url}"
    assert caught.value.remedy


def test_a_server_that_is_not_there_is_named(stub: Server) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
        lost = OpenAIEncoder(f"m@{url}", sleep=stub.waits.append)
        # Bound and not listening: connections are refused, and nothing else can take the port.
        with pytest.raises(EncoderError, match=f"does not answer .*attempts: {ATTEMPTS}") as caught:
            _ = lost.fingerprint
    assert len(stub.waits) == ATTEMPTS - 1
    assert "Check that the server runs" in str(caught.value)


def test_a_server_that_never_answers_is_given_up(stub: Server) -> None:
    stub.otherwise = fixed(Reply(never=True))
    with pytest.raises(EncoderError, match=r"nothing came within 0\.05 s"):
        stub.encoder(timeout=0.05).encode(TEXTS)
    assert len(stub.waits) == ATTEMPTS - 1


def test_a_connection_that_breaks_is_tried_again(stub: Server) -> None:
    stub.script = [fixed(Reply(raw=b'{"data"', headers={"Content-Length": "99", "Connection": "close"}))]
    np.testing.assert_allclose(stub.encoder().encode(TEXTS), expected(TEXTS), atol=1e-6)
    assert len(stub.waits) == 1


BAD: dict[str, tuple[bytes, str]] = {
    "too few": (b'{"data": [{"index": 0, "embedding": [1, 2]}]}', "sent 2 texts and answers with 1 vectors"),
    "one twice": (
        b'{"data": [{"index": 1, "embedding": [1]}, {"index": 1, "embedding": [2]}]}',
        "not numbered from 0 to 1",
    ),
    "ragged": (
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}',
        "of different lengths",
    ),
    "NaN": (
        b'{"data": [{"index": 0, "embedding": [1, NaN]}, {"index": 1, "embedding": [1, 2]}]}',
        "not finite",
    ),
    "infinite": (
        b'{"data": [{"index": 0, "embedding": [1, 1e999]}, {"index": 1, "embedding": [1, 2]}]}',
        "not finite",
    ),
    "base64": (
        b'{"data": [{"index": 0, "embedding": "AACA"}, {"index": 1, "embedding": "AACA"}]}',
        "not lists of numbers",
    ),
    "words": (
        b'{"data": [{"index": 0, "embedding": ["1"]}, {"index": 1, "embedding": ["2"]}]}',
        "not lists of numbers",
    ),
    "nulls": (
        b'{"data": [{"index": 0, "embedding": [null]}, {"index": 1, "embedding": [null]}]}',
        "not lists of numbers",
    ),
    "empty": (
        b'{"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]}',
        "not lists of numbers",
    ),
    "no index": (b'{"data": [{"embedding": [1]}, {"embedding": [2]}]}', "holds no embeddings"),
    "no JSON": (b"<html>\xff</html>", "holds no embeddings"),
    "no object": (b"[1]", "holds no embeddings"),
    "an error as 200": (b'{"error": "no such model"}', "holds no embeddings: no such model"),
    "another length": (
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1, 2]}]}',
        "vectors of 2 numbers, and of 64 before",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_answers_that_are_no_vectors_end_the_run(name: str, stub: Server) -> None:
    raw, message = BAD[name]
    stub.script = [well, fixed(Reply(raw=raw))]
    with pytest.raises(EncoderError, match=message):
        stub.encoder().encode(TEXTS[:2])
    assert stub.waits == []


def test_huge_numbers_do_not_overflow(stub: Server) -> None:
    stub.otherwise = lambda inputs: Reply({"data": items(*[[3e300, 4e300]] * len(inputs))})
    np.testing.assert_allclose(stub.encoder().encode(TEXTS[:1]), [[0.6, 0.8]], rtol=1e-6)


@pytest.mark.parametrize(
    ("status", "raw", "message", "remedy"),
    [
        (400, b'{"message": "input too long"}', r"request \(400\): input too long", ""),
        (404, b'{"detail": "Not Found"}', r"request \(404\): Not Found", "model's name"),
        (404, b"nothing", r"request \(404\)$", "/v1"),
        (413, b'{"error": "big"}', r"request \(413\): big", "batch_size"),
        (307, b"", "redirects elsewhere", "answers itself"),
    ],
)
def test_refusals_are_not_tried_again(
    status: int, raw: bytes, message: str, remedy: str, stub: Server
) -> None:
    headers = {"Location": f"{stub.url}/elsewhere"} if status == 307 else {}
    stub.otherwise = fixed(Reply(status=status, raw=raw, headers=headers))
    with pytest.raises(EncoderError) as caught:
        stub.encoder().encode(TEXTS)
    assert len(stub.bodies) == 1
    assert re.search(message, caught.value.message)
    assert remedy in str(caught.value.remedy)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_its_setting(status: int, stub: Server) -> None:
    stub.otherwise = fixed(
        Reply(status=status, raw=json.dumps({"error": {"message": f"bad {KEY[:9]}"}}).encode())
    )
    with pytest.raises(EncoderError, match="asks for a key") as caught:
        stub.encoder().encode(TEXTS)
    assert "POLICYGRAPH_ENDPOINT_KEY" in str(caught.value)
    with pytest.raises(EncoderError, match="refuses the key") as caught:
        stub.encoder(key=KEY).encode(TEXTS)
    assert KEY[:9] not in str(caught.value)
    assert stub.keys == [None, f"Bearer {KEY}"]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_the_key_is_in_no_message_and_no_log(
    status: int, stub: Server, caplog: pytest.LogCaptureFixture
) -> None:
    said = json.dumps({"error": {"message": f"invalid key {KEY} or {KEY[:4]}\u200b{KEY[4:]}"}}).encode()
    encoder = stub.encoder(key=f" {KEY}\n")
    stub.otherwise = fixed(Reply(status=status, raw=said))
    with caplog.at_level(logging.DEBUG), pytest.raises(EncoderError) as caught:
        encoder.encode(TEXTS)
    assert stub.keys[0] == f"Bearer {KEY}"
    shown = f"{caught.value}{caught.value!r}{encoder!r}{encoder.name}{caplog.text}"
    assert KEY not in shown


def test_a_key_that_no_header_can_hold_is_not_printed(stub: Server) -> None:
    for key in ("sk-a\nb", "密钥", "sk a"):
        with pytest.raises(SettingsError, match="no key can hold") as caught:
            stub.encoder(key=key)
        assert key not in str(caught.value)


def test_the_other_variable_is_for_https_and_this_machine(
    stub: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    _ = stub.encoder().fingerprint
    _ = stub.encoder(key="own").fingerprint
    assert stub.keys == [f"Bearer {KEY}", "Bearer own"]
    monkeypatch.setenv("http_proxy", stub.url.removesuffix("/v1"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    # Through the stub as a proxy, so that the request for a host elsewhere arrives here.
    _ = OpenAIEncoder("m@http://models.invalid/v1").fingerprint
    assert stub.paths[-1] == "http://models.invalid/v1/embeddings"
    assert stub.keys[-1] is None


def test_a_proxy_is_not_asked_for_this_machine(stub: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert stub.encoder().encode(TEXTS).shape == (5, WIDTH)
    monkeypatch.setenv("ALL_PROXY", "nonsense://user:s3cret@proxy")
    with pytest.raises(SettingsError, match="proxy or the certificates") as caught:
        _ = OpenAIEncoder("m@https://models.invalid/v1").fingerprint
    assert "s3cret" not in str(caught.value)


def test_the_fingerprint_is_of_model_address_prompt_and_answer(stub: Server) -> None:
    first = stub.encoder().fingerprint
    assert stub.encoder(key=KEY, batch_size=1).fingerprint == first
    others = {
        OpenAIEncoder(f"other@{stub.url}").fingerprint,
        OpenAIEncoder(f"bge-m3@{stub.url.replace('127.0.0.1', 'localhost')}").fingerprint,
        stub.encoder(prompt="计划：").fingerprint,
    }
    # Only the lengths differ, which do not reach the encoder's own vectors.
    stub.otherwise = lambda inputs: Reply({"data": items(*([x * 2.5 for x in vector(t)] for t in inputs))})
    assert stub.encoder().fingerprint == first
    stub.otherwise = lambda inputs: well(inputs, seed=1)
    others.add(stub.encoder().fingerprint)
    assert len(others | {first}) == 5


def test_the_fingerprint_is_asked_for_once(stub: Server) -> None:
    encoder = stub.encoder()
    assert encoder.fingerprint == encoder.fingerprint
    encoder.encode([])
    assert len(stub.bodies) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("openai:", "no model and address"),
        ("openai:bge-m3", "no model and address"),
        ("openai:http://u:s3cret@host/v1", "no model and address"),
        ("openai:http://u:s3/cret@host/v1", "no model and address"),
        ("openai:m@ftp://u:s3cret@host/v1", "no model and address"),
        ("openai:m@http://u:s3cret@host/v1", "carries a password"),
        ("openai:m@http://u:s3/cret@host/v1", "carries a password"),
        ("openai:m@https://host/v1?key=s3cret", "carries a password"),
        ("openai:m@https://host/v1#s3cret", "carries a password"),
        ("openai:m@http:///v1", "no address"),
        ("openai:m@http://host:port/v1", "no address"),
        ("closedai:m@http://u:s3cret@host/v1", "no encoder"),
        ("closedai:m@http://u:s3@cret@host/v1", "no encoder"),
    ],
)
def test_names_that_cannot_be_are_said_without_their_secrets(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        open_encoder(name)
    assert "s3" not in str(caught.value)
    assert "cret" not in str(caught.value)


def test_the_model_may_hold_an_at_sign_and_the_address_its_path() -> None:
    encoder = OpenAIEncoder("bge@m3@https://host/v1/embeddings")
    assert encoder.name == "openai:bge@m3@https://host/v1"


def test_a_build_with_an_endpoint_links_and_says_so(stub: Server, tmp_path: Path) -> None:
    encoder = stub.encoder(key=KEY, batch_size=4)
    path = tmp_path / "graph.kgl"
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(write_plans(tmp_path / "plans")), encoder)
        links = run(store, "export_task_links")
        assert ("x-lan-2030.1.1", "000000-2030.1") in {(r["source"], r["target"]) for r in links}
        assert {r["encoder"] for r in links} == {encoder.name}
        assert {r["fingerprint"] for r in run(store, "link_runs")} == {encoder.fingerprint}
        assert {r.outcome for r in jobs.link(store, stub.encoder())} == {"unchanged"}
        stub.otherwise = lambda inputs: well(inputs, seed=1)
        assert {r.outcome for r in jobs.link(store, stub.encoder())} == {"linked"}
    assert KEY.encode() not in path.read_bytes()


def test_the_settings_reach_the_endpoint(
    stub: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYGRAPH_ENDPOINT_KEY", KEY)
    monkeypatch.setenv("POLICYGRAPH_PROMPT", "计划：")
    monkeypatch.setenv("POLICYGRAPH_ENDPOINT_TIMEOUT", "30")
    settings = load_settings(encoder=f"openai:bge-m3@{stub.url}")
    assert settings.open_encoder().encode(TEXTS[:1]).shape == (1, WIDTH)
    assert stub.inputs[1] == [f"计划：{TEXTS[0]}"]
    assert stub.keys[0] == f"Bearer {KEY}"
    with pytest.raises(SystemExit) as ended:
        main(["config", "--json"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert KEY not in shown + repr(settings)
    assert "endpoint_key" in shown


def test_the_command_line_says_what_the_endpoint_said(
    stub: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    stub.otherwise = fixed(Reply(status=401, raw=b"{}"))
    with pytest.raises(SystemExit) as ended:
        main(["build", str(write_plans(tmp_path / "plans")), "--encoder", f"openai:bge-m3@{stub.url}"])
    assert ended.value.code == EncoderError.exit_code
    assert "模型服务器要求密钥（401）" in capsys.readouterr().err
