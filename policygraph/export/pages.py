"""What a page shows as a Word document: its title, what it counts, its tables."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from policygraph.export.document import Paper
from policygraph.words import Language, word

_WIDTH: Final = 297 - 28 - 26
_FACTS: Final = 45
_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page.

    Attributes:
        name: how addresses call it.
        columns: fields of the rows, the title of each, and how wide it is beside the others.
    """

    name: str
    title: str
    columns: Sequence[tuple[str, str, float]]
    rows: Sequence[Mapping[str, Any]]

    @property
    def titles(self) -> list[str]:
        """What stands over the columns; of two that would be the same, each with the name of its field."""
        times = Counter(title for _, title, _ in self.columns)
        return [f"{title}（{key}）" if times[title] > 1 else title for key, title, _ in self.columns]


def document(
    title: str, facts: Sequence[tuple[str, str]], tables: Sequence[Table], language: Language
) -> bytes:
    """A report on A4 across; of a long table the first rows, and a note that says so."""
    paper = Paper(language)
    section = paper.document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    paper.furniture(title)
    paper.document.core_properties.title = title
    paper.document.core_properties.author = "policygraph"
    paper.paragraph(title, "Title")
    paper.table((), facts, (_FACTS, _WIDTH - _FACTS), head_column=True)
    paper.note(word("report_machine", language))
    for table in tables:
        paper.heading(table.title)
        whole = sum(width for _, _, width in table.columns)
        paper.table(
            table.titles,
            [[_shown(row.get(key)) for key, _, _ in table.columns] for row in table.rows[:_ROWS]],
            [_WIDTH * width / whole for _, _, width in table.columns],
        )
        if not table.rows:
            paper.note(word("nothing", language))
        if len(table.rows) > _ROWS:
            paper.note(word("cut_off", language, rows=_ROWS))
    file = io.BytesIO()
    paper.document.save(file)
    return file.getvalue()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)
