"""What a person decides at the command line: taken back, put right, signed, silenced, and drills let out."""

from __future__ import annotations

import json

import pytest

from desk.exits import Exit
from models.incidents.incident import Doubt
from store.audit import AuditAction
from tests.desk.test_ledger_views import FIRE
from tests.flows import world
from tests.flows.test_releasing import document
from tests.store.examples import an_incident


def test_a_cancellation_says_whom_it_reaches_and_twice_is_refused(firewatch, told) -> None:
    done = firewatch("cancel", FIRE, "--reason", "核实为工矿用火", "--by", "张三", "--json")
    assert done.code == Exit.DONE
    assert "核实为工矿用火" in done.document["text_short"]
    assert "tianjin/120119" in done.document["offices"]
    again = firewatch("cancel", FIRE, "--reason", "核实为工矿用火", "--by", "张三")
    assert again.code == Exit.FAILED
    assert "was withdrawn by" in again.err


def test_a_correction_of_words_that_no_message_holds_is_bad_input(firewatch, told) -> None:
    arguments = ("--wrong", "位置有误", "--right", "很" * 60, "--by", "张三")
    refused = firewatch("correct", FIRE, *arguments)
    assert refused.code == Exit.BAD_INPUT
    assert "what is right" in refused.err


def test_a_draft_is_listed_signed_and_gone_from_the_list(firewatch, told) -> None:
    told.warning_documents.save(document("预1"), world="live")
    listed = firewatch("drafts", "--json").document
    assert ("预1", 1) in {(row["number"], row["missing"]) for row in listed}
    done = firewatch("sign", "预1", "--by", "张三", "--json").document
    assert (done["state"], done["missing"]) == ("released", 0)
    assert done["code"]
    assert "预1" not in {row["number"] for row in firewatch("drafts", "--json").document}


def test_a_draft_is_returned_with_a_reason(firewatch, told) -> None:
    told.warning_documents.save(document("预2"), world="live")
    assert "已作废" in firewatch("return", "预2", "--reason", "会商未通过", "--by", "张三").out


def test_a_silence_is_listed_until_it_is_lifted(firewatch, told) -> None:
    kept = firewatch("silence", "--zone", world.ZONE, "--hours", "3", "--reason", "计划烧除", "--by", "张三", "--json")
    assert firewatch("silences", "--json").document[0]["zone"] == world.ZONE
    assert firewatch("lift", kept.document["seq"], "--by", "李四").code == Exit.DONE
    assert firewatch("silences", "--json").document == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--zone", "XX-YY"), "no joint unit"),
        (("--zone", world.ZONE, "--hours", "48"), "within 24 hours"),
        ((), "a reason"),
    ],
)
def test_a_silence_that_is_too_long_or_of_nothing_is_refused(firewatch, told, arguments, says: str) -> None:
    done = firewatch("silence", *arguments, "--reason", "计划烧除", "--by", "张三")
    assert done.code == Exit.BAD_INPUT
    assert says in done.err


def test_a_drill_window_needs_two_persons(firewatch, told) -> None:
    span = ("--from", "2027-04-10T09:00+08:00", "--to", "2027-04-10T11:00+08:00", "--reason", "四月演练")
    asked = firewatch("drill", "ask", "--office", "beijing/110117", *span, "--by", "张三", "--json")
    assert asked.code == Exit.DONE
    (window,) = firewatch("drill", "list", "--json").document
    assert asked.document["window_id"] == window["window_id"]
    same = firewatch("drill", "confirm", window["window_id"], "--by", "张三")
    assert same.code == Exit.FAILED
    both = firewatch("drill", "confirm", window["window_id"], "--by", "李四", "--json").document
    assert (both["asked_by"], both["confirmed_by"]) == ("张三", "李四")
    assert firewatch("drill", "close", window["window_id"], "--by", "李四").code == Exit.DONE
    unknown = firewatch("drill", "ask", "--office", "beijing/000000", *span, "--by", "张三")
    assert unknown.code == Exit.BAD_INPUT


def test_an_exercise_is_told_from_its_world(firewatch, told) -> None:
    assert "的值班员看到的" in firewatch("transcript", "live").out


def test_whoever_lifts_a_suppression_stands_in_the_chained_log_with_the_reason(firewatch, told) -> None:
    number = "JJJ-PG-JZ-2024-099"
    held = an_incident(incident_id=number, suppressed_by=Doubt.PERSISTENT_HEAT, merged_into=None, merged_from=())
    told.incidents.save([held])
    arguments = ("unsuppress", number, "--by", "怀柔区 张三", "--reason", "现场有烟")
    assert "已解除抑制" in firewatch(*arguments).out
    assert not told.incidents.load(number).suppressed
    (row,) = [row for row in told.audit.links(subject=number) if row.action == AuditAction.LIFT]
    assert row.actor == "怀柔区 张三"
    assert json.loads(row.payload) == {
        "does": "lift_suppression",
        "reason": "现场有烟",
        "held_back_by": "persistent_heat",
    }
    assert told.audit.verify() == []
    again = firewatch(*arguments)
    assert again.code != Exit.DONE
    assert "there is nothing to lift" in again.err
