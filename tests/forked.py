"""Processes to be killed, forked from one that has loaded everything: the kill falls within their work, not their start."""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Final

from policygraph.cli import main

_LOADED: Final = [
    "embeddings.static", "graph.embedded_store", "graph.neo4j_store", "policygraph.cli", "policygraph.jobs",
    "scipy.sparse", "tests.conftest", "tests.decisions", "tests.forked",
]  # fmt: skip


def context() -> ForkServerContext:
    """For processes, and pipes to them."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_LOADED)
    return made


def command(*arguments: str, **environment: str) -> ForkServerProcess:
    """A process that runs the command line and prints nothing, with no other setting than ``environment``."""
    process = context().Process(target=_command, args=(arguments, environment), daemon=True)
    process.start()
    return process


def _command(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("POLICYGRAPH_")]:
        del os.environ[name]
    os.environ.update(environment)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    main(arguments)
