"""The file drop: out as a whole with hashes, answers back in by line."""

from __future__ import annotations

import hashlib
import json


def test_a_drop_is_whole_and_its_manifest_holds(firewatch, told, tmp_path) -> None:
    (tmp_path / "usb").mkdir(exist_ok=True)
    done = firewatch("exchange", "export", tmp_path / "usb", "--region", "hebei", "--by", "运维李", "--days", "9999")
    assert done.code == 0, done.err
    (folder,) = [path for path in (tmp_path / "usb").iterdir() if not path.name.startswith(".")][-1:]
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    assert {"incidents.geojson", "incidents.csv", "alerts.jsonl", "standing.json"} <= manifest.keys()
    for name, digest in manifest.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert json.loads((folder / "incidents.geojson").read_text(encoding="utf-8"))["features"]


def test_answers_that_somebody_carried_over_count_once(firewatch, told, tmp_path) -> None:
    code = told.ledger_frames.alerts(world="live").filter(kind="incident")["code"][0]
    line = json.dumps({"code": code, "office": "hebei/131082", "by": "三河陈"}, ensure_ascii=False)
    (tmp_path / "answers.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
    done = firewatch("exchange", "import", tmp_path, "--by", "运维李", "--json")
    assert done.code == 0, done.err
    assert [row["said"] for row in done.document] == ["已签收", "此前已签收"]
    rows = told.ledger_frames.deliveries(world="live").drop_nulls("acknowledged_utc")
    assert set(rows["office"]) == {"131082"}


def test_a_line_that_is_none_names_file_and_row(firewatch, told, tmp_path) -> None:
    (tmp_path / "answers.jsonl").write_text('{"code": "平0410-01"}\n', encoding="utf-8")
    done = firewatch("exchange", "import", tmp_path, "--by", "运维李")
    assert done.code == 2
    assert "answers.jsonl:1" in done.err


def test_an_answer_to_nothing_is_refused_and_says_so(firewatch, told, tmp_path) -> None:
    line = json.dumps({"code": "平0101-99", "office": "hebei/131082", "by": "x"}, ensure_ascii=False)
    (tmp_path / "answers.jsonl").write_text(line, encoding="utf-8")
    assert firewatch("exchange", "import", tmp_path, "--by", "运维李").code == 2
