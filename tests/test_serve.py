"""``policygraph serve`` as a process: it says where it listens, answers, follows a new build, and stops."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from tests.conftest import ROOT
from tests.plans import NATION, write_plans

STOP_S = 20


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "policygraph", "serve", *arguments]


@contextmanager
def _serving(store: Path) -> Iterator[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    with subprocess.Popen(
        _command("--store", str(store), "--port", "0", "--lang", "en"),
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=store.parent,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        yield found[0]
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


@pytest.mark.parametrize("store", ["nothing.kgl", "neo4j://127.0.0.1:9"])
def test_a_store_that_is_not_there_is_said(store: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        _command("--store", store), env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 5
    assert "Traceback" not in ended.stderr
