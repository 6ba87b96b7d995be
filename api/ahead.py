"""What every visitor sees first, computed before they ask: at the start, and whenever the graph has changed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from fastapi.concurrency import run_in_threadpool

from graph.errors import PolicyGraphError
from queries.state import State

CLOSE_S: Final = 30.0
_log = logging.getLogger("policygraph.api")


class Ahead:
    """Looks for changes, by whichever process, and computes what stands on them; within a running event loop.

    Args:
        state: the state of the graph now.
        compute: blocks; called in a thread, never twice at once.
        every: seconds between two looks; 0: it never looks.
    """

    def __init__(
        self, state: Callable[[], Awaitable[State]], compute: Callable[[State], None], every: float
    ) -> None:
        self._state = state
        self._compute = compute
        self._every = every
        self._ends = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End after what is under way."""
        self._ends.set()
        await asyncio.wait([self._task], timeout=CLOSE_S)

    async def _run(self) -> None:
        seen = None
        while self._every and not self._ends.is_set():
            try:
                state = await self._state()
                if state.token != seen:
                    await run_in_threadpool(self._compute, state)
                    seen = state.token
            except PolicyGraphError as error:
                # Whoever asks is told the same; here it only means that nothing is ready before they do.
                _log.debug("nothing was computed ahead: %s", error)
            except Exception:
                _log.exception("computing ahead failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ends.wait(), self._every)
