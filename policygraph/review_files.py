"""The log of decisions as a file: written beside its name and renamed, read whole before anything is written."""

from contextlib import suppress
from pathlib import Path

from graph.errors import InputError
from graph.store import Row, Store
from queries.review import history
from review import travel


def write(store: Store, path: Path) -> int:
    """Write the log to ``path``; a file of that name is replaced at once, or not at all. Returns how many decisions.

    Raises:
        InputError: the folder is missing or cannot be written to, or ``path`` is no ordinary file.
    """
    lines = list(travel.export(store))
    partial = path.parent / f"{path.name}.partial"
    remedy = "Name a file in a folder that you may write to: --out FILE."
    if path.exists() and not path.is_file():
        raise InputError("this is no file to write to", where=str(path), remedy=remedy)
    try:
        partial.write_text("".join(lines), encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(f"cannot write here ({error.strerror})", where=str(path), remedy=remedy) from error
    return len(lines)


def read(path: Path) -> list[Row]:
    """The decisions of a file that :func:`write` wrote.

    Raises:
        InputError: it cannot be read, or a line of it is no decision; names file and line.
    """
    remedy = "Take the file that policygraph review export wrote, unchanged."
    try:
        # By newline alone: texts may hold other separators of lines.
        lines = path.read_bytes().decode("utf-8").split("\n")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise InputError("this is no UTF-8", where=str(path), remedy=remedy) from error
    return travel.read(lines, str(path))


def take(store: Store, rows: list[Row]) -> dict[str, int]:
    """Add decisions to the log. Returns what :class:`review.travel.Imported` counts, and how many of them, as far as they
    are the last ones on their subjects, are suspect or closed here.
    """
    done = travel.take(store, rows)
    ids = {row["id"] for row in rows}
    stands = [e.stands for e in history(store) if e.id in ids and e.current]
    counts = {"added": done.added, "known": done.known, "moved": done.moved}
    return counts | {name: sum(s == name for s in stands) for name in ("suspect", "closed")}
