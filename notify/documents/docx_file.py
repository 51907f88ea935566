"""An official document as docx, which WPS and Word open and edit (GB/T 9704-2012: A4, 37 mm above, 28 mm left).

Fonts are named as offices have them; a machine without them takes the second name. The same document gives the same
bytes: all dates in the file are those of the document.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from notify.documents.docx_parts import (
    AREA_MM,
    BLACK,
    BODY_FONT,
    BODY_PT,
    HEAD_FONT,
    IMPRINT_LINE_PT,
    KAI_FONT,
    LINE_PT,
    RED,
    SECOND_FONT,
    SMALL_PT,
    TITLE_FONT,
    TITLE_PT,
    aligned,
    begin_page,
    cell,
    fonted,
    hold_end,
    in_chinese,
    line,
    mark_row,
    outlined,
    page_number,
    pt,
    ruled,
    tab_right,
    table,
    written,
)
from notify.documents.layout import (
    DRILL_HEADER,
    Block,
    Fields,
    Grid,
    Heading,
    OfficialDocument,
    Paragraph,
    Picture,
    Voice,
)

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FONT_TABLE = "/word/fontTable.xml"


def docx(document: OfficialDocument) -> bytes:
    """The file."""
    from docx import Document

    made: Any = Document()
    _page(made, document)
    _properties(made, document)
    _head(made, document)
    _draw(made, document.blocks)
    _tail(made, document)
    for more in (document.annex_blocks, document.receipt):
        _on_own_page(made, more)
    if document.exercise:
        hold_end(made)
        line(made, document.first_lines[0], size=SMALL_PT, align="center", color=RED, exact=False)
    _name_fonts(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _page(made: Any, document: OfficialDocument) -> None:
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    made.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        page_number(footer.paragraphs[0], align)
    for header in (section.header, section.even_page_header) if document.exercise else ():
        header.is_linked_to_previous = False
        written(header.paragraphs[0], DRILL_HEADER, font=BODY_FONT, size=SMALL_PT, color=RED)
        aligned(header.paragraphs[0], "center")
    style = made.styles["Normal"]
    fonted(style, BODY_FONT, BODY_PT)
    in_chinese(style)
    style.paragraph_format.space_after = style.paragraph_format.space_before = 0


def _properties(made: Any, document: OfficialDocument) -> None:
    core = made.core_properties
    core.title, core.author, core.subject = document.title, document.issuer_zh or document.signature_zh, document.number
    core.last_modified_by, core.comments, core.language, core.revision = core.author, "", "zh-CN", 1
    core.created = core.modified = document.made_utc.replace(tzinfo=None, microsecond=0)


def _head(made: Any, document: OfficialDocument) -> None:
    for said in document.first_lines:
        line(made, said, size=12, align="center", color=RED)
    marks = "　".join(mark for mark in (document.secrecy, document.urgency) if mark)
    if marks:
        line(made, marks, font=HEAD_FONT)
    if document.issuer_zh:
        line(made, document.issuer_zh, font=TITLE_FONT, size=26, align="center", color=RED, exact=False)
    numbered = line(made, f"{document.number}\t{document.signer_zh}", size=14)
    tab_right(numbered)
    ruled(numbered, "bottom", RED)
    title = line(made, document.title, font=TITLE_FONT, size=TITLE_PT, align="center", exact=False)
    title.paragraph_format.space_before = title.paragraph_format.space_after = pt(12)
    if document.subtitle:
        line(made, document.subtitle, size=14, align="center")
    if document.to_zh:
        line(made, "、".join(document.to_zh) + "：")


def _tail(made: Any, document: OfficialDocument) -> None:
    """Attachments, signature, date and 版记: one piece with the last lines of the text, which no page break tears."""
    for said in document.attachment_lines:
        hold_end(made)
        line(made, said, indent=True)
    signed = [text for text in (document.signature_zh, document.date_zh) if text]
    for place, text in enumerate(signed):
        hold_end(made)
        shape = line(made, text, align="right").paragraph_format
        shape.right_indent = pt((4 if text == document.date_zh else 2) * BODY_PT)
        shape.space_before = pt(0 if place else LINE_PT)
    if document.copies_zh:
        hold_end(made)
        copies = line(made, f"　抄送：{'、'.join(document.copies_zh)}。", size=14)
        shape = copies.paragraph_format
        shape.space_before, shape.line_spacing, shape.keep_together = pt(24), pt(IMPRINT_LINE_PT), True
        ruled(copies, "top", BLACK)
        ruled(copies, "bottom", BLACK)


def _on_own_page(made: Any, blocks: Sequence[Block]) -> None:
    before = len(list(made.iter_inner_content()))
    _draw(made, blocks)
    for part in list(made.iter_inner_content())[before : before + 1]:
        begin_page(part)


def _draw(made: Any, blocks: Iterable[Block]) -> None:
    for block in blocks:
        _DRAW[type(block)](made, block)


def _paragraph(made: Any, block: Paragraph) -> None:
    if block.voice is Voice.NOTE:
        hold_end(made)
        line(made, block.text, size=SMALL_PT, exact=False)
        return
    line(made, block.text, indent=block.voice is Voice.BODY, align="right" if block.voice is Voice.ASIDE else "both")


def _heading(made: Any, block: Heading) -> None:
    paragraph = line(made, block.text, font=HEAD_FONT if block.level == 1 else KAI_FONT, indent=True, keep=True)
    outlined(paragraph, block.level - 1)


def _fields(made: Any, block: Fields) -> None:
    drawn = table(made, (38.0, AREA_MM - 38.0), len(block.pairs))
    for row, pair in zip(drawn.rows, block.pairs, strict=True):
        for place, text, font in zip(row.cells, pair, (HEAD_FONT, BODY_FONT), strict=True):
            cell(place, text, font)
    _space(made)


def _grid(made: Any, block: Grid) -> None:
    if not block.rows:
        line(made, f"{block.empty}。", indent=True)
        return
    shares = block.shares or (1.0,) * len(block.columns)
    drawn = table(made, [AREA_MM * share / sum(shares) for share in shares], len(block.rows) + 1)
    for number, (row, texts) in enumerate(zip(drawn.rows, (block.columns, *block.rows), strict=True)):
        for place, text in zip(row.cells, texts, strict=True):
            cell(place, text, BODY_FONT if number else HEAD_FONT)
    mark_row(drawn.rows[0], "tblHeader")
    _space(made)


def _space(made: Any) -> None:
    """Between a table and what follows: two tables that touch would be one."""
    line(made, "", size=6, exact=False)


def _picture(made: Any, block: Picture) -> None:
    from docx.shared import Mm

    made.add_picture(io.BytesIO(block.png), width=Mm(0.8 * AREA_MM))
    aligned(made.paragraphs[-1], "center")
    hold_end(made)
    line(made, block.caption, size=SMALL_PT, align="center", exact=False)


_DRAW: dict[type[Block], Callable[[Any, Any], None]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Fields: _fields,
    Grid: _grid,
    Picture: _picture,
}


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


def _with_fixed_dates(made: bytes) -> bytes:
    """The same archive with one date on all its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, _EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(info, old.read(member))
    return buffer.getvalue()
