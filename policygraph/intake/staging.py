"""Files that wait for a person: one folder an upload, with what was understood of them beside; old ones are swept."""

import hashlib
import re
import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from graph.errors import InputError, InUseError, NotFoundError, StoreError
from graph.store import Store
from ingest.manifest import PlanSource, arrange
from ingest.readers import SUFFIXES
from policygraph.intake import words
from policygraph.intake.models import ID, Confirmation, FileRead, Upload
from policygraph.intake.understanding import Known, beginning, entry, understand

LONGEST_NAME: Final = 240
"""Bytes of a file's name."""
_UPLOAD: Final = "upload.json"
_FILES: Final = "files"
_BAD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Staging:
    """The uploads in one folder.

    Args:
        folder: made where missing, for this user alone.
        hours: how long an upload waits at most.
    """

    def __init__(self, folder: Path, *, hours: float) -> None:
        self.folder = folder
        self._wait = timedelta(hours=hours)
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def add(self, files: Sequence[tuple[str, BinaryIO]], store: Store) -> Upload:
        """Keep ``files`` (name and content) and say what the reader understands of each.

        Raises:
            InputError: there is no file.
            StoreError: the folder cannot be written to.
        """
        if not files:
            raise InputError(
                "the upload holds no file", where="files", remedy="Send each file as a part called files."
            )
        self.sweep()
        created = datetime.now(UTC)
        id_ = uuid4().hex
        known = Known(store)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = self.folder / id_
            (folder / _FILES).mkdir(parents=True, mode=0o700)
            taken: set[str] = set()
            read = _twins([_keep(folder / _FILES, name, file, taken, known) for name, file in files])
            upload = Upload(
                id=id_, created=created.isoformat(), expires=(created + self._wait).isoformat(), files=read
            )
            (folder / _UPLOAD).write_text(upload.model_dump_json(), encoding="utf-8")
        except OSError as error:
            self._drop(id_)
            raise StoreError(
                f"the files cannot be kept ({error.strerror or error})",
                where="setting upload_folder",
                remedy="Check free space and rights of that folder, or set another.",
            ) from error
        except BaseException:
            self._drop(id_)
            raise
        return upload

    def get(self, id_: str) -> Upload:
        """The upload. Raises NotFoundError where it is not there, or no more."""
        try:
            if not re.fullmatch(ID, id_):
                raise FileNotFoundError
            return Upload.model_validate_json((self.folder / id_ / _UPLOAD).read_bytes())
        except (OSError, ValueError) as error:
            raise _gone(id_) from error

    def hashes(self, id_: str, sources: Sequence[PlanSource]) -> dict[str, str]:
        """SHA-256 of the files of an upload, by id of the plan. Raises NotFoundError where they are not there any more."""
        try:
            return {s.plan_id: hashlib.sha256(s.path.read_bytes()).hexdigest() for s in sources}
        except OSError as error:
            raise _gone(id_) from error

    def beginning(self, upload: Upload, file: str, most: int) -> list[str]:
        """The first ``most`` lines of a file that could be read, without those that are empty; none of any other."""
        if not any(f.file == file and f.plan is not None for f in upload.files):
            return []
        return list(beginning(self.folder / upload.id / _FILES / file, most))

    def remove(self, id_: str) -> None:
        """Throw the upload away.

        Raises:
            NotFoundError: it is not there.
            InUseError: a job reads it.
        """
        self.get(id_)
        with self._lock:
            if id_ in self._held:
                raise _in_use(id_)
            self._drop(id_)

    def _drop(self, id_: str) -> None:
        shutil.rmtree(self.folder / id_, ignore_errors=True)

    def hold(self, id_: str) -> None:
        """Keep the upload until :meth:`release`, however old it gets.

        Raises:
            InUseError: it is kept already.
            NotFoundError: it is not there any more.
        """
        with self._lock:
            if id_ in self._held:
                raise _in_use(id_)
            if not (self.folder / id_).is_dir():
                raise _gone(id_)
            self._held.add(id_)

    def release(self, id_: str) -> None:
        """Let the upload go its way again."""
        with self._lock:
            self._held.discard(id_)

    def sweep(self) -> None:
        """Throw away what has waited too long."""
        limit = (datetime.now(UTC) - self._wait).timestamp()
        with self._lock, suppress(OSError):
            for folder in list(self.folder.iterdir()):
                if not re.fullmatch(ID, folder.name) or folder.name in self._held:
                    continue
                with suppress(OSError):
                    if folder.stat().st_mtime < limit:
                        shutil.rmtree(folder, ignore_errors=True)

    def sources(self, upload: Upload, said: Confirmation, store: Store) -> list[PlanSource]:
        """Whose plans the files are, in the order in which they are to be loaded; those that cannot be read are left out.

        Raises:
            InputError: a fact is missing or wrong, two files are one plan, a correction is of no file, or nothing is left.
        """
        corrections = {c.file: c for c in said.files}
        names = {f.file for f in upload.files}
        if len(corrections) < len(said.files) or not corrections.keys() <= names:
            raise InputError(
                "a correction names a file twice, or one that was not uploaded",
                where=", ".join(sorted(corrections.keys() - names)) or "files",
                remedy=f"Files of this upload: {', '.join(sorted(names))}.",
            )
        known = Known(store)
        skipped = {c.file for c in said.files if c.skip}
        entries = [
            entry(file, corrections.get(file.file), known)
            for file in upload.files
            if file.plan is not None and file.file not in skipped
        ]
        if not entries:
            raise InputError(
                "no file is left to load", where=upload.id, remedy="Upload files that can be read."
            )
        return arrange(self.folder / upload.id / _FILES, entries, known.regions)


def _gone(id_: str) -> NotFoundError:
    return NotFoundError(
        f"there is no upload {id_!r}", remedy="Uploads wait for a time only: upload the files again."
    )


def _in_use(id_: str) -> InUseError:
    return InUseError(
        "a job is loading these files", where=id_, remedy="Cancel the job, or wait for its end."
    )


def _keep(folder: Path, name: str, file: BinaryIO, taken: set[str], known: Known) -> FileRead:
    kind = None
    if not name or _BAD.search(name) or name.startswith(".") or len(name.encode()) > LONGEST_NAME:
        kind = words.trouble("name", _shown(name), f"{name!r} is no name of a file")
    elif name.casefold() in taken:
        kind = words.trouble("twice", name, "two files of this upload have this name")
    elif Path(name).suffix.lower() not in SUFFIXES:
        kind = words.trouble("format", name, f"{Path(name).suffix!r} is none of {', '.join(SUFFIXES)}")
    if kind is not None:
        size = file.seek(0, 2)
        return FileRead(file=_shown(name), size=size, plan=None, questions=[], warnings=[], problem=kind)
    taken.add(name.casefold())
    path = folder / name
    with path.open("wb") as kept:
        shutil.copyfileobj(file, kept)
    return understand(path, known)


def _shown(name: str) -> str:
    """A name that cannot be used, as it can be shown."""
    return _BAD.sub("�", name)[:80]


def _twins(files: list[FileRead]) -> list[FileRead]:
    ids = [f.plan.id for f in files if f.plan is not None and f.plan.id is not None]
    return [
        f.model_copy(update={"warnings": [*f.warnings, words.TWINS]})
        if f.plan is not None and f.plan.id is not None and ids.count(f.plan.id) > 1
        else f
        for f in files
    ]
