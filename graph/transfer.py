"""A whole graph from one store into another: every node and relationship that :mod:`graph.schema` declares.

Ids stay as they are, decisions and history come along like everything else. All is written in one transaction of the
target, read back there and compared with what the source said, so the target holds the whole graph or what it held before.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from graph.errors import InputError, StoreError, StoreLockedError
from graph.schema import NODES, RELATIONSHIPS, NodeType, RelationshipType
from graph.store import NEO4J_SCHEMES, Params, Row, Store, Transaction, batches

Reader = Callable[[str, Params], list[Row]]
Progress = Callable[[str, int, int], None]
"""Hears the label or type under way, and how many of how many nodes and relationships are written."""

_BATCH: Final = 500
_BOLT: Final = 7687
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Copied:
    """How many nodes of a label (``target`` and ``source`` empty), or relationships of a type between two labels, came over."""

    name: str
    source: str
    target: str
    count: int


def copy(
    source: Store, target: Store, *, replace: bool = False, progress: Progress | None = None
) -> list[Copied]:
    """Copy the graph of ``source`` into ``target``, in one transaction.

    Args:
        replace: take what ``target`` holds of the schema's labels out first; labels of others stay.

    Returns:
        Counts in the schema's order, those of the target, which equal the source's.

    Raises:
        InputError: both are the same store, ``source`` holds nothing, or ``target`` something and ``replace`` is off.
        StoreLockedError: the source changed while it was read. The target is as it was.
        StoreError: the target does not hold what was written to it. The target is as it was.
    """
    if same_store(source.url, target.url):
        raise InputError("source and target are the same store", where=target.url, remedy="Name two stores.")
    expected = counts(source.read)
    total = sum(part.count for part in expected)
    if not total:
        raise InputError("there is nothing to copy: the graph is empty", where=source.url)

    def work(transaction: Transaction) -> list[Copied]:
        # Everything that changes is made in here: a store may run this again after a passing fault.
        _make_room(transaction, target.url, replace=replace)
        sent, done = hashlib.sha256(), 0
        for name, statement, parts in _everything(source.read):
            for rows in parts:
                if progress is not None:
                    progress(name, done, total)
                transaction.run(statement, {"rows": rows})
                _add(sent, rows)
                done += len(rows)
        if progress is not None:
            progress("", done, done)
        # Many reads are no snapshot of a graph that others write to: what was sent must be what stands there still.
        if counts(source.read) != expected or _digest(source.read) != sent.hexdigest():
            raise StoreLockedError(
                "the graph changed while it was copied", where=source.url, remedy="Run this again."
            )
        found = counts(transaction.run)
        if found != expected or _digest(transaction.run) != sent.hexdigest():
            wrong = [
                f"{one.name}: {two.count} of {one.count}"
                for one, two in zip(expected, found, strict=True)
                if one != two
            ]
            raise StoreError(
                f"the copy differs from the graph ({', '.join(wrong) or 'in values'})", where=target.url
            )
        return found

    return target.write(work)


def same_store(one: str, other: str) -> bool:
    """Whether two addresses name one store, by path or by host and port; what cannot be told is taken for two stores."""
    return _place(one) == _place(other)


def store_file(url: str) -> Path | None:
    """The file of an embedded store, None for a server."""
    if urlsplit(url).scheme in NEO4J_SCHEMES:
        return None
    from graph.embedded_store import store_path

    return store_path(url)


def counts(read: Reader) -> list[Copied]:
    """How many nodes and relationships there are, by label and by type with its ends, in the schema's order."""
    found = []
    for node in NODES:
        (row,) = read(f"MATCH (n:{node.label}) RETURN count(n) AS n", {})
        found.append(Copied(node.label, "", "", row["n"]))
    for relationship in RELATIONSHIPS:
        for a, b in relationship.ends:
            (row,) = read(f"MATCH (a:{a})-[r:{relationship.type}]->(b:{b}) RETURN count(r) AS n", {})
            found.append(Copied(relationship.type, a, b, row["n"]))
    return found


