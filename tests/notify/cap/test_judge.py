"""Messages of others, judged as their notes say, and every rule of CAP's prose broken once."""

from __future__ import annotations

import random
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from notify.cap.judge import judge
from notify.cap.problem import ProblemKind
from notify.cap.reading import CAP, alerts_in
from notify.cap.signature import Seal
from notify.cap.structure import structure_problems

K = ProblemKind
VALID = f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{CAP}">
  <identifier>JJJ-1</identifier>
  <sender>firewatch.jjj</sender>
  <sent>2027-04-10T14:20:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>zh-CN</language>
    <category>Fire</category>
    <event>疑似火情</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Possible</certainty>
    <expires>2027-04-10T20:20:00+08:00</expires>
    <headline>疑似火情</headline>
    <area>
      <areaDesc>怀柔</areaDesc>
      <polygon>41.0,116.0 41.0,116.5 41.5,116.5 41.0,116.0</polygon>
      <circle>41.0135,116.4812 2.0</circle>
    </area>
  </info>
</alert>
"""
ENGLISH = """<info>
    <language>en-US</language>
    <category>Fire</category>
    <event>Suspected fire</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Possible</certainty>
    <expires>2027-04-10T20:20:00+08:00</expires>
    <headline>Suspected fire</headline>
  </info>
