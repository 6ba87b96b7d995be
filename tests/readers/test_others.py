"""PDF, HTML, OFD and old Office files: what is special about each, and what cannot be read."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from graph.errors import InputError
from ingest import readers
from ingest.readers import html, ofd, office, pdf, read_text
from ingest.readers.layout import Line, paragraphs
from tests.conftest import ROOT
from tests.readers.files import WRITERS, as_html, zipped

TEXT = [
    "岚市2030年水务工作要点",
    "一、修好水渠",
    "疏通主渠12公里，加固支渠，清理淤泥，改造老旧泵站30座，" * 4,
    "二、引水",
]


def test_a_page_in_gb18030_is_read() -> None:
    page = as_html(TEXT).decode().replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    assert html.read(page, "a.html").text.split("\n") == TEXT


def test_navigation_is_left_out() -> None:
    found = html.read(as_html(TEXT), "a.html").text
    assert "栏目" not in found
    assert "版权所有" not in found


def test_running_heads_and_page_numbers_are_left_out() -> None:
    names = (chr(0x4E10 + n) for n in range(200))
    plan = [
        TEXT[0],
        *("".join(f"疏通{next(names)}渠12公里，改造泵站30座" for _ in range(5)) for _ in range(40)),
    ]
    found = pdf.read(WRITERS["plan.pdf"](plan), "a.pdf").text
    assert "文件汇编" not in found
    assert found.split("\n") == plan


def test_a_scan_is_said() -> None:
    with pytest.raises(InputError, match="it is a scan"):
        pdf.read(_blank_pdf(), "a.pdf")


def _blank_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_locked_pdf_is_said() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(10, 10, "locked")
    canvas.save()
    with pytest.raises(InputError, match="locked by a password"):
        pdf.read(buffer.getvalue(), "a.pdf")


def test_office_files_without_libreoffice_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="needs LibreOffice"):
        office.read(b"\xd0\xcf\x11\xe0", "a.doc")


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".ofd", ".html"])
@settings(max_examples=60, deadline=None)
@given(data=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(
    suffix: str, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    _read_or_refuse(path)


@pytest.mark.parametrize("name", ["plan.docx", "plan.pdf", "plan.ofd"])
@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_file_is_read_or_refused(
    name: str, at: float, byte: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(WRITERS[name](TEXT))
    place = int(at * (len(data) - 1))
    data[place] = byte
    path = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    path.write_bytes(data[: place + 1] if cut else data)
    _read_or_refuse(path)


def _read_or_refuse(path: Path) -> None:
    try:
        read_text(path)
    except InputError as refused:
        if not refused.remedy:
            raise


def test_an_ofd_file_without_text_is_said() -> None:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:OFD>",
        "D/Document.xml": f'<ofd:Document {space}><ofd:Page BaseLoc="P.xml"/></ofd:Document>',
        "D/P.xml": f"<ofd:Page {space}/>",
    }
    with pytest.raises(InputError, match="holds no text"):
        ofd.read(zipped(parts), "a.ofd")


def test_one_part_is_not_unpacked_for_thousands_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.archive.MAX_TOTAL", 2**20)
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:OFD>",
        "D/Document.xml": f"<ofd:Document {space}>" + '<ofd:Page BaseLoc="P.xml"/>' * 40 + "</ofd:Document>",
        "D/P.xml": f"<ofd:Page {space}>{' ' * 2**15}</ofd:Page>",
    }
    with pytest.raises(InputError, match="unpack to more than 1 MiB"):
        ofd.read(zipped(parts), "a.ofd")


@pytest.mark.parametrize("number", ["0", "-3", "inf", "-inf", "nan", "1e999", "", "abc", "1 2", "１２"])
@pytest.mark.parametrize("name", ["Boundary", "Size"])
def test_impossible_places_on_an_ofd_page_are_survived(name: str, number: str) -> None:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    value = f"{number} {number} 100 4" if name == "Boundary" else number
    text = "<ofd:TextObject {}><ofd:TextCode>{}</ofd:TextCode></ofd:TextObject>"
    good = "".join(text.format(f'Boundary="20 {n * 9} 99 4" Size="4"', f"疏通主渠{n}公里") for n in (1, 2))
    bad = text.format(f'{name}="{value}"', "修渠")
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:OFD>",
        "D/Document.xml": f'<ofd:Document {space}><ofd:Page BaseLoc="P.xml"/></ofd:Document>',
        "D/P.xml": f"<ofd:Page {space}>{good}{bad}</ofd:Page>",
    }
    found = ofd.read(zipped(parts), "a.ofd").text
    assert all(words in found for words in ("疏通主渠1公里", "疏通主渠2公里", "修渠"))


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan"), 1e300, 1e-300])
def test_lines_at_impossible_places_are_survived(value: float) -> None:
    page = [Line.at(f"修渠{n}", *(value if n == at else 12.0 for at in range(4))) for n in range(6)]
    found = "".join(text for *_, text in paragraphs([page]))
    assert all(f"修渠{n}" in found for n in range(6))


def test_a_file_that_is_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 2**20)
    (tmp_path / "a.txt").write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(InputError, match="more than 1"):
        read_text(tmp_path / "a.txt")


def test_lines_of_a_page_come_together() -> None:
    rows = [
        ("修渠引水，", 24.0, 100.0),
        ("疏通河道。", 0.0, 60.0),
        ("一、供水", 0.0, 50.0),
        ("防汛抗旱，", 24.0, 100.0),
    ]
    page = [Line(text, left, right, 20.0 * n, 12.0) for n, (text, left, right) in enumerate(rows)]
    following = [Line("保障安全。", 0.0, 60.0, 0.0, 12.0)]
    assert list(paragraphs([page, following])) == [
        (1, 1, "修渠引水，"),
        (1, 2, "疏通河道。"),
        (1, 3, "\n一、供水"),
        (1, 4, "\n防汛抗旱，"),
        (2, 1, "保障安全。"),
    ]


_TOGETHER = """
from concurrent.futures import ThreadPoolExecutor
from ingest.readers.pdf import read
from tests.readers.files import as_pdf

data = as_pdf(["一、保障农村饮水安全。新建农村供水工程60处，改造老旧水厂12座。"] * 60)
text = read(data, "x.pdf").text
with ThreadPoolExecutor(8) as threads:
    assert all(one.text == text for one in threads.map(lambda _: read(data, "x.pdf"), range(32)))
"""


def test_pdfs_can_be_read_in_several_threads() -> None:
    """In a process of its own: where they cannot, it ends."""
    done = subprocess.run([sys.executable, "-c", _TOGETHER], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 0
