"""``firewatch cap check``: one line a file, and an exit code for scripts."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from desk.cli import app
from notify.cap.message import cap_document
from tests.notify.cap.samples import bulletin, key, rules
from tests.notify.cap.test_judge import VALID


@pytest.fixture
def files(tmp_path):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(cap_document(bulletin(), rules(), key=key()))
    bad.write_text(VALID.replace("<scope>Public</scope>", ""), encoding="utf-8")
    return good, bad


def run(*arguments: object):
    return CliRunner().invoke(app, ["cap", "check", *map(str, arguments)])


def test_each_file_is_one_line_with_its_reasons(files) -> None:
    done = run(*files)
    assert done.exit_code == 2
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["file"], line["valid"]) for line in lines] == [(str(files[0]), True), (str(files[1]), False)]
    assert lines[1]["reasons"] == ["structure: alert: scope is missing"]
    assert lines[0]["signatures"] == ["intact"]


def test_valid_files_exit_0_and_json_is_one_document(files) -> None:
    done = run(files[0], "--json")
    assert done.exit_code == 0
    assert [line["valid"] for line in json.loads(done.stdout)] == [True]


def test_with_a_certificate_every_message_must_be_signed_by_it(files, tmp_path) -> None:
    pem = tmp_path / "certificate.pem"
    pem.write_bytes(key().certificate_pem)
    assert run(files[0], "--certificate", pem).exit_code == 0
    (tmp_path / "unsigned.xml").write_text(VALID, encoding="utf-8")
    assert run(tmp_path / "unsigned.xml", "--certificate", pem).exit_code == 2


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    done = run(tmp_path / "none.xml")
    assert done.exit_code != 0
    assert "none.xml" in str(done.exception)
