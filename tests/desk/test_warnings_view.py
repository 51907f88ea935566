"""Drafts, their texts, and what other offices published."""

from __future__ import annotations

from desk.exits import Exit
from tests.flows import world
from tests.flows.world import ZONE

NOTE = ("--from", "2024-04-10T00:00+08:00", "--to", "2024-04-20T00:00+08:00", "--by", "张三", "--source", "第12期")


def test_drafts_are_listed_and_one_is_shown_whole(firewatch, told) -> None:
    rows = firewatch("warnings", "--json").document
    assert {row["state"] for row in rows} == {"draft"}
    assert {row["zone"] for row in rows} == {ZONE}
    assert all(row["number"].startswith("JJJ-YJ-") for row in rows)
    number = rows[0]["number"]
    assert "草稿" in firewatch("warnings").out
    assert "法定八项尚缺：发布时间" in firewatch("warnings", number).out
    assert firewatch("warnings", number, "--json").document["number"] == number


def test_an_unknown_number_is_bad_input(firewatch) -> None:
    done = firewatch("warnings", "JJJ-YJ-0")
    assert (done.code, done.out) == (Exit.BAD_INPUT, "")
    assert "firewatch warnings --all" in done.err


def test_what_a_city_published_is_recorded_and_stands_in_the_next_draft(firewatch, told) -> None:
    assert firewatch("note-warning", 110000, "red", *NOTE, "--json").document["colour"] == "red"
    world.danger(told, world.MORNING + world.DAY)
    texts = [row["text_long"] for row in firewatch("warnings", "--all", "--json").document]
    assert any("北京市红色（人工登记）" in text for text in texts)


def test_a_record_without_source_area_or_end_is_refused(firewatch) -> None:
    assert firewatch("note-warning", 999999, "red", *NOTE).code == Exit.BAD_INPUT
    assert firewatch("note-warning", 110000, "red", *NOTE[:-1], " ").code == Exit.BAD_INPUT
    swapped = (NOTE[0], NOTE[3], NOTE[2], NOTE[1], *NOTE[4:])
    assert firewatch("note-warning", 110000, "red", *swapped).code == Exit.BAD_INPUT
    assert firewatch("note-warning", 110000, "purple", *NOTE).code == Exit.BAD_INPUT
