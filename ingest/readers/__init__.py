"""Files to text, one module a format. Each gives the text a paragraph a line; what it means is told elsewhere.

=====================  ====================================================================
ending                 module
=====================  ====================================================================
``.txt``               :mod:`ingest.readers.txt`
``.md``                :mod:`ingest.readers.markdown`
``.docx``              :mod:`ingest.readers.docx` (Word, and WPS saved as docx)
``.pdf``               :mod:`ingest.readers.pdf` (with a text layer)
``.html``, ``.htm``    :mod:`ingest.readers.html` (a saved page)
``.ofd``               :mod:`ingest.readers.ofd` (GB/T 33190)
``.doc``, ``.wps``     :mod:`ingest.readers.office` (needs LibreOffice)
=====================  ====================================================================
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from graph.errors import InputError
from ingest.decode import read_bytes
from ingest.source import SourceText

Reader = Callable[[bytes, str], SourceText]
"""The bytes of a file and its name (for messages) to text. Raises InputError."""

MODULES: Final = {
    ".txt": "txt",
    ".md": "markdown",
    ".docx": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".ofd": "ofd",
    ".doc": "office",
    ".wps": "office",
}
SUFFIXES: Final = tuple(MODULES)
MAX_BYTES: Final = 64 * 2**20


def read_text(path: Path) -> tuple[bytes, SourceText]:
    """The bytes of ``path`` and its text.

    A file whose ending is not known is read as plain text.

    Raises:
        InputError: the file is missing, unreadable, empty, too large, damaged, or of a kind that cannot be read.
    """
    data = read_bytes(path)
    where = str(path)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"the file has {len(data) / 2**20:.0f} MiB, more than {MAX_BYTES // 2**20}",
            where=where,
            remedy="Save the plan without pictures, or as text.",
        )
    # By name, so that a library is loaded only where a file needs it.
    read: Reader = import_module(f"{__name__}.{MODULES.get(path.suffix.lower(), 'txt')}").read
    return data, read(data, where)
