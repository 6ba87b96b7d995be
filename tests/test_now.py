"""One reading of what changes serves all who asked before it began."""

import asyncio
import threading
import time

import pytest

from api.now import Now


def test_who_comes_meanwhile_shares_the_next() -> None:
    async def work() -> None:
        begun: list[int] = []
        go = threading.Semaphore(0)

        def compute() -> str:
            begun.append(len(begun))
            go.acquire()
            return str(begun[-1])

        now = Now(compute)
        first = asyncio.create_task(now.current())
        while not begun:
            await asyncio.sleep(0.001)
        later = [asyncio.create_task(now.current()) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert begun == [0]
        later[0].cancel()
        go.release()
        assert await first == "0"
        go.release()
        assert await asyncio.gather(*later[1:]) == ["1"] * 4
        go.release()
        assert await now.current() == "2"

    asyncio.run(work())


def test_a_failure_is_told_and_not_kept() -> None:
    async def work() -> None:
        fails = [True, False]

        def compute() -> str:
            time.sleep(0.001)
            if fails.pop(0):
                raise RuntimeError("down")
            return "up"

        now = Now(compute)
        with pytest.raises(RuntimeError, match="down"):
            await now.current()
        assert await now.current() == "up"

    asyncio.run(work())
