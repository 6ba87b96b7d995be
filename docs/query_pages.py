"""The pages of named queries: an index by what they are for, and one page for each with an example on the sample plans."""

import re
import shlex
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from graph.store import Row, Store
from queries import GROUPS, Query, all_queries, run

NOTE: Final = "<!-- Written by `make docs` from the code; edit the source instead. -->\n"
ROWS: Final = 3
"""Rows that an example shows."""
_WORDS: Final = 60
_ITEMS: Final = 4
# Times, and the ids of runs and decisions, which are made of them: the same graph built again has others.
_PASSING: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+Z]+|\d{8}T\d{12,}-[0-9a-f]{8}")


def query_pages(store: Store) -> dict[str, str]:
    """All pages of queries by their paths under ``docs/``; ``store`` holds the sample plans."""
    pages = {
        f"queries/{query.name}.md": _page(query, run(store, query.name, **query.example))
        for query in all_queries().values()
    }
    return {"queries.md": _index()} | pages


def steady(row: Row) -> Row:
    """``row`` with ``…`` for what differs between two builds of the same plans: times, and ids made of them."""
    return {
        name: "…" if name == "batch" else _PASSING.sub("…", value) if isinstance(value, str) else value
        for name, value in row.items()
    }


def _index() -> str:
    parts = [
        NOTE,
        "# Named queries · 命名查询\n",
        (
            "每个查询一页：用途、参数、列、Cypher、命令行与接口调用，以及示例计划上的示例答案。\n\n"
            "Run one with `policygraph query NAME -p name=value` or `GET /api/v1/queries/NAME?name=value`. Most are one statement "
            "of Cypher, in `queries/NAME.cypher`, that can be pasted into Neo4j Browser; those marked ● are decided in Python "
            "from the rows of others, because statuses follow from thresholds and from what people decided. Both are asked for "
            "in the same way.\n"
        ),
    ]
    for group, (english, chinese) in GROUPS.items():
        parts.append(f"## {english} · {chinese}\n\n| query | | |\n|---|---|---|")
        for query in all_queries().values():
            if query.group == group:
                mark = " ●" if query.answer else ""
                parts.append(
                    f"| [{query.name}](queries/{query.name}.md){mark} | {query.purpose} | {query.purpose_zh} |"
                )
        parts.append("")
    return "\n".join(parts)


def _page(query: Query, rows: Sequence[Row]) -> str:
    english, chinese = GROUPS[query.group]
    parts = [
        NOTE,
        f"# {query.name}\n\n{query.purpose_zh}。\n\n{query.purpose}.\n\n[{english} · {chinese}](../queries.md)\n",
    ]
    if query.parameters:
        parts.append("| parameter · 参数 | type | | default |\n|---|---|---|---|")
        for p in query.parameters:
            default = "required" if p.required else f"`{p.default!r}`"
            parts.append(f"| `{p.name}` | {p.type} | {p.purpose} | {default} |")
        parts.append("")
    parts.append("| column · 列 | |\n|---|---|")
    parts += [f"| `{c.name}` | {c.purpose} |" for c in query.columns]
    parts.append(f"\n## Ask · 调用\n\n```sh\n{_command(query)}\n{_call(query)}\n```\n")
    parts.append(f"## Answer · 示例答案\n\n{_answer(query, rows)}\n")
    if query.answer:
        module, _, function = query.answer.partition(":")
        others = ", ".join(f"[{name}]({name}.md)" for name in query.stands_on)
        parts.append(
            f"## How · 计算\n\nDecided by `{function}` in `{module.replace('.', '/')}.py` from the rows of {others}.\n"
        )
    else:
        parts.append(f"## Cypher\n\n```cypher\n{query.cypher}\n```\n")
    return "\n".join(parts)


def _command(query: Query) -> str:
    given = [f"-p {shlex.quote(f'{name}={_text(value)}')}" for name, value in query.example.items()]
    return " ".join(["policygraph query", query.name, *given])


def _call(query: Query) -> str:
    given = urlencode({name: _text(value) for name, value in query.example.items()})
    address = f"http://127.0.0.1:8000/api/v1/queries/{query.name}{f'?{given}' if given else ''}"
    return f"curl -s {shlex.quote(address)}"


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def _answer(query: Query, rows: Sequence[Row]) -> str:
    if not rows:
        return "On the sample plans it has no rows. · 示例计划上没有结果。"
    names = [c.name for c in query.columns]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += [
        "| " + " | ".join(_cell(row[name]) for name in names) + " |" for row in map(steady, rows[:ROWS])
    ]
    shown = (
        f"\n\nThe first {ROWS} of {len(rows)} rows. · 共 {len(rows)} 行，列出前 {ROWS} 行。"
        if len(rows) > ROWS
        else ""
    )
    return "\n".join(lines) + shown


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_cell(v) for v in value[:_ITEMS]) + (", …" if len(value) > _ITEMS else "")
    if value is None or value == "":
        return ""
    text = " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"
