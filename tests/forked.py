"""The command line in processes of its own, forked from one that has loaded everything.

Each saves the start of Python and its imports, more than what most commands take. Where they are to be killed, the kill
falls within their work.
"""

import multiprocessing
import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from policygraph.cli import main

_LOADED: Final = [
    "embeddings.static", "graph.embedded_store", "graph.neo4j_store", "policygraph.cli", "policygraph.jobs",
    "scipy.sparse", "tests.forked", "tests.test_crash", "tests.test_decisions_crash",
]  # fmt: skip


@cache
def context() -> ForkServerContext:
    """For processes, and pipes to them."""
    # There is one server a process, and what reads uploads may have started it with less.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else stops it
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_LOADED)
    forkserver.ensure_running()
    return made


def start(
    *arguments: str, folder: Path, environment: Mapping[str, str], out: Path, errors: Path
) -> ForkServerProcess:
    """A process that runs the command line in ``folder``, with nothing but ``environment``, printing into two files."""
    process = context().Process(
        target=_command, args=(arguments, folder, dict(environment), out, errors), daemon=True
    )
    process.start()
    return process


def run(*arguments: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The same to its end: exit code, and what it printed."""
    with TemporaryDirectory() as printed:
        out, errors = Path(printed) / "out", Path(printed) / "errors"
        process = start(*arguments, folder=folder, environment=environment, out=out, errors=errors)
        process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(
            arguments, process.exitcode, out.read_text("utf-8"), errors.read_text("utf-8")
        )


def _command(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: Path, errors: Path
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for path, descriptor in ((out, 1), (errors, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, descriptor)
        os.close(file)
    main(arguments)
