"""A form as data: its sections with their fields, filled with what is known. A field that nobody filled reads 待核."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import datetime

from notify.documents.layout import TO_FILL, Block, Heading, OfficialDocument, fields


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its fields by name, each with its label. Tables and paragraphs are put behind the fields."""

    heading: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """A whole form.

    Raises:
        ValueError: a field or a heading that stands twice.
    """

    kind: str
    title: str
    sections: tuple[Section, ...]
    receipt: tuple[Section, ...] = ()
    """What comes back; where nothing is known a person writes."""

    def __post_init__(self) -> None:
        names = [name for section in (*self.sections, *self.receipt) for name in section.labels]
        headings = [section.heading for section in (*self.sections, *self.receipt)]
        if len(set(names)) != len(names) or len(set(headings)) != len(headings):
            raise ValueError(f"{self.kind}: a field or a heading stands twice")

    @property
    def names(self) -> frozenset[str]:
        """All fields."""
        return frozenset(name for section in (*self.sections, *self.receipt) for name in section.labels)

    @property
    def required(self) -> tuple[str, ...]:
        """Headings and labels that every document of this form has."""
        sections = (*self.sections, *self.receipt)
        return tuple(word for section in sections for word in (section.heading, *section.labels.values()))


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the form: numbers, addressees, signature."""

    number: str
    made_utc: datetime
    title: str = ""
    """In the place of the form's own."""
    subtitle: str = ""
    issuer_zh: str = ""
    urgency: str = ""
    signed_by: str = ""
    to_zh: tuple[str, ...] = ()
    copies_zh: tuple[str, ...] = ()
    signature_zh: str = ""
    date_zh: str = ""
    attachments: tuple[str, ...] = ()
    annex: tuple[Block, ...] = ()
    exercise: bool = False

    def document(
        self, kind: str, blocks: Iterable[Block], *, title: str = "", receipt: Iterable[Block] = ()
    ) -> OfficialDocument:
        """The document with this around it; ``title`` is that of the form, where none stands in its place."""
        parts = {item.name: getattr(self, item.name) for item in dataclass_fields(self)}
        parts["title"] = self.title or title
        return OfficialDocument(kind=kind, blocks=tuple(blocks), receipt=tuple(receipt), **parts)


def filled(
    shape: Shape,
    values: Mapping[str, object],
    around: Around,
    *,
    beside: Mapping[str, Sequence[Block]] | None = None,
) -> OfficialDocument:
    """The form with what is known.

    Args:
        shape: of the form.
        values: by field; None and blank read 待核, on the receipt a line to write on.
        around: numbers and names.
        beside: tables and paragraphs by the heading that they stand under.

    Raises:
        ValueError: a field or a heading that the form does not have.
    """
    more = beside or {}
    unknown = sorted(values.keys() - shape.names) + sorted(more.keys() - {one.heading for one in shape.sections})
    if unknown:
        raise ValueError(f"{shape.kind} has no {unknown[0]!r}; there are {', '.join(sorted(shape.names))}")
    return around.document(
        shape.kind, _blocks(shape.sections, values, more), title=shape.title, receipt=_receipt(shape, values)
    )


def _blocks(
    sections: Sequence[Section], values: Mapping[str, object], beside: Mapping[str, Sequence[Block]]
) -> Iterator[Block]:
    for section in sections:
        yield Heading(section.heading)
        if section.labels:
            yield fields((label, values.get(name)) for name, label in section.labels.items())
        yield from beside.get(section.heading, ())


def _receipt(shape: Shape, values: Mapping[str, object]) -> Iterator[Block]:
    for section in shape.receipt:
        yield Heading(section.heading)
        yield fields((label, values.get(name) or TO_FILL) for name, label in section.labels.items())
