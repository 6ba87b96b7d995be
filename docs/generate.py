"""Write what follows from the code: the pages of queries, the schema, the settings, the client's types, saved queries for
Neo4j Browser. ``make docs``; tests hold them current.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from docs import client_types
from docs.browser import SAVED, saved_queries
from docs.query_pages import NOTE, query_pages
from docs.sample import build_sample
from graph import open_store
from graph.schema import NODES, RELATIONSHIPS, constraint_statements, index_statements
from policygraph.settings import PREFIX, Settings

HERE: Final = Path(__file__).parent


def schema() -> str:
    """The page of labels, relationship types and properties."""
    parts = [NOTE, "# The graph's schema · 图模型\n"]
    for node in NODES:
        parts.append(f"## {node.label}\n\n{node.purpose}; key `id`.\n\n| property | type | |\n|---|---|---|")
        for name, type_ in node.properties.items():
            marks = ["unique"] if name == "id" else []
            marks += ["indexed"] if name in node.indexes else []
            marks += ["may be absent"] if name in node.optional else []
            parts.append(f"| `{name}` | {type_} | {', '.join(marks)} |")
        parts.append("")
    parts.append("## Relationships\n\n| type | from → to | meaning | properties |\n|---|---|---|---|")
    for r in RELATIONSHIPS:
        ends = "<br>".join(f"{a} → {b}" for a, b in r.ends)
        names = ", ".join(f"`{n}`" for n in r.properties) or "none"
        parts.append(f"| `{r.type}` | {ends} | {r.purpose} | {names} |")
    statements = "\n".join([*constraint_statements(), *index_statements()])
    parts.append(f"\n## Constraints and indexes\n\n```cypher\n{statements}\n```\n")
    return "\n".join(parts)


def settings() -> str:
    """The page of settings."""
    parts = [
        NOTE,
        "# Settings · 设置\n",
        (
            f"In this order: the command line, `{PREFIX}…` variables, `.env`, `policygraph.toml`, the default. "
            "`policygraph config` prints each with its value and where that comes from.\n"
        ),
        "| setting | variable | default | meaning |\n|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        # A default that follows from the machine is shown as on most.
        value = field.examples[0] if field.examples else field.get_default(call_default_factory=True)
        shown = f"`{value}`" if str(value) not in ("", "**********") else "empty"
        parts.append(f"| `{name}` | `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(parts) + "\n"


PAGES: Final = {"schema.md": schema, "settings.md": settings}
"""The pages that need no graph."""


def main() -> None:
    """Write all pages, and take away those of queries that are gone."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    client_types.FILE.write_text(client_types.types(), encoding="utf-8")
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "sample.kgl")) as store:
        build_sample(store)
        pages = query_pages(store)
    for path in (HERE / "queries").glob("*.md"):
        if f"queries/{path.name}" not in pages:
            path.unlink()
    for name, text in pages.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")
    (HERE / SAVED).write_bytes(saved_queries())


if __name__ == "__main__":
    main()
