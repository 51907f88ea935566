"""What CAP 1.2 demands in prose, and its schema lets through."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest

from cap_tools.models import Alert, Area, Info, MsgType, Resource, Scope
from xsdata.models.datatype import XmlDateTime

from notify.cap.geometry import circle_fault, polygon_fault
from notify.cap.problem import Problem, ProblemKind

_NAME = re.compile(r"[^\s,<&]+")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?")
_EQUAL = ("effective", "onset", "expires", "urgency", "severity", "certainty")
_FREE_TEXT = ("headline", "description", "instruction")
_K = ProblemKind


def convention_problems(alert: Alert) -> Iterator[Problem]:
    """What is wrong with a message whose structure is right."""
    yield from _names(alert)
    yield from _scope(alert)
    yield from _references(alert)
    if alert.msg_type is MsgType.ERROR and not (alert.note or "").strip():
        yield Problem(_K.NOTE_MISSING, "alert", "an Error says in note what the error is")
    for number, info in enumerate(alert.infos, 1):
        yield from _info(alert, info, place=f"alert/info[{number}]")
    yield from _languages(alert)


def moment(value: XmlDateTime) -> datetime:
    """An instant of a message; CAP writes UTC as -00:00."""
    return value.to_datetime()


def _names(alert: Alert) -> Iterator[Problem]:
    for name in ("identifier", "sender"):
        text = getattr(alert, name)
        if not _NAME.fullmatch(text):
            yield Problem(_K.CHARACTERS, f"alert/{name}", f"{text[:60]!r} is empty or has a space, a comma, < or &")


def _scope(alert: Alert) -> Iterator[Problem]:
    restriction = (alert.restriction or "").strip()
    if alert.scope is Scope.PRIVATE and not (alert.addresses or "").strip():
        yield Problem(_K.ADDRESSES_MISSING, "alert", "scope Private needs addresses")
    if alert.scope is Scope.RESTRICTED and not restriction:
        yield Problem(_K.RESTRICTION_MISSING, "alert", "scope Restricted needs a restriction")
    if alert.scope is not Scope.RESTRICTED and restriction:
        yield Problem(_K.RESTRICTION_WITHOUT_SCOPE, "alert/restriction", f"scope is {alert.scope.value}")


def _references(alert: Alert) -> Iterator[Problem]:
    words = (alert.references or "").split()
    if not words and alert.msg_type in {MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR}:
        yield Problem(_K.REFERENCES_MISSING, "alert", f"{alert.msg_type.value} names the messages that it is about")
    for word in words:
        yield from _reference(alert, word)


def _reference(alert: Alert, word: str) -> Iterator[Problem]:
    place = "alert/references"
    parts = word.split(",")
    try:
        sent = moment(XmlDateTime.from_string(parts[2])) if len(parts) == 3 and all(parts) else None
    except ValueError:
        sent = None
    if sent is None or sent.tzinfo is None:
        yield Problem(_K.REFERENCE_MALFORMED, place, f"{word[:80]!r} is not sender,identifier,sent")
        return
    if (parts[0], parts[1]) == (alert.sender, alert.identifier):
        yield Problem(_K.REFERENCE_TO_SELF, place, "the message names itself")
    elif sent > moment(alert.sent):
        yield Problem(_K.REFERENCE_POSTDATED, place, f"{parts[1]} was sent later than this message")


def _info(alert: Alert, info: Info, *, place: str) -> Iterator[Problem]:
    if info.expires is not None:
        begins = {"sent": alert.sent, "effective": info.effective, "onset": info.onset}
        for name, begin in begins.items():
            if begin is not None and moment(info.expires) < moment(begin):
                yield Problem(_K.EXPIRES_BEFORE, f"{place}/expires", f"{info.expires} is before {name}, {begin}")
                break
    for number, area in enumerate(info.areas, 1):
        yield from _area(area, place=f"{place}/area[{number}]")
    for number, resource in enumerate(info.resources, 1):
        yield from _resource(resource, place=f"{place}/resource[{number}]")


def _area(area: Area, *, place: str) -> Iterator[Problem]:
    for number, text in enumerate(area.polygons, 1):
        if fault := polygon_fault(text):
            yield Problem(fault[0], f"{place}/polygon[{number}]", fault[1])
    for number, text in enumerate(area.circles, 1):
        if fault := circle_fault(text):
            yield Problem(fault[0], f"{place}/circle[{number}]", fault[1])
    if area.ceiling is not None and (area.altitude is None or area.ceiling < area.altitude):
        yield Problem(_K.ALTITUDE, f"{place}/ceiling", "needs an altitude that is not above it")


def _resource(resource: Resource, *, place: str) -> Iterator[Problem]:
    if not _MIME.fullmatch(resource.mime_type.strip()):
        yield Problem(_K.RESOURCE, f"{place}/mimeType", f"{resource.mime_type[:40]!r} is no media type")
    if resource.size is not None and resource.size < 0:
        yield Problem(_K.RESOURCE, f"{place}/size", "is negative")


def _languages(alert: Alert) -> Iterator[Problem]:
    """The same message in two languages says the same. Blocks are paired in their order, where their numbers agree."""
    by_language: dict[str, list[tuple[int, Info]]] = defaultdict(list)
    for number, info in enumerate(alert.infos, 1):
        by_language[info.get_language().lower()].append((number, info))
    first, *others = by_language.values() if by_language else ([],)
    for other in others:
        if len(other) != len(first):
            continue
        for (_, one), (number, two) in zip_longest(first, other):
            yield from _pair(one, two, place=f"alert/info[{number}]")


def _pair(one: Info, two: Info, *, place: str) -> Iterator[Problem]:
    for name in _EQUAL:
        before, here = (getattr(info, name) for info in (one, two))
        same = (
            moment(before) == moment(here)
            if isinstance(before, XmlDateTime) and isinstance(here, XmlDateTime)
            else before == here
        )
        if not same:
            yield Problem(_K.LANGUAGES_DISAGREE, place, f"{name} differs between {one.language} and {two.language}")
    for name in _FREE_TEXT:
        before, here = ((getattr(info, name) or "").strip() for info in (one, two))
        if before and before == here:
            yield Problem(_K.SAME_TEXT_IN_TWO_LANGUAGES, f"{place}/{name}", f"is that of {one.language}, word for word")
