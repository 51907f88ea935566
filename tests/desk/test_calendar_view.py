"""What holds on a day, on each side of each line."""

from __future__ import annotations

from desk.exits import Exit


def test_in_october_the_two_sides_of_a_line_differ_and_the_table_says_so(firewatch) -> None:
    document = firewatch("calendar", "--day", "2026-10-20", "--json").document
    seasons = {row["county_zh"]: row["words_zh"] for row in document["counties"]}
    assert seasons["怀柔区"] == "非防火期"
    assert seasons["蓟州区"] == seasons["丰宁满族自治县"] == "防火期"
    assert document["season_zh"] == "2026—2027年度"


def test_key_dates_and_unsigned_periods_are_named(firewatch) -> None:
    said = firewatch("calendar", "--day", "2027-04-05").out
    assert "重要节点：清明" in said
    assert "防火戒严期" in said
    assert "未确认" in said


def test_an_order_of_a_past_year_is_listed_as_awaited(firewatch) -> None:
    assert "高火险期（2025年01-01至04-30）" in firewatch("calendar", "--day", "2027-04-20").out


def test_without_a_day_it_is_today(firewatch) -> None:
    assert firewatch("calendar").code == Exit.DONE


def test_a_day_that_is_none_is_bad_input(firewatch) -> None:
    done = firewatch("calendar", "--day", "2027-04-31")
    assert (done.code, done.out) == (Exit.BAD_INPUT, "")
    assert "2027-04-05" in done.err


def test_a_year_is_shown_by_its_changes(firewatch) -> None:
    rows = {row["local_date"]: row for row in firewatch("calendar", "--year", "2026", "--json").document}
    assert rows["2026-06-01"]["hotspots_zh"] == "每20分钟"
    assert rows["2026-10-08"]["owing_zh"] == "丰宁、滦平、怀来、赤城、蓟州、兴隆、三河"
    assert rows["2026-11-01"]["owing_zh"] == rows["2026-01-01"]["owing_zh"] == "全部县区"
    assert rows["2026-11-06"]["key_dates_zh"] == "寒衣节"
    assert rows["2026-11-06"]["danger_zh"] == "07:07、11:07、15:07、19:07"
    assert "2026-10-09" not in rows


def test_what_a_county_owes_on_a_day_stands_beside_its_season(firewatch) -> None:
    document = firewatch("calendar", "--day", "2026-10-20", "--json").document
    owed = {row["county_zh"]: row["duties_zh"] for row in document["counties"]}
    assert (owed["怀柔区"], owed["蓟州区"]) == ("", "每日报告、零报告")
