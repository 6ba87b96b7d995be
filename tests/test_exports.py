"""Each export is opened by a reader that is not ours, and holds what the graph holds."""

import csv
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from graph import Store, open_store, pages
from graph.errors import InputError, NotFoundError
from policygraph import reviews
from policygraph.export import Scope, cells, export, files
from policygraph.export.method import ACCURACY
from policygraph.export.report import gather
from queries import answers
from review import ALL, View
from tests.conftest import ROOT

NATION, PROVINCE, CITY = "000000-2025", "x-qinglan-2025", "x-songling-2025"
FORMULA = '=HYPERLINK("http://example.org","x")'
CONTROL = "前\x00\x0b\x1f后_x0041_\ufffe"
LONG = "长" * 40_000


@pytest.fixture(scope="module")
def sample_store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as store:
        yield store


@pytest.fixture
def own_store(sample_file: Path, tmp_path: Path) -> Iterator[Store]:
    """The sample, to be changed."""
    shutil.copy(sample_file, tmp_path / "own.kgl")
    with open_store(str(tmp_path / "own.kgl")) as store:
        yield store


def rename(store: Store, measure: str, text: str) -> None:
    store.write(lambda t: t.run(f"MATCH (m:Measure {{id: '{measure}'}}) SET m.text = $text", {"text": text}))


def of_status(store: Store, status: str, plan: str = PROVINCE, view: View = ALL) -> list[str]:
    tasks = answers.coverage(store, plan, NATION, view).tasks
    return [m.target for t in tasks for m in t.measures if m.status == status]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    """The table under the titles of row 4, until its filter ends."""
    rows = sheet[sheet.auto_filter.ref]
    titles = [c.value for c in rows[0]]
    return [dict(zip(titles, [c.value for c in row], strict=True)) for row in rows[1:]]


# CSV


def test_csv_counts_what_the_graph_counts(sample_store: Store, tmp_path: Path) -> None:
    written = export(sample_store, tmp_path, "csv")
    counts = pages.counts(sample_store)
    assert {p.stem: len(table(p)) for p in written} == {p.stem: n for p, n in written.items()}
    for name, label in (("plans", "Plan"), ("tasks", "Task"), ("measures", "Measure"), ("targets", "Target")):
        assert len(table(tmp_path / f"{name}.csv")) == counts[label]
    links = Counter(r["kind"] for r in table(tmp_path / "links.csv"))
    assert links == {"MATCHES": counts["MATCHES"], "IMPLEMENTS": counts["IMPLEMENTS"]}
    assert len(table(tmp_path / "decisions.csv")) == counts["Decision"]
    found = Counter(r["status"] for r in table(tmp_path / "coverage.csv") if r["plan"] == PROVINCE)
    assert found["gap"] == len(of_status(sample_store, "gap"))


def test_csv_opens_right_in_excel(own_store: Store, tmp_path: Path) -> None:
    gap = of_status(own_store, "gap")[0]
    rename(own_store, gap, FORMULA)
    export(own_store, tmp_path / "out", "csv")
    raw = (tmp_path / "out" / "coverage.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n")
    row = next(r for r in table(tmp_path / "out" / "coverage.csv") if r["target"] == gap)
    assert row["target_text"] == "'" + FORMULA
    plans = {r["id"]: r for r in table(tmp_path / "out" / "plans.csv")}
    assert plans[NATION]["region"] == "\t000000"
    assert plans[NATION]["year"] == "2025"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        ("000000", "\t000000"), ("1.10", "\t1.10"), ("(3)", "\t(3)"), ("3-4", "\t3-4"), ("1E5", "\t1E5"),
        ("2025-01-09", "\t2025-01-09"), ("1月8日", "\t1月8日"), ("TRUE", "\tTRUE"), ("12:30", "\t12:30"), ("50%", "\t50%"),
        ("（一）", "（一）"), ("60处", "60处"), ("210000-2023", "210000-2023"), ("210000-2023.3#7", "210000-2023.3#7"), ("", ""),
    ],
)  # fmt: skip
def test_no_field_is_computed_or_converted(text: str, expected: str) -> None:
    assert cells.csv_text(text) == expected


