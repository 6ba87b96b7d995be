"""Whole tables and files, each written only where there is something new."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

from policygraph.client import types
from policygraph.client.reading import Mode, at
from policygraph.client.transport import Transport

Table = Literal["plans", "tasks", "measures", "targets", "links", "coverage", "decisions"]
List = Literal["plans", "matrix", "coverage", "gaps", "unaligned", "targets"]


class Bulk(Transport):
    """What is downloaded whole."""

    def list_tables(self) -> list[types.TableInfo]:
        """The tables, each with how many lines it has."""
        return cast(types.Tables, self.get(at("/export")))["items"]

    def rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """The rows of a table as they come in."""
        with self.stream(at("/export/{}.jsonl", table)) as answer:
            for line in answer.iter_lines():
                yield json.loads(line)

    def download_table(self, table: Table, file: Path | str) -> bool:
        """Write a table to ``file`` as JSON Lines. Returns whether there was something new."""
        return self.save(at("/export/{}.jsonl", table), file)

    def download_workbook(
        self, file: Path | str, *, plan: str | None = None, upper: str | None = None, mode: Mode | None = None,
        least: float | None = None, lang: str | None = None,
    ) -> bool:  # fmt: skip
        """Write the workbook for an office. Returns whether there was something new."""
        given = {"plan": plan, "upper": upper, "mode": mode, "least": least, "lang": lang}
        return self.save(at("/export/workbook.xlsx"), file, **given)

    def download_report(
        self, file: Path | str, plan: str, *, upper: str | None = None, mode: Mode | None = None,
        least: float | None = None, lang: str | None = None,
    ) -> bool:  # fmt: skip
        """Write the report on a plan (Word). Returns whether there was something new."""
        given = {"plan": plan, "upper": upper, "mode": mode, "least": least, "lang": lang}
        return self.save(at("/export/report.docx"), file, **given)

    def download_list(
        self, file: Path | str, name: List, format: Literal["csv", "xlsx"] = "csv", *, plan: str | None = None,  # noqa: A002
        upper: str | None = None, mode: Mode | None = None, least: float | None = None, lang: str | None = None,
    ) -> bool:  # fmt: skip
        """Write a list as CSV or XLSX. Returns whether there was something new."""
        given = {"plan": plan, "upper": upper, "mode": mode, "least": least, "lang": lang}
        return self.save(at("/export/lists/{}.{}", name, format), file, **given)
