"""Whether a file holds valid CAP messages, and if not, every reason."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from notify.cap.conventions import convention_problems
from notify.cap.problem import Problem, ProblemKind
from notify.cap.reading import Refused, alerts_in
from notify.cap.signature import Seal, seal_of
from notify.cap.structure import alert_of, structure_problems


@dataclass(frozen=True, slots=True)
class Judged:
    """One alert of a file."""

    identifier: str
    problems: tuple[Problem, ...]
    seal: Seal

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong. A signature of somebody else's is advice: it plays no part."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is worth. ``refused`` is why nothing of it could be judged."""

    alerts: tuple[Judged, ...] = ()
    refused: Problem | None = None

    @property
    def valid(self) -> bool:
        """Whether every alert of the file is valid."""
        return self.refused is None and all(alert.valid for alert in self.alerts)

    @property
    def reasons(self) -> list[str]:
        """Every problem in words, with the identifier where the file holds several alerts."""
        if self.refused is not None:
            return [str(self.refused)]
        many = len(self.alerts) > 1
        return [
            f"{alert.identifier}: {problem}" if many else str(problem)
            for alert in self.alerts
            for problem in alert.problems
        ]


def judge(content: bytes, *, certificate_pem: bytes | None = None, schema: etree.XMLSchema | None = None) -> Verdict:
    """Judge a CAP message, or each message of a distribution.

    Args:
        content: the file.
        certificate_pem: whose signature every message must bear; None takes signatures as advice.
        schema: the official one, as a second opinion on the structure; None is content with ours.
    """
    try:
        elements = alerts_in(content)
    except Refused as refusal:
        return Verdict(refused=refusal.problem)
    return Verdict(tuple(_judged(element, certificate_pem, schema) for element in elements))


def _judged(element: etree._Element, certificate_pem: bytes | None, schema: etree.XMLSchema | None) -> Judged:
    problems = list(structure_problems(element))
    if not problems:
        problems += convention_problems(alert_of(element))
    if schema is not None and not schema.validate(element):
        first = schema.error_log[0]
        problems.append(Problem(ProblemKind.SCHEMA, f"line {first.line}", first.message))
    seal, unsealed = seal_of(element, certificate_pem=certificate_pem)
    if certificate_pem is not None and unsealed is not None:
        problems.append(unsealed)
    return Judged(_identifier(element), tuple(problems), seal)


def _identifier(element: etree._Element) -> str:
    found = element.findtext("{*}identifier")
    return found.strip() if found and found.strip() else "alert without identifier"