def _place(url: str) -> tuple[str, int]:
    file = store_file(url)
    if file is not None:
        return str(file.resolve()), 0
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return "localhost" if host in _LOOPBACK else host, parts.port or _BOLT


def _make_room(transaction: Transaction, url: str, *, replace: bool) -> None:
    held = sum(part.count for part in counts(transaction.run))
    if held and not replace:
        raise InputError(
            "the target holds a graph already", where=url, remedy="Name an empty store, or replace it with --replace."
        )  # fmt: skip
    for node in NODES if held else ():
        transaction.run(f"MATCH (n:{node.label}) DETACH DELETE n")


def _everything(read: Reader) -> Iterator[tuple[str, str, Iterator[list[Row]]]]:
    """Name, writing statement and batches of rows for each label, then for each type between two labels.

    The order follows from the ids and values alone, so it is the same whichever store they are read from.
    """
    for node in NODES:
        yield node.label, _create_nodes(node), _nodes(read, node)
    for relationship in RELATIONSHIPS:
        for ends in relationship.ends:
            yield relationship.type, _create(relationship, ends), _relationships(read, relationship, ends)


def _names(properties: Sequence[str]) -> list[tuple[str, str]]:
    """Column and property; the columns are numbered, so that no property can clash with the ends' own."""
    return [(f"p{number}", name) for number, name in enumerate(properties)]


def _create_nodes(node: NodeType) -> str:
    values = ", ".join(f"n.`{name}` = r.{column}" for column, name in _names(_own(node)))
    return f"UNWIND $rows AS r CREATE (n:{node.label} {{id: r.id}})" + (f" SET {values}" if values else "")


def _create(relationship: RelationshipType, ends: tuple[str, str]) -> str:
    values = ", ".join(f"e.`{name}` = r.{column}" for column, name in _names(list(relationship.properties)))
    return (
        f"UNWIND $rows AS r MATCH (a:{ends[0]} {{id: r.a}}) MATCH (b:{ends[1]} {{id: r.b}}) "
        f"CREATE (a)-[e:{relationship.type}]->(b)" + (f" SET {values}" if values else "")
    )


def _own(node: NodeType) -> list[str]:
    return [name for name in node.properties if name != "id"]


def _nodes(read: Reader, node: NodeType) -> Iterator[list[Row]]:
    columns = "".join(f", n.`{name}` AS {column}" for column, name in _names(_own(node)))
    query = f"UNWIND $ids AS id MATCH (n:{node.label} {{id: id}}) RETURN n.id AS id{columns}"
    for ids in _ids(read, node.label):
        yield sorted(read(query, {"ids": ids}), key=lambda row: row["id"])


def _relationships(
    read: Reader, relationship: RelationshipType, ends: tuple[str, str]
) -> Iterator[list[Row]]:
    columns = "".join(f", r.`{name}` AS {column}" for column, name in _names(list(relationship.properties)))
    query = (
        f"UNWIND $ids AS id MATCH (a:{ends[0]} {{id: id}})-[r:{relationship.type}]->(b:{ends[1]}) "
        f"RETURN a.id AS a, b.id AS b{columns}"
    )
    for ids in _ids(read, ends[0]):
        # Several relationships of one type may join two nodes: their values tell their order.
        rows = sorted(read(query, {"ids": ids}), key=lambda row: (row["a"], row["b"], repr(row)))
        yield from batches(rows, _BATCH)


def _ids(read: Reader, label: str) -> Iterator[list[str]]:
    ids = sorted(row["id"] for row in read(f"MATCH (n:{label}) RETURN n.id AS id", {}))
    yield from batches(ids, _BATCH)


def _digest(read: Reader) -> str:
    digest = hashlib.sha256()
    for _, _, parts in _everything(read):
        for rows in parts:
            _add(digest, rows)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", rows: list[Row]) -> None:
    for row in rows:
        digest.update(repr(sorted(row.items())).encode("utf-8", "surrogatepass"))
