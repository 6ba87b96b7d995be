"""Things put aside on disk, so that many need no more memory than a few."""

import pickle
import tempfile
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar
from weakref import finalize

from graph.errors import StoreError

T = TypeVar("T")

MEMORY: Final = 4 * 2**20
"""Bytes that stay in memory; what is more goes to a temporary file that nobody else can open."""


class Spool(Collection[T], Generic[T]):
    """A collection that is written once and walked over as often as needed; each walk makes the items anew."""

    def __init__(self, items: Iterable[T] = (), *, memory: int = MEMORY) -> None:
        self._file: Any = tempfile.SpooledTemporaryFile(max_size=memory)  # noqa: SIM115 - closed by finalize
        finalize(self, self._file.close)
        self._count = 0
        for item in items:
            self.add(item)

    def add(self, item: T) -> None:
        """Put ``item`` at the end. Raises StoreError where the disk is full."""
        try:
            self._file.seek(0, 2)
            pickle.dump(item, self._file, pickle.HIGHEST_PROTOCOL)
            self._file.flush()
        except OSError as error:
            raise StoreError(
                f"what was read could not be put aside ({error})",
                where=tempfile.gettempdir(),
                remedy="Nothing was changed. Check free space there, or set TMPDIR to another folder.",
            ) from error
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        at = 0
        for _ in range(self._count):
            self._file.seek(at)
            item = pickle.load(self._file)
            at = self._file.tell()
            yield item

    def __contains__(self, item: object) -> bool:
        return any(item == own for own in self)
