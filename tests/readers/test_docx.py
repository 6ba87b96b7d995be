"""What Word puts into a file beside plain paragraphs."""

import pytest

from graph.errors import InputError
from ingest.readers.docx import read
from tests.readers.files import docx, word_paragraph, zipped

NUMBERING = """
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%2）"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircleChinese"/><w:lvlText w:val="%4"/></w:lvl>
 <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride></w:num>
"""
STYLES = """
<w:style w:styleId="Head"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Own"><w:basedOn w:val="Head"/></w:style>
"""


def listed(text: str, level: int, number: int = 3) -> str:
    return word_paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_automatic_numbers_are_printed() -> None:
    body = "".join(
        [listed("供水", 0), listed("农村", 1), listed("修渠", 2), listed("引水", 2), listed("清淤", 3), listed("点", 4),
         listed("城市", 1), listed("排水", 0), listed("堤防", 1), listed("另起", 0, 4), listed("再起", 0, 4)]
    )  # fmt: skip
    assert read(docx(body, numbering=NUMBERING), "a.docx").text.splitlines() == [
        "一、供水", "（一）农村", "1.修渠", "2.引水", "①清淤", "点", "（二）城市", "二、排水", "（一）堤防", "十一、另起", "十二、再起",
    ]  # fmt: skip


def test_a_number_may_come_from_a_style() -> None:
    body = word_paragraph("供水", '<w:pStyle w:val="Head"/>') + word_paragraph(
        "排水", '<w:pStyle w:val="Own"/>'
    )
    assert read(docx(body, numbering=NUMBERING, styles=STYLES), "a.docx").text == "一、供水\n二、排水\n"


def test_insertions_stay_and_deletions_go() -> None:
    body = (
        "<w:p><w:r><w:t>新建</w:t></w:r><w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>水厂</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>处</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>座</w:t></w:r></w:moveTo></w:p>"
    )
    assert read(docx(body), "a.docx").text == "新建水厂座\n"


def test_tables_and_text_boxes_are_read_once() -> None:
    box = (
        "<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        f"{word_paragraph('框')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{word_paragraph('框')}"
        "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    table = f"<w:tbl><w:tr><w:tc>{word_paragraph('指标')}</w:tc><w:tc>{word_paragraph('12座')}</w:tc></w:tr></w:tbl>"
    assert read(docx(box + table), "a.docx").text == "前\n框\n指标\n12座\n"


def test_breaks_and_tabs() -> None:
    body = "<w:p><w:r><w:t>修渠</w:t><w:br/><w:t>引</w:t><w:tab/><w:t>水</w:t></w:r></w:p>"
    assert read(docx(body), "a.docx").text == "修渠\n引 水\n"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04junk",
        b"not a zip",
        zipped({"a.xml": "<a/>"}),
        zipped({"word/document.xml": "<broken"}),
        zipped({"word/document.xml": "<a/>"}),
    ],
    ids=["cut", "text", "no document", "broken xml", "no body"],
)
def test_a_damaged_file_is_said(data: bytes) -> None:
    with pytest.raises(InputError, match="no Word file"):
        read(data, "a.docx")


def test_entities_are_not_followed() -> None:
    document = (
        '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>修渠&e;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "root" not in read(zipped({"word/document.xml": document}), "a.docx").text


def test_a_zip_bomb_is_refused() -> None:
    bomb = zipped({"word/document.xml": "<a>" + "修" * 40_000_000 + "</a>"})
    with pytest.raises(InputError, match="unpacks to"):
        read(bomb, "a.docx")
