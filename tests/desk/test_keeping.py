"""``firewatch backup`` and ``restore``: a home that was lost comes back, and nothing that stands is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

from desk.exits import Exit
from tests.desk.conftest import Firewatch


def test_a_home_that_was_lost_comes_back(firewatch: Firewatch, home: Path, tmp_path: Path) -> None:
    saved = firewatch("backup", str(tmp_path / "b"), "--json")
    assert saved.code == Exit.DONE
    assert saved.document["files"] >= 1
    shutil.rmtree(home)
    restored = firewatch("restore", str(tmp_path / "b"), "--json")
    assert restored.code == Exit.DONE
    assert restored.document["rows"]["alert"] == 0
    assert (home / "firewatch.db").is_file()
    assert firewatch("status", "--json").code == Exit.DONE


def test_a_home_in_use_is_not_overwritten(firewatch: Firewatch, home: Path, tmp_path: Path) -> None:
    firewatch("backup", str(tmp_path / "b"))
    done = firewatch("restore", str(tmp_path / "b"))
    assert done.code == Exit.FAILED
    assert "restore into an empty FIREWATCH_HOME" in done.err


def test_a_folder_that_is_no_backup_is_named(firewatch: Firewatch, tmp_path: Path) -> None:
    done = firewatch("restore", str(tmp_path))
    assert done.code == Exit.FAILED
    assert "MANIFEST.json" in done.err
