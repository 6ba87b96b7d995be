"""Files that appear together: written beside their names, and renamed when all are whole."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from graph.errors import InputError

_PARTIAL: Final = ".partial"


class Files:
    """A folder that new files are put into, all at the end or none; a context manager.

    An exception within leaves the files that were there before. Raises InputError where the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: list[str] = []
        self._gone: list[str] = []

    def path(self, name: str) -> Path:
        """Where to write the file that will be called ``name``."""
        if name not in self._names:
            self._names.append(name)
        return self._beside(name)

    def remove(self, name: str) -> None:
        """Take a file of an earlier export away when the new ones are in place."""
        self._gone.append(name)

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._failed(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                for name in self._names:
                    self._beside(name).replace(self.folder / name)
                for name in self._gone:
                    (self.folder / name).unlink(missing_ok=True)
        except OSError as failed:
            raise self._failed(failed) from failed
        finally:
            for name in self._names:
                with suppress(OSError):
                    self._beside(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise self._failed(error) from error

    def _beside(self, name: str) -> Path:
        return self.folder / (name + _PARTIAL)

    def _failed(self, error: OSError) -> InputError:
        return InputError(
            f"cannot write here ({error.strerror or error})",
            where=str(self.folder),
            remedy="Name another folder.",
        )
