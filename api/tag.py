"""The tag of the graph, asked for by many at once."""

import asyncio
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool


class GraphTag:
    """Computes the tag once for all who wait for it.

    Nobody is given a tag whose computation began before they asked: that might be older than what they have just
    written. So those who come while one is under way share the next.

    Args:
        compute: blocks; called in a thread, never twice at once.
    """

    def __init__(self, compute: Callable[[], str]) -> None:
        self._compute = compute
        self._running: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """The tag of the graph as it is now. Raises what ``compute`` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        # Who leaves must not take the tag from the others.
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[str] | None) -> str:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        return await run_in_threadpool(self._compute)