</alert>"""
BILINGUAL = VALID.replace("</alert>", ENGLISH)
REFERENCE = "<references>firewatch.jjj,JJJ-0,2027-04-10T13:20:00+08:00</references>"


def kinds(text: str | bytes) -> set[ProblemKind]:
    verdict = judge(text if isinstance(text, bytes) else text.encode())
    if verdict.refused is not None:
        return {verdict.refused.kind}
    return {problem.kind for alert in verdict.alerts for problem in alert.problems}


def with_scope(text: str) -> str:
    return VALID.replace("<scope>Public</scope>", text)


def with_polygon(text: str) -> str:
    return VALID.replace("41.0,116.0 41.0,116.5 41.5,116.5 41.0,116.0", text)


@pytest.mark.parametrize("text", [VALID, BILINGUAL])
def test_a_sound_message_is_valid(text: str) -> None:
    assert judge(text.encode()).reasons == []


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (VALID.replace(">Alert<", ">Cancel<"), K.REFERENCES_MISSING),
        (VALID.replace(">Alert<", ">Update<"), K.REFERENCES_MISSING),
        (with_scope(f"<scope>Public</scope>{REFERENCE.replace(',JJJ-0,', ' ')}"), K.REFERENCE_MALFORMED),
        (with_scope(f"<scope>Public</scope>{REFERENCE.replace('JJJ-0', 'JJJ-1')}"), K.REFERENCE_TO_SELF),
        (with_scope(f"<scope>Public</scope>{REFERENCE.replace('T13', 'T15')}"), K.REFERENCE_POSTDATED),
        (VALID.replace("JJJ-1", "JJJ 1"), K.CHARACTERS),
        (VALID.replace("JJJ-1", "JJJ,1"), K.CHARACTERS),
        (VALID.replace("firewatch.jjj", "fire watch"), K.CHARACTERS),
        (with_scope("<scope>Private</scope>"), K.ADDRESSES_MISSING),
        (with_scope("<scope>Restricted</scope>"), K.RESTRICTION_MISSING),
        (with_scope("<scope>Public</scope><restriction>内部</restriction>"), K.RESTRICTION_WITHOUT_SCOPE),
        (VALID.replace(">Alert<", ">Error<").replace("</scope>", f"</scope>{REFERENCE}"), K.NOTE_MISSING),
        (with_polygon("41.0,116.0 41.0,116.5 41.5,116.5 41.0,116.1"), K.POLYGON),
        (with_polygon("116.0,41.0 116.5,41.0 116.5,41.5 116.0,41.0"), K.POLYGON),
        (with_polygon("somewhere near the line"), K.POLYGON),
        (with_polygon("41.0,116.0 41.0,116.5 41.0,116.0"), K.POLYGON),
        (with_polygon("41.0,116.0 41.5,116.5 41.0,116.5 41.5,116.0 41.0,116.0"), K.POLYGON_CROSSES_ITSELF),
        (VALID.replace("116.4812 2.0", "116.4812"), K.CIRCLE),
        (VALID.replace("116.4812 2.0", "116.4812 -1"), K.CIRCLE),
        (VALID.replace("41.0135,116.4812", "116.4812,41.0135"), K.CIRCLE),
        (VALID.replace("</circle>", "</circle><ceiling>10</ceiling>"), K.ALTITUDE),
        (VALID.replace("T20:20", "T13:20"), K.EXPIRES_BEFORE),
        (BILINGUAL.replace("Severe", "Minor", 1), K.LANGUAGES_DISAGREE),
        (BILINGUAL.replace("T20:20:00+08:00", "T12:20:00-00:00", 1).replace("T20:20", "T21:20"), K.LANGUAGES_DISAGREE),
        (BILINGUAL.replace("<headline>Suspected fire", "<headline>疑似火情"), K.SAME_TEXT_IN_TWO_LANGUAGES),
        (VALID.replace("14:20:00+08:00", "06:20:00Z"), K.VALUE),
        (VALID.replace("14:20:00+08:00", "14:20:00.5+08:00"), K.VALUE),
        (VALID.replace("T14:20:00", " 14:20:00"), K.VALUE),
        (VALID.replace("2027-04-10T14", "2027-04-31T14"), K.VALUE),
        (VALID.replace("<event>疑似火情</event>", "<event>疑似<b/>火情</event>"), K.STRUCTURE),
        (VALID.replace("<scope>Public</scope>", ""), K.STRUCTURE),
        (VALID.replace("<alert ", "<alert kind='x' "), K.STRUCTURE),
        (VALID.replace("<area>", "<area>near"), K.STRUCTURE),
        (VALID.replace(CAP, "urn:oasis:names:tc:emergency:cap:1.1"), K.NO_ALERT),
        (VALID[:-20], K.NOT_XML),
        (VALID.replace("UTF-8", "UTF-7"), K.ENCODING),
        ("", K.NOT_XML),
    ],
)
def test_each_rule_broken_once_is_named(broken: str, kind: ProblemKind) -> None:
    assert kind in kinds(broken)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("word", ["<!DOCTYPE", "<!doctype"])
def test_a_document_type_is_refused_in_every_encoding_that_is_read(encoding: str, word: str) -> None:
    attack = VALID.replace("<alert ", f'{word} alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<alert ', 1)
    assert kinds(attack.encode(encoding)) == {K.DOCTYPE}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_read_over(encoding: str) -> None:
    assert judge(VALID.encode(encoding)).valid


def test_a_distribution_is_valid_when_all_that_it_holds_is() -> None:
    body = VALID.partition("?>")[2]
    both = f"<box>{body}{body.replace('JJJ-1', 'JJJ,2')}</box>"
    verdict = judge(both.encode())
    assert [alert.valid for alert in verdict.alerts] == [True, False]
    assert not verdict.valid
    assert verdict.reasons[0].startswith("JJJ,2: characters: alert/identifier")


@pytest.mark.shared
def test_every_sample_is_valid_and_none_is_passed_over(reference: Path) -> None:
    samples = sorted((reference / "samples").iterdir())
    assert len(samples) == 11
    assert {file.name: judge(file.read_bytes()).reasons for file in samples} == {file.name: [] for file in samples}


@pytest.mark.shared
def test_the_distribution_of_seven_is_read_as_seven(reference: Path) -> None:
    assert len(judge((reference / "samples" / "fire_7alerts_nsw_rfs.edxlde").read_bytes()).alerts) == 7


@pytest.mark.shared
def test_the_signatures_of_others_are_advice_and_make_nothing_invalid(reference: Path) -> None:
    signed = {
        file.name: judge(file.read_bytes()).alerts[0].seal
        for file in sorted((reference / "samples").iterdir())
        if b"Signature" in file.read_bytes()
    }
    assert len(signed) == 3
    assert Seal.NONE not in signed.values()


@pytest.mark.shared
def test_the_negatives_are_refused_for_what_their_notes_say(reference: Path, schema: etree.XMLSchema) -> None:
    negative = reference / "negative"
    assert kinds((negative / "xxe_doctype.cap").read_bytes()) == {K.DOCTYPE}
    scope = judge((negative / "missing_scope.cap").read_bytes())
    assert scope.reasons == ["structure: alert: scope is missing"]
    seven = judge((negative / "fire_some_invalid.edxlde").read_bytes())
    official = [schema.validate(alert) for alert in alerts_in((negative / "fire_some_invalid.edxlde").read_bytes())]
    assert [alert.valid for alert in seven.alerts] == official
    assert official[1:3] == [False, False]


@pytest.mark.shared
def test_the_structure_agrees_with_the_official_schema_on_thousands_of_broken_messages(
    reference: Path, schema: etree.XMLSchema
) -> None:
    chance = random.Random(20270410)
    whole = [alert for file in sorted((reference / "samples").iterdir()) for alert in alerts_in(file.read_bytes())]
    tried = {True: 0, False: 0}
    for _ in range(3000):
        alert = _isolated(chance.choice(whole))
        for _ in range(chance.choice((1, 1, 2))):
            _mutate(alert, chance)
        official = bool(schema.validate(alert))
        tried[official] += 1
        problems = [str(problem) for problem in structure_problems(alert)]
        assert (problems == []) is official, (problems, schema.error_log, etree.tostring(alert, encoding="unicode"))
    assert min(tried.values()) > 300


def _isolated(alert: etree._Element) -> etree._Element:
    """A copy without its signature: what stands in that is not CAP's."""
    made = deepcopy(alert)
    for signature in made.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        made.remove(signature)
    return etree.fromstring(etree.tostring(made))


def _mutate(alert: etree._Element, chance: random.Random) -> None:
    elements = list(alert.iter(etree.Element))[1:]
    chosen = chance.choice(elements)
    parent = chosen.getparent()
    act = chance.choice(("drop", "double", "move", "rename", "retext", "empty", "attribute", "swap"))
    if act == "drop":
        parent.remove(chosen)
    elif act == "double":
        parent.insert(parent.index(chosen), deepcopy(chosen))
    elif act == "move":
        chance.choice(
            [element for element in [alert, *elements] if chosen not in {element, *element.iterancestors()}]
        ).append(deepcopy(chosen))
    elif act == "rename":
        chosen.tag = chance.choice(elements).tag
    elif act == "retext":
        chosen.text = chance.choice([other.text or "" for other in elements])
    elif act == "empty":
        chosen.text = None
    elif act == "attribute":
        chosen.set(chance.choice(("lang", "id")), "x")
    else:
        other = chance.choice(list(parent))
        at, to = parent.index(chosen), parent.index(other)
        parent[at], parent[to] = deepcopy(other), deepcopy(chosen)
