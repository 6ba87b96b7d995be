"""CSV files that ``neo4j-admin database import full`` reads, with a script that holds the exact command.

One header a label or type (``Measure-header.csv``), data in files of :data:`FILE_ROWS` rows (``Measure-001.csv``). Rows go
from the store to disk a page at a time (:mod:`graph.pages`), so memory does not follow the size of the graph. Ids are
texts, unique within their label. A value that is absent is an empty field; an empty text is a pair of quotes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import IO, Any, Final

from graph import pages
from graph.errors import StoreError
from graph.schema import NODES, RELATIONSHIPS, PropertyType, constraint_statements, index_statements
from graph.store import Row, Store
from policygraph.export.files import Files

FILE_ROWS: Final = 1_000_000
SCRIPT: Final = "import.sh"
SCHEMA: Final = "schema.cypher"
README: Final = "README.md"

_TYPES: Final[dict[PropertyType, str]] = {
    "string": "string", "integer": "long", "float": "double", "boolean": "boolean",
}  # fmt: skip
_BREAK: Final = re.compile("[\r\n]")
_PART: Final = re.compile(r"[A-Za-z_]+-(?:header|\d{3,})\.csv")
_BUFFER: Final = 4 << 20
"""Bytes of one value that the import tool reads unless it is told of longer ones."""


class _Part:
    """The files of one label, or of one relationship type between two labels."""

    def __init__(
        self, files: Files, name: str, columns: dict[str, PropertyType], titles: Sequence[str]
    ) -> None:
        self.name = name
        self.data: list[str] = []
        self.broken: list[str] = []
        self.longest = 0
        self.rows = 0
        self._files = files
        text = self._text
        forms: dict[PropertyType, Callable[[Any], str]] = {
            "string": text, "integer": str, "float": lambda value: repr(float(value)),
            "boolean": lambda value: "true" if value else "false",
        }  # fmt: skip
        self._columns = [(column, forms[type_]) for column, type_ in columns.items()]
        with files.path(self.header).open("w", encoding="utf-8", newline="\n") as file:
            file.write(",".join(titles) + "\n")

    @property
    def header(self) -> str:
        """The name of the header's file."""
        return f"{self.name}-header.csv"

    @property
    def names(self) -> str:
        """All files, as the import tool takes them."""
        return ",".join([self.header, *self.data])

    def write(self, rows: Iterable[Row]) -> None:
        """Write ``rows`` after those that were written before."""
        with ExitStack() as stack:
            file: IO[str] | None = None
            for row in rows:
                if file is None or self.rows % FILE_ROWS == 0:
                    stack.close()
                    if self.rows % FILE_ROWS == 0:
                        self.data.append(f"{self.name}-{len(self.data) + 1:03}.csv")
                    path = self._files.path(self.data[-1])
                    file = stack.enter_context(
                        path.open("a" if self.rows % FILE_ROWS else "w", encoding="utf-8", newline="")
                    )
                file.write(self._line(row))
                self.rows += 1

    def _line(self, row: Row) -> str:
        values = (row[name] for name, _ in self._columns)
        return (
            ",".join("" if v is None else form(v) for v, (_, form) in zip(values, self._columns, strict=True))
            + "\n"
        )

    def _text(self, value: str) -> str:
        if len(value) > self.longest:
            self.longest = len(value)
        if _BREAK.search(value) and self.data[-1] not in self.broken:
            self.broken.append(self.data[-1])
        return '"' + value.replace('"', '""') + '"'


def write(store: Store, files: Files) -> dict[str, int]:
    """Header, data, script and guide. Returns rows by file, without headers.

    Raises:
        StoreError: the graph changed meanwhile.
    """
    before = pages.counts(store)
    nodes = [_nodes(store, files, node.label) for node in NODES]
    links = [_relationships(store, files, kind.type) for kind in RELATIONSHIPS]
    found = {part.name: part.rows for part in nodes} | {
        kind.type: sum(part.rows for part in parts) for kind, parts in zip(RELATIONSHIPS, links, strict=True)
    }
    if found != before:
        changed = sorted(name for name in found if found[name] != before[name])
        raise StoreError(
            f"the graph changed while it was exported ({', '.join(changed)})", where=store.url,
            remedy="Export again when nothing writes to it.",
        )  # fmt: skip
    named = [(kind.type, part) for kind, parts in zip(RELATIONSHIPS, links, strict=True) for part in parts]
    _write(files, SCRIPT, _script(nodes, named))
    files.path(SCRIPT).chmod(0o755)
    _write(files, SCHEMA, "".join(f"{s};\n" for s in (*constraint_statements(), *index_statements())))
    _write(files, README, _README.format(rows=FILE_ROWS))
    parts = [*nodes, *(part for _, part in named)]
    kept = {name for part in parts for name in (part.header, *part.data)}
    for path in files.folder.iterdir():
        # Of an earlier, larger export: nothing names it any more.
        if _PART.fullmatch(path.name) and path.name not in kept:
            files.remove(path.name)
    return {
        name: min(FILE_ROWS, part.rows - number * FILE_ROWS)
        for part in parts
        for number, name in enumerate(part.data)
    }


