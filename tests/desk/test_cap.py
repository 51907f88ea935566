"""``firewatch cap check``: one line a file, and an exit code for scripts."""

from __future__ import annotations

import json
from pathlib import Path

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


def test_a_folder_is_judged_whole_and_by_the_certificate_that_lies_in_it(files, tmp_path) -> None:
    good, bad = files
    (tmp_path / "certificate.pem").write_bytes(key().certificate_pem)
    (tmp_path / "notes.md").write_text("no message", encoding="utf-8")
    (tmp_path / "day").mkdir()
    good.rename(tmp_path / "day" / "good.xml")
    bad.write_text(VALID, encoding="utf-8")
    done = run(tmp_path)
    lines = {Path(line["file"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name: line["valid"] for name, line in lines.items()} == {"good.xml": True, "bad.xml": False}
    assert lines["bad.xml"]["reasons"] == ["signature: alert: is not signed"]
    assert "2个文件，2条CAP消息：合格1，不合格1，拒读文件0；签名：完好1、无1。" in done.stderr


def test_a_folder_without_a_message_is_no_folder_of_valid_messages(tmp_path) -> None:
    done = run(tmp_path)
    assert done.exit_code != 0
    assert "holds no file that ends in" in str(done.exception)


@pytest.mark.shared
def test_the_reference_data_are_judged_as_their_notes_say_in_one_command(shared) -> None:
    reference = shared / "reference" / "cap"
    schema = ("--schema", reference / "schema" / "CAP-v1.2.xsd")
    samples = run(reference / "samples", *schema)
    assert samples.exit_code == 0
    assert "11个文件，17条CAP消息：合格17，不合格0，拒读文件0" in samples.stderr
    negative = run(reference / "negative", *schema)
    assert negative.exit_code == 2
    reasons = {Path(line["file"]).name: line["reasons"] for line in map(json.loads, negative.stdout.splitlines())}
    assert [each.partition(":")[0] for each in reasons["xxe_doctype.cap"]] == ["doctype"]
    assert [each.partition(":")[0] for each in reasons["missing_scope.cap"]] == ["structure", "schema"]
    assert len(reasons["fire_some_invalid.edxlde"]) >= 4


def test_what_is_no_schema_is_named(files, tmp_path) -> None:
    (tmp_path / "other.xsd").write_text("<a/>", encoding="utf-8")
    assert "is no XML schema" in str(run(files[0], "--schema", tmp_path / "other.xsd").exception)
