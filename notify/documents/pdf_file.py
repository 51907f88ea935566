"""An official document as PDF, or as pictures of its pages, by typst with the font of our package.

The same document gives the same bytes on any machine: no font of the system is looked at, and the date is that of the
document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from notify.documents.layout import DRILL_HEADER, Block, Fields, Grid, Heading, OfficialDocument, Paragraph

JOINT = "、"


def pdf(document: OfficialDocument) -> bytes:
    """The PDF."""
    made: bytes = _compiled(document, "pdf")
    return made


def page_pictures(document: OfficialDocument, *, ppi: float = 96) -> list[bytes]:
    """A PNG of each page."""
    made = _compiled(document, "png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(document: OfficialDocument, kind: Literal["pdf", "png"], *, ppi: float = 96) -> Any:
    said = json.dumps(_plain(document), ensure_ascii=False)
    more: dict[str, Any] = {"timestamp": int(document.made_utc.timestamp())} if kind == "pdf" else {"ppi": ppi}
    return _compiler().compile(input=_template(), format=kind, sys_inputs={"document": said}, **more)


@lru_cache(maxsize=1)
def _compiler() -> Any:
    import typst
    from cvttf_NotoSansCJK_Regular import get_TTF_path

    folder = Path(get_TTF_path()).parent
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False, font_paths=[folder]))


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("notify.documents").joinpath("official.typ").read_bytes()


def _plain(document: OfficialDocument) -> Mapping[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "number": document.number,
        "signer": document.signer_zh,
        "issuer": document.issuer_zh,
        "secrecy": document.secrecy,
        "urgency": document.urgency,
        "header": DRILL_HEADER if document.exercise else "",
        "first_lines": document.first_lines,
        "to": JOINT.join(document.to_zh),
        "copies": JOINT.join(document.copies_zh),
        "signature": document.signature_zh,
        "date": document.date_zh,
        "attachments": document.attachment_lines,
        "blocks": [_block(each) for each in document.blocks],
        "annex": [_block(each) for each in document.annex_blocks],
        "receipt": [_block(each) for each in document.receipt],
    }


def _block(block: Block) -> Mapping[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": block.text, "voice": block.voice.value}
    if isinstance(block, Heading):
        return {"is": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Fields):
        return {"is": "fields", "pairs": block.pairs}
    if isinstance(block, Grid):
        shares = block.shares or (1.0,) * len(block.columns)
        return {"is": "grid", "columns": block.columns, "rows": block.rows, "shares": shares, "empty": block.empty}
    return {"is": "picture", "png": list(block.png), "caption": block.caption}
