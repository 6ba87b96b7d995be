"""Clients that ask a service without pause: ``python -m benchmarks.clients ADDRESS CLIENTS SECONDS``, JSON on standard output.

Each asks for one plan's coverage, the matrix, one plan's gaps or a search, whichever comes; one seed a client.
"""

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import httpx
import numpy as np

WORDS: Final = (
    "城中村",
    "老旧小区",
    "保障性租赁住房",
    "燃气管网",
    "绿色建筑",
    "物业服务",
    "历史建筑",
    "停车位",
)
LIMIT: Final = 1000
TIMEOUT_S: Final = 120


def questions(plans: list[str], chance: random.Random) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Kind, path and parameters of one request after the other."""
    while True:
        plan = chance.choice(plans)
        yield chance.choice(
            (
                ("coverage", f"/api/v1/plans/{plan}/coverage", {}),
                ("matrix", "/api/v1/matrix", {}),
                ("gaps", f"/api/v1/plans/{plan}/gaps", {}),
                ("search", "/api/v1/search", {"q": chance.choice(WORDS)}),
            )
        )


async def local_plans(client: httpx.AsyncClient) -> list[str]:
    """Ids of the plans that are linked to the nation's."""
    found: list[str] = []
    query: dict[str, str] = {"limit": str(LIMIT)}
    while True:
        answer = (await client.get("/api/v1/plans", params=query)).raise_for_status().json()
        found += [p["id"] for p in answer["items"] if p["level"] != "national"]
        if answer["next"] is None:
            return found
        query["cursor"] = answer["next"]


async def ask(address: str, clients: int, seconds: float) -> dict[str, Any]:
    """Ask for ``seconds``; latencies by kind in milliseconds, errors, requests a second."""
    times: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=TIMEOUT_S) as client:
        plans = await local_plans(client)
        start = time.perf_counter()

        async def one(number: int) -> None:
            for kind, path, query in questions(plans, random.Random(number)):
                began = time.perf_counter()
                if began - start >= seconds:
                    return
                try:
                    answer = await client.get(path, params=query)
                    if answer.status_code != httpx.codes.OK:
                        errors.append(f"{path}: {answer.status_code}")
                except httpx.HTTPError as error:
                    errors.append(f"{path}: {error!r}")
                times[kind].append((time.perf_counter() - began) * 1000)

        await asyncio.gather(*(one(number) for number in range(clients)))
        took = time.perf_counter() - start
    return {
        "seconds": took,
        "errors": errors,
        "kinds": {
            kind: {
                "requests": len(found),
                "p50_ms": float(np.percentile(found, 50)),
                "p99_ms": float(np.percentile(found, 99)),
                "most_ms": max(found),
            }
            for kind, found in sorted(times.items())
        },
    }


if __name__ == "__main__":
    _, address, clients, seconds = sys.argv
    print(json.dumps(asyncio.run(ask(address, int(clients), float(seconds)))))
