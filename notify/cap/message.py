"""A decision as a CAP 1.2 message: one for each region, the regions of an event joined by ``incidents``.

Chinese first, then English, with equal times and scales. The same decision gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cap_tools.models import (
    Alert as CapAlert,
)
from cap_tools.models import (
    Area,
    Category,
    Certainty,
    EventCode,
    Geocode,
    Info,
    MsgType,
    Parameter,
    Reference,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    Value,
    ValueName,
)
from lxml import etree
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDateTime

from notify.alert import FORMAL, LIVE, Alert, AlertKind, Reason
from notify.cap.official import OURS
from notify.cap.reading import CAP
from notify.cap.rules import CapRules
from notify.cap.signature import SigningKey, signed
from notify.phrases import BEIJING
from notify.texts import DRILL

_SERIALIZER = XmlSerializer(config=SerializerConfig(indent="  ", encoding="UTF-8"))
_NOTE = "系统初判，以现场核实和各地签发为准。Automatic first assessment; verification on site prevails."
_DRILL_NOTE = f"{DRILL}仅为演练，不出动。Exercise only, nobody turns out.{DRILL}"
_EVENT_CODE = "firewatch:event"
"""A list of our own: no agreed code of forest fires was found."""
_GEOCODE = "GB/T 2260"
DANGER_EVENTS = ("danger:", FORMAL)
"""Begin the events that are about fire danger."""
_SIGNED_NOTE = "经签发的正式文本。Signed by the persons named in the text."
_ENDS = frozenset({Reason.DANGER_ENDED})


@dataclass(frozen=True, slots=True)
class Place:
    """Where it concerns, in both languages."""

    area_zh: str
    area_en: str
    geocodes: tuple[int, ...]
    """GB/T 2260."""
    polygons: tuple[str, ...] = ()
    """``lat,lon lat,lon …``, closed."""
    circles: tuple[str, ...] = ()
    """``lat,lon radius`` in km."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says."""

    event: str
    headline: str
    description: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One decision for one region, ready to be written.

    Raises:
        ValueError: a cancellation of nothing, or an end that is not after the decision.
    """

    alert: Alert
    region_gb: int
    former: tuple[Alert, ...]
    """Earlier revisions of the event, oldest first."""
    expires_utc: datetime
    place: Place
    chinese: Words
    english: Words

    def __post_init__(self) -> None:
        if self.alert.kind is AlertKind.CANCEL and not self.former:
            raise ValueError(f"{self.alert.code}: a cancellation needs what it cancels")
        if self.expires_utc <= self.alert.decided_utc:
            raise ValueError(f"{self.alert.code}: expires {self.expires_utc} is not after {self.alert.decided_utc}")

    @property
    def identifier(self) -> str:
        """Ours, and never one of the national release system."""
        return identifier_of(self.alert, self.region_gb)


def identifier_of(alert: Alert, region_gb: int) -> str:
    """``JJJ-110000-<alert>-<revision>``; the same decision has the same one."""
    return f"{OURS}{region_gb}-{alert.alert_id[:16]}-{alert.revision}"


def cap_document(bulletin: Bulletin, rules: CapRules, *, key: SigningKey | None = None) -> bytes:
    """The message as it is kept and sent: UTF-8, signed where there is a key."""
    text = _SERIALIZER.render(_alert(bulletin, rules), ns_map={None: CAP})
    root = etree.fromstring(text.encode())
    if key is not None:
        root = signed(root, key)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return document + b"\n"


def _alert(bulletin: Bulletin, rules: CapRules) -> CapAlert:
    alert = bulletin.alert
    drill = alert.world != LIVE
    made = CapAlert(
        identifier=bulletin.identifier,
        sender=rules.sender,
        sent=_time(alert.decided_utc),
        status=Status.EXERCISE if drill else Status.ACTUAL,
        msg_type=_msg_type(bulletin),
        scope=Scope.RESTRICTED,
        restriction=rules.restriction,
        note=_DRILL_NOTE if drill else _SIGNED_NOTE if alert.event_id.startswith(FORMAL) else _NOTE,
        incidents=alert.event_id,
        infos=[
            _info(bulletin, rules, bulletin.chinese, language="zh-CN"),
            _info(bulletin, rules, bulletin.english, language="en-US"),
        ],
    )
    if bulletin.former:
        made.references = " ".join(
            str(Reference(rules.sender, identifier_of(one, bulletin.region_gb), _time(one.decided_utc)))
            for one in bulletin.former
        )
    return made


def _msg_type(bulletin: Bulletin) -> MsgType:
    if bulletin.alert.kind is AlertKind.CANCEL:
        return MsgType.CANCEL
    return MsgType.UPDATE if bulletin.former else MsgType.ALERT


def _info(bulletin: Bulletin, rules: CapRules, words: Words, *, language: str) -> Info:
    alert = bulletin.alert
    over = alert.reason in _ENDS or alert.kind is AlertKind.CANCEL
    level = alert.previous_level if over or alert.level not in rules.severity else alert.level
    chinese = language == "zh-CN"
    return Info(
        language=language,
        categories=[Category.FIRE],
        event=words.event,
        response_types=[ResponseType.ALL_CLEAR] if over else [ResponseType(one) for one in rules.response[level]],
        urgency=Urgency.PAST if over else Urgency(rules.urgency[level]),
        severity=Severity(rules.severity[level]),
        certainty=_certainty(bulletin, rules),
        event_codes=[EventCode(ValueName(_EVENT_CODE), Value(f"forest_fire_{_subject(alert)}"))],
        effective=_time(alert.decided_utc),
        expires=_time(bulletin.expires_utc),
        sender_name=rules.sender_name_zh if chinese else rules.sender_name_en,
        headline=_marked(words.headline, alert),
        description=_marked(words.description, alert),
        instruction=words.instruction,
        parameters=[
            Parameter(ValueName("firewatch:code"), Value(alert.code)),
            Parameter(ValueName("firewatch:level"), Value(str(alert.level))),
            Parameter(ValueName("firewatch:reason"), Value(str(alert.reason))),
        ],
        areas=[_area(bulletin.place, chinese=chinese)],
    )


def _certainty(bulletin: Bulletin, rules: CapRules) -> Certainty:
    """Observed from the revision on that says that somebody on the ground found a fire; else that of the kind."""
    verified = any(one.reason is Reason.INCIDENT_VERIFIED for one in (*bulletin.former, bulletin.alert))
    return Certainty.OBSERVED if verified else Certainty(rules.certainty[_subject(bulletin.alert)])


def _subject(alert: Alert) -> AlertKind:
    """What the event is about: a cancellation or a correction is about what it takes back."""
    return AlertKind.DANGER if alert.event_id.startswith(DANGER_EVENTS) else AlertKind.INCIDENT


def _marked(text: str, alert: Alert) -> str:
    """An exercise's text begins and ends as one."""
    if alert.world == LIVE:
        return text
    return f"{'' if text.startswith(DRILL) else DRILL}{text}{'' if text.endswith(DRILL) else DRILL}"


def _area(place: Place, *, chinese: bool) -> Area:
    return Area(
        area_desc=place.area_zh if chinese else place.area_en,
        polygons=list(place.polygons),
        circles=list(place.circles),
        geocodes=[Geocode(ValueName(_GEOCODE), Value(str(gb))) for gb in place.geocodes],
    )


def _time(instant: datetime) -> XmlDateTime:
    """Beijing time to the second: CAP knows no Z and no fractions."""
    return XmlDateTime.from_string(instant.astimezone(BEIJING).replace(microsecond=0).isoformat())
