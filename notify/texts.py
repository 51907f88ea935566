"""From a template to a text that fits: what is left out first is a list, and no word is ever cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notify.alert import require_utc
from notify.phrases import length_of, listed

SHORT_LIMIT = 70
"""One short message (domain.md §3.8)."""
LONG_LIMIT = 500
SIGNATURE_MOST = 6
DRILL = "【演练】"
RESENT = "重发："
_ROOM = len(RESENT)
"""Kept free in every text, so that a repeat can be marked and still fits."""

_TEMPLATES = Environment(
    loader=PackageLoader("notify"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(enabled_extensions=(), default=False),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one alert."""

    short: str
    long: str
    full: str = ""
    """The document form, in lines; empty where the long one says everything."""

    @property
    def fit(self) -> bool:
        """Whether both are within their limits, with room to be marked as a repeat."""
        return length_of(self.short) <= SHORT_LIMIT - _ROOM and length_of(self.long) <= LONG_LIMIT - _ROOM


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around every text.

    Raises:
        ValueError: a signature or a code that no text has room for, or a naive time.
    """

    signature: str
    code: str
    issued_utc: datetime
    exercise: bool
    mark: str = ""
    """First words after the signature: a text that rests on a person's word says so (人工调整，)."""

    def __post_init__(self) -> None:
        refuse_long("signature", self.signature, SIGNATURE_MOST)
        refuse_long("code", self.code, 10)
        require_utc(self.issued_utc)

    @property
    def head(self) -> str:
        """First words of a short text: an exercise is not signed."""
        return f"{DRILL if self.exercise else f'【{self.signature}】'}{self.mark}"

    @property
    def tail(self) -> str:
        """Last words of every text."""
        return DRILL if self.exercise else ""


@dataclass(frozen=True, slots=True)
class Trim:
    """How much of a text is kept. Each step of a ladder leaves out a little more."""

    drill_note: bool = True
    """仅为演练，不出动。"""
    missing_names: bool = True
    """缺测：风、湿度。 Without: 缺测2项。"""
    polite: bool = True
    """收到回1. Without: 回1."""
    advice: bool = True
    names: int | None = None
    """Names kept of each list; the rest becomes 等…个. None keeps all."""
    weather: bool = True
    growth: bool = True
    """How many hotspots there are by now."""
    detail: bool = True
    """What a reader can ask for: the township, the end of a feed's data, what an alert was called."""
    brief: bool = False
    """With: the shorter wording of every part, so that what is asked has room."""
    full: bool = True
    """Without: the shortest wording of every part that must stay."""


_BARE = Trim(drill_note=False, missing_names=False, polite=False, advice=False)
_ASKING = replace(_BARE, advice=True, weather=False)
SHORT_LADDER = (
    Trim(),
    Trim(drill_note=False),
    Trim(drill_note=False, missing_names=False),
    Trim(drill_note=False, missing_names=False, polite=False),
    _ASKING,
    replace(_ASKING, brief=True),
    *(replace(_BARE, names=most) for most in (None, 4, 3, 2, 1)),
    replace(_BARE, names=1, weather=False),
    replace(_BARE, names=1, weather=False, brief=True),
    replace(_BARE, names=1, weather=False, brief=True, detail=False),
    replace(_BARE, names=1, weather=False, brief=True, detail=False, growth=False),
    replace(_BARE, names=1, weather=False, brief=True, detail=False, growth=False, full=False),
)
"""What a short text leaves out, in this order, until it fits: the drill's closing note, the names of missing inputs
(their number stays), 收到 before 回1, the wind, the longer of two wordings; where what is asked has no room even so,
that in place of wind and long words; names of lists one by one, the wind too, long words, details, the number of
hotspots before the arrival at the line, and what else can be asked for. What, where, when, how far, the code and
【演练】 always stay."""

LONG_LADDER = (
    Trim(),
    *(Trim(names=most) for most in (8, 5, 3, 1)),
    Trim(names=1, detail=False),
    Trim(names=1, detail=False, missing_names=False),
    Trim(names=1, detail=False, missing_names=False, advice=False, drill_note=False),
)
"""What a long text leaves out: names of lists, details, names of missing inputs, and at last the advice."""


def texts_of(template: str, facts: object, envelope: Envelope, *, words: Mapping[str, Any]) -> Texts:
    """Both texts of an alert.

    Where no shortening makes one fit it is the shortest there is: no alert is held back for its length.

    Args:
        template: stem of the two templates, for example ``danger``.
        facts: what happened; ``facts`` in the template.
        envelope: what stands around the text.
        words: what was put into words before.
    """
    context = {"facts": facts, "envelope": envelope, **words}
    return Texts(
        short=_fitted(f"{template}_short.txt.jinja", context, SHORT_LADDER, limit=SHORT_LIMIT - _ROOM),
        long=_fitted(f"{template}_long.txt.jinja", context, LONG_LADDER, limit=LONG_LIMIT - _ROOM),
        full=_document(f"{template}_full.txt.jinja", context),
    )


def resent(text: str) -> str:
    """``text`` marked as a repeat that may be a second copy, after its first bracket."""
    head, bracket, rest = text.partition("】")
    return f"{head}{bracket}{RESENT}{rest}" if bracket else f"{RESENT}{text}"


def with_link(text: str, link: str) -> str:
    """``text`` with the link that answers it; an exercise still ends as one."""
    if not link:
        return text
    body, tail = (text.removesuffix(DRILL), DRILL) if text.endswith(DRILL) else (text, "")
    return f"{body}签收：{link} {tail}".rstrip()


def refuse_long(what: str, text: str, most: int) -> None:
    """Refuse a part that no text has room for.

    Raises:
        ValueError: ``text`` is empty, has control characters, or is longer than ``most``.
    """
    if not text or not text.isprintable() or length_of(text) > most:
        raise ValueError(f"{what} must be 1-{most} printable characters to fit into a short message, got {text!r}")


def _document(template: str, context: Mapping[str, Any]) -> str:
    """The document form, where there is one: its lines as the template has them, without empty ones."""
    if template not in _TEMPLATES.list_templates():
        return ""
    page = _TEMPLATES.get_template(template).render(context, trim=Trim(), listed=listed)
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip())


def _fitted(template: str, context: Mapping[str, Any], ladder: Sequence[Trim], *, limit: int) -> str:
    page = _TEMPLATES.get_template(template)
    text = ""
    for trim in ladder:
        text = "".join(line.strip() for line in page.render(context, trim=trim, listed=listed).splitlines())
        if length_of(text) <= limit:
            break
    return text
