"""``policygraph serve`` as a process: it says where it listens, answers, follows a new build, and stops."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from policygraph.audit import Audit
from policygraph.client import Client, JobFailedError
from policygraph.keys import KeyFile
from tests.conftest import ROOT
from tests.plans import NATION, write_plans

STOP_S = 20


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "policygraph", "serve", *arguments]


@contextmanager
def _serving(store: Path, **settings: str) -> Iterator[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"} | settings
    with subprocess.Popen(
        _command("--store", str(store), "--port", "0", "--lang", "en"),
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=store.parent,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        try:
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=STOP_S)


def _get(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=STOP_S) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def _build(store: Path, plans: Path) -> None:
    with open_store(str(store)) as opened:
        jobs.build(opened, jobs.read(plans), open_encoder("char"))


def test_it_answers_and_follows_a_new_build(tmp_path: Path) -> None:
    plans, store = write_plans(tmp_path / "plans"), tmp_path / "graph.kgl"
    _build(store, plans)
    with _serving(store) as address:
        assert _get(f"{address}/ready") == {"status": "ready", "plans": 3}
        asked = f"{address}/api/v1/search?q=%E5%90%8D%E5%BD%95"
        assert _get(asked)["items"] == []
        write_plans(plans, nation=NATION.replace("河湖健康档案", "湖泊保护名录"))
        _build(store, plans)
        assert _get(asked)["items"]


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    store = tmp_path / "graph.kgl"
    open_store(str(store)).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            _command("--store", str(store), "--port", port), env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=STOP_S, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert port in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_listen_to_others_without_keys(host: str, tmp_path: Path) -> None:
    store = tmp_path / "graph.kgl"
    open_store(str(store)).close()
    ended = subprocess.run(
        _command("--store", str(store), "--host", host, "--port", "0"), cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "policygraph keys add" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not ended.stdout


def test_no_client_claims_the_address_of_another(tmp_path: Path) -> None:
    store, log = tmp_path / "graph.kgl", tmp_path / "audit.jsonl"
    open_store(str(store)).close()
    keys = KeyFile(tmp_path / "keys.json")
    _, token = keys.add("周", ["read"])
    settings = {
        "POLICYGRAPH_KEYS_FILE": str(keys.path), "POLICYGRAPH_AUDIT_LOG": str(log),
        "POLICYGRAPH_PROXY_USER_HEADER": "X-Remote-User", "POLICYGRAPH_TRUSTED_PROXIES": '["10.0.0.0/8"]',
        "FORWARDED_ALLOW_IPS": "*",
    }  # fmt: skip
    claims = {"X-Forwarded-For": "10.1.2.3", "X-Remote-User": "admin"}
    with _serving(store, **settings) as address:
        url = f"{address}/api/v1/plans"
        for headers, status in [
            (claims, 401),
            (claims | {"Authorization": "Bearer wrong"}, 401),
            (claims | {"Authorization": f"Bearer {token}"}, 200),
        ]:
            assert _status(url, headers) == status
    (entry,) = Audit(str(log)).last(9)
    assert (entry["event"], entry["address"]) == ("refused", "127.0.0.1")


def _status(url: str, headers: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=STOP_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("store", ["nothing.kgl", "neo4j://127.0.0.1:9"])
def test_a_store_that_is_not_there_is_said(store: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        _command("--store", store), env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 5
    assert "Traceback" not in ended.stderr


def test_it_stops_while_a_job_waits_and_someone_listens(tmp_path: Path) -> None:
    store = tmp_path / "graph.kgl"
    open_store(str(store)).close()
    (tmp_path / "nation.txt").write_text(NATION, encoding="utf-8")
    with (
        open_store(str(store)),
        _serving(store, POLICYGRAPH_UPLOAD_FOLDER=str(tmp_path / "uploads")) as address,
        Client(address) as client,
    ):
        job = client.confirm_upload(client.create_upload(tmp_path / "nation.txt")["id"])
        states = client.stream_job(job["id"])
        assert next(states)["state"] in ("queued", "running")
    with (
        _serving(store, POLICYGRAPH_UPLOAD_FOLDER=str(tmp_path / "uploads")) as address,
        Client(address) as client,
    ):
        (found,) = client.list_jobs()
        assert found["problem"] is not None
        assert (found["state"], found["problem"]["code"]) == ("failed", "interrupted")
        with pytest.raises(JobFailedError, match="none of its plans"):
            client.wait(found)
