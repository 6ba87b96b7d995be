"""Each measure knows where it stands in its file: bytes, line and page lead back to its words."""

import html
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from graph.model import PlanDocument, Region
from ingest.manifest import PlanSource
from ingest.normalise import WORDS, paragraphs
from ingest.reader import read_plan
from ingest.readers import MODULES, read_text
from ingest.source import Locator
from tests.conftest import SAMPLE
from tests.readers.files import WRITERS

PARAGRAPHS = [
    line.strip().replace("\u3000", "")
    for line in (SAMPLE / "hewan-2025.txt").read_text("utf-8").splitlines()
    if line.strip()
]
TEXT = "\n".join(PARAGRAPHS)


def words(text: str) -> str:
    return "".join(WORDS.findall(text))


def read(path: Path, data: bytes) -> PlanDocument:
    path.write_bytes(data)
    return read_plan(PlanSource(path, Region("x-lan", "岚市", "city"), 2025))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n\u3000\u3000"])
def test_bytes_and_line_of_a_text_file(encoding: str, end: str, tmp_path: Path) -> None:
    text = TEXT.replace("\n", end)
    data = text.encode(encoding)
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    for measure in read(tmp_path / "plan.txt", data).measures:
        assert data[measure.first_byte : measure.end_byte].decode(codec) == measure.text
        line = re.split("\r\n|\n", text)[(measure.line or 0) - 1]
        assert measure.text in line


def test_lines_that_were_broken_at_a_fixed_width(tmp_path: Path) -> None:
    lines = [TEXT.splitlines()[0]]
    for paragraph in PARAGRAPHS[1:]:
        room = "\u3000\u3000" + paragraph
        lines += [room[at : at + 30] for at in range(0, len(room), 30)]
    data = "\n".join(lines).encode()
    measures = read(tmp_path / "plan.txt", data).measures
    assert len(measures) >= 50
    assert any("\n" in data[m.first_byte : m.end_byte].decode() for m in measures)
    for measure in measures:
        assert words(data[measure.first_byte : measure.end_byte].decode()) == words(measure.text)
        assert lines[(measure.line or 0) - 1].strip().find(measure.text[:1]) >= 0


def test_markdown_points_at_the_marked_text(tmp_path: Path) -> None:
    marked = "\n\n".join(f"- **{p[:6]}**{p[6:]}" for p in PARAGRAPHS)
    data = f"\ufeff{marked}".encode()
    for measure in read(tmp_path / "plan.md", data).measures:
        found = data[measure.first_byte : measure.end_byte].decode()
        assert words(found.replace("*", "")) == words(measure.text)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_page_points_into_its_source(encoding: str, tmp_path: Path) -> None:
    page = WRITERS["plan.html"](PARAGRAPHS).decode().replace('"utf-8"', f'"{encoding}"')
    page = page.replace("。", "&#12290;").replace("</p><p>", "<!-- <p>修渠</p> --></p>\n<p>")
    data = page.encode(encoding)
    measures = read(tmp_path / "plan.html", data).measures
    lines = page.split("\n")
    for measure in measures:
        assert measure.page is None
        found = data[measure.first_byte : measure.end_byte].decode(encoding)
        assert words(html.unescape(found)) == words(measure.text)
        assert words(measure.text) in words(html.unescape(lines[(measure.line or 0) - 1]))


def test_a_page_with_a_broken_byte_keeps_its_lines(tmp_path: Path) -> None:
    data = WRITERS["plan.html"](PARAGRAPHS).decode().replace('"utf-8"', '"gbk"').encode("gb18030")
    measures = read(tmp_path / "plan.html", data.replace(b"</ul>", b"\xff</ul>", 1)).measures
    assert {m.first_byte for m in measures} == {None}
    assert {m.line for m in measures} == {1}


def _pdf_page(data: bytes, number: int) -> str:
    document = pypdfium2.PdfDocument(data)
    text = document[number - 1].get_textpage().get_text_bounded()
    document.close()
    return str(text)


def _ofd_page(data: bytes, number: int) -> str:
    (page,) = [
        part for name, part in _unzipped(data).items() if name.endswith(f"Page_{number - 1}/Content.xml")
    ]
    return re.sub(r"<[^>]*>", "", page)


def _unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize(("name", "page_of"), [("plan.pdf", _pdf_page), ("plan.ofd", _ofd_page)])
def test_fixed_pages_name_page_and_line(
    name: str, page_of: Callable[[bytes, int], str], tmp_path: Path
) -> None:
    data = WRITERS[name](PARAGRAPHS * 3)
    measures = read(tmp_path / name, data).measures
    assert {m.page for m in measures} >= {1, 2, 3}
    places = [(m.page or 0, m.line or 0) for m in measures]
    assert places == sorted(places)
    for measure in measures:
        assert measure.text[0] in page_of(data, measure.page or 0)
        assert measure.first_byte is None
    starts = [m for m in measures if m.text[:5] in page_of(data, m.page or 0)]
    assert len(starts) > 0.8 * len(measures)


def test_a_word_document_counts_paragraphs(tmp_path: Path) -> None:
    for measure in read(tmp_path / "plan.docx", WRITERS["plan.docx"](PARAGRAPHS)).measures:
        assert measure.text in PARAGRAPHS[(measure.line or 0) - 1]
        assert (measure.page, measure.first_byte) == (None, None)


@pytest.mark.parametrize("suffix", [s for s in MODULES if s in (".txt", ".md", ".html")])
@settings(max_examples=150, deadline=None)
@given(
    text=st.text("修渠引水，。；一二是*#|-` \t\u3000\u200b\n\r\f<p>&amp;新建12座", min_size=1, max_size=300)
)
def test_any_passage_is_found_again(suffix: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / f"place{suffix}"
    path.write_bytes(text.encode())
    try:
        data, source = read_text(path)
    except InputError:
        return
    normalised = "\n".join(paragraphs(source.text))
    assert words(normalised) == words(source.text)
    locator = Locator(source, normalised)
    for found in WORDS.finditer(normalised):
        place = locator.place(*found.span())
        if place.first_byte is not None and suffix != ".html":
            character = data[place.first_byte : place.end_byte].decode()
            assert character == found[0] or (character, found[0]) == ("|", "；")
