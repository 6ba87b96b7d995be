"""Reading what a stranger sent in a process of its own: a file that breaks a library, hangs or eats memory harms nobody else."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from typing import Any, Final, TypeVar

from graph.errors import InputError
from graph.memory import limit_memory

T = TypeVar("T")
SECONDS: Final = 180.0
MEMORY_MB: Final = 2048
"""Memory that the process may take beside what it has when it begins."""

_LOADED: Final = ["policygraph.intake.understanding"]
_REMEDY: Final = "Save the file anew in the program that made it, or as text, and upload that."


def apart(work: Callable[..., T], *args: object, file: Path, seconds: float = SECONDS) -> T:
    """What ``work`` returns for ``args``; both and the result must be picklable.

    Args:
        file: what it reads, for errors.
        seconds: time after which it is ended.

    Raises:
        InputError: the process broke off, or took too long or too much memory.
        Exception: what ``work`` raises.
    """
    receiving, sending = _context.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(sending, MEMORY_MB, work, args), daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(seconds):
            raise InputError(
                f"reading this file takes longer than {seconds:g} s", where=str(file), remedy=_REMEDY
            )
        outcome = receiving.recv()
    except EOFError:
        raise InputError("reading this file breaks off", where=str(file), remedy=_REMEDY) from None
    finally:
        receiving.close()
        process.kill()
        process.join()
    if isinstance(outcome, MemoryError):
        raise InputError(
            f"reading this file takes more than {MEMORY_MB} MB of memory", where=str(file), remedy=_REMEDY
        )
    if isinstance(outcome, Exception):
        raise outcome
    found: T = outcome[0]
    return found


def _work(sending: Connection, memory_mb: int, work: Callable[..., Any], args: tuple[object, ...]) -> None:
    limit_memory(memory_mb)
    outcome: Exception | tuple[Any]
    try:
        outcome = (work(*args),)
    except Exception as error:
        outcome = error
    sending.send(outcome)
    sending.close()


def _chosen() -> SpawnContext | ForkServerContext:
    """Processes forked from one that has loaded the readers and has no threads; where there are none such, new ones."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context


_context: Final = _chosen()
