from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from notify.whole_file import write_whole

AT_ONCE = 8
TIMES = 40


def test_writers_at_once_leave_the_whole_file_of_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "cap" / "one.xml"

    def write(number: int) -> set[bytes]:
        seen = set()
        for _ in range(TIMES):
            write_whole(path, bytes([number]) * 5000)
            seen.add(path.read_bytes())
        return seen

    with ThreadPoolExecutor(AT_ONCE) as pool:
        read = set().union(*pool.map(write, range(AT_ONCE)))
    assert read <= {bytes([number]) * 5000 for number in range(AT_ONCE)}
    assert [one.name for one in path.parent.iterdir()] == ["one.xml"]


def test_what_cannot_be_put_in_place_leaves_no_part_of_itself(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"content")
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]
