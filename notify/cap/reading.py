"""From bytes to the alerts that they hold, without trusting the bytes.

A document type is looked for in the bytes, before any parser sees them: entities can read files, call other machines
and grow without end. Only encodings in which that look cannot be deceived are read.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from lxml import etree

from notify.cap.problem import Problem, ProblemKind

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
MOST_BYTES = 16_000_000
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")
_READABLE = {b"utf-8", b"us-ascii", b"ascii"}
_FORBIDDEN = (b"<!doctype", b"<!entity")


class Refused(ValueError):
    """Bytes that hold no alert that could be judged."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def alerts_in(content: bytes) -> list[etree._Element]:
    """The ``alert`` elements of a CAP message, or of a distribution (EDXL-DE, a feed) that holds several.

    Raises:
        Refused: a document type, an encoding that is not read, no XML, or no CAP 1.2 alert in it.
    """
    root = _parsed(_safe(content))
    found = list(_alerts(root))
    if not found:
        name = etree.QName(root)
        raise Refused(
            Problem(ProblemKind.NO_ALERT, name.localname, f"no alert of {CAP}; the root is of {name.namespace}")
        )
    return found


def _safe(content: bytes) -> bytes:
    """``content`` in UTF-8 without a byte order mark, once it is known to hold no document type."""
    if len(content) > MOST_BYTES:
        raise Refused(Problem(ProblemKind.TOO_LARGE, "file", f"{len(content)} bytes; {MOST_BYTES} are read"))
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        content = _from_utf16(content)
    content = content.removeprefix(BOM_UTF8)
    if any(word in content.replace(b"\0", b"").lower() for word in _FORBIDDEN):
        raise Refused(Problem(ProblemKind.DOCTYPE, "file", "a document type is refused before anything is parsed"))
    declared = _DECLARED.match(content)
    if declared is not None and declared[1].lower() not in _READABLE:
        raise Refused(
            Problem(ProblemKind.ENCODING, "file", f"encoding {declared[1].decode('ascii', 'replace')!r}; write UTF-8")
        )
    return content


def _from_utf16(content: bytes) -> bytes:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Refused(Problem(ProblemKind.ENCODING, "file", f"is not UTF-16: {error.reason}")) from error
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode()


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(Problem(ProblemKind.NOT_XML, f"line {error.lineno}", error.msg)) from error


def _alerts(root: etree._Element) -> Iterator[etree._Element]:
    """Outermost alerts: one within another is a fault of structure, and is found there."""
    name = f"{{{CAP}}}alert"
    if root.tag == name:
        yield root
        return
    for found in root.iter(name):
        if not any(above.tag == name for above in found.iterancestors()):
            yield found