def _nodes(store: Store, files: Files, label: str) -> _Part:
    properties = next(n.properties for n in NODES if n.label == label)
    titles = [f"id:ID({label})", *(f"{n}:{_TYPES[t]}" for n, t in properties.items() if n != "id")]
    key: dict[str, PropertyType] = {"id": "string"}
    part = _Part(files, label, key | properties, titles)
    part.write(pages.nodes(store, label))
    return part


def _relationships(store: Store, files: Files, type_: str) -> list[_Part]:
    kind = next(r for r in RELATIONSHIPS if r.type == type_)
    ends: dict[str, PropertyType] = {pages.FROM: "string", pages.TO: "string"}
    parts = []
    for source, target in kind.ends:
        name = type_ if len(kind.ends) == 1 else f"{type_}_{source}_{target}"
        titles = [
            f":START_ID({source})", f":END_ID({target})", *(f"{n}:{_TYPES[t]}" for n, t in kind.properties.items()),
        ]  # fmt: skip
        part = _Part(files, name, ends | kind.properties, titles)
        part.write(pages.relationships(store, kind, (source, target)))
        parts.append(part)
    return parts


def _script(nodes: Sequence[_Part], links: Sequence[tuple[str, _Part]]) -> str:
    every = [*nodes, *(part for _, part in links)]
    options = [
        "--id-type=string", "--input-encoding=UTF-8", "--delimiter=','", "--quote='\"'", "--array-delimiter=U+001F",
        "--ignore-empty-strings=false", "--trim-strings=false", "--legacy-style-quoting=false",
    ]  # fmt: skip
    if broken := [name for part in every for name in part.broken]:
        options += [f"--multiline-fields={','.join(broken)}", "--multiline-fields-format=v2"]
    # Of a character outside the basic plane the tool's buffer holds two units.
    if (needed := 2 * max((part.longest for part in every), default=0)) >= _BUFFER:
        options.append(f"--read-buffer-size={-(-needed // (1 << 20)) + 1}m")
    options += [f"--nodes={part.name}={part.names}" for part in nodes]
    options += [f"--relationships={type_}={part.names}" for type_, part in links]
    return _SCRIPT + " \\\n  ".join([_COMMAND, *options]) + ' \\\n  "$@"\n'


def _write(files: Files, name: str, text: str) -> None:
    files.path(name).write_text(text, encoding="utf-8", newline="\n")


# Lists of files take what follows them too, so the database goes first.
_COMMAND: Final = 'exec "${NEO4J_ADMIN:-neo4j-admin}" database import full "$database"'
_SCRIPT: Final = """#!/bin/sh
# Imports this folder into a database that does not exist yet, or is empty; the server must not run, or not hold it.
#   ./import.sh [DATABASE] [more options, such as --overwrite-destination=true]
# NEO4J_ADMIN names the tool where it is not on the PATH.
set -eu
cd "$(dirname "$0")"
database=neo4j
case "${1:-}" in
  ''|-*) ;;
  *) database=$1; shift ;;
esac
"""

_README: Final = """# neo4j-admin import

Made by `policygraph export --format neo4j`. For Neo4j 5; the same files import into 5.26 LTS.

    neo4j stop
    ./import.sh neo4j                        # add --overwrite-destination=true to replace a database
    neo4j start
    cypher-shell -f schema.cypher            # keys and indexes; policygraph makes them too when it first writes

Each label has `Label-header.csv` and data of at most {rows:,} rows a file; each relationship type likewise, one set a pair of
labels. Columns are typed. UTF-8, comma, every text in quotes (a quote within is doubled); an empty field is an absent value,
`""` an empty text. Files with line breaks within texts are named by `--multiline-fields` in `import.sh`; all others are read
in parallel. Ids are unique within their label.
"""
