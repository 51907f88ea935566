"""The card that an estimator is signed with: what it was made of, how well it did, what it does not know.

An estimator without a whole card cannot be loaded: a probability whose origin nobody can read is a made-up number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class CardIncomplete(ValueError):
    """An estimator has no card, or the card lacks something. Names the field."""


class Standing(StrEnum):
    """Where an estimator comes from."""

    PRIOR = "prior"
    """From the literature, before anything was learned here (先验)."""
    CHALLENGER = "challenger"
    CHAMPION = "champion"

    @property
    def name_zh(self) -> str:
        """As the product says it."""
        return {"prior": "先验", "challenger": "候选", "champion": "在用"}[self.value]


@dataclass(frozen=True, slots=True)
class Skill:
    """One measured skill with its interval; ``against`` says on what."""

    name: str
    value: float
    low: float
    high: float
    against: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What stands beside the coefficients.

    Raises:
        CardIncomplete: a field is empty; a skill lies outside its own interval.
    """

    name: str
    standing: Standing
    made_local_date: date
    target: str
    """What the probability is of, in one sentence."""
    data: str
    period: str
    positives: int
    rows: int
    base_rate: float
    """Mean probability per cell and day of the population that it speaks of."""
    skill: tuple[Skill, ...]
    no_skill_because: str
    """Why ``skill`` is empty; empty where it is not."""
    unknown: tuple[str, ...]
    """What the estimator does not know."""
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in ("name", "target", "data", "period", "unknown", "sources"):
            if not getattr(self, field):
                raise CardIncomplete(f"model card: {field} is empty")
        if not self.skill and not self.no_skill_because.strip():
            raise CardIncomplete("model card: skill is empty and no_skill_because does not say why")
        if not 0 < self.base_rate < 1:
            raise CardIncomplete(f"model card: base_rate {self.base_rate} is no probability")
        for each in self.skill:
            if not each.low <= each.value <= each.high:
                raise CardIncomplete(f"model card: skill {each.name} {each.value} lies outside {each.low}…{each.high}")

    @property
    def label_zh(self) -> str:
        """How a product names the estimator."""
        return f"{self.name}({self.standing.name_zh})"


def card_of(document: Mapping[str, Any]) -> ModelCard:
    """The card of an estimator's document.

    Raises:
        CardIncomplete: there is none, or a field is missing, unknown or of another kind; names it.
    """
    card = document.get("card")
    if not isinstance(card, Mapping):
        raise CardIncomplete("the estimator has no card: it cannot be loaded")
    fields = dict(card)
    unknown = sorted(fields.keys() - ModelCard.__dataclass_fields__.keys())
    missing = sorted(ModelCard.__dataclass_fields__.keys() - fields.keys())
    if unknown or missing:
        raise CardIncomplete(f"model card: {(missing or unknown)[0]} is {'missing' if missing else 'unknown'}")
    try:
        made = fields["made_local_date"]
        return ModelCard(
            **{
                **fields,
                "standing": Standing(fields["standing"]),
                "made_local_date": made if isinstance(made, date) else date.fromisoformat(str(made)),
                "skill": tuple(Skill(**each) for each in fields["skill"]),
                "unknown": tuple(fields["unknown"]),
                "sources": tuple(fields["sources"]),
            }
        )
    except (TypeError, ValueError) as error:
        raise CardIncomplete(f"model card: {error}") from error
