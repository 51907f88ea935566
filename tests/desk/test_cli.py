"""``firewatch``: exit codes, one JSON document for scripts, and errors that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desk.cli import COMMANDS, EXIT_OF
from desk.exits import Exit
from desk.rounds import exit_code
from notify.alert import LIVE
from store.database import Database
from store.errors import AnswerUnclear, NotInStore, StoreBusy, StoreConflict, StoreError
from store.run_rows import RunOutcome
from tests.conftest import CHECKOUT
from tests.flows import world
from tests.flows.feed_server import NOW, Reply, far_away, hotspot_table, on_the_line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself(firewatch, command) -> None:
    done = firewatch(command, "--help")
    assert done.code == Exit.DONE
    assert f"Example: firewatch {command}" in " ".join(done.out.split())


def test_every_command_that_ends_by_itself_has_json() -> None:
    from typer.main import get_command

    from desk.cli import app

    def leaves(group: Any, *before: str) -> Iterator[tuple[str, Any]]:
        for name, each in group.commands.items():
            path = (*before, name)
            yield from leaves(each, *path) if hasattr(each, "commands") else [(" ".join(path), each)]

    without = {name for name, each in leaves(get_command(app)) if not any("--json" in p.opts for p in each.params)}
    assert without == {"serve", "answers", "desk", "dispatcher", "metrics"}  # they run until they are stopped


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("run", "fire"),
        ("run", "--zoom", "PG-JZ"),
        ("run", "danger", "--zone", "XX-YY"),
        ("run", "danger", "--reason", " "),
        ("run", "danger", "--as-of", "2026-04-04T06:00"),
        ("run", "danger", "--as-of", "yesterday"),
        ("run", "all", "--as-of", "2026-04-04T06:00+08:00"),
        ("run", "dispatch", "--as-of", "2026-04-04T06:00+08:00"),
        ("status", "--world", "exercise-nobody-held"),
        ("ack", "平0410-01"),
        ("ack", "平0410-01", "--by", "张三"),
        ("compute", "dew", "in.csv", "out.csv"),
        ("compute", "fwi", "absent.csv", "out.csv"),
        ("exercise", "no-such-fire"),
        ("replay", "--from", "2017-05-01T00:00+08:00"),
        ("import", "prsa", "out.csv", "absent.csv"),
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_two_and_nothing_on_stdout(firewatch, arguments) -> None:
    done = firewatch(*arguments)
    assert (done.code, done.out) == (Exit.BAD_INPUT, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("FIREWATCH_CONTACT", "x", "unknown setting FIREWATCH_CONTACT"),
        ("FIREWATCH_CONTACTS", "absent.toml", "absent.toml: cannot be read"),
        ("FIREWATCH_ZONES", "nowhere", "zones.toml: cannot be read"),
        ("FIREWATCH_ELEVATION", "absent.csv", "elevation table absent.csv"),
    ],
)
def test_a_wrong_setting_ends_with_two_and_one_line_that_names_it(firewatch, monkeypatch, name, value, says) -> None:
    monkeypatch.setenv(name, value)
    done = firewatch("run", "danger")
    assert done.code == Exit.BAD_INPUT
    (line,) = done.err.strip().splitlines()
    assert line.startswith("firewatch: ")
    assert says in line


def test_without_a_network_run_ends_with_three_and_names_every_feed(firewatch) -> None:
    done = firewatch("run", "all", "--json")
    assert done.code == Exit.FEED_OUT
    danger, hotspots, dispatch = done.document["runs"]
    assert danger["outcome"] == hotspots["outcome"] == "feed_out"
    assert danger["missing"] == ["天气预报"]
    assert "MODIS热点" in hotspots["missing"]
    assert dispatch["outcome"] == "done"
    assert done.document["standing_danger"] is None


def test_without_a_network_a_person_reads_what_is_missing_and_how_old_the_last_product_is(firewatch, told) -> None:
    done = firewatch("run", "danger", "--zone", "PG-JZ")
    assert done.code == Exit.FEED_OUT
    assert "缺测：天气预报" in done.out
    assert "现行火险产品 过期：" in done.out
    assert "小时前的结果" in done.out


def test_a_good_round_ends_with_zero_and_a_young_one_with_four(firewatch, feeds) -> None:
    assert firewatch("run", "hotspots").code == Exit.DONE
    degraded = firewatch("run", "danger", "--json")
    assert degraded.code == Exit.DEGRADED
    (run,) = degraded.document["runs"]
    # The served weather is a made-up gale of seven days, which is noticed.
    assert (run["outcome"], run["missing"]) == ("degraded", ["前期气象仅7天（可燃物湿度尚在累积）", "风速单位存疑"])
    assert degraded.document["standing_danger"]["run_id"] == run["run_id"]
    assert len(run["table"]) == 4


def test_logs_go_to_stderr_as_lines_of_json(firewatch, feeds) -> None:
    done = firewatch("run", "hotspots", "--json")
    assert set(done.document) == {"runs", "standing_danger"}
    assert "run_end" not in done.out


def test_a_fire_is_told_by_one_command_and_shown_by_the_others(firewatch, feeds) -> None:
    rows = hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW), far_away(NOW))
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(rows)
    done = firewatch("run", "all", "--json")
    assert done.code == Exit.DEGRADED
    (code,) = done.document["runs"][1]["alerts"]
    alerts = {each["code"]: each for each in firewatch("alerts", "--json").document}
    assert alerts[code]["kind"] == "incident"
    sent = [each for each in firewatch("deliveries", "--json").document if each["alert_id"] == alerts[code]["alert_id"]]
    assert {each["state"] for each in sent if not each["step"]} == {"sent"}
    assert {each["state"] for each in sent if each["step"]} == {"pending"}, "steps that wait for an answer"
    assert {each["region"] for each in sent} == {"beijing", "tianjin", "hebei"}
    (incident,) = firewatch("incidents", "--json").document
    assert incident["incident_id"] == alerts[code]["event_id"]


def test_no_send_tells_nobody_and_holds_no_dispatch(firewatch, feeds) -> None:
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW)))
    done = firewatch("run", "all", "--no-send", "--json")
    assert [run["flow"] for run in done.document["runs"]] == ["danger_watch", "hotspot_watch"]
    assert done.document["runs"][1]["alerts"] == ["预览"]
    assert firewatch("alerts", "--json").document == []


def test_a_past_time_only_looks_unless_it_is_told_to_send(firewatch, feeds) -> None:
    feeds.replies["VIIRS_NOAA20_NRT"] = Reply(hotspot_table("VIIRS_NOAA20_NRT", on_the_line(NOW)))
    firewatch("run", "hotspots", "--no-send")
    asked = len(feeds.asked)
    at = (NOW + timedelta(minutes=10)).isoformat()
    look = firewatch("run", "hotspots", "--as-of", at, "--json")
    assert (look.code, look.document["runs"][0]["alerts"]) == (Exit.DONE, ["预览"])
    assert firewatch("alerts", "--json").document == []
    sent = firewatch("run", "hotspots", "--as-of", at, "--send", "--json")
    assert len(firewatch("alerts", "--json").document) == len(sent.document["runs"][0]["alerts"]) == 1
    assert len(feeds.asked) == asked


def test_a_past_of_which_the_archive_holds_nothing_ends_with_three(firewatch) -> None:
    done = firewatch("run", "danger", "--as-of", "2020-04-04T06:00+08:00")
    assert done.code == Exit.FEED_OUT


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((RunOutcome.DONE, RunOutcome.DONE), Exit.DONE),
        ((RunOutcome.DONE, RunOutcome.DEGRADED), Exit.DEGRADED),
        ((RunOutcome.DEGRADED, RunOutcome.FEED_OUT), Exit.FEED_OUT),
        ((RunOutcome.FEED_OUT, RunOutcome.FAILED), Exit.FAILED),
        ((), Exit.DONE),
    ],
)
def test_the_worst_outcome_is_the_exit_code(outcomes, code) -> None:
    assert exit_code(list(outcomes)) is code


def test_exit_codes_are_those_of_the_interface() -> None:
    assert [int(code) for code in (Exit.DONE, Exit.FAILED, Exit.BAD_INPUT, Exit.FEED_OUT, Exit.DEGRADED)] == [*range(5)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotInStore("x"), Exit.BAD_INPUT),
        (AnswerUnclear("x"), Exit.BAD_INPUT),
        (StoreBusy("x"), Exit.FAILED),
        (StoreConflict("x"), Exit.FAILED),
        (StoreError("x"), Exit.FAILED),
    ],
)
def test_an_error_of_the_store_is_the_caller_s_only_where_the_caller_can_mend_it(error, code) -> None:
    assert next(found for kind, found in EXIT_OF if isinstance(error, kind)) is code


def test_a_database_that_cannot_be_opened_ends_with_one_and_says_so(firewatch, home) -> None:
    home.mkdir()
    (home / "firewatch.db").write_bytes(b"this is no database, though it is long enough to be looked at" * 100)
    done = firewatch("status")
    assert done.code == Exit.FAILED
    assert "firewatch.db" in done.err
    assert "Traceback" not in done.err


def test_an_error_that_nobody_foresaw_is_not_hidden(monkeypatch) -> None:
    from desk import cli

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a case that nobody thought of")

    monkeypatch.setattr(sys, "argv", ["firewatch", "status"])
    monkeypatch.setattr(Database, "read", broken)
    with pytest.raises(RuntimeError, match="nobody thought of"):
        cli.main()


def test_the_program_itself_keeps_stdout_for_the_document(home) -> None:
    command = (sys.executable, "-m", "desk.cli", "run", "hotspots", "--json")
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == Exit.FEED_OUT
    (run,) = json.loads(done.stdout)["runs"]
    assert run["outcome"] == "feed_out"
    (line,) = [json.loads(line) for line in done.stderr.splitlines() if line.startswith('{"event"')]
    assert (line["run_id"], line["world"]) == (run["run_id"], LIVE)
    assert (home / "firewatch.db").is_file()


def test_the_same_round_from_two_commands_tells_once(firewatch, told) -> None:
    before = firewatch("alerts", "--json").document
    world.hotspots(told, world.MORNING + world.HOUR / 6)
    assert firewatch("alerts", "--json").document == before
