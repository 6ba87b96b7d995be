"""Bytes to text: UTF-8 (with or without a mark), UTF-16 and UTF-32 with a mark, and GB18030 with its subsets."""

import codecs
from pathlib import Path

from graph.errors import InputError

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D}
_SAMPLE = 65_536


def read_bytes(path: Path) -> bytes:
    """The bytes of ``path``. Raises InputError where it is missing, a folder, unreadable or empty."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "the file does not exist", where=str(path), remedy="Check its name in plans.toml."
        ) from None
    except IsADirectoryError:
        raise InputError(
            "this is a folder, not a plan", where=str(path), remedy="Name a text file."
        ) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=str(path)) from error
    if not data.strip():
        raise InputError(
            "the file is empty", where=str(path), remedy="Put the plan's text into it, or drop it."
        )
    return data


def decode(data: bytes, where: str) -> tuple[str, str]:
    """Decode ``data`` and name the encoding that it was in.

    Raises:
        InputError: the bytes are no text, or in no encoding that is read here.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding, where), encoding
    if any(byte in _CONTROL for byte in data[:_SAMPLE]):
        raise InputError(
            "this is a binary file, not text",
            where=where,
            remedy="Save the plan as plain text (UTF-8 or GB18030).",
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _try(data, "gb18030", where), "gb18030"


def _try(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"the bytes of line {line} are neither UTF-8 nor GB18030",
            where=where,
            remedy="Save the file again as UTF-8.",
        ) from error
