"""``firewatch report``: papers and curves as a duty officer asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from flows.documents.catalogue import KINDS


@pytest.fixture
def number(told) -> str:
    [incident] = told.incidents.open_incidents(world="live")
    return incident.incident_id


def test_every_kind_is_listed_with_what_it_is_about(firewatch) -> None:
    rows = firewatch("report", "documents", "--json").document
    assert {row["kind"] for row in rows} == set(KINDS)
    assert "复盘报告" in firewatch("report", "documents").out


def test_a_review_a_notice_and_curves_are_written_where_products_lie(firewatch, number, home) -> None:
    done = firewatch("report", "after-action", number, "--json").document
    assert (done["kind"], done["draft"], Path(done["pdf"]).parent) == (
        "after_action",
        True,
        home / "products/live/documents",
    )
    assert Path(done["pdf"]).read_bytes().startswith(b"%PDF")
    shown = firewatch("report", "document", "notice", number)
    assert "待核" in shown.out
    files = [Path(line) for line in shown.out.splitlines() if line.endswith(".docx")]
    assert any(number in one.text for one in Document(str(files[0])).paragraphs)
    drawn = firewatch("report", "curves", "--since", "2024-04-01T00:00+08:00", "--json").document["files"]
    assert {Path(file).stem for file in drawn} >= {"rates", "answers", "season-PG-JZ"}
    assert all(Path(file).read_bytes().startswith(b"\x89PNG") for file in drawn)


def test_the_day_is_written_as_documents_too(firewatch, told) -> None:
    done = firewatch("report", "daily", "--day", "2024-04-10", "--json").document
    assert [Path(file).suffix for file in done["documents"]] == [".docx", ".pdf", ".docx", ".pdf"]
    assert all(Path(file).is_file() for file in done["documents"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("document", "poem"), "there are warning"),
        (("document", "notice"), "say which incident"),
        (("monthly", "April"), "isoformat"),
        (("after-action", "JJJ-HR-CD-2024-999"), "JJJ-HR-CD-2024-999"),
        (("curves", "--since", "2024-04-01"), "has no offset"),
    ],
)
def test_what_cannot_be_written_is_bad_usage_and_says_why(firewatch, house, arguments, says) -> None:
    done = firewatch("report", *arguments)
    assert done.code == 2
    assert says in done.err
