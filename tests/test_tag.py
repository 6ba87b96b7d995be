"""One computation of the graph's tag serves all who asked before it began."""

import asyncio
import threading
import time

import pytest

from api.tag import GraphTag


def test_who_comes_meanwhile_shares_the_next() -> None:
    async def work() -> None:
        begun: list[int] = []
        go = threading.Semaphore(0)

        def compute() -> str:
            begun.append(len(begun))
            go.acquire()
            return str(begun[-1])

        tag = GraphTag(compute)
        first = asyncio.create_task(tag.current())
        while not begun:
            await asyncio.sleep(0.001)
        later = [asyncio.create_task(tag.current()) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert begun == [0]
        later[0].cancel()
        go.release()
        assert await first == "0"
        go.release()
        assert await asyncio.gather(*later[1:]) == ["1"] * 4
        go.release()
        assert await tag.current() == "2"

    asyncio.run(work())


def test_a_failure_is_told_and_not_kept() -> None:
    async def work() -> None:
        fails = [True, False]

        def compute() -> str:
            time.sleep(0.001)
            if fails.pop(0):
                raise RuntimeError("down")
            return "up"

        tag = GraphTag(compute)
        with pytest.raises(RuntimeError, match="down"):
            await tag.current()
        assert await tag.current() == "up"

    asyncio.run(work())
