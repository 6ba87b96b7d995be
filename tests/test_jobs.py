"""Reading many files: what waits on disk, and how much memory it takes."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.model import PlanDocument
from policygraph import jobs
from policygraph.spool import Spool
from tests.conftest import SAMPLE


def test_a_spool_gives_back_what_was_put_in_as_often_as_asked() -> None:
    spool = Spool([{"a": 1}, {"b": 2}])
    spool.add({"c": 3})
    assert len(spool) == 3
    assert list(spool) == list(spool) == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert {"b": 2} in spool
    assert list(zip(spool, spool, strict=True))[1] == ({"b": 2}, {"b": 2})
    assert list(Spool[int]()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool[str]()
    with open("/dev/full", "r+b", buffering=0) as full:  # noqa: PTH123 - it cannot be sought otherwise
        monkeypatch.setattr(spool, "_file", full)
        with pytest.raises(StoreError, match="could not be put aside"):
            spool.add("x" * 10**6)


def _held(folder: Path, count: int) -> int:
    folder.mkdir()
    text = (SAMPLE / "hewan-2025.txt").read_text("utf-8")
    entry = '[[plan]]\nfile = "{0}.txt"\nregion = "x-{0}"\nlevel = "city"\nyear = 2025\n'
    for number in range(count):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / "plans.toml").write_text("".join(entry.format(n) for n in range(count)), encoding="utf-8")
    tracemalloc.start()
    documents = jobs.read(folder)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(documents) == count
    return held


def test_memory_does_not_grow_with_the_number_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "Spool", lambda: Spool[PlanDocument](memory=1))
    _held(tmp_path / "warm", 1)
    assert _held(tmp_path / "many", 60) < 2 * _held(tmp_path / "few", 10)