def test_csv_of_one_plan_has_that_plan_and_the_upper_one(sample_store: Store, tmp_path: Path) -> None:
    export(sample_store, tmp_path, "csv", Scope(plans=(CITY,), upper=PROVINCE))
    assert {r["id"] for r in table(tmp_path / "plans.csv")} == {CITY, PROVINCE}
    links = table(tmp_path / "links.csv")
    assert links
    assert {r["source"].split(".")[0] for r in links} == {CITY}
    assert {r["target"].split(".")[0] for r in links} == {PROVINCE}
    assert {(r["plan"], r["upper"]) for r in table(tmp_path / "coverage.csv")} == {(CITY, PROVINCE)}


# XLSX


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_counts_what_the_graph_counts(
    sample_store: Store, tmp_path: Path, language: Any
) -> None:
    (path, rows), *others = export(sample_store, tmp_path, "xlsx", Scope(language=language)).items()
    assert not others
    book = load_workbook(path)
    names = ["总览", "矩阵", "缺口", "依据", "决定", "说明"]
    if language == "en":
        names = ["Overview", "Matrix", "Gaps", "Evidence", "Decisions", "Method"]
    assert book.sheetnames == names
    matrix = answers.matrix(sample_store)
    assert rows == sum(
        1 for p in matrix.plans for t in answers.coverage(sample_store, p["id"]).tasks for _ in t.measures
    )
    shown = sheet_rows(book[names[1]])
    assert len(shown) == len(matrix.tasks)
    for line, found in zip(matrix.cells, shown, strict=True):
        marks = [f"{c.covered}+{c.partial}/{c.measures}" for c in line]
        assert [str(v).split(" ")[1] for v in list(found.values())[2:]] == marks
    gaps = sheet_rows(book[names[2]])
    expected = sum(
        len(of_status(sample_store, status, p["id"])) for p in matrix.plans for status in ("gap", "partial")
    )
    assert len(gaps) == expected
    overview = sheet_rows(book[names[0]])
    assert [r["计划编号" if language == "zh" else "plan id"] for r in overview] == [
        p["id"] for p in matrix.plans
    ]
    assert len(sheet_rows(book[names[4]])) == pages.counts(sample_store)["Decision"]
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        if sheet.title != names[5]:
            assert sheet.freeze_panes.endswith("5")
            assert sheet.print_title_rows == "$4:$4"
    excused = [c.value for c in book[names[2]]["D"]][len(gaps) + 4 :]
    assert any(excused), "what plans are excused from stands apart, below"
    text = "\n".join(str(c.value) for row in book[names[5]].iter_rows() for c in row if c.value)
    assert "policy-zh" in text
    assert ACCURACY["region_gap"] in text


def test_the_matrix_is_coloured_as_its_symbols_say(sample_store: Store, tmp_path: Path) -> None:
    (path,) = export(sample_store, tmp_path, "xlsx")
    by_symbol: dict[str, set[str]] = {}
    sheet = load_workbook(path)["矩阵"]
    for row in sheet.iter_rows(min_row=5, min_col=3):
        for cell in row:
            by_symbol.setdefault(str(cell.value)[0], set()).add(cell.fill.start_color.rgb)
    assert set(by_symbol) == {"●", "◐", "○"}
    assert all(len(colours) == 1 for colours in by_symbol.values())
    assert len(set.union(*by_symbol.values())) == 3


def test_nothing_that_a_plan_says_becomes_a_formula_or_breaks_the_workbook(
    own_store: Store, tmp_path: Path
) -> None:
    first, second, third = of_status(own_store, "gap")[:3]
    for measure, text in ((first, FORMULA), (second, CONTROL), (third, LONG)):
        rename(own_store, measure, text)
    (path,) = export(own_store, tmp_path / "out", "xlsx", Scope(plans=(PROVINCE,)))
    assert path.name == f"policygraph_{PROVINCE}_{NATION}.xlsx"
    book = load_workbook(path)
    texts = {r["上级举措编号"]: r["上级举措（原文）"] for r in sheet_rows(book["缺口"])}
    assert texts[first] == FORMULA
    assert "\x00" not in texts[second]
    assert texts[second].startswith("前后")
    assert len(texts[third]) == cells.LONGEST
    assert texts[third].endswith("……")
    assert {c.data_type for sheet in book.worksheets for row in sheet.iter_rows() for c in row} <= {"s", "n"}
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 6
        assert not any(b"<f>" in archive.read(n) for n in sheets)


