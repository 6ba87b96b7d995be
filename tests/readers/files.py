"""One plan written as every kind of file that is read, the way the usual programs write it."""

import html
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFD: Final = "http://www.ofdspec.org/2016"


def zipped(parts: dict[str, str]) -> bytes:
    """A zip file of text parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word file with ``body`` as the XML of its paragraphs; ``numbering`` and ``styles`` are parts of their own."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    document = (
        f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    )
    more = {f"word/{name}.xml": f'<w:{name} xmlns:w="{W}">{text}</w:{name}>' for name, text in parts.items()}
    return zipped(
        {"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": document} | more
    )


def word_paragraph(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def as_docx(paragraphs: Sequence[str]) -> bytes:
    """The plan in Word."""
    return docx("".join(map(word_paragraph, paragraphs)))


def as_pdf(paragraphs: Sequence[str]) -> bytes:
    """The plan printed on A4 with a running head and page numbers, first lines indented by two characters."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()

    def margins(canvas: Canvas, _: object) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 30, "岚省住房城乡建设文件汇编")
        canvas.drawCentredString(A4[0] / 2, 28, f"- {canvas.getPageNumber()} -")

    document = BaseDocTemplate(buffer, pagesize=A4)
    frame = Frame(70, 60, A4[0] - 140, A4[1] - 120)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=margins))
    style = ParagraphStyle(
        "body", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK"
    )
    title = ParagraphStyle("title", parent=style, fontSize=16, alignment=TA_CENTER, firstLineIndent=0)
    document.build(
        [Paragraph(escape(text), title if index == 0 else style) for index, text in enumerate(paragraphs)]
    )
    return buffer.getvalue()


def as_html(paragraphs: Sequence[str]) -> bytes:
    """The plan on a government page: navigation, related links and a footer around it."""
    links = "".join(f'<li><a href="/{n}.html">栏目{n}</a></li>' for n in range(12))
    body = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs[1:])
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{html.escape(paragraphs[0])}</title></head><body>'
        f'<div class="nav"><ul>{links}</ul></div><div class="main"><h1>{html.escape(paragraphs[0])}</h1>'
        f'<div class="article-content">{body}</div></div><div class="related"><ul>{links}</ul></div>'
        '<footer class="footer"><p>版权所有 网站标识码 京ICP备00000000号</p></footer></body></html>'
    ).encode()


def as_ofd(paragraphs: Sequence[str]) -> bytes:
    """The plan as fixed pages: lines of 34 characters, 30 lines a page, page numbers at the foot."""
    size, left, width, lines = 4.2, 25.0, 34, []
    for text in paragraphs:
        indent = 2
        while text:
            room = width - indent
            lines.append((left + indent * size, text[:room]))
            text, indent = text[room:], 0
    pages = [lines[start : start + 30] for start in range(0, len(lines), 30)]
    parts = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD}"><ofd:Pages>'
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for n, page in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject ID="{100 * n + row}" Boundary="{x} {30 + 7 * row} {size * len(text)} {size}" Size="{size}">'
            f'<ofd:TextCode X="0" Y="{size}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
            for row, (x, text) in enumerate([*page, (100.0, f"— {n + 1} —")])
        )
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return zipped(parts)


def as_markdown(paragraphs: Sequence[str]) -> bytes:
    """The plan with a heading mark on its title and blank lines between paragraphs."""
    return "\n\n".join([f"# {paragraphs[0]}", *paragraphs[1:]]).encode()


WRITERS: Final[dict[str, Callable[[Sequence[str]], bytes]]] = {
    "plan.txt": lambda paragraphs: "\n".join(paragraphs).encode(),
    "gb.txt": lambda paragraphs: "\r\n".join(paragraphs).encode("gb18030"),
    "plan.md": as_markdown,
    "plan.docx": as_docx,
    "plan.pdf": as_pdf,
    "plan.html": as_html,
    "plan.ofd": as_ofd,
}
