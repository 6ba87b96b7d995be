"""How often one key, one person or one address may ask: a bucket of tokens for each, filled all the time."""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from graph.errors import PolicyGraphError

WINDOW_S: Final = 60
MOST_BUCKETS: Final = 10_000


class RateError(PolicyGraphError):
    """More requests than are answered."""

    code = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, message: str, *, allowance: "Allowance", remedy: str) -> None:
        super().__init__(message, where="setting rate_limit", remedy=remedy)
        self.allowance = allowance


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to who asks.

    Attributes:
        quota: requests in :data:`WINDOW_S` seconds.
        left: requests that would be answered now.
        wait_s: seconds until one more would be, at least 1.
    """

    quota: int
    left: int
    wait_s: int

    def headers(self) -> dict[str, str]:
        """As the IETF's draft on rate limit headers writes it, in its revisions since the tenth."""
        return {
            "RateLimit-Policy": f'"default";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"default";r={self.left};t={self.wait_s}',
        }


class RateLimit:
    """Counts requests. Who was longest away is forgotten where there are more than :data:`MOST_BUCKETS`.

    Args:
        quota: requests a minute, also at once; 0: no limit.
    """

    def __init__(self, quota: int) -> None:
        self._quota = quota
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = threading.Lock()

    def take(self, who: str) -> Allowance | None:
        """Count one request of ``who``. Returns what is left; None: there is no limit.

        Raises:
            RateError: none was left.
        """
        if not self._quota:
            return None
        rate = self._quota / WINDOW_S
        now = time.monotonic()
        with self._turn:
            tokens, then = self._buckets.pop(who, (float(self._quota), now))
            tokens = min(self._quota, tokens + (now - then) * rate)
            allowed = tokens >= 1
            tokens -= allowed
            self._buckets[who] = tokens, now
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        left = int(tokens)
        allowance = Allowance(self._quota, left, max(1, math.ceil((left + 1 - tokens) / rate)))
        if not allowed:
            raise RateError(
                f"more than {self._quota} requests a minute",
                allowance=allowance,
                remedy="Ask again after the seconds in Retry-After; If-None-Match spares answers, not requests.",
            )
        return allowance
