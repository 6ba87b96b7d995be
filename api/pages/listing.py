"""Pages of a long list that is made plan by plan: only the plans of the page shown are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Query

T = TypeVar("T")
SIZE: Final = 50
"""Rows of one page of a list."""
MOST: Final = 10_000
"""Rows of a list that is taken away as a file."""

Number = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list; ``total`` counts all of it."""

    rows: list[T]
    total: int
    number: int
    pages: int


def page_of(rows: Sequence[T], number: int, size: int = SIZE) -> Listing[T]:
    """The page of a list that is there as a whole; the last one where there are fewer."""
    pages = max(1, -(-len(rows) // size))
    number = min(number, pages)
    return Listing(list(rows[(number - 1) * size : number * size]), len(rows), number, pages)


def by_plan(
    counts: Sequence[tuple[str, int]], rows: Callable[[str], Sequence[T]], number: int, size: int = SIZE
) -> Listing[T]:
    """The page of a list that is the rows of one plan after the other.

    Args:
        counts: how many rows each plan has, in the list's order.
        rows: those of one plan; asked for the plans of the page only.
    """
    total = sum(count for _, count in counts)
    pages = max(1, -(-total // size))
    number = min(number, pages)
    first, last = (number - 1) * size, number * size
    found: list[Any] = []
    at = 0
    for plan, count in counts:
        if count and at < last and at + count > first:
            found += rows(plan)[max(0, first - at) : last - at]
        at += count
    return Listing(found, total, number, pages)
