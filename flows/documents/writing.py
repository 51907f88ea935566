"""Both files of a document, where products lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flows.wiring import House
from notify.documents.docx_file import docx
from notify.documents.layout import OfficialDocument
from notify.documents.pdf_file import pdf
from notify.whole_file import write_whole

FOLDER = "documents"
_UNFIT = re.compile(r"[^\w〔〕-]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A document and its files."""

    document: OfficialDocument
    docx: Path
    pdf: Path


def write_document(house: House, document: OfficialDocument) -> Written:
    """Write a document as docx and PDF; the same one again replaces both with the same bytes."""
    folder = house.home.products / house.world / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = _UNFIT.sub("_", f"{document.kind}-{document.number}").strip("_")
    paths = Written(document, folder / f"{name}.docx", folder / f"{name}.pdf")
    write_whole(paths.docx, docx(document))
    write_whole(paths.pdf, pdf(document))
    return paths
