"""Page breaks of a short, a just full and a long text: what is signed never stands alone on a page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from notify.documents.docx_file import docx
from notify.documents.layout import Block, OfficialDocument, Paragraph, Picture, fields, grid
from notify.documents.pdf_file import pdf
from tests.notify.documents.papers import a_document, a_picture

COPIES = tuple(f"第{number}森防办" for number in range(14))


def lines_of(length: int) -> Sequence[Block]:
    return [Paragraph("边界巡护和卡口检查正常。")] * length


def a_low_picture() -> Picture:
    """As wide as a page has room for and a third as high."""
    drawn = Image.open(io.BytesIO(a_picture().png))
    low = io.BytesIO()
    drawn.crop((0, 0, drawn.width, drawn.width // 3)).save(low, "PNG")
    return Picture(low.getvalue(), a_picture().caption)


ENDINGS: Mapping[str, Callable[[int], tuple[Block, ...]]] = {
    "paragraph": lambda length: (*lines_of(length), Paragraph("末行。")),
    "long paragraph": lambda length: (*lines_of(length), Paragraph("森林火险等级高，严禁野外用火。" * 12 + "末行。")),
    "form": lambda length: (*lines_of(length), fields([*((f"{each}", "无") for each in range(6)), ("末行", "无")])),
    "table": lambda length: (*lines_of(length), grid(("事项", "单位"), [*(("无", "无"),) * 8, ("末行", "无")])),
    "picture": lambda length: (*lines_of(length), Paragraph("末行。"), a_low_picture()),
}


def papers(lengths: Sequence[int]) -> Iterator[tuple[str, OfficialDocument]]:
    for ending, blocks in ENDINGS.items():
        for length in lengths:
            drawn = blocks(length)
            yield f"{ending}-{length}", a_document(blocks=drawn, copies_zh=COPIES, receipt=(), exercise=True)


def alone(pages: Sequence[str], *, end_mark: bool) -> list[str]:
    """What is torn from the page of the signature, and pages that say nothing."""
    said = [re.sub(r"\s", "", page) for page in pages]
    signed = next(page for page in said if "2027年4月10日" in page.replace("2027年4月10日14时", ""))
    wanted = ["怀柔区森防办", "附件：", COPIES[-1], *(() if "态势图（内部用图）" in signed else ("末行",))]
    torn = [word for word in wanted if word not in signed]
    empty = [f"page {number}" for number, page in enumerate(said, start=1) if len(page) < 60]
    return torn + empty + ([] if not end_mark or said[-1] == signed else ["【演练】"])


def test_in_the_pdf_the_signature_stays_with_the_last_lines_whatever_the_length() -> None:
    torn = {}
    for name, paper in papers((0, 6, 9, 12, 16)):
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(paper))).pages]
        torn[name] = alone(pages, end_mark=False)
    torn = {name: words for name, words in torn.items() if words}
    assert str(torn) == "{}"


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice: apt-get install libreoffice")
def test_in_libreoffice_the_signature_stays_with_the_last_lines_whatever_the_length(tmp_path: Path) -> None:
    names = []
    for name, paper in papers((0, *range(6, 20))):
        names.append(name)
        (tmp_path / f"{name}.docx").write_bytes(docx(paper))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}.docx") for name in names]
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    torn = {
        name: alone([page.extract_text() for page in PdfReader(tmp_path / f"{name}.pdf").pages], end_mark=True)
        for name in names
    }
    torn = {name: words for name, words in torn.items() if words}
    assert str(torn) == "{}"
