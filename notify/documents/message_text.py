"""An official document as the text of a message: what is known in its own order, and what is not, by name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notify.documents.layout import TO_FILL, Block, Fields, Heading, OfficialDocument, Paragraph, Voice
from notify.phrases import listed

_UNKNOWN = frozenset({"待核", TO_FILL})


def message_text(document: OfficialDocument) -> str:
    """Lines for a mail or a chat: tables and pictures stay in the paper; nothing says that it is a draft or a drill."""
    unknown = [label for label, value in _pairs(document.blocks) if value in _UNKNOWN]
    lines = [
        document.title,
        f"编号：{document.number}",
        *([f"主送：{listed(document.to_zh)}"] if document.to_zh else []),
        *_said(document.blocks),
        *([f"待核：{listed(unknown)}。"] if unknown else []),
        *([f"回执请填：{'；'.join(label for label, _ in _pairs(document.receipt))}。"] if document.receipt else []),
        *([f"抄送：{listed(document.copies_zh)}"] if document.copies_zh else []),
        f"{document.signature_zh}　{document.date_zh}".strip("　"),
    ]
    return "\n".join(line for line in lines if line)


def _said(blocks: Sequence[Block]) -> Iterator[str]:
    """One line a heading with what is known under it; a heading with nothing under it is left out."""
    heading, parts = "", list[str]()
    for block in (*blocks, Heading("")):
        if isinstance(block, Heading):
            if parts:
                yield f"{heading}：{''.join(parts)}" if heading else "".join(parts)
            heading, parts = block.text, []
        elif isinstance(block, Paragraph) and block.voice in {Voice.BODY, Voice.NOTE}:
            parts.append(block.text if block.text.endswith(("。", "！", "？")) else f"{block.text}。")
        elif isinstance(block, Fields):
            known = [f"{label}：{value}" for label, value in block.pairs if value not in _UNKNOWN]
            parts += [f"{'；'.join(known)}。"] if known else []


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if isinstance(block, Fields):
            yield from block.pairs
