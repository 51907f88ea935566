"""The offline bundle: what it carries, that it is the same twice, and that its installer refuses what is not whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.bundle import (
    ARCHITECTURES,
    LOCK,
    carried,
    for_every_micro,
    platforms,
    requirements_of,
    sums_of,
    version_of,
    write_tar,
)
from tests.conftest import CHECKOUT

FILES = {"wheels/b.whl": b"b", "install.sh": b"#!/bin/sh\n", "a.txt": "甲".encode()}


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (folder / "install.sh").chmod(0o755)
    return folder


def installed(folder: Path, prefix: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (str(folder / "install.sh"), str(prefix), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})


def whole(python_version: str) -> dict[str, bytes]:
    files = {**carried(CHECKOUT), "PYTHON": f"{python_version}\n".encode(), "requirements.lock": b"", "wheels/x": b""}
    return {**files, "SHA256SUMS": sums_of(files).encode()}


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    first = write_tar(tmp_path / "one.tar", FILES, root="r", mtime=1)
    again = write_tar(tmp_path / "two.tar", dict(reversed(FILES.items())), root="r", mtime=1)
    assert first == again
    assert (tmp_path / "one.tar.sha256").read_text(encoding="ascii") == f"{first}  one.tar\n"


def test_only_scripts_may_be_run_and_all_stand_under_one_folder(tmp_path: Path) -> None:
    write_tar(tmp_path / "one.tar", FILES, root="border-firewatch", mtime=1)
    with tarfile.open(tmp_path / "one.tar") as archive:
        modes = {entry.name: entry.mode for entry in archive}
    assert modes.pop("border-firewatch/install.sh") == 0o755
    assert set(modes.values()) == {0o644}
    assert all(name.startswith("border-firewatch/") for name in modes)


def test_what_only_an_older_micro_version_asks_for_is_carried_and_what_another_minor_asks_for_is_not() -> None:
    asked = for_every_micro((CHECKOUT / LOCK).read_text(encoding="utf-8"), "3.11")
    pinned = [line.split(" ")[0] for line in asked.splitlines() if "==" in line and not line.startswith(" ")]
    names = [one.partition("==")[0] for one in pinned]
    assert "async-timeout" in names
    assert "python_full_version" not in asked
    assert len(names) == len(set(names))
    assert {"numpy", "scipy", "pendulum"} <= set(names)
    assert "whenever" not in names
    assert all(line.endswith(" \\") or " --hash" in line or line.startswith((" ", "#")) for line in asked.splitlines())


def test_the_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, {**FILES, "SHA256SUMS": sums_of(FILES).encode()})
    checked = subprocess.run(("sha256sum", "--check", "--quiet", "SHA256SUMS"), cwd=folder, check=False)
    assert checked.returncode == 0


def test_our_own_wheel_is_held_to_its_hash_like_every_other(tmp_path: Path) -> None:
    wheel = tmp_path / "own.whl"
    wheel.write_bytes(b"wheel")
    text = requirements_of("six==1.16.0 \\\n    --hash=sha256:00\n", wheel, "1.2.3")
    assert text.startswith("six==1.16.0")
    assert text.endswith(f"border-firewatch==1.2.3 \\\n    --hash=sha256:{hashlib.sha256(b'wheel').hexdigest()}\n")


def test_both_architectures_of_the_offices_are_asked_for() -> None:
    assert set(ARCHITECTURES) == {"x86_64", "aarch64"}
    assert "manylinux2014_aarch64" in platforms("aarch64")
    assert all(tag.endswith("aarch64") for tag in platforms("aarch64"))


def test_the_bundle_carries_what_its_readme_speaks_of() -> None:
    files = carried(CHECKOUT)
    assert {"install.sh", "README.txt", "contacts.example.toml", "docs/operations.md"} <= set(files)
    assert {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "rules").rglob("*.toml")} <= set(files)
    assert any(name.startswith("systemd/") for name in files)


def test_the_version_is_that_of_the_project() -> None:
    assert version_of(CHECKOUT).count(".") == 2


def test_a_bundle_with_one_changed_byte_is_not_installed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "bundle", whole("3.11"))
    (folder / "wheels" / "x").write_bytes(b"y")
    done = installed(folder, tmp_path / "prefix")
    assert done.returncode == 1
    assert "文件与清单不符" in done.stderr
    assert not (tmp_path / "prefix").exists()


def test_a_bundle_for_another_python_is_not_installed(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "bundle", whole("3.99"))
    done = installed(folder, tmp_path / "prefix", sys.executable)
    assert done.returncode == 1
    assert "安装包是为 3.99 做的" in done.stderr


@pytest.mark.parametrize("name", ["firewatch.service", "firewatch-dispatcher.service"])
def test_a_unit_starts_again_by_itself_and_may_write_only_its_state(name: str) -> None:
    text = (CHECKOUT / "deploy" / "systemd" / name).read_text(encoding="utf-8")
    assert "Restart=always" in text
    assert "ReadWritePaths=/var/lib/firewatch" in text
    assert "ProtectSystem=strict" in text
