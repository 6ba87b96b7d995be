"""The page for reporting tools does what it says: every snippet runs, in its order, against a service that listens."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.generate import HERE
from graph import open_store
from policygraph.reviews import excuse
from tests.conftest import ROOT, SAMPLE

PAGE = (HERE / "reporting.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
WAIT_S = 120


@dataclass(frozen=True)
class Snippet:
    """One block of code of the page."""

    kind: str
    file: str
    code: str


SNIPPETS = [Snippet(*found) for found in FENCE.findall(PAGE)]


@dataclass
class Place:
    """A folder with the sample plans and the commands of the page; what ran there, by its code."""

    folder: Path
    environment: dict[str, str]
    port: int
    said: dict[str, str]

    def run(self, snippet: Snippet) -> str:
        """What ``snippet`` prints."""
        code = snippet.code.replace(ADDRESS, f"http://127.0.0.1:{self.port}")
        command = (
            ["bash", "-euo", "pipefail", "-c", code] if snippet.kind == "sh" else [sys.executable, "-c", code]
        )
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}{done.stderr}"
        self.said[snippet.code] = done.stdout + done.stderr
        return self.said[snippet.code]

    def find(self, part: str) -> Snippet:
        """The snippet that has ``part`` in it."""
        return next(s for s in SNIPPETS if part in s.code)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The folder, with the service of the page running over what its first snippet built."""
    folder = tmp_path_factory.mktemp("reporting")
    (folder / "sample").symlink_to(SAMPLE)
    commands = folder / "bin"
    commands.mkdir()
    for name, call in (("policygraph", "-m policygraph"), ("python", "")):
        (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        (commands / name).chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        "POLICYGRAPH_PORT": str(port), "POLICYGRAPH_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    made = Place(folder, environment, port, {})
    made.run(made.find("keys add"))
    environment["POLICYGRAPH_KEYS_FILE"] = "keys.json"
    serve = made.find("policygraph serve")
    with subprocess.Popen(
        ["bash", "-c", f"exec {serve.code}"], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert str(port) in process.stdout.readline()
            made.said[serve.code] = ""
            yield made
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(WAIT_S)


def test_the_key_is_needed_and_opens_the_service(place: Place) -> None:
    assert '"target"' in place.run(place.find("gaps?limit=2"))
    assert place.run(place.find("etag-compare")) == "200\n304\n"


def test_the_client_snippets_run(place: Place) -> None:
    printed = place.run(place.find("list_gaps"))
    assert re.search(r"^x-hewan-2025 .* \d+$", printed, re.MULTILINE)
    assert list((place.folder / "answers").glob("*.json"))
    assert place.run(place.find("except ClientError as error:\n        print")).startswith("404 not-found ")
    place.run(place.find("download_workbook"))
    assert (place.folder / "gaps.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (place.folder / "workbook.xlsx").stat().st_size > 10_000
    assert (place.folder / "report.docx").stat().st_size > 10_000


def test_the_nightly_script_says_what_changed(place: Place) -> None:
    script = next(s for s in SNIPPETS if s.file)
    (place.folder / script.file).write_text(script.code, encoding="utf-8")
    place.said[script.code] = ""
    said = place.run(place.find("python nightly.py\n")).splitlines()
    assert re.fullmatch(r"\d+ measures", said[0])
    assert said[1:] == ["nothing new"]
    target = re.findall(
        r'"target": "(000000-2025[^"]+#\d+)"[^\n]*"status": "gap"',
        (place.folder / "night" / "coverage.jsonl").read_text("utf-8"),
    )[0]
    with open_store(str(place.folder / "policygraph.kgl")) as store:
        excuse(store, target, "not_applicable", reviewer="周", note="不涉及")
    changed = place.run(Snippet("sh", "", "python nightly.py")).splitlines()
    assert any(f" {target} gap -> not_applicable " in line for line in changed[1:])
    assert all(f" {target} " in line for line in changed[1:])


def test_a_plan_is_brought_in_with_what_the_text_does_not_tell(place: Place) -> None:
    place.run(place.find("keys add clerk"))
    said = place.run(place.find("create_upload"))
    assert "qingxi.txt 清溪市 city None 2025 asks for ['region', 'parent']" in said
    linked = re.findall(r"^(\S+) is linked to (\S+)$", said, re.MULTILINE)
    assert [upper for _, upper in linked] == ["000000-2025", "x-qinglan-2025"]
    assert "linked to the nation's plan only" not in said


def test_nothing_on_the_page_was_left_out(place: Place) -> None:
    ran = set(place.said)
    left = [s for s in SNIPPETS if s.code not in ran and s.kind != "crontab"]
    assert SNIPPETS
    assert left == []
