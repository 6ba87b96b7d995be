"""Plain text, in UTF-8, GB18030 or another encoding that :mod:`ingest.decode` knows."""

from ingest.decode import decode
from ingest.source import SourceText, bytes_of, of_lines


def read(data: bytes, where: str) -> SourceText:
    """The text as it stands. Raises InputError where the bytes are no text."""
    text, encoding = decode(data, where)
    return SourceText(text, encoding, of_lines(text), bytes_of(text, encoding))
