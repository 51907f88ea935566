"""The structure of a message against the CAP classes of cap-tools: names, order, number and values of elements.

xsdata alone reads elements in any order and lets a missing list pass. Here the same classes are the schema: their
fields stand in its order, and say what is required, what may repeat and what a value must be.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from cap_tools.models import Alert
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.models.datatype import XmlDateTime

from notify.cap.problem import Problem, ProblemKind
from notify.cap.reading import CAP, XMLDSIG

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-,+]\d{2}:\d{2}")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_URI = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*:|[^:/?#]*(?=[/?#]|$))[^#]*(#[^#]*)?")
"""XML Schema escapes what RFC 3986 forbids; left are a scheme that is none, and a second fragment."""
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def _made(model: type, parts: dict[str, Any]) -> Any:
    """An instance; an element without text is an empty text, which xsdata leaves out."""
    hints = typing.get_type_hints(model)
    empty = {field.name: "" for field in fields(model) if hints[field.name] is str and field.name not in parts}
    return model(**parts, **empty)


_PARSER = XmlParser(
    config=ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True, class_factory=_made),
    handler=LxmlEventHandler,
)


@dataclass(frozen=True, slots=True)
class _Child:
    """One element that the schema allows at a place."""

    position: int
    kind: Any
    repeats: bool
    required: bool


def alert_of(element: etree._Element) -> Alert:
    """The alert as classes, once nothing is wrong with its structure. xsdata empties what it reads, hence the copy."""
    return _PARSER.parse(etree.ElementTree(deepcopy(element)), Alert)


def structure_problems(element: etree._Element) -> Iterator[Problem]:
    """What the schema would refuse, in the order of the document."""
    yield from _of_complex(element, Alert, place="alert")


def _of_complex(element: etree._Element, model: type, *, place: str) -> Iterator[Problem]:
    allowed = _children(model)
    yield from _stray(element, place)
    seen: dict[str, int] = {}
    reached = 0
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child)
        if name.namespace == XMLDSIG and model is Alert:
            reached = len(allowed)
            continue
        known = allowed.get(name.localname) if name.namespace == CAP else None
        seen[name.localname] = seen.get(name.localname, 0) + 1
        here = f"{place}/{name.localname}[{seen[name.localname]}]"
        if known is None:
            yield Problem(ProblemKind.STRUCTURE, here, "no such element of CAP 1.2 here")
            continue
        if known.position < reached:
            yield Problem(ProblemKind.STRUCTURE, here, "stands after an element that it must come before")
        elif seen[name.localname] > 1 and not known.repeats:
            yield Problem(ProblemKind.STRUCTURE, here, "may stand only once")
        reached = max(reached, known.position)
        yield from _of_child(child, known.kind, place=here)
    for name_, known in allowed.items():
        if known.required and name_ not in seen:
            yield Problem(ProblemKind.STRUCTURE, place, f"{name_} is missing")


def _of_child(element: etree._Element, kind: Any, *, place: str) -> Iterator[Problem]:
    if is_dataclass(kind) and isinstance(kind, type) and "value" not in {field.name for field in fields(kind)[:1]}:
        yield from _of_complex(element, kind, place=place)
        return
    if next(element.iterchildren(tag=etree.Element), None) is not None:
        yield Problem(ProblemKind.STRUCTURE, place, "holds elements where text is due")
        return
    yield from _attributes(element, place)
    text = "".join(element.itertext(etree.Element))
    fault = _fault(text, kind, element)
    if fault:
        yield Problem(ProblemKind.VALUE, place, f"{text[:60]!r} {fault}")


def _fault(text: str, kind: Any, element: etree._Element) -> str:
    """What is wrong with a value, or nothing."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        known = [member.value for member in kind]
        return "" if text in known else f"is none of {', '.join(known)}"
    plain = text.strip(" \t\r\n")
    if kind is XmlDateTime:
        return "" if _TIME.fullmatch(plain) and _is_time(plain) else "is no time as 2027-04-10T14:20:00+08:00"
    if kind is int:
        return "" if _INTEGER.fullmatch(plain) else "is no whole number"
    if kind is Decimal:
        return "" if _DECIMAL.fullmatch(plain) else "is no decimal number"
    name = etree.QName(element).localname
    if name == "language" and text:
        return "" if _LANGUAGE.fullmatch(plain) else "is no language tag"
    if name in {"web", "uri"}:
        return "" if _URI.fullmatch(" ".join(plain.split())) else "is no URI"
    return ""


def _is_time(text: str) -> bool:
    try:
        moment = XmlDateTime.from_string(text)
    except ValueError:
        return False
    hours, minutes = int(text[-5:-3]), int(text[-2:])
    return moment.year > 0 and minutes < 60 and hours * 60 + minutes <= 14 * 60


def _stray(element: etree._Element, place: str) -> Iterator[Problem]:
    yield from _attributes(element, place)
    between = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in between):
        yield Problem(ProblemKind.STRUCTURE, place, "holds text between its elements")


def _attributes(element: etree._Element, place: str) -> Iterator[Problem]:
    for name in element.attrib:
        if etree.QName(name).namespace != _XSI:
            yield Problem(ProblemKind.STRUCTURE, place, f"attribute {name} is not of CAP 1.2")


@cache
def _children(model: type) -> Mapping[str, _Child]:
    hints = typing.get_type_hints(model)
    found: dict[str, _Child] = {}
    for position, field in enumerate(fields(model)):
        if field.metadata.get("type") != "Element":
            continue
        kind, repeats = _element_type(hints[field.name])
        required = field.default is field.default_factory is MISSING or field.metadata.get("min_occurs", 0) > 0
        found[field.metadata.get("name", field.name)] = _Child(position, kind, repeats, required)
    return types.MappingProxyType(found)


def _element_type(hint: Any) -> tuple[Any, bool]:
    """The type of one element, and whether several may stand."""
    if typing.get_origin(hint) is list:
        return typing.get_args(hint)[0], True
    chosen = [part for part in typing.get_args(hint) if part is not type(None)]
    return (chosen[0] if chosen else hint), False
