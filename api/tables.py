"""Any list of rows as a file that offices open."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final, Literal
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from policygraph.export.lists import csv_parts, workbook
from policygraph.words import Language

TableFormat = Literal["csv", "xlsx"]
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def table_response(
    rows: Iterable[Any],
    columns: Mapping[str, tuple[str, str]],
    name: str,
    format: TableFormat,  # noqa: A002 - what it is called in the address
    language: Language = "zh",
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``rows`` as a file to be saved: CSV (UTF-8 with a mark, so that Excel opens it right) or a workbook.

    No text of a row is computed as a formula.

    Args:
        rows: mappings, or objects with attributes; what a column lacks is left empty.
        columns: captions, Chinese and English, by the key of a row; in their order.
        name: of the file, without ending; also the sheet's.
        headers: more headers of the answer, such as its tag.
    """
    captions = [pair[0 if language == "zh" else 1] for pair in columns.values()]
    values = ([_value(row, key) for key in columns] for row in rows)
    told = {
        "Cache-Control": "no-cache",
        **(headers or {}),
        "Content-Disposition": disposition(f"{name}.{format}"),
    }
    if format == "xlsx":
        return Response(workbook(name, captions, values), media_type=XLSX, headers=told)
    parts = csv_parts(captions, values)
    first = next(parts)  # before the answer begins, so that a store that fails is a problem
    return StreamingResponse(chain([first], parts), media_type=CSV, headers=told)


def disposition(name: str) -> str:
    """The header that has a browser save a file as ``name``."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _value(row: Any, key: str) -> Any:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)
