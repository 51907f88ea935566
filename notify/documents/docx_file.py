"""An official document as docx, which WPS and Word open and edit (GB/T 9704-2012: A4, 37 mm above, 28 mm left).

Fonts are named as offices have them; a machine without them takes the second name. The same document gives the same
bytes: all dates in the file are those of the document.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from notify.documents.layout import (
    Block,
    Fields,
    Grid,
    Heading,
    OfficialDocument,
    Paragraph,
    Picture,
    Voice,
)

TITLE_FONT, BODY_FONT, HEAD_FONT, KAI_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
SECOND_FONT = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEAD_FONT: "SimHei", KAI_FONT: "楷体"}
"""Taken where the first is not installed (``w:altName``)."""
LATIN_FONT = "Times New Roman"
TITLE_PT, BODY_PT, TABLE_PT, SMALL_PT = 22.0, 16.0, 10.5, 10.5
CELL_PT = 1.5
"""Above and below the text of a cell."""
LINE_PT = 28.95
"""22 lines on a page."""
AREA_MM = 156.0
_ALIGN = {"left": "LEFT", "center": "CENTER", "right": "RIGHT", "both": "JUSTIFY"}
_RED = "B00020"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FONT_TABLE = "/word/fontTable.xml"


def docx(document: OfficialDocument) -> bytes:
    """The file."""
    from docx import Document

    made: Any = Document()
    _page(made)
    _properties(made, document)
    _head(made, document)
    for block in document.blocks:
        _DRAW[type(block)](made, block)
    _tail(made, document)
    if document.receipt:
        made.add_page_break()
        for block in document.receipt:
            _DRAW[type(block)](made, block)
    if document.exercise:
        _line(made, document.first_lines[0], size=SMALL_PT, align="center", color=_RED)
    _name_fonts(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _page(made: Any) -> None:
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    made.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], align)
    style = made.styles["Normal"]
    _font(style, BODY_FONT, BODY_PT)
    _chinese(style)
    style.paragraph_format.space_after = style.paragraph_format.space_before = 0


def _page_number(paragraph: Any, align: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    _aligned(paragraph, align)
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001  # python-docx has no page field of its own
    paragraph.add_run(" —")
    for each in paragraph.runs:
        _font(each, "宋体", 14)


def _properties(made: Any, document: OfficialDocument) -> None:
    core = made.core_properties
    core.title, core.author, core.subject = document.title, document.issuer_zh or document.signature_zh, document.number
    core.last_modified_by, core.comments, core.language, core.revision = core.author, "", "zh-CN", 1
    core.created = core.modified = document.made_utc.replace(tzinfo=None, microsecond=0)


def _head(made: Any, document: OfficialDocument) -> None:
    for line in document.first_lines:
        _line(made, line, size=12, align="center", color=_RED)
    marks = "　".join(mark for mark in (document.secrecy, document.urgency) if mark)
    if marks:
        _line(made, marks, font=HEAD_FONT, size=BODY_PT)
    if document.issuer_zh:
        _line(made, document.issuer_zh, font=TITLE_FONT, size=26, align="center", color=_RED, exact=False)
    numbered = _line(made, f"{document.number}\t{document.signer_zh}", size=14)
    _tab_right(numbered)
    _ruled(numbered, "bottom", _RED)
    title = _line(made, document.title, font=TITLE_FONT, size=TITLE_PT, align="center", exact=False)
    title.paragraph_format.space_before = title.paragraph_format.space_after = _pt(12)
    if document.subtitle:
        _line(made, document.subtitle, size=14, align="center")
    if document.to_zh:
        _line(made, "、".join(document.to_zh) + "：")


def _tail(made: Any, document: OfficialDocument) -> None:
    """Attachments, then signature, date and 版记, which no page break tears apart nor leaves alone on a page."""
    if document.blocks and isinstance(document.blocks[-1], Paragraph):
        made.paragraphs[-1].paragraph_format.keep_with_next = True
    for number, name in enumerate(document.attachments, start=1):
        _line(made, f"{'附件：' if number == 1 else '　　　'}{number}．{name}", indent=True, keep=True)
    if document.signature_zh or document.date_zh:
        _line(made, "", keep=True)
    if document.signature_zh:
        _line(made, f"{document.signature_zh}　　", align="right", keep=True)
    if document.date_zh:
        _line(made, f"{document.date_zh}　　　　", align="right", keep=bool(document.copies_zh))
    if document.copies_zh:
        copies = _line(made, f"　抄送：{'、'.join(document.copies_zh)}。", size=14)
        copies.paragraph_format.space_before = _pt(24)
        _ruled(copies, "top", "000000")
        _ruled(copies, "bottom", "000000")


def _paragraph(made: Any, block: Paragraph) -> None:
    if block.voice is Voice.NOTE:
        _line(made, block.text, size=SMALL_PT, exact=False)
        return
    _line(made, block.text, indent=block.voice is Voice.BODY, align="right" if block.voice is Voice.ASIDE else "both")


def _heading(made: Any, block: Heading) -> None:
    paragraph = _line(made, block.text, font=HEAD_FONT if block.level == 1 else KAI_FONT, indent=True, keep=True)
    _outline(paragraph, block.level - 1)


def _fields(made: Any, block: Fields) -> None:
    table = _table(made, (38.0, AREA_MM - 38.0), len(block.pairs))
    for row, pair in zip(table.rows, block.pairs, strict=True):
        for cell, text, font in zip(row.cells, pair, (HEAD_FONT, BODY_FONT), strict=True):
            _cell(cell, text, font)
    _line(made, "", size=6, exact=False)


def _grid(made: Any, block: Grid) -> None:
    if not block.rows:
        _line(made, f"{block.empty}。", indent=True)
        return
    shares = block.shares or (1.0,) * len(block.columns)
    widths = [AREA_MM * share / sum(shares) for share in shares]
    table = _table(made, widths, len(block.rows) + 1)
    for cells, texts, font in ((row.cells, texts, font) for row, texts, font in _rows(table, block)):
        for cell, text in zip(cells, texts, strict=True):
            _cell(cell, text, font)
    _mark_row(table.rows[0], "tblHeader")
    _line(made, "", size=6, exact=False)


def _rows(table: Any, block: Grid) -> Iterable[tuple[Any, tuple[str, ...], str]]:
    texts = [block.columns, *block.rows]
    for number, (row, line) in enumerate(zip(table.rows, texts, strict=True)):
        yield row, line, BODY_FONT if number else HEAD_FONT


def _picture(made: Any, block: Picture) -> None:
    from docx.shared import Mm

    made.add_picture(io.BytesIO(block.png), width=Mm(0.8 * AREA_MM))
    _aligned(made.paragraphs[-1], "center")
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    _line(made, block.caption, size=SMALL_PT, align="center", exact=False)


_DRAW: dict[type[Block], Callable[[Any, Any], None]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Fields: _fields,
    Grid: _grid,
    Picture: _picture,
}


def _line(
    made: Any,
    text: str,
    *,
    font: str = BODY_FONT,
    size: float = BODY_PT,
    align: str = "left",
    color: str = "",
    indent: bool = False,
    exact: bool = True,
    keep: bool = False,
) -> Any:
    from docx.shared import Pt, RGBColor

    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    _font(run, font, size)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)
    _aligned(paragraph, align)
    shape = paragraph.paragraph_format
    shape.line_spacing = Pt(LINE_PT) if exact else 1.0
    shape.keep_with_next = keep
    if indent:
        _indent_two(paragraph, size)
    return paragraph


def _table(made: Any, widths_mm: Iterable[float], rows: int) -> Any:
    from docx.shared import Mm

    widths = [Mm(width) for width in widths_mm]
    table = made.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for row in table.rows:
        _mark_row(row, "cantSplit")
    return table


def _cell(cell: Any, text: str, font: str) -> None:
    paragraph = cell.paragraphs[0]
    _font(paragraph.add_run(text), font, TABLE_PT)
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_before, shape.space_after = 1.0, _pt(CELL_PT), _pt(CELL_PT)


def _font(holder: Any, east_asian: str, size: float) -> None:
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = LATIN_FONT, _pt(size)
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def _chinese(style: Any) -> None:
    """Say that the text is simplified Chinese: in place of a font that is absent none with other forms is taken."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    language = OxmlElement("w:lang")
    for name, value in (("val", "zh-CN"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    style.element.get_or_add_rPr().append(language)


def _aligned(paragraph: Any, align: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, _ALIGN[align])


def _indent_two(paragraph: Any, size: float) -> None:
    """By two characters: as a number of characters for WPS and Word, and as a length for the rest."""
    from docx.oxml.ns import qn

    paragraph.paragraph_format.first_line_indent = _pt(2 * size)
    paragraph.paragraph_format.element.get_or_add_pPr().ind.set(qn("w:firstLineChars"), "200")


def _tab_right(paragraph: Any) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(AREA_MM), WD_TAB_ALIGNMENT.RIGHT)


def _outline(paragraph: Any, level: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:outlineLvl")
    mark.set(qn("w:val"), str(level))
    paragraph.paragraph_format.element.get_or_add_pPr().append(mark)


def _ruled(paragraph: Any, side: str, color: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    around = paragraph.paragraph_format.element.get_or_add_pPr()
    borders = around.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        around.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _mark_row(row: Any, mark_name: str) -> None:
    """``tblHeader``: printed again on the next page. ``cantSplit``: torn by no page break."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(f"w:{mark_name}")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  # python-docx has no such property


def _name_fonts(made: Any) -> None:
    """A table of fonts with the second name of each."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    each = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{second}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, second in SECOND_FONT.items()
    )
    text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{w}">{each}</w:fonts>'
    for part in made.part.package.iter_parts():
        if part.partname == _FONT_TABLE:
            part._blob = text.encode()  # noqa: SLF001  # a part that python-docx only carries along


def _pt(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _with_fixed_dates(made: bytes) -> bytes:
    """The same archive with one date on all its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, _EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(info, old.read(member))
    return buffer.getvalue()
