"""What an official document says and in which parts (GB/T 9704-2012), before anything draws it. Pure.

What nobody knows reads 待核, never blank and never 0: a blank cell is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.field_check.fire_report import UNKNOWN_ZH
from notify.alert import require_utc
from notify.texts import DRILL
from notify.warning.texts import DRAFT_LINE

DRILL_HEADER = f"{DRILL}仅为演练，不出动{DRILL}"
"""At the head of every page of an exercise."""
TO_FILL = "________"
"""Where a person writes by hand: a signature, or the answer on a receipt."""


class Voice(StrEnum):
    """How a paragraph stands on the page."""

    BODY = "body"
    """Indented by two characters."""
    PLAIN = "plain"
    """From the margin."""
    NOTE = "note"
    """Smaller: sources, limits."""
    ASIDE = "aside"
    """To the right."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str
    voice: Voice = Voice.BODY


@dataclass(frozen=True, slots=True)
class Heading:
    """一、…… (level 1, 黑体) or （一）…… (level 2, 楷体)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """A form: pairs of a label and what is known.

    Raises:
        ValueError: a blank label or value.
    """

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for label, value in self.pairs:
            _refuse_blank(f"the field {label!r}", label, value)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Without rows ``empty`` stands in its place.

    Raises:
        ValueError: a row of another width, or a blank cell.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...] = ()
    """Width of each column; equal where none are given."""
    empty: str = "无"

    def __post_init__(self) -> None:
        if self.shares and len(self.shares) != len(self.columns):
            raise ValueError(f"{len(self.shares)} widths for {len(self.columns)} columns")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} columns: {row}")
            _refuse_blank(f"the row {row}", *row)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with what stands beneath it."""

    png: bytes
    caption: str


Block = Paragraph | Heading | Fields | Grid | Picture


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """A whole document.

    Raises:
        ValueError: no title, no block, or a naive time.
    """

    kind: str
    """Name of its form: ``after_action``."""
    title: str
    number: str
    """文号 or 编号."""
    blocks: tuple[Block, ...]
    made_utc: datetime
    issuer_zh: str = ""
    """发文机关标志, at the head of the first page."""
    subtitle: str = ""
    secrecy: str = "内部"
    urgency: str = ""
    """特急, 加急; empty where there is none."""
    signed_by: str = ""
    """签发人; empty: a draft."""
    to_zh: tuple[str, ...] = ()
    """主送."""
    copies_zh: tuple[str, ...] = ()
    """抄送."""
    signature_zh: str = ""
    """落款."""
    date_zh: str = ""
    """成文日期."""
    attachments: tuple[str, ...] = ()
    """Names of what goes with it."""
    annex: tuple[Block, ...] = ()
    """The attachment that is in the file itself, on a page of its own behind the signature."""
    receipt: tuple[Block, ...] = ()
    """回执 or 反馈单: what comes back, on a page of its own."""
    exercise: bool = False

    def __post_init__(self) -> None:
        require_utc(self.made_utc)
        _refuse_blank(f"the document {self.kind!r}", self.title, self.number)
        if not self.blocks:
            raise ValueError(f"{self.kind}: a document without a word")

    @property
    def draft(self) -> bool:
        """Whether nobody has signed it."""
        return not self.signed_by

    @property
    def first_lines(self) -> tuple[str, ...]:
        """What stands above everything."""
        return (*((DRILL,) if self.exercise else ()), *((DRAFT_LINE,) if self.draft else ()))

    @property
    def attachment_lines(self) -> tuple[str, ...]:
        """附件：……, numbered where there are several."""
        if len(self.attachments) == 1:
            return (f"附件：{self.attachments[0]}",)
        named = enumerate(self.attachments, start=1)
        return tuple(f"{'附件：' if number == 1 else '　　　'}{number}．{name}" for number, name in named)

    @property
    def annex_blocks(self) -> tuple[Block, ...]:
        """The attachment in the file under its heading; empty where there is none."""
        return (Heading("附件"), *self.annex) if self.annex else ()

    @property
    def signer_zh(self) -> str:
        """签发：……."""
        return f"签发：{self.signed_by or TO_FILL}"


def known(value: object) -> str:
    """What stands in a field: the text of a value, or 待核 where nobody knows."""
    text = "" if value is None else str(value).strip()
    return text or UNKNOWN_ZH


def fields(pairs: Iterable[tuple[str, object]]) -> Fields:
    """A form of labels and values; None and blank read 待核."""
    return Fields(tuple((label, known(value)) for label, value in pairs))


def grid(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, shares: Sequence[float] = (), empty: str = "无"
) -> Grid:
    """A table; None and blank cells read 待核."""
    filled = tuple(tuple(known(cell) for cell in row) for row in rows)
    return Grid(tuple(columns), filled, tuple(shares), empty)


def words_of(document: OfficialDocument) -> Iterator[str]:
    """Every text of a document in reading order."""
    yield from document.first_lines
    yield from (document.secrecy, document.urgency, document.issuer_zh, document.number, document.signer_zh)
    yield from (document.title, document.subtitle, *document.to_zh)
    for block in (*document.blocks, *document.annex_blocks, *document.receipt):
        yield from _words(block)
    yield from (document.signature_zh, document.date_zh, *document.attachments, *document.copies_zh)


def _words(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph | Heading):
        yield block.text
    elif isinstance(block, Fields):
        yield from (word for pair in block.pairs for word in pair)
    elif isinstance(block, Grid):
        yield from (*block.columns, *(cell for row in block.rows for cell in row)) if block.rows else (block.empty,)
    else:
        yield block.caption


def _refuse_blank(what: str, *texts: str) -> None:
    if any(not text.strip() for text in texts):
        raise ValueError(f"{what} has a blank; what nobody knows reads {UNKNOWN_ZH}")