def test_a_report_knows_who_decided_and_what_is_suspect(own_store: Store, tmp_path: Path) -> None:
    tasks = answers.coverage(own_store, PROVINCE).tasks
    chosen = next(m for t in tasks for m in t.measures if m.status == "covered")
    source = chosen.evidence[0].source
    reviews.accept(own_store, source, chosen.target, reviewer="王", note="同一件事")
    (path,) = export(own_store, tmp_path / "a", "xlsx", Scope(plans=(PROVINCE,)))
    book = load_workbook(path)
    row = next(
        r
        for r in sheet_rows(book["依据"])
        if r["本地语句编号"] == source and r["上级举措编号"] == chosen.target
    )
    assert (row["关联状态"], row["决定人"]) == ("已确认", "王")
    assert "同一件事" in {r["理由"] for r in sheet_rows(book["决定"])}
    report = gather(own_store, [PROVINCE], None, ALL)
    assert report.plans[0].looked.accepted == 1
    assert report.plans[0].looked.open == report.plans[0].looked.links - 1

    accepted = gather(own_store, [PROVINCE], None, View("accepted"))
    assert accepted.plans[0].count("covered") == 1
    (document,) = export(own_store, tmp_path / "b", "docx", Scope((PROVINCE,), view=View("accepted"))).keys()
    text = "\n".join(p.text for p in Document(str(document)).paragraphs)
    assert "已覆盖 1 条" in text


# DOCX


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_says_the_figures_of_the_graph(sample_store: Store, tmp_path: Path, language: Any) -> None:
    (path, rows), *others = export(
        sample_store, tmp_path, "docx", Scope((PROVINCE,), language=language)
    ).items()
    assert not others
    document = Document(str(path))
    answer = answers.coverage(sample_store, PROVINCE)
    count = Counter(m.status for t in answer.tasks for m in t.measures)
    assert rows == sum(count.values())
    text = "\n".join(p.text for p in document.paragraphs)
    phrases = {
        "zh": f"已覆盖 {count['covered']} 条，部分覆盖 {count['partial']} 条，缺口 {count['gap']} 条",
        "en": f"{count['covered']} are covered, {count['partial']} partly covered, and {count['gap']} are gaps",
    }
    assert phrases[language] in text
    titles = {p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"}
    assert ({"总体情况", "缺口", "统计依据"} if language == "zh" else {"Summary", "Gaps"}) <= titles
    cells_ = {c.text.split("\n")[0] for t in document.tables for row in t.rows for c in row.cells}
    wanted = {
        m.text for t in answer.tasks for m in t.measures if m.status in ("gap", "partial", "not_applicable")
    }
    assert wanted <= cells_
    free = answers.unaligned(sample_store, PROVINCE)
    assert {r["text"] for r in free} <= cells_


def test_the_report_is_laid_out_as_official_documents_are(sample_store: Store, tmp_path: Path) -> None:
    written = export(sample_store, tmp_path, "docx")
    assert len(written) == len(answers.matrix(sample_store).plans)
    document = Document(str(next(iter(written))))
    section = document.sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height) if x is not None] == [210, 297]
    assert [
        round(x.mm) for x in (section.top_margin, section.bottom_margin, section.left_margin) if x is not None
    ] == [37, 35, 28]
    for name, face in (("Normal", "仿宋"), ("Heading 1", "黑体"), ("Title", "宋体"), ("Table Text", "宋体")):
        assert document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == face
    assert "PAGE" in section.footer._element.xml  # noqa: SLF001
    assert section.header.paragraphs[0].text
    headed = [t for t in document.tables if t.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]  # noqa: SLF001
    assert len(headed) > 3


def test_odd_words_do_not_break_the_report(own_store: Store, tmp_path: Path) -> None:
    gap = of_status(own_store, "gap")[0]
    rename(own_store, gap, CONTROL)
    (path,) = export(own_store, tmp_path / "out", "docx", Scope((PROVINCE,)))
    assert any(
        "前后_x0041_" in c.text for t in Document(str(path)).tables for row in t.rows for c in row.cells
    )


