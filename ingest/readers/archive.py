"""Zip files and XML from strangers: limits on number, size and ratio; no entities, no network."""

import io
import zipfile
import zlib
from typing import Final

from lxml import etree

from graph.errors import InputError

MAX_ENTRIES: Final = 10_000
MAX_TOTAL: Final = 512 * 2**20
MAX_ENTRY: Final = 128 * 2**20
MAX_RATIO: Final = 1000


class Archive:
    """A zip file, read only as far as the limits allow."""

    def __init__(self, data: bytes, where: str, kind: str) -> None:
        self._where = where
        self._kind = kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self.damaged(str(error)) from error
        total = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_ENTRIES or total > MAX_TOTAL:
            raise self.damaged(f"it unpacks to {len(entries)} parts and {total / 2**20:.0f} MiB")
        self._read = 0
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """The part called ``name``. Raises InputError where it is missing, damaged, or beyond the limits."""
        try:
            entry = self._zip.getinfo(name)
            if entry.file_size > MAX_ENTRY or entry.file_size > MAX_RATIO * max(entry.compress_size, 1024):
                raise self.damaged(f"{name} unpacks to {entry.file_size / 2**20:.0f} MiB")
            with self._zip.open(entry) as part:
                content = part.read(MAX_ENTRY + 1)
        except KeyError:
            raise self.damaged(f"it has no {name}") from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,
            NotImplementedError,
            OSError,
            ValueError,
        ) as error:
            raise self.damaged(f"{name}: {error}") from error
        if len(content) > MAX_ENTRY:
            raise self.damaged(f"{name} is larger than it says")
        # A document may name one part as each of its thousands of pages.
        self._read += len(content)
        if self._read > MAX_TOTAL:
            raise self.damaged(f"its pages unpack to more than {MAX_TOTAL / 2**20:.0f} MiB")
        return content

    def xml(self, name: str) -> etree._Element:
        """The part called ``name`` as XML."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self.read(name), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{name}: {error}") from error

    def damaged(self, why: str) -> InputError:
        """The error for a file that is no good."""
        return InputError(
            f"this is no {self._kind} file that can be read ({why})",
            where=self._where,
            remedy="Open it in the program it was made with and save it again, or save it as text.",
        )
