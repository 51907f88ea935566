"""How our levels are said in CAP's three scales (``rules/cap.toml``): a proposal until the offices sign it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cap_tools.models import Certainty, ResponseType, Severity, Urgency

from notify.alert import AlertKind, IncidentLevel, WarningColour

_TOLD_LEVELS = {*WarningColour, *IncidentLevel} - {WarningColour.NONE, IncidentLevel.NONE}


@dataclass(frozen=True, slots=True)
class CapRules:
    """Sender, validity, and the scales by level.

    Raises:
        ValueError: a level without an entry, a word that CAP does not have, or a validity that is not positive.
    """

    sender: str
    """One constant: an address under a domain that the offices own."""
    sender_name_zh: str
    sender_name_en: str
    restriction: str
    """To whom the messages may go: what we write is for the offices, never for the public."""
    incident_valid_h: float
    ended_valid_h: float
    """Of a cancellation or an all-clear."""
    severity: Mapping[str, str]
    urgency: Mapping[str, str]
    certainty: Mapping[str, str]
    """By kind: what nobody has seen on the ground is Possible."""
    response: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        for name, table in (("severity", self.severity), ("urgency", self.urgency), ("response", self.response)):
            missing = sorted(_TOLD_LEVELS - table.keys())
            if missing:
                raise ValueError(f"{name} has no entry for {', '.join(missing)}")
        if missing := sorted({AlertKind.DANGER, AlertKind.INCIDENT} - self.certainty.keys()):
            raise ValueError(f"certainty has no entry for {', '.join(missing)}")
        for word in self.severity.values():
            Severity(word)
        for word in self.urgency.values():
            Urgency(word)
        for word in self.certainty.values():
            Certainty(word)
        for words in self.response.values():
            for word in words:
                ResponseType(word)
        if self.incident_valid_h <= 0 or self.ended_valid_h <= 0:
            raise ValueError("a message is valid for a positive time")
