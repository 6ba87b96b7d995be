"""A report on one plan as a Word document, laid out as official documents are.

A4 with the margins of GB/T 9704 (37, 28, 35 and 26 mm), titles in 黑体, headings and text in the faces that the standard
names, each set for East Asian text as well; headings are real headings, tables repeat their titles on each page.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from graph.store import Store
from policygraph.export import cells
from policygraph.export.files import Files
from policygraph.export.method import facts, paragraphs
from policygraph.export.report import PlanReport, Report, gather
from policygraph.words import SYMBOLS, Language, word
from queries.answers import MeasureCoverage
from review import View

ENDING: Final = ".docx"

_SONG: Final = "宋体"
_HEI: Final = "黑体"
_FANG: Final = "仿宋"
_KAI: Final = "楷体"
_LATIN: Final = "Times New Roman"
_MARGINS: Final = {"top": 37, "bottom": 35, "left": 28, "right": 26}
_WIDTH: Final = 210 - _MARGINS["left"] - _MARGINS["right"]
_BODY: Final = 12
_TABLE: Final = 9.5
_FILLS: Final = {"covered": "C6E5CC", "partial": "FBE7A8", "gap": "F4C3BC", "not_applicable": "E9EBEE"}
_HEAD: Final = "E3E8EE"


def write(
    store: Store, files: Files, plans: Sequence[str], upper: str | None, view: View, language: Language
) -> dict[str, int]:
    """One document a plan. Returns the upper measures that each is about, by name."""
    report = gather(store, plans, upper, view)
    written = {}
    for plan in report.plans:
        name = f"report_{plan.plan['id']}_{report.upper['id']}{ENDING}"
        with files.path(name).open("wb") as file:
            _document(report, plan, language).save(file)
        written[name] = sum(1 for _ in plan.statuses)
    return written


def _document(report: Report, plan: PlanReport, language: Language) -> Any:
    page = Paper(language)
    page.furniture(word("report_header", language, plan=plan.plan["id"], upper=report.upper["id"]))
    names = {"region": plan.plan["name"], "year": plan.plan["year"]}
    title = word("report_title", language, **names)
    page.document.core_properties.title = title
    page.document.core_properties.author = "policygraph"
    page.paragraph(title, "Title")
    page.paragraph(word("report_subtitle", language, title=report.upper["title"]), "Subtitle")
    _block(page, report, plan)
    page.note(word("report_machine", language))
    for section in (_summary, _priorities, _gaps, _partial, _excused, _free, _basis):
        section(page, report, plan)
    return page.document


def _block(page: "Paper", report: Report, plan: PlanReport) -> None:
    language = page.language
    mode = word(f"export_mode_{report.view.mode}", language)
    least = f"{report.view.least:g}" if report.view.least else word("export_no_least", language)
    rows = [
        (word("report_region", language), plan.plan["name"]),
        (word("report_plan", language), f"{_quoted(plan.plan['title'], language)}（{plan.plan['id']}）"),
        (
            word("report_upper", language),
            f"{_quoted(report.upper['title'], language)}（{report.upper['id']}）",
        ),
        (word("report_day", language), report.day),
        (word("report_counted", language), mode),
        (word("report_least", language), least),
    ]
    page.table((), rows, (34, _WIDTH - 34), head_column=True)


def _quoted(title: str, language: Language) -> str:
    return f"《{title}》" if language == "zh" else f"“{title}”"


def _summary(page: "Paper", report: Report, plan: PlanReport) -> None:
    language = page.language
    page.heading(word("report_summary", language))
    count = {status: plan.count(status) for status in SYMBOLS}
    applicable = count["covered"] + count["partial"] + count["gap"]
    tasks = plan.coverage.tasks
    of_tasks = {status: sum(t.status == status for t in tasks) for status in SYMBOLS}
    share = f"{(count['covered'] + count['partial'] / 2) / applicable:.0%}" if applicable else "–"
    absent = (
        word("report_summary_absent", language, count=of_tasks["not_applicable"])
        if of_tasks["not_applicable"]
        else ""
    )
    looked = plan.looked
    values: dict[str, dict[str, object]] = {
        "1": {"upper": report.upper["title"], "asked": sum(count.values()), "tasks": len(tasks),
              "absent": count["not_applicable"], "applicable": applicable},
        "2": {**count, "share": share},
        "3": {**of_tasks, "absent": absent},
        "4": {"local": plan.measures, "free": len(plan.free)},
        "5": {"links": looked.links, "accepted": looked.accepted, "rejected": looked.rejected,
              "suspect": looked.suspect, "open": looked.open, "deciding": looked.deciding},
    }  # fmt: skip
    for number, given in values.items():
        page.paragraph(word(f"report_summary_{number}", language, **given))


def _priorities(page: "Paper", _: Report, plan: PlanReport) -> None:
    language = page.language
    page.heading(word("report_priorities", language))
    rows, statuses = [], []
    for t in plan.coverage.tasks:
        title = f"{t.number}{t.title}" if not t.above else f"{t.above} › {t.number}{t.title}"
        share = "–" if t.status == "not_applicable" else f"{t.score:.0%}"
        rows.append((title, _status(t.status, language), f"{t.covered} / {t.partial} / {t.gaps}", share))
        statuses.append(t.status)
    titles = [word(key, language) for key in ("priority", "status", "report_figures", "export_share")]
    page.table(titles, rows, (_WIDTH - 84, 26, 40, 18), centred=(1, 2, 3), fills={1: statuses})
    page.note(word("export_share_note", language))


def _status(status: str, language: Language) -> str:
    return f"{SYMBOLS[status]} {word(status, language)}"


def _gaps(page: "Paper", _: Report, plan: PlanReport) -> None:
    _listed(page, plan, "gap", "report_gaps", "report_local")


def _partial(page: "Paper", _: Report, plan: PlanReport) -> None:
    _listed(page, plan, "partial", "report_partial", "report_carried")


def _listed(page: "Paper", plan: PlanReport, status: str, key: str, column: str) -> None:
    """The upper measures of one status, under their tasks, each with the local words nearest to it."""
    language = page.language
    page.heading(word(key, language))
    total = plan.count(status)
    if not total:
        page.paragraph(word("report_nothing", language))
        return
    page.paragraph(word(f"{key}_lead", language, count=total))
    number = 0
    for task in plan.coverage.tasks:
        found = [m for m in task.measures if m.status == status]
        if not found:
            continue
        page.heading(f"{task.number}{task.title}", 2)
        rows = []
        for m in found:
            number += 1
            rows.append((str(number), f"{m.text}\n{m.target}", _nearest(m, language)))
        titles = [word(name, language) for name in ("report_no", "report_item", column)]
        page.table(titles, rows, (12, (_WIDTH - 12) / 2, (_WIDTH - 12) / 2), centred=(0,))


def _nearest(m: MeasureCoverage, language: Language) -> str:
    if not m.evidence:
        return word("report_no_words", language)
    best = m.evidence[0]
    said = word(f"export_state_{best.state}", language)
    if best.suspect:
        said = word("suspect", language)
    who = f"（{best.reviewer}）" if best.reviewer else ""
    score = f"{word('score', language)} {best.score:.2f}"
    return f"「{best.text}」\n{best.source} · {score} · {said}{who}"


def _excused(page: "Paper", _: Report, plan: PlanReport) -> None:
    language = page.language
    page.heading(word("report_excused", language))
    found = [(t, m) for t, m in plan.statuses if m.status == "not_applicable"]
    if not found:
        page.paragraph(word("report_nothing", language))
        return
    page.paragraph(word("report_excused_lead", language, count=len(found)))
    rows = [
        (str(number), f"{m.text}\n{m.target}", f"{t.number}{t.title}", _reason(m, language))
        for number, (t, m) in enumerate(found, start=1)
    ]
    titles = [word(name, language) for name in ("report_no", "report_item", "report_where", "reason")]
    page.table(titles, rows, (12, 58, 42, _WIDTH - 112), centred=(0,))


def _reason(m: MeasureCoverage, language: Language) -> str:
    excuse = m.excuse
    if excuse is None or excuse.stands != "valid" or excuse.verdict in ("applies", "none"):
        return word(m.reason, language)
    verdict = " ".join(filter(None, (word(f"export_verdict_{excuse.verdict}", language), excuse.to)))
    until = f"{word('export_until', language)} {excuse.expires}" if excuse.expires else ""
    return "\n".join(filter(None, (verdict, excuse.note, excuse.reviewer, until)))


def _free(page: "Paper", report: Report, plan: PlanReport) -> None:
    language = page.language
    page.heading(word("report_free", language))
    if not plan.free:
        page.paragraph(word("report_nothing", language))
        return
    page.paragraph(word("report_free_lead", language, count=len(plan.free), upper=report.upper["title"]))
    rows = [(str(n), f"{r['text']}\n{r['id']}", r["title"]) for n, r in enumerate(plan.free, start=1)]
    titles = [word(name, language) for name in ("report_no", "text", "report_where")]
    page.table(titles, rows, (12, _WIDTH - 64, 52), centred=(0,))


def _basis(page: "Paper", report: Report, plan: PlanReport) -> None:
    language = page.language
    page.heading(word("report_basis", language))
    own = Report(report.upper, (plan,), report.matrix, report.decisions, report.view, report.day)
    page.table((), list(facts(own, language)), (40, _WIDTH - 40), head_column=True)
    for title, texts in paragraphs(own, language):
        page.heading(title, 2)
        for text in texts:
            page.paragraph(text)


class Paper:
    """A document that grows downwards."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.document = Document()
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side, millimetres in _MARGINS.items():
            setattr(section, f"{side}_margin", Mm(millimetres))
        section.header_distance, section.footer_distance = Mm(20), Mm(20)
        _styles(self.document, language)
        self._text, self._note = (
            self.document.styles[name].style_id for name in ("Table Text", "Table Note")
        )

    def paragraph(self, text: str, style: str = "Body Text") -> Any:
        """A paragraph."""
        return self.document.add_paragraph(cells.xml(text), style=style)

    def note(self, text: str) -> None:
        """A remark in small type."""
        self.paragraph(text, "Caption")

    def heading(self, text: str, level: int = 1) -> None:
        """A heading that the navigation shows."""
        self.document.add_heading(cells.xml(text), level)

    def furniture(self, header: str) -> None:
        """Header and page numbers."""
        section = self.document.sections[0]
        head = section.header.paragraphs[0]
        head.text, head.alignment = header, WD_ALIGN_PARAGRAPH.CENTER
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run("— ")
        _field(foot.add_run(), "PAGE")
        foot.add_run(" —")

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        centred: Sequence[int] = (),
        fills: Mapping[int, Sequence[str]] | None = None,
        head_column: bool = False,
    ) -> None:
        """A table; widths in millimetres. Titles repeat on each page, no row breaks across two."""
        table = self.document.add_table(0, len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if titles:
            made = table.add_row()
            self._fill(made, titles, range(len(widths)), bold=True)
            for cell in made.cells:
                _shade(cell, _HEAD)
            _mark(made, "w:tblHeader")
        for number, row in enumerate(rows):
            made = table.add_row()
            self._fill(made, row, centred)
            _mark(made, "w:cantSplit")
            if head_column:
                _shade(made.cells[0], _HEAD)
            for column, statuses in (fills or {}).items():
                _shade(made.cells[column], _FILLS[statuses[number]])
        self.document.add_paragraph(style="Caption")

    def _fill(self, row: Any, texts: Sequence[str], centred: Sequence[int], *, bold: bool = False) -> None:
        for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            first, *others = cells.xml(text).split("\n")
            paragraph = cell.paragraphs[0]
            _set_style(paragraph, self._text)
            paragraph.add_run(first).bold = bold
            if number in centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for other in others:
                small = cell.add_paragraph()
                _set_style(small, self._note)
                small.add_run(other)


def _set_style(paragraph: Any, style: str) -> None:
    """By the id of the style: to set one by name, the library reads them all, for most of the time of a long table."""
    paragraph.paragraph_format.element.style = style


def _styles(document: Any, language: Language) -> None:
    indent = Pt(2 * _BODY) if language == "zh" else Pt(0)
    styles = document.styles
    for name in ("Table Text", "Table Note"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _style(styles["Normal"], _FANG, _BODY)
    _style(styles["Body Text"], _FANG, _BODY, indent=indent, spacing=1.5)
    _style(styles["Title"], _SONG, 20, bold=True, centre=True, after=6)
    _style(styles["Subtitle"], _KAI, 14, centre=True, after=10)
    _style(styles["Heading 1"], _HEI, 15, before=14, after=6)
    _style(styles["Heading 2"], _KAI, 12, bold=True, before=8, after=4)
    _style(styles["Caption"], _SONG, 9, after=4, color=RGBColor(0x55, 0x5B, 0x63))
    _style(styles["Header"], _SONG, 9)
    _style(styles["Footer"], _SONG, 10.5)
    _style(styles["Table Text"], _SONG, _TABLE, before=1, after=1)
    _style(styles["Table Note"], _SONG, 8, after=1, color=RGBColor(0x55, 0x5B, 0x63))
    # The template draws a line under titles, which official documents do not.
    for name in ("Title", "Subtitle"):
        for line in styles[name].element.pPr.findall(qn("w:pBdr")):
            styles[name].element.pPr.remove(line)
    _language(styles)


def _style(
    style: Any, east: str, size: float, *, bold: bool = False, centre: bool = False, before: float = 0, after: float = 0,
    indent: Any = None, spacing: float = 1.0, color: Any = None,
) -> None:  # fmt: skip
    font = style.font
    font.name, font.size, font.bold, font.italic = _LATIN, Pt(size), bold, False
    font.color.rgb = color or RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), east)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.MULTIPLE, spacing
    if indent is not None:
        form.first_line_indent = indent
    if centre:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _language(styles: Any) -> None:
    """Chinese for the spelling checker, and for where lines may break."""
    properties = styles["Normal"].element.get_or_add_rPr()
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), "en-US")
    tongue.set(qn("w:eastAsia"), "zh-CN")
    properties.append(tongue)


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)  # noqa: SLF001  there is no other way to a field


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001


def _shade(cell: Any, color: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001
