"""The graph as files, one module a format; :func:`export` is the way in.

- :mod:`policygraph.export.jsonl`: everything, for programs
- :mod:`policygraph.export.networks`: GraphML and GEXF, for Gephi, yEd, Cytoscape
- :mod:`policygraph.export.tables`: CSV, for spreadsheets and pandas
- :mod:`policygraph.export.workbook`: XLSX, for an office
- :mod:`policygraph.export.document`: DOCX, a report on one plan
- :mod:`policygraph.export.bulk`: CSV for ``neo4j-admin database import``

All files of an export are written beside their names first and renamed at the end, so a failed one leaves the old ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from graph.errors import InputError
from graph.store import Store
from policygraph.export.files import Files
from policygraph.words import Language
from review import ALL, View

Format = Literal["jsonl", "graphml", "gexf", "csv", "xlsx", "docx", "neo4j"]

_WHOLE: Final[tuple[Format, ...]] = ("jsonl", "neo4j")
_NO_UPPER: Final[tuple[Format, ...]] = ("graphml", "gexf")


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the graph is exported, and how its links count.

    Attributes:
        plans: local plans; all by default.
        upper: the plan they are compared with; the latest national one by default, or the one that a single plan answers to.
    """

    plans: tuple[str, ...] = ()
    upper: str | None = None
    view: View = ALL
    language: Language = "zh"


def export(
    store: Store, directory: Path, format_: Format = "jsonl", scope: Scope | None = None
) -> dict[Path, int]:
    """Write the graph, or what ``scope`` names of it, into ``directory`` (made where missing).

    Returns:
        Lines, rows or nodes written, by path.

    Raises:
        InputError: the folder cannot be written to, the format does not know the scope, or nothing is linked.
        NotFoundError: a plan is not there, or is not linked to the upper one.
    """
    scope = scope or Scope()
    if format_ not in get_args(Format):
        raise InputError(f"there is no format {format_!r}", remedy=f"Write: {', '.join(get_args(Format))}.")
    if format_ in _WHOLE and (scope.plans or scope.upper or scope.view != ALL):
        raise InputError(
            f"{format_} is the whole graph", remedy="Leave out --plan, --upper, --accepted and --least."
        )
    if format_ in _NO_UPPER and scope.upper:
        raise InputError(
            f"{format_} compares nothing", remedy="Name each plan with --plan, the upper one too."
        )
    with Files(directory) as files:
        written = _write(store, files, format_, scope)
    return {directory / name: rows for name, rows in written.items()}


def _write(store: Store, files: Files, format_: Format, scope: Scope) -> dict[str, int]:
    # Imported when asked for: an export of lines needs no Word, and the other way round.
    match format_:
        case "jsonl":
            from policygraph.export import jsonl

            return jsonl.write(store, files)
        case "graphml" | "gexf":
            from policygraph.export import networks

            return networks.write(store, files, format_, scope.plans, scope.view)
        case "neo4j":
            from policygraph.export import bulk

            return bulk.write(store, files)
        case "csv":
            from policygraph.export import tables

            return tables.write(store, files, scope.plans, scope.upper, scope.view)
        case "xlsx":
            from policygraph.export import workbook

            return workbook.write(store, files, scope.plans, scope.upper, scope.view, scope.language)
        case "docx":
            from policygraph.export import document

            return document.write(store, files, scope.plans, scope.upper, scope.view, scope.language)
