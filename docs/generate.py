"""Write what follows from the code: queries, schema, settings, the client's types. ``make docs``; tests hold them current."""

from pathlib import Path
from typing import Final

from docs import client_types
from graph.schema import NODES, RELATIONSHIPS, constraint_statements, index_statements
from policygraph.settings import PREFIX, Settings
from queries import all_queries

HERE: Final = Path(__file__).parent
NOTE: Final = "<!-- Written by `make docs` from the code; edit the source instead. -->\n"


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


def queries() -> str:
    """The page of named queries."""
    parts = [
        NOTE,
        "# Named queries · 命名查询\n",
        (
            "Each is one file in `queries/`. Run it with `policygraph query NAME -p name=value`, "
            "`GET /api/v1/queries/NAME?name=value`, or paste the file into Neo4j Browser.\n"
        ),
    ]
    for query in all_queries().values():
        parts.append(f"## {query.name}\n\n{query.purpose}。 {query.purpose_zh}。\n")
        if query.parameters:
            parts.append("| parameter | type | | default |\n|---|---|---|---|")
            for p in query.parameters:
                default = "required" if p.required else f"`{p.default!r}`"
                parts.append(f"| `{p.name}` | {p.type} | {p.purpose} | {default} |")
            parts.append("")
        parts.append("| column | |\n|---|---|")
        parts += [f"| `{c.name}` | {c.purpose} |" for c in query.columns]
        parts.append(f"\n```cypher\n{query.cypher}\n```\n")
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


PAGES: Final = {"schema.md": schema, "queries.md": queries, "settings.md": settings}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    client_types.FILE.write_text(client_types.types(), encoding="utf-8")


if __name__ == "__main__":
    main()
