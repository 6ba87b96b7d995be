"""Bytes to text: UTF-8 (with or without a mark), UTF-16 and UTF-32 with a mark, and GB18030 with its subsets."""

import codecs
import re
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
# Tab, line feed, vertical tab (Word's line break), form feed and carriage return are text.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_bytes(path: Path) -> bytes:
    """The bytes of ``path``. Raises InputError where it is missing, a folder, unreadable or empty."""
    try:
        data = path.read_bytes()
    except ValueError as error:
        raise InputError(f"this is no file name ({error})", where=repr(str(path))) from error
    except FileNotFoundError:
        raise InputError(
            "the file does not exist", where=str(path), remedy="Check its name and folder."
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
    text, encoding = _decoded(data, where)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            f"this is a binary file, not text (line {line} holds the control character {ord(found[0]):#04x})",
            where=where,
            remedy="Save the plan as plain text (UTF-8 or GB18030).",
        )
    return text, encoding


def _decoded(data: bytes, where: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding, where), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if b"\0" in data:
            return "\0", ""
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
