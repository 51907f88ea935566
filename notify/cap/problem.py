"""What can be wrong with a CAP message: a closed list, each with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Why a message is refused. The first five are of the file, the next of the schema, the rest of CAP's prose."""

    DOCTYPE = "doctype"
    """A document type or an entity: it could fetch files or grow without end, so nothing of it is parsed."""
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    NOT_XML = "not_xml"
    NO_ALERT = "no_alert"
    STRUCTURE = "structure"
    VALUE = "value"
    SCHEMA = "schema"
    """By the official schema, where it was given."""
    CHARACTERS = "characters"
    """Space, comma, < or & in an identifier or a sender."""
    REFERENCES_MISSING = "references_missing"
    REFERENCE_MALFORMED = "reference_malformed"
    REFERENCE_TO_SELF = "reference_to_self"
    REFERENCE_POSTDATED = "reference_postdated"
    ADDRESSES_MISSING = "addresses_missing"
    RESTRICTION_MISSING = "restriction_missing"
    RESTRICTION_WITHOUT_SCOPE = "restriction_without_scope"
    NOTE_MISSING = "note_missing"
    """An error message must say what the error is."""
    POLYGON = "polygon"
    POLYGON_CROSSES_ITSELF = "polygon_crosses_itself"
    CIRCLE = "circle"
    ALTITUDE = "altitude"
    EXPIRES_BEFORE = "expires_before"
    LANGUAGES_DISAGREE = "languages_disagree"
    SAME_TEXT_IN_TWO_LANGUAGES = "same_text_in_two_languages"
    RESOURCE = "resource"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason. ``place`` is a path within the message: ``alert/info[2]/area[1]/polygon[1]``."""

    kind: ProblemKind
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.detail}"
