"""Lines, tables and page numbers of a docx, each with the fonts and measures of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

TITLE_FONT, BODY_FONT, HEAD_FONT, KAI_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
SECOND_FONT = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEAD_FONT: "SimHei", KAI_FONT: "楷体"}
"""Taken where the first is not installed (``w:altName``)."""
LATIN_FONT = "Times New Roman"
TITLE_PT, BODY_PT, TABLE_PT, SMALL_PT = 22.0, 16.0, 10.5, 10.5
CELL_PT = 1.5
"""Above and below the text of a cell."""
LINE_PT = 28.95
"""22 lines on a page."""
IMPRINT_LINE_PT = 22.0
"""A line of the 版记, which is in 四号."""
AREA_MM = 156.0
HELD_ROWS, SMALL_TABLE_ROWS = 2, 5
"""Rows at the end of a table that stay with what follows; a small table stays whole."""
RED, BLACK = "B00020", "000000"
_ALIGN = {"left": "LEFT", "center": "CENTER", "right": "RIGHT", "both": "JUSTIFY"}


def line(
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
    """A paragraph at the end of a body or of a header; ``keep`` holds it on the page of the next one."""
    paragraph = made.add_paragraph()
    written(paragraph, text, font=font, size=size, color=color)
    aligned(paragraph, align)
    shape = paragraph.paragraph_format
    shape.line_spacing = pt(LINE_PT) if exact else 1.0
    shape.keep_with_next = keep
    if indent:
        _indent_two(paragraph, size)
    return paragraph


def written(paragraph: Any, text: str, *, font: str, size: float, color: str = "") -> None:
    """Put words into a paragraph."""
    from docx.shared import RGBColor

    run = paragraph.add_run(text)
    fonted(run, font, size)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)


def table(made: Any, widths_mm: Iterable[float], rows: int) -> Any:
    """A table over the type area, whose rows no page break tears."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    widths = [Mm(width) for width in widths_mm]
    drawn = made.add_table(rows=rows, cols=len(widths), style="Table Grid")
    drawn.autofit, drawn.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
        for each in column.cells:
            each.width = width
    for row in drawn.rows:
        mark_row(row, "cantSplit")
    return drawn


def cell(place: Any, text: str, font: str) -> None:
    """Put words into a cell."""
    paragraph = place.paragraphs[0]
    fonted(paragraph.add_run(text), font, TABLE_PT)
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_before, shape.space_after = 1.0, pt(CELL_PT), pt(CELL_PT)


def mark_row(row: Any, mark_name: str) -> None:
    """``tblHeader``: printed again on the next page. ``cantSplit``: torn by no page break."""
    _mark(row._tr.get_or_add_trPr(), mark_name, "true")  # noqa: SLF001  # python-docx has no such property


def hold_end(made: Any) -> None:
    """Hold the last paragraph so far, or the last rows of the table before it, on the page of what comes next.

    WPS and Word heed it in every table, LibreOffice 7.4 only on a table's first page: no form ends with a table that
    may be longer than a page.
    """
    from docx.table import Table

    paragraph, before = _last_two(made)
    if paragraph is not None:
        paragraph.paragraph_format.keep_with_next = True
    if isinstance(before, Table) and (paragraph is None or not paragraph.text):
        rows = before.rows
        for row in rows if len(rows) <= SMALL_TABLE_ROWS else rows[-HELD_ROWS:]:
            for each in row.cells:
                each.paragraphs[0].paragraph_format.keep_with_next = True


def _last_two(made: Any) -> tuple[Any, Any]:
    """The last paragraph and what stands above it; None for a paragraph where a table is last."""
    from docx.table import Table

    parts = list(made.iter_inner_content())
    if not parts or isinstance(parts[-1], Table):
        return None, parts[-1] if parts else None
    return parts[-1], parts[-2] if len(parts) > 1 else None


def begin_page(part: Any) -> None:
    """Let a paragraph, or a table by its first cell, stand first on a page."""
    from docx.table import Table

    first = part.cell(0, 0).paragraphs[0] if isinstance(part, Table) else part
    first.paragraph_format.page_break_before = True


def page_number(paragraph: Any, align: str) -> None:
    """— 1 —."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    aligned(paragraph, align)
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
        fonted(each, "宋体", 14)


def fonted(holder: Any, east_asian: str, size: float) -> None:
    """Give a run or a style its Chinese font beside the Latin one."""
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = LATIN_FONT, pt(size)
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def in_chinese(style: Any) -> None:
    """Say that the text is simplified Chinese: in place of a font that is absent none with other forms is taken."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    language = OxmlElement("w:lang")
    for name, value in (("val", "zh-CN"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    style.element.get_or_add_rPr().append(language)


def aligned(paragraph: Any, align: str) -> None:
    """Left, center, right, or both."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, _ALIGN[align])


def tab_right(paragraph: Any) -> None:
    """What stands after a tab goes to the right margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(AREA_MM), WD_TAB_ALIGNMENT.RIGHT)


def outlined(paragraph: Any, level: int) -> None:
    """Show a heading in the outline of WPS and Word."""
    _mark(paragraph.paragraph_format.element.get_or_add_pPr(), "outlineLvl", str(level))


def ruled(paragraph: Any, side: str, color: str) -> None:
    """A line above (``top``) or below (``bottom``) a paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    around = paragraph.paragraph_format.element.get_or_add_pPr()
    borders = around.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        around.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", color)):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)


def pt(size: float) -> Any:
    """A length in points."""
    from docx.shared import Pt

    return Pt(size)


def _indent_two(paragraph: Any, size: float) -> None:
    """By two characters: as a number of characters for WPS and Word, and as a length for the rest."""
    from docx.oxml.ns import qn

    paragraph.paragraph_format.first_line_indent = pt(2 * size)
    paragraph.paragraph_format.element.get_or_add_pPr().ind.set(qn("w:firstLineChars"), "200")


def _mark(properties: Any, name: str, value: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:val"), value)
    properties.append(mark)
