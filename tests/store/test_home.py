from __future__ import annotations

from pathlib import Path

import pytest

from store.database import open_database, upgrade
from store.errors import StoreUnreadable
from store.home import Home


def test_a_home_has_its_four_places(tmp_path: Path) -> None:
    home = Home(tmp_path / "var").ensure()
    assert sorted(item.name for item in home.root.iterdir()) == ["archive", "inbox", "products"]
    assert home.database == home.root / "firewatch.db"
    assert home.ensure() == home


def test_its_url_opens_its_file_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home(Path("var")).ensure()
    database = open_database(home.database_url)
    upgrade(database)
    database.close()
    assert (tmp_path / "var" / "firewatch.db").stat().st_size > 0


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreUnreadable, match=r"var: cannot make the folder.*FIREWATCH_HOME"):
        Home(tmp_path / "var").ensure()
