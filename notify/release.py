"""Who must sign what before it goes out in an office's name (section ``release`` of ``rules/release.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from notify.alert import WarningColour

OTHER, CROSS_BORDER = "other", "cross_border"
_WITH_ROLE = re.compile(r"(?P<name>.*?)\s*[（(](?P<role>[^（()）]+)[)）]")


class SignerRole(StrEnum):
    """As what a person signs (签发人职务)."""

    OFFICER = "officer"
    SHIFT_LEAD = "shift_lead"
    LEADER = "leader"
    HEAD = "head"

    @property
    def name_zh(self) -> str:
        """值班员, 值班长, 带班领导, 主管领导."""
        return {"officer": "值班员", "shift_lead": "值班长", "leader": "带班领导", "head": "主管领导"}[self.value]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and as what; the role is None where nobody said it."""

    name: str
    role: SignerRole | None = None

    @classmethod
    def read(cls, text: str) -> Signer:
        """From 张三（带班领导） or 张三; what stands in brackets and is no role belongs to the name."""
        found = _WITH_ROLE.fullmatch(text.strip())
        roles = {role.name_zh: role for role in SignerRole}
        if found is None or found["role"] not in roles:
            return cls(text.strip())
        return cls(found["name"], roles[found["role"]])

    @property
    def said_zh(self) -> str:
        """张三（带班领导）, as it stands under what was signed."""
        return f"{self.name}（{self.role.name_zh}）" if self.role else self.name


@dataclass(frozen=True, slots=True)
class Rung:
    """So long after a text was drafted, this role is asked to sign it."""

    after: timedelta
    whom_zh: str


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """Signatures, silences and drills.

    Raises:
        ValueError: a time that is not positive, or a ladder that cannot be read or climbed.
    """

    two_person_colours: tuple[WarningColour, ...]
    """Warnings of these colours need two persons."""
    two_person_cross_border: bool
    """Whether what goes across the line needs two persons."""
    silence_most_h: float
    drill_most_h: float
    sign_ladder: Mapping[str, tuple[str, ...]]
    """Who is asked for a signature that is wanting, as ``minutes whom``: by colour, ``cross_border``, ``other``."""

    def __post_init__(self) -> None:
        if OTHER not in self.sign_ladder:
            raise ValueError(f"sign_ladder needs an entry '{OTHER}'")
        for name in self.sign_ladder:
            after = [rung.after for rung in self.rungs(name)]
            if after != sorted(after) or min(after, default=timedelta(minutes=1)) <= timedelta(0):
                raise ValueError(f"sign_ladder of {name}: rungs must be positive and in the order of their minutes")
        if self.silence_most_h <= 0 or self.drill_most_h <= 0:
            raise ValueError("silences and drill windows last for a positive time")

    def rungs(self, name: str) -> tuple[Rung, ...]:
        """The ladder of a colour, of what goes across the line, or of the rest."""
        return tuple(_rung(text) for text in self.sign_ladder.get(name, self.sign_ladder[OTHER]))

    def asked_now(self, colour: WarningColour, *, cross_border: bool, waited: timedelta) -> Rung | None:
        """Who is asked by now to sign a draft that has waited so long; None while its first time runs."""
        due = [rung for rung in self.rungs(CROSS_BORDER if cross_border else colour.value) if rung.after <= waited]
        return due[-1] if due else None

    def signatures_needed(self, colours: Iterable[WarningColour], *, cross_border: bool) -> int:
        """Number of different persons. A step down from a colour needs as many as the colour."""
        doubled = bool(set(colours) & set(self.two_person_colours)) or (cross_border and self.two_person_cross_border)
        return 2 if doubled else 1


def signers(names: Iterable[str]) -> tuple[str, ...]:
    """Different persons, in their order. One who signs twice is one."""
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def _rung(text: str) -> Rung:
    minutes, _, whom = text.partition(" ")
    try:
        after = timedelta(minutes=float(minutes))
    except ValueError:
        after, whom = timedelta(0), ""
    if not whom.strip():
        raise ValueError(f"sign_ladder: {text!r} is no rung; write for example '30 带班领导'")
    return Rung(after, whom.strip())
