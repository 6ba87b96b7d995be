"""The state of the graph, asked for by many at once."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from fastapi.concurrency import run_in_threadpool

T = TypeVar("T")


class Now(Generic[T]):
    """Reads what changes once for all who wait for it.

    Nobody is given what was read before they asked: that might be older than what they have just written. So those who
    come while one reading is under way share the next.

    Args:
        read: blocks; called in a thread, never twice at once.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def current(self) -> T:
        """What is there now. Raises what ``read`` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        # Who leaves must not take it from the others.
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[T] | None) -> T:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        return await run_in_threadpool(self._read)
