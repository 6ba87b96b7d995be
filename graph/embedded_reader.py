"""One statement on an embedded graph, in a process that can do nothing else.

Run as a program by :mod:`graph.embedded_store`: the request comes as JSON on standard input, the answer goes as JSON to
standard output. Once the graph is read the process gives up the right to open files, to write any, and to take more
memory than it was granted: a statement that makes the engine read a file, or grow without end, harms nobody.
"""

import json
import sys
import warnings
from typing import Any, Final

import kglite

from graph.asked import Collector, Limits, duration, plain
from graph.errors import QueryTooLargeError
from graph.memory import limit_memory

_NODE: Final = {"id", "labels", "properties"}
_DURATION: Final = {"months", "days", "seconds"}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run ``request`` (path, query, params, limits) and return columns, rows and truncated, or error and message."""
    limits = Limits(**request["limits"])
    kglite.set_query_warning_policy("silent")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = kglite.open_session(request["path"])
    except (kglite.KgError, OSError) as error:
        return {"error": "store", "message": str(error)}
    _confine(limits.memory_mb)
    collector = Collector(limits, _plain)
    try:
        result = session.cypher(
            request["query"],
            params=request["params"],
            timeout_ms=max(1, int(limits.seconds * 1000)),
            row_limit=limits.rows + 1,
        )
        columns = list(result.columns)
        for row in result.to_list():
            if not collector.take(row):
                break
    except kglite.CypherTimeoutError:
        return {"error": "timeout", "message": ""}
    except (QueryTooLargeError, MemoryError) as error:
        return {"error": "size", "message": getattr(error, "message", "")}
    except (kglite.KgError, AttributeError, ValueError, TypeError) as error:
        return {"error": "query", "message": str(error)}
    return {"columns": columns, "rows": collector.rows, "truncated": collector.truncated}


def _confine(memory_mb: int) -> None:
    """Give up files, and memory beyond what is in use now and ``memory_mb``."""
    limit_memory(memory_mb)
    try:
        import resource
    except ImportError:  # a system without such limits
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _plain(value: Any) -> Any:
    """The engine's value as JSON, in the shapes that the server store gives too."""
    match value:
        case list() | tuple():
            return [_plain(item) for item in value]
        case {"id": int(id_), "labels": list(labels), "properties": dict(found)} if set(value) == _NODE:
            # The engine adds the label as a property.
            own = {k: _plain(v) for k, v in found.items() if not (k == "type" and [v] == labels)}
            return {"id": str(id_), "labels": labels, "properties": own}
        case {"id": int(id_), "start": start, "end": end, "type": type_, "properties": dict(found)}:
            return {
                "id": str(id_), "type": type_, "start": str(start), "end": str(end), "properties": _plain(found),
            }  # fmt: skip
        case {"months": int(months), "days": int(days), "seconds": int(seconds)} if set(value) == _DURATION:
            return duration(months, days, seconds)
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return plain(value)


def main() -> None:
    """Read one request, write its answer."""
    request = json.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    try:
        made = json.dumps(answer(request), ensure_ascii=False).encode()
    except MemoryError:
        made = b'{"error": "size", "message": ""}'
    out.write(made)
    out.flush()


if __name__ == "__main__":
    main()
