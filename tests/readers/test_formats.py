"""The same plan gives the same tasks, measures and figures, whatever kind of file it comes in."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.model import Level, Region
from ingest.manifest import PlanSource
from ingest.reader import read_plan
from tests.conftest import SAMPLE
from tests.plans import placeless
from tests.readers.files import WRITERS, as_docx

PLANS = ["national-2025", "qinglan-2025", "songling-2025", "hewan-2025", "langang-2025"]


def _read(path: Path) -> dict[str, Any]:
    level: Level = "national" if "national" in path.parent.name else "city"
    document = read_plan(PlanSource(path, Region("x-lan", "岚市", level), 2025))
    tasks = [replace(task, stamp="", start=0, end=0) for task in document.tasks]
    measures = [replace(measure, start=0, end=0) for measure in placeless(document)]
    return {
        "tasks": tasks,
        "measures": measures,
        "targets": [replace(target, start=0, end=0) for target in document.targets],
        "title": document.plan.title,
    }


def _paragraphs(name: str) -> list[str]:
    text = (SAMPLE / f"{name}.txt").read_text("utf-8")
    return [line.strip().replace("\u3000", "") for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("file", list(WRITERS)[1:])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_reads_the_same_in_every_format(name: str, file: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    paragraphs = _paragraphs(name)
    (folder / "plan.txt").write_bytes(WRITERS["plan.txt"](paragraphs))
    (folder / file).write_bytes(WRITERS[file](paragraphs))
    expected, found = _read(folder / "plan.txt"), _read(folder / file)
    assert found["title"] == expected["title"]
    assert [m.text for m in found["measures"]] == [m.text for m in expected["measures"]]
    assert found == expected


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_old_word_file_reads_the_same(tmp_path: Path) -> None:
    paragraphs = _paragraphs("hewan-2025")
    (tmp_path / "plan.txt").write_bytes(WRITERS["plan.txt"](paragraphs))
    (tmp_path / "new.docx").write_bytes(as_docx(paragraphs))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "doc",
         "--outdir", str(tmp_path), str(tmp_path / "new.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    expected = _read(tmp_path / "plan.txt")
    assert _read(tmp_path / "new.doc") == expected
    (tmp_path / "new.doc").rename(tmp_path / "new.wps")
    assert _read(tmp_path / "new.wps") == expected
