"""Drafts of warnings and letters from a danger round: one county after another, then both sides of each line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from boundary_zones.border import ZoneBorder
from boundary_zones.zone import County, Zone
from flows.border_weather import AHEAD_H, border_weather_zh
from flows.danger_notes import raised_zh
from flows.documents.words import office_zh
from flows.gathered import Gathered
from flows.order import Order
from flows.warning_colours import (
    AreaDanger,
    border_townships,
    counties_across,
    effective_colour,
    superior_colours,
    township_colour,
)
from flows.wiring import House
from models.area_danger import AreaDay
from models.frames import WeatherFrame
from notify.alert import LIVE, WarningColour
from notify.hysteresis import Change, LevelMemory
from notify.phrases import BEIJING
from notify.warning.document import (
    BesideColour,
    DocumentState,
    GradeDay,
    WarningDocument,
)
from notify.warning.letter import Letter, differing
from notify.warning.lifecycle import Standing, Wanted, next_area_level, wanted
from notify.warning.texts import letter_text, long_text, short_text
from store.warning_documents import LETTER, WARNING, DocumentRow
from store.zone_levels import LevelRecord, document_of, memory_from

_COLOURS = tuple(WarningColour)
_SYSTEM = "系统"


def draft_warnings(
    house: House, order: Order, zones: Sequence[Zone], *, danger: AreaDanger, weather: Gathered[WeatherFrame]
) -> tuple[str, ...]:
    """Draft what each county's danger asks for, and letters where two sides of a line differ.

    Nothing here is sent: drafts wait for a named person. A round that only looks keeps nothing.

    Args:
        house: the world to work in.
        order: what was asked.
        zones: joint units that the round judged.
        danger: of counties and townships.
        weather: what the round holds: letters say what is foretold.

    Returns:
        Numbers of the new drafts.
    """
    if not order.send:
        return ()
    numbers: list[str] = []
    with house.database.begin():
        levels = {county.gb: _levels(house, order, county, danger) for zone in zones for county in zone.counties}
        for zone in zones:
            for county in zone.counties:
                numbers += _draft_county(house, order, zone, (county, levels[county.gb], danger))
        for zone in zones:
            numbers += _draft_letters(house, order, zone, weather)
    return tuple(numbers)


def _levels(house: House, order: Order, county: County, danger: AreaDanger) -> tuple[LevelMemory, Change]:
    """The level of a county after this run; those of its placed townships are kept beside it."""
    colours = house.rules.warning_colours.by_region[county.region_id]
    for township in border_townships(house, county, order):
        if township.gb in danger.townships:
            _level(house, order, township.gb, danger.townships[township.gb], colours)
    return _level(house, order, county.gb, danger.counties.get(county.gb, ()), colours)


def _draft_county(
    house: House, order: Order, zone: Zone, found: tuple[County, tuple[LevelMemory, Change], AreaDanger]
) -> list[str]:
    county, level, danger = found
    days = danger.counties.get(county.gb, ())
    colours = house.rules.warning_colours.by_region[county.region_id]
    row = house.warning_documents.standing(WARNING, county.gb, at=order.as_of, world=house.world)
    standing = None if row is None else Standing(row.number, row.first_number, row.colour, row.ends_utc)
    asked = wanted(level, standing, days, colours=colours, now=order.as_of, rules=house.rules.warning)
    open_drafts = house.warning_documents.drafts(WARNING, county.gb, world=house.world)
    if asked.action is not None and any(_says(draft, asked) for draft in open_drafts):
        return []
    if asked.action is None and level[1] is Change.NO_DATA:
        return []
    for draft in open_drafts:
        _replace(house, order, draft)
    if asked.action is None:
        return []
    return [_save_warning(house, order, _document(house, order, zone, (county, asked, danger)), standing)]


def _level(
    house: House, order: Order, gb: int, days: Sequence[AreaDay], colours: Sequence[WarningColour]
) -> tuple[LevelMemory, Change]:
    """The level of an area after this run, kept for the next one."""
    key = f"warning:{gb}"
    record = house.levels.newest(key, before=order.as_of, world=house.world)
    memory = LevelMemory() if record is None else memory_from(record, LevelMemory)
    after, change = next_area_level(days, memory, colours=colours, now=order.as_of, rules=house.rules.warning)
    kept = LevelRecord(
        event_key=key,
        decided_utc=order.as_of,
        level=_COLOURS[after.rank],
        candidate_level=None,
        runs_below=after.runs_below,
        since_utc=after.since_utc,
        memory=document_of(after),
    )
    house.levels.save(kept, world=house.world)
    return after, change


def _says(draft: DocumentRow, asked: Wanted) -> bool:
    """Whether an open draft says already what is asked for."""
    same = draft.action is asked.action and draft.colour is asked.colour
    return same and draft.previous_colour is asked.previous_colour and draft.ends_utc >= asked.ends_utc


def _replace(house: House, order: Order, draft: DocumentRow) -> None:
    house.warning_documents.move(draft.number, DocumentState.REPLACED, by=_SYSTEM, at=order.as_of, world=house.world)


def _grade_day(day: AreaDay) -> GradeDay:
    if day.peak_utc is None or day.noon_grade is None:
        return GradeDay(day.local_date, day.danger_grade)
    return GradeDay(day.local_date, day.danger_grade, raised_zh(day.peak_utc, day.noon_grade))


def _document(house: House, order: Order, zone: Zone, found: tuple[County, Wanted, AreaDanger]) -> WarningDocument:
    county, asked, danger = found
    assert asked.action is not None
    words = house.rules.warning_words
    own = danger.counties.get(county.gb, ())
    first = order.as_of.astimezone(BEIJING).date()
    last = asked.ends_utc.astimezone(BEIJING) - timedelta(seconds=1)
    days = tuple(_grade_day(day) for day in own if first <= day.local_date <= last.date())
    townships = tuple(township_colour(house, county, one, danger) for one in border_townships(house, county, order))
    return WarningDocument(
        zone=zone.id,
        county_gb=county.gb,
        county_zh=county.name_zh,
        action=asked.action,
        reason=asked.reason,
        colour=asked.colour,
        previous_colour=asked.previous_colour,
        begins_utc=asked.begins_utc,
        ends_utc=max(asked.ends_utc, asked.begins_utc),
        decided_utc=order.as_of,
        publisher_zh=words.county_publisher.format(county=county.name_zh),
        affected_zh=(f"{county.name_zh}边界林区", *(one.name_zh for one in townships)),
        cautions=words.cautions[asked.colour.value],
        measures=words.measures[asked.colour.value],
        phones=words.phones,
        danger_zh=words.danger_words[asked.colour.value],
        days=days,
        townships=townships,
        superiors=superior_colours(house, order, county),
        neighbours=tuple(effective_colour(house, order, gb) for gb in counties_across(house, zone, county.gb)),
        degraded=any(day.degraded for day in own),
        missing=danger.missing,
        exercise=house.world != LIVE,
    )


def _save_warning(house: House, order: Order, document: WarningDocument, standing: Standing | None) -> str:
    number = _next_number(house, order, "YJ", document.county_gb)
    first, previous = (standing.first_number, standing.number) if standing is not None else (number, "")
    row = DocumentRow(
        number=number,
        kind=WARNING,
        zone=document.zone,
        county_gb=document.county_gb,
        state=DocumentState.DRAFT,
        colour=document.colour,
        previous_colour=document.previous_colour,
        begins_utc=document.begins_utc,
        ends_utc=document.ends_utc,
        decided_utc=document.decided_utc,
        action=document.action,
        reason=document.reason,
        first_number=first,
        previous_number=previous,
        degraded=document.degraded or bool(document.missing),
        text_short=short_text(document, signature=house.rules.wording.danger_signature),
        text_long=long_text(document, number=number, previous_number=previous, first_number=first),
        content=document_of(document),
    )
    house.warning_documents.save(row, world=house.world)
    return number


def _draft_letters(house: House, order: Order, zone: Zone, weather: Gathered[WeatherFrame]) -> list[str]:
    border = house.catalogue.border(zone.id)
    pairs = dict.fromkeys((stretch.first.gb, stretch.second.gb) for stretch in border.stretches)
    beside = [
        (effective_colour(house, order, first), effective_colour(house, order, second)) for first, second in pairs
    ]
    apart = differing(beside, min_difference=house.rules.warning.letter_min_difference)
    letters = [_letter(house, order, border, weather, (high, low)) for high, low in apart]
    known = [row for row in house.warning_documents.all_documents(world=house.world) if row.kind == LETTER]
    asked = {letter.key for letter in letters}
    in_pairs = {*pairs, *((second, first) for first, second in pairs)}
    newest: dict[tuple[int, int | None], DocumentRow] = {(row.county_gb, row.receiver_gb): row for row in known}
    for row in known:
        old = _key(row) not in asked or _weather_is_past(row, order)
        if row.state is DocumentState.DRAFT and (row.county_gb, row.receiver_gb) in in_pairs and old:
            _replace(house, order, row)
    fresh = [letter for letter in letters if not _said_already(newest.get(letter.key[:2]), letter, order)]
    return [_save_letter(house, order, letter) for letter in fresh]


def _said_already(row: DocumentRow | None, letter: Letter, order: Order) -> bool:
    if row is None or _key(row) != letter.key or row.state is DocumentState.REPLACED:
        return False
    return row.state is not DocumentState.DRAFT or not _weather_is_past(row, order)


def _weather_is_past(row: DocumentRow, order: Order) -> bool:
    """Whether the hours that a letter speaks of are over: nobody should sign them any more."""
    return row.decided_utc + timedelta(hours=AHEAD_H) <= order.as_of


def _key(row: DocumentRow) -> tuple[int, int | None, WarningColour, WarningColour]:
    """As :attr:`Letter.key`: in a letter's row the other side's colour stands as the previous one."""
    return row.county_gb, row.receiver_gb, row.colour, row.previous_colour


def _letter(
    house: House,
    order: Order,
    border: ZoneBorder,
    weather: Gathered[WeatherFrame],
    apart: tuple[BesideColour, BesideColour],
) -> Letter:
    """From the county with the higher colour, which stands first, to the other."""
    high, low = apart
    counties = house.catalogue.counties
    sender = counties[high.gb]
    stretch = next(one for one in border.stretches if {one.first.gb, one.second.gb} == {high.gb, low.gb})
    return Letter(
        zone=border.zone.id,
        segment_zh=f"{sender.short_zh}—{counties[low.gb].short_zh}",
        sender=high,
        receiver=low,
        offices_zh=(office_zh(house, high.gb), office_zh(house, low.gb)),
        townships_zh=tuple(one.name_zh for one in border_townships(house, sender, order)),
        weather_zh=border_weather_zh(house, border, stretch, gathered=weather, as_of=order.as_of),
        decided_utc=order.as_of,
        exercise=house.world != LIVE,
    )


def _save_letter(house: House, order: Order, letter: Letter) -> str:
    number = _next_number(house, order, "TS", letter.sender.gb)
    row = DocumentRow(
        number=number,
        kind=LETTER,
        zone=letter.zone,
        county_gb=letter.sender.gb,
        receiver_gb=letter.receiver.gb,
        state=DocumentState.DRAFT,
        colour=letter.sender.colour,
        previous_colour=letter.receiver.colour,
        begins_utc=letter.decided_utc,
        ends_utc=letter.decided_utc + timedelta(days=house.rules.warning.window_d),
        decided_utc=letter.decided_utc,
        first_number=number,
        text_long=letter_text(letter, number=number),
        content=document_of(letter),
    )
    house.warning_documents.save(row, world=house.world)
    return number


def _next_number(house: House, order: Order, series: str, gb: int) -> str:
    """``JJJ-YJ-110116-2027-012``, in exercises ``YL-…``: our own number, not the office's."""
    year = order.as_of.astimezone(BEIJING).year
    prefix = "JJJ" if house.world == LIVE else "YL"
    nth = house.warning_documents.next_number(f"document:{series}:{gb}:{year}", world=house.world)
    return f"{prefix}-{series}-{gb}-{year}-{nth:03d}"
