"""A document with every part that there is."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zipfile import ZipFile

from docx import Document
from pypdf import PdfReader

from notify.documents.docx_file import docx
from notify.documents.layout import (
    TO_FILL,
    Heading,
    OfficialDocument,
    Paragraph,
    Picture,
    Voice,
    fields,
    grid,
)
from notify.documents.pdf_file import pdf
from notify.picture.paper import png, sheet

MADE = datetime(2027, 4, 10, 6, 24, tzinfo=UTC)


def a_picture() -> Picture:
    return Picture(png(sheet(title="态势图", exercise=False, footer="")), "图1 态势图（内部用图）")


def a_document(**changed: object) -> OfficialDocument:
    parts: dict[str, object] = {
        "kind": "sample",
        "title": "火情通报（跨界）",
        "number": "JJJ-HR-CD-2027-007",
        "issuer_zh": "怀柔区森林防火指挥部办公室",
        "urgency": "特急",
        "to_zh": ("丰宁满族自治县森防办",),
        "copies_zh": ("北京市森防办", "河北省森防办"),
        "signature_zh": "怀柔区森防办",
        "date_zh": "2027年4月10日",
        "attachments": ("态势图", "热点清单"),
        "made_utc": MADE,
        "blocks": (
            Heading("一、基本情况"),
            Paragraph("2027年4月10日14时20分，距丰宁界1.8公里 #let x = [危险]。"),
            Heading("（一）位置", 2),
            fields([("状态", "疑似"), ("起火时间", None)]),
            grid(("序号", "事项"), [("1", "核查界内情况"), ("2", "")], shares=(1, 4)),
            grid(("超时",), []),
            Paragraph("以上为系统初判。", Voice.NOTE),
        ),
        "receipt": (Heading("回执"), fields([("接收人", TO_FILL)])),
    }
    return OfficialDocument(**parts | changed)  # type: ignore[arg-type]  # names are those of the fields


def docx_words(document: OfficialDocument) -> str:
    """Everything that a person reads in the docx, in its order."""
    made = Document(io.BytesIO(docx(document)))
    return "\n".join(node.text or "" for node in made.element.body.iter() if node.tag.endswith("}t"))


def pdf_words(document: OfficialDocument) -> str:
    """Everything that a person reads in the PDF, without spaces: a line break stands anywhere."""
    pages = PdfReader(io.BytesIO(pdf(document))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def docx_part(document: OfficialDocument, name: str) -> str:
    with ZipFile(io.BytesIO(docx(document))) as archive:
        return archive.read(name).decode()
