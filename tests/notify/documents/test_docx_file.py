"""The docx that WPS and Word open and edit."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from docx import Document
from docx.shared import Mm, Pt
from docx.table import Table

from notify.documents.docx_file import docx
from notify.documents.docx_parts import BODY_FONT, SECOND_FONT, TITLE_FONT
from notify.documents.layout import Block, Paragraph, Voice, fields, grid, words_of
from tests.notify.documents.papers import MADE, a_document, a_picture, docx_part, docx_words


def test_it_says_every_word_of_the_document() -> None:
    document = a_document()
    said = docx_words(document).replace("\n", "")
    assert [word for word in words_of(document) if word not in said] == []
    assert "无。" in said


def test_the_page_is_a4_with_the_margins_of_the_standard() -> None:
    section = Document(io.BytesIO(docx(a_document()))).sections[0]
    sizes = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    assert [round(size / Mm(1)) for size in sizes] == [210, 297, 37, 28]
    assert [round(size / Mm(1)) for size in (section.right_margin, section.bottom_margin)] == [26, 35]


def test_fonts_are_named_as_offices_have_them_with_a_second_name() -> None:
    body = docx_part(a_document(), "word/document.xml")
    table = docx_part(a_document(), "word/fontTable.xml")
    assert f'w:eastAsia="{TITLE_FONT}"' in body
    assert f'w:eastAsia="{BODY_FONT}"' in body
    for name, second in SECOND_FONT.items():
        assert f'w:name="{name}"><w:altName w:val="{second}"/>' in table


def test_the_body_stands_in_22_lines_with_an_indent_of_two_characters() -> None:
    made = Document(io.BytesIO(docx(a_document())))
    body = next(one for one in made.paragraphs if one.text.startswith("2027年4月10日14时20分"))
    assert body.paragraph_format.line_spacing == Pt(28.95)
    assert body.runs[0].font.size == Pt(16)
    assert 'w:firstLineChars="200"' in docx_part(a_document(), "word/document.xml")


def test_pages_are_numbered_outside_on_odd_and_even_ones() -> None:
    assert "PAGE" in docx_part(a_document(), "word/footer1.xml")
    assert "PAGE" in docx_part(a_document(), "word/footer2.xml")
    assert "evenAndOddHeaders" in docx_part(a_document(), "word/settings.xml")


def test_the_same_document_gives_the_same_bytes_and_another_time_gives_others() -> None:
    document = a_document()
    assert docx(document) == docx(replace(document))
    assert docx(document) != docx(replace(document, made_utc=MADE + timedelta(minutes=1)))
    assert Document(io.BytesIO(docx(document))).core_properties.created == MADE


def test_an_exercise_ends_with_its_mark_too() -> None:
    made = Document(io.BytesIO(docx(a_document(exercise=True, receipt=()))))
    texts = [one.text for one in made.paragraphs if one.text]
    assert texts[0] == texts[-1] == "【演练】"


def test_a_picture_goes_in_with_what_it_is() -> None:
    made = Document(io.BytesIO(docx(a_document(blocks=(Paragraph("见图。"), a_picture())))))
    assert len(made.inline_shapes) == 1
    assert made.inline_shapes[0].width <= Mm(156)
    assert any("内部用图" in one.text for one in made.paragraphs)


LAST_BLOCKS: dict[str, tuple[Block, ...]] = {
    "paragraph": (Paragraph("见图。"),),
    "form": (fields((f"第{number}项", "无") for number in range(12)),),
    "note": (fields((f"第{number}项", "无") for number in range(12)), Paragraph("系统初判。", Voice.NOTE)),
    "small table": (grid(("事项",), [("一",), ("二",)]),),
    "long table": (grid(("事项",), [(f"第{number}项",) for number in range(60)]),),
    "picture": (a_picture(),),
}


@pytest.mark.parametrize("blocks", LAST_BLOCKS.values(), ids=LAST_BLOCKS)
@pytest.mark.parametrize("exercise", [False, True])
def test_the_last_lines_of_the_text_stay_with_all_that_is_signed_beneath_them(blocks, exercise) -> None:
    made = Document(io.BytesIO(docx(a_document(blocks=blocks, exercise=exercise, receipt=()))))
    parts = list(made.iter_inner_content())
    held = [*reversed([part for part in parts if isinstance(part, Table) or part.paragraph_format.keep_with_next])]
    last = parts[-1]
    signed = [part for part in parts if not isinstance(part, Table) and part.text in {"怀柔区森防办", "2027年4月10日"}]
    assert not last.paragraph_format.keep_with_next
    assert all(one.paragraph_format.keep_with_next for one in signed)
    assert all(part in held for part in parts[parts.index(signed[0]) - 3 : -1] if not isinstance(part, Table))
    for table in made.tables[-1:]:
        rows = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert rows[-2:] == [True, True]
        assert rows.count(True) == (len(rows) if len(rows) <= 5 else 2)


def test_a_receipt_and_an_annex_begin_a_page_without_an_empty_line_before_it() -> None:
    made = Document(io.BytesIO(docx(a_document(annex=(a_picture(),)))))
    first = [one.text for one in made.paragraphs if one.paragraph_format.page_break_before]
    assert first == ["附件", "回执"]
    assert 'w:type="page"' not in docx_part(a_document(), "word/document.xml")


def test_one_attachment_has_no_number_and_several_have() -> None:
    assert a_document(attachments=("态势图",)).attachment_lines == ("附件：态势图",)
    assert a_document().attachment_lines == ("附件：1．态势图", "　　　2．热点清单")


def test_every_page_of_an_exercise_says_so_at_its_head() -> None:
    sections = Document(io.BytesIO(docx(a_document(exercise=True)))).sections
    for header in (sections[0].header, sections[0].even_page_header):
        assert header.paragraphs[0].text == "【演练】仅为演练，不出动【演练】"
    assert not Document(io.BytesIO(docx(a_document()))).sections[0].header.paragraphs[0].text
