"""What a stranger's file can do to a process: break it, hang, eat memory. Only the process that reads it may see that."""

import os
import signal
import time
from pathlib import Path

import pytest

from graph.errors import InputError
from policygraph.intake import understanding
from policygraph.intake.apart import apart
from tests.plans import NATION

FILE = Path("计划.pdf")


def breaks(_: int) -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def hangs(_: int) -> int:
    time.sleep(60)
    return 0


def eats(_: int) -> int:
    return len(bytearray(8 * 2**30))


def refuses(_: int) -> int:
    raise InputError("this is no plan", where="计划.pdf", remedy="Send a plan.")


def fails(_: int) -> int:
    raise ValueError("a fault of ours")


def own(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize(
    ("work", "told"),
    [(breaks, "breaks off"), (hangs, "longer than 0.5 s"), (eats, "2048 MB"), (refuses, "this is no plan")],
)
def test_a_file_that_harms_its_reader_is_refused(work: object, told: str) -> None:
    with pytest.raises(InputError, match=told) as error:
        apart(work, 1, file=FILE, seconds=0.5 if work is hangs else 60)  # type: ignore[arg-type]
    assert error.value.where == "计划.pdf"
    assert error.value.remedy


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ValueError, match="ours"):
        apart(fails, 1, file=FILE)


def test_it_is_another_process() -> None:
    assert apart(own, 1, file=FILE) != os.getpid()


def test_what_is_uploaded_is_read_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nation.txt"
    path.write_text(NATION, encoding="utf-8")
    # Those that this process has are never called.
    monkeypatch.setattr("ingest.readers.read_bytes", None)
    assert understanding.beginning(path, 2) == tuple(NATION.splitlines()[:2])
    assert understanding.beginning(tmp_path / "none.txt", 2) == ()
