from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.errors import ConfigurationError
from flows.rules import RuleBook, load_rules, shipped_rules

WHOLE = 'unit = "h", source = "a paper", article = "eq. 1", valid_from = 2026-01-01, confirmed_by = ""'


@dataclass(frozen=True)
class Hold:
    hold_h: float
    colours: tuple[str, ...] = ("red",)


def book_of(tmp_path: Path, text: str) -> RuleBook:
    (tmp_path / "alerting.toml").write_text(text, encoding="utf-8")
    return load_rules(tmp_path)


def rule(name: str, value: str) -> str:
    return f"{name} = {{ value = {value}, {WHOLE} }}\n"


def test_a_section_becomes_the_dataclass_whose_fields_it_names(tmp_path) -> None:
    book = book_of(tmp_path, "[hold]\n" + rule("hold_h", "6") + rule("colours", '["orange", "red"]'))
    bound = book.bind("alerting.hold", Hold)
    assert bound == Hold(6.0, ("orange", "red"))
    assert isinstance(bound.hold_h, float)


def test_a_default_stands_where_the_rule_is_absent(tmp_path) -> None:
    assert book_of(tmp_path, "[hold]\n" + rule("hold_h", "6")).bind("alerting.hold", Hold) == Hold(6.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[hold]\nhold_h = 6\n", "alerting.hold.hold_h is a bare value"),
        ('[hold]\nhold_h = { value = 6, unit = "h" }\n', "alerting.hold.hold_h: key article is missing"),
        ("[hold]\n" + rule("hold_h", "6").replace("unit", "unti"), "unknown key unti"),
        ("[hold]\n" + rule("hold_h", "6").replace("a paper", " "), "hold_h: source is empty"),
        ("[hold]\n" + rule("hold_h", "6").replace("2026-01-01", '"soon"'), "hold_h: valid_from"),
        ("[hold\n", "alerting.toml"),
    ],
    ids=["bare", "missing key", "misspelt key", "no source", "no date", "not TOML"],
)
def test_a_rule_that_is_not_whole_stops_the_start_and_is_named(tmp_path, text, message) -> None:
    with pytest.raises(ConfigurationError, match=message):
        book_of(tmp_path, text)


def test_a_missing_rule_is_named_with_the_group_that_needs_it(tmp_path) -> None:
    book = book_of(tmp_path, "[hold]\n" + rule("colours", '["red"]'))
    with pytest.raises(ConfigurationError, match=r"alerting.hold.hold_h is missing; Hold needs it"):
        book.bind("alerting.hold", Hold)


def test_a_rule_that_its_group_does_not_know_is_refused(tmp_path) -> None:
    book = book_of(tmp_path, "[hold]\n" + rule("hold_h", "6") + rule("hold_min", "6"))
    with pytest.raises(ConfigurationError, match="alerting.hold.hold_min is not known to Hold"):
        book.bind("alerting.hold", Hold)


def test_a_rule_of_the_wrong_type_is_refused(tmp_path) -> None:
    book = book_of(tmp_path, "[hold]\n" + rule("hold_h", '"six"'))
    with pytest.raises(ConfigurationError, match="hold_h must be of type float, got 'six'"):
        book.bind("alerting.hold", Hold)


def test_a_rule_that_nothing_asks_for_stops_the_start(tmp_path) -> None:
    book = book_of(tmp_path, "[hold]\n" + rule("hold_h", "6") + "[other]\n" + rule("x_km", "1"))
    book.bind("alerting.hold", Hold)
    with pytest.raises(ConfigurationError, match="nothing uses alerting.other.x_km"):
        book.refuse_unused()


def test_an_empty_folder_is_no_set_of_rules(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="no \\*.toml"):
        load_rules(tmp_path)


def test_the_digest_changes_when_any_file_changes(tmp_path) -> None:
    first = book_of(tmp_path, "[hold]\n" + rule("hold_h", "6")).digest
    assert book_of(tmp_path, "[hold]\n" + rule("hold_h", "7")).digest != first
    assert book_of(tmp_path, "[hold]\n" + rule("hold_h", "6")).digest == first


def test_every_shipped_rule_has_a_unit_and_a_source() -> None:
    rules = list(load_rules(shipped_rules()))
    assert len(rules) > 20
    assert not [rule.name for rule in rules if not isinstance(rule.unit, str) or not rule.source]
