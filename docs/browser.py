"""The named queries as saved scripts of Neo4j Browser.

Browser imports a zip archive of ``.cypher`` files: a folder of the archive becomes a folder of its sidebar, and the comment
in a script's first line is its name there.
"""

import io
import json
import zipfile
from typing import Any, Final

from queries import GROUPS, Query, all_queries

SAVED: Final = "neo4j/saved-queries.zip"
STYLE: Final = "neo4j/style.grass"
# The earliest time that the format knows: the same queries make the same bytes.
_WHEN: Final = (1980, 1, 1, 0, 0, 0)


def saved_queries() -> bytes:
    """The archive. Named answers are not in it: Browser runs Cypher only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for query in all_queries().values():
            if not query.answer:
                path = f"policygraph {GROUPS[query.group][1]}/{query.name}.cypher"
                archive.writestr(zipfile.ZipInfo(path, _WHEN), _script(query))
    return buffer.getvalue()


def _script(query: Query) -> str:
    """The statement under its name and, where it takes any, the line that sets its parameters in Browser."""
    lines = [f"// {query.name}: {query.purpose_zh} · {query.purpose}"]
    if query.parameters:
        values = ", ".join(f"{p.name}: {_literal(_value(query, p.name))}" for p in query.parameters)
        lines.append(f"// 先运行 · run first:  :params {{{values}}}")
    return "\n".join([*lines, query.cypher]) + "\n"


def _value(query: Query, name: str) -> Any:
    default = next(p.default for p in query.parameters if p.name == name)
    return query.example.get(name, default)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
