"""The PDF that is printed and kept."""

from __future__ import annotations

import io
from dataclasses import replace

from pypdf import PdfReader

from notify.documents.layout import Paragraph, words_of
from notify.documents.pdf_file import page_pictures, pdf
from tests.notify.documents.papers import MADE, a_document, a_picture, pdf_words


def test_it_says_every_word_of_the_document() -> None:
    document = a_document()
    said = pdf_words(document)
    assert [word for word in words_of(document) if "".join(word.split()) not in said] == []


def test_markup_in_a_feed_or_a_name_stays_text() -> None:
    assert "#letx=[危险]" in pdf_words(a_document())


def test_the_page_is_a4_and_the_font_travels_inside() -> None:
    page = PdfReader(io.BytesIO(pdf(a_document()))).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    fonts = page["/Resources"]["/Font"].get_object()
    assert all("Noto" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def test_the_same_document_gives_the_same_bytes_with_its_own_date() -> None:
    document = a_document()
    assert pdf(document) == pdf(replace(document))
    made = PdfReader(io.BytesIO(pdf(document))).metadata
    assert made is not None
    assert made.creation_date == MADE
    assert made.title == document.title


def test_a_receipt_has_a_page_of_its_own() -> None:
    assert len(PdfReader(io.BytesIO(pdf(a_document()))).pages) == 2
    assert len(PdfReader(io.BytesIO(pdf(a_document(receipt=())))).pages) == 1


def test_an_exercise_is_marked_on_every_page() -> None:
    pages = PdfReader(io.BytesIO(pdf(a_document(exercise=True)))).pages
    assert all(page.extract_text().count("【演练】") >= 2 for page in pages)


def test_each_page_can_be_looked_at() -> None:
    pictures = page_pictures(a_document(blocks=(Paragraph("见图。"), a_picture()), receipt=()), ppi=30)
    assert len(pictures) == 2
    assert all(each.startswith(b"\x89PNG") for each in pictures)
