"""The CAP messages as an Atom feed (RFC 4287): newest first, each entry leads to the signed message itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from lxml import etree

from store.products import Product

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
CAP_TYPE = "application/cap+xml"


def cap_feed(products: Sequence[Product], *, world: str, now: datetime, base: str) -> bytes:
    """The feed.

    Args:
        products: CAP files, newest first.
        world: whose they are.
        now: stands as the time of a feed without entries.
        base: address under which the messages are read, with a slash at its end.
    """
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(feed, "id", f"urn:firewatch:cap:{world}")
    _text(feed, "title", "京津冀边界森林火险预警与火情通报" + ("" if world == "live" else "【演练】"))
    _text(feed, "updated", (products[0].made_utc if products else now).isoformat())
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", "border-firewatch")
    etree.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=base.removesuffix("cap/") + "cap.atom")
    for product in products:
        identifier = PurePosixPath(product.path).stem
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:firewatch:cap:{world}:{identifier}")
        _text(entry, "title", f"{identifier} {product.zone or ''}".strip())
        _text(entry, "updated", product.made_utc.isoformat())
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type=CAP_TYPE, href=f"{base}{identifier}.xml")
        _text(entry, "summary", f"sha256 {product.sha256}")
    found: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8")
    return found


def _text(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = value
