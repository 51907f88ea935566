"""Our own messages: valid by our check and by the official schema, the same bytes each time, and clearly a drill."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from lxml import etree

from notify.alert import Alert, AlertKind, IncidentLevel, Reason, WarningColour
from notify.cap.english import english_words
from notify.cap.judge import judge
from notify.cap.message import cap_document, identifier_of
from notify.cap.official import parse_official
from notify.cap.reading import CAP
from notify.cap.signature import Seal, SigningKey, ephemeral_key
from tests.notify.cap.samples import PLACE, SPOT, bulletin, key, rules
from tests.notify.samples import MORNING, alert, hours

NOTICE = alert()
LATER = alert(revision=2, decided_utc=MORNING + hours(1), reason=Reason.INCIDENT_GREW)
CANCEL = alert(revision=3, kind=AlertKind.CANCEL, level="none", previous_level="notify", decided_utc=MORNING + hours(2))
CORRECT = replace(CANCEL, kind=AlertKind.CORRECT, level="notify")
DANGER = alert("danger:HR-CD:2027-04-10", kind=AlertKind.DANGER, level=WarningColour.RED, reason=Reason.DANGER_RAISED)
ALL_CLEAR = replace(
    DANGER, alert_id="f" * 32, revision=2, level="none", previous_level="red", reason=Reason.DANGER_ENDED
)
CASES = {
    "notice": (NOTICE, ()),
    "growth": (LATER, (NOTICE,)),
    "cancel": (CANCEL, (NOTICE, LATER)),
    "correction": (CORRECT, (NOTICE, LATER)),
    "danger": (DANGER, ()),
    "all-clear": (ALL_CLEAR, (DANGER,)),
}


def texts(document: bytes, name: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(document).iter(f"{{{CAP}}}{name}")]


def written(case: str, *, drill: bool = False, signing: SigningKey | None = None) -> bytes:
    said, former = CASES[case]
    world = "exercise-2027-04" if drill else "live"
    said, former = replace(said, world=world), tuple(replace(one, world=world) for one in former)
    return cap_document(bulletin(said, former=former, expires_utc=MORNING + hours(20)), rules(), key=signing)


@pytest.mark.parametrize("drill", [False, True], ids=["live", "drill"])
@pytest.mark.parametrize("case", CASES)
def test_every_kind_is_valid_and_its_signature_verifies(case: str, drill: bool) -> None:
    verdict = judge(written(case, drill=drill, signing=key()), certificate_pem=key().certificate_pem)
    assert verdict.reasons == []
    assert verdict.alerts[0].seal is Seal.INTACT


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_every_kind_is_valid_by_the_official_schema(case: str, schema: etree.XMLSchema) -> None:
    for signing in (None, key()):
        schema.assertValid(etree.fromstring(written(case, drill=True, signing=signing)))


@pytest.mark.parametrize(
    ("case", "kind", "references"),
    [("notice", "Alert", 0), ("growth", "Update", 1), ("cancel", "Cancel", 2), ("correction", "Update", 2),
     ("all-clear", "Update", 1)],
)  # fmt: skip
def test_a_later_word_names_all_before_it(case: str, kind: str, references: int) -> None:
    document = written(case)
    assert texts(document, "msgType") == [kind]
    named = " ".join(texts(document, "references")).split()
    assert len(named) == references
    assert [word.split(",")[1] for word in named] == [identifier_of(one, 110000) for one in CASES[case][1]]


def test_chinese_comes_first_and_both_languages_agree_in_times_and_scales() -> None:
    document = written("notice")
    assert texts(document, "language") == ["zh-CN", "en-US"]
    for name in ("effective", "expires", "urgency", "severity", "certainty", "responseType"):
        chinese, english = (
            [element.text for element in info.iter(f"{{{CAP}}}{name}")]
            for info in etree.fromstring(document).iter(f"{{{CAP}}}info")
        )
        assert chinese == english != []


def test_what_nobody_saw_on_the_ground_is_possible_and_for_the_offices_only() -> None:
    document = written("notice")
    assert set(texts(document, "certainty")) == {"Possible"}
    assert texts(document, "scope") == ["Restricted"]
    assert texts(document, "restriction") == [rules().restriction]


def test_times_are_beijing_time_without_z_and_without_fractions() -> None:
    odd = replace(NOTICE, decided_utc=MORNING + timedelta(microseconds=123))
    document = cap_document(bulletin(odd), rules())
    assert texts(document, "sent") == ["2027-04-10T15:07:00+08:00"]


def test_an_end_is_past_and_all_clear_and_keeps_the_severity_of_what_ended() -> None:
    document = written("all-clear")
    assert set(texts(document, "urgency")) == {"Past"}
    assert set(texts(document, "responseType")) == {"AllClear"}
    assert set(texts(document, "severity")) == {"Extreme"}


@pytest.mark.parametrize("case", CASES)
def test_a_drill_is_one_in_status_note_headline_and_description_of_both_languages(case: str) -> None:
    document = written(case, drill=True)
    assert texts(document, "status") == ["Exercise"]
    assert "仅为演练" in texts(document, "note")[0]
    for text in texts(document, "headline") + texts(document, "description"):
        assert text.startswith("【演练】")
        assert text.endswith("【演练】")
    live = written(case)
    assert texts(live, "status") == ["Actual"]
    assert "演练" not in live.decode()


def test_the_same_decision_gives_the_same_bytes_whenever_it_is_written() -> None:
    first = written("growth", signing=key())
    with time_machine.travel(MORNING + hours(5), tick=False):
        assert written("growth", signing=key()) == first


def test_a_changed_word_breaks_the_signature_and_another_key_is_not_ours() -> None:
    document = written("notice", signing=key())
    forged = document.replace(b"1.8 km", b"9.8 km")
    assert forged != document
    assert not judge(forged, certificate_pem=key().certificate_pem).valid
    stranger = ephemeral_key("stranger")
    assert not judge(document, certificate_pem=stranger.certificate_pem).valid
    unsigned = judge(written("notice"), certificate_pem=key().certificate_pem)
    assert unsigned.reasons == ["signature: alert: is not signed"]


def test_a_key_and_a_certificate_of_different_pairs_are_refused() -> None:
    stranger = ephemeral_key("stranger")
    with pytest.raises(ValueError, match="does not belong"):
        SigningKey(key().key_pem, stranger.certificate_pem)


def test_no_key_stands_in_a_representation() -> None:
    assert "PRIVATE" not in repr(key())


def test_each_region_has_a_message_of_its_own_joined_by_incidents() -> None:
    three = [cap_document(bulletin(region_gb=gb), rules()) for gb in (110000, 120000, 130000)]
    assert len({texts(one, "identifier")[0] for one in three}) == 3
    assert {texts(one, "incidents")[0] for one in three} == {NOTICE.event_id}


def test_a_cancellation_of_nothing_and_an_end_before_the_beginning_are_refused() -> None:
    with pytest.raises(ValueError, match="needs what it cancels"):
        bulletin(CANCEL)
    with pytest.raises(ValueError, match="is not after"):
        bulletin(expires_utc=MORNING)


def test_the_severity_of_each_level_is_that_of_the_rules() -> None:
    for level, severity in rules().severity.items():
        kind = AlertKind.DANGER if level in set(WarningColour) else AlertKind.INCIDENT
        said: Alert = replace(DANGER if kind is AlertKind.DANGER else NOTICE, level=level)
        assert set(texts(cap_document(bulletin(said), rules()), "severity")) == {severity}


def test_an_area_is_a_polygon_or_a_circle_with_the_codes_of_its_counties() -> None:
    document = cap_document(bulletin(), rules())
    assert texts(document, "circle") == list(PLACE.circles) * 2
    assert texts(document, "value").count("110116") == 2


def test_english_says_that_it_is_not_verified_and_where() -> None:
    said = english_words(NOTICE, unit_en="Huairou-Chengde", members_en=(), spot=SPOT)
    assert "not verified" in said.description
    assert "1.8 km from the line to Fengning" in said.headline


def test_our_identifier_is_never_taken_for_one_of_the_release_system() -> None:
    with pytest.raises(ValueError, match="no identifier of the release system"):
        parse_official(bulletin().identifier)


def test_an_official_identifier_is_read_in_its_parts() -> None:
    read = parse_official("11011641600001_20270410152000_1")
    assert (read.division_gb, read.body) == (110116, "41600001")
    assert read.released.isoformat() == "2027-04-10T15:20:00+08:00"


@pytest.mark.parametrize(
    "text",
    [
        "11011641600001_20270410152000",
        "11011641600001_20271310152000_1",
        "JJJ-110000-abc-1",
        "",
        "91011641600001_20270410152000_1",
    ],
)
def test_what_only_looks_like_an_official_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="identifier|no time"):
        parse_official(text)


def test_an_incident_level_has_a_severity() -> None:
    assert {level.value for level in IncidentLevel if level is not IncidentLevel.NONE} <= set(rules().severity)