def test_the_accuracy_that_reports_quote_is_the_documented_one() -> None:
    text = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    for row, place in (("**autonomous region, housing**", "region"), ("**province, housing**", "province")):
        line = next(line for line in text.splitlines() if line.startswith(f"| {row}"))
        figures = re.findall(r"\.\d{3}", line)
        # top-1; link P, R, F1; ECE; covered P, R, F1; addressed; gap
        assert (figures[7], figures[9]) == (ACCURACY[f"{place}_covered"], ACCURACY[f"{place}_gap"])


# GraphML and GEXF


def test_networks_open_and_count_alike(own_store: Store, tmp_path: Path) -> None:
    rename(own_store, of_status(own_store, "gap")[0], CONTROL)
    export(own_store, tmp_path / "out", "graphml")
    export(own_store, tmp_path / "out", "gexf")
    counts = pages.counts(own_store)
    nodes = sum(
        counts[label]
        for label in ("Region", "Plan", "Task", "Measure", "Target", "LinkRun", "Decision", "Version")
    )
    ml = nx.read_graphml(tmp_path / "out" / "policygraph.graphml", force_multigraph=True)
    gexf = nx.read_gexf(tmp_path / "out" / "policygraph.gexf")
    assert ml.number_of_nodes() == gexf.number_of_nodes() == nodes
    assert ml.number_of_edges() == gexf.number_of_edges() == sum(counts.values()) - nodes
    assert ml.nodes[NATION]["label"] == "Plan"
    assert ml.nodes[NATION]["year"] == 2025
    assert gexf.nodes[NATION]["node_type"] == "Plan"
    assert "全国" in gexf.nodes[NATION]["label"]
    weights = [d["weight"] for _, _, d in gexf.edges(data=True) if d["relationship"] == "IMPLEMENTS"]
    assert all(0 < w <= 1 for w in weights)
    # Gephi takes start and end for times.
    root = ElementTree.parse(tmp_path / "out" / "policygraph.gexf").getroot()
    assert not [e for e in root.iter() if "start" in e.attrib]


def test_networks_take_plans_and_confidence(sample_store: Store, tmp_path: Path) -> None:
    export(sample_store, tmp_path, "gexf", Scope((PROVINCE, NATION), view=View(least=0.9)))
    graph = nx.read_gexf(tmp_path / "policygraph.gexf")
    assert {d["node_type"] for _, d in graph.nodes(data=True)} >= {"Region", "Plan", "Task", "Measure"}
    assert {n.split(".")[0] for n, d in graph.nodes(data=True) if d["node_type"] == "Task"} == {
        PROVINCE,
        NATION,
    }
    links = [d for _, _, d in graph.edges(data=True) if d["relationship"] in ("MATCHES", "IMPLEMENTS")]
    assert links
    assert min(d["weight"] for d in links) >= 0.9


# All of them


@pytest.mark.parametrize("format_", ["jsonl", "csv", "xlsx", "docx", "gexf", "graphml"])
def test_a_failed_export_leaves_the_old_files(
    format_: Any, sample_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope((PROVINCE,)) if format_ in ("csv", "xlsx", "docx") else Scope()
    written = export(sample_store, tmp_path, format_, scope)
    before = {path: path.read_bytes() for path in written}
    whole = files.Files.path

    def full(self: files.Files, name: str) -> Path:
        path = whole(self, name)
        path.write_bytes(b"half")
        if name == list(written)[-1].name:
            raise OSError(28, "No space left on device")
        return path

    monkeypatch.setattr(files.Files, "path", full)
    with pytest.raises(InputError, match="No space left"):
        export(sample_store, tmp_path, format_, scope)
    assert {path: path.read_bytes() for path in written} == before
    assert len(list(tmp_path.iterdir())) == len(before)


def test_what_cannot_be_exported_is_said(sample_store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not linked"):
        export(sample_store, tmp_path, "xlsx", Scope(plans=(CITY, "x-yunxi-2025"), upper=PROVINCE))
    with pytest.raises(NotFoundError, match="no plan is linked"):
        export(sample_store, tmp_path, "csv", Scope(upper=CITY))
    with pytest.raises(NotFoundError, match="there is no plan"):
        export(sample_store, tmp_path, "gexf", Scope(plans=("x-nowhere-2025",)))
    with pytest.raises(InputError, match="compares nothing"):
        export(sample_store, tmp_path, "gexf", Scope(upper=NATION))
    assert not list(tmp_path.iterdir())
