"""The offline bundle: everything that a machine without internet needs, for ARM64 and x86-64, each file with its hash.

``make bundle`` writes ``dist/border-firewatch-<version>-<architecture>.tar`` and a ``.sha256`` beside each. The same
commit and lock give the same bytes. ``install.sh`` inside does the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from packaging.markers import Marker

CHECKOUT = Path(__file__).resolve().parent.parent
ARCHITECTURES = ("x86_64", "aarch64")
GLIBC_MINORS = (28, 27, 26, 24, 17)
"""manylinux tags that are taken, newest first: 2.28 is that of Kylin V10 SP1 and of Debian 10."""
LOCK = Path("requirements/runtime.lock")
_BY_PYTHON = re.compile(
    r"^(?P<pinned>\S+) ; (?P<marker>python_full_version [^\\\n]+?) (?P<hashes>\\\n(?: +.*\n)+)", re.MULTILINE
)
_MICROS = (0, 99)
CARRIED: Mapping[str, str] = {
    "deploy/install.sh": "install.sh",
    "deploy/README.zh.txt": "README.txt",
    "deploy/systemd": "systemd",
    "boundary_zones/data/contacts.example.toml": "contacts.example.toml",
    "rules": "rules",
    "docs/operations.md": "docs/operations.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "LICENSE": "LICENSE",
    "NOTICE": "NOTICE",
}
"""What stands beside the wheels, by its place in the checkout."""


class BundleFailed(Exception):
    """A part of the bundle could not be made; the message says which and why."""


def platforms(architecture: str) -> tuple[str, ...]:
    """The platform tags that a machine of this architecture installs."""
    return (*(f"manylinux_2_{minor}_{architecture}" for minor in GLIBC_MINORS), f"manylinux2014_{architecture}")


def version_of(checkout: Path) -> str:
    """The version that pyproject.toml declares."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def requirements_of(lock: str, wheel: Path, version: str) -> str:
    """The lock with our own wheel at its end, held to its hash like every other."""
    return f"{lock.rstrip()}\nborder-firewatch=={version} \\\n    --hash=sha256:{_sha256(wheel.read_bytes())}\n"


def sums_of(files: Mapping[str, bytes]) -> str:
    """Lines that ``sha256sum -c`` reads, in the order of names."""
    return "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files))


def write_tar(target: Path, files: Mapping[str, bytes], *, root: str, mtime: int) -> str:
    """Write files under one folder; the same files give the same bytes.

    Returns:
        The SHA-256 of the archive, which also stands beside it in ``<target>.sha256``.
    """
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{root}/{name}")
            entry.size, entry.mtime = len(files[name]), mtime
            entry.mode = 0o755 if name.endswith(".sh") else 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    digest = _sha256(target.read_bytes())
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="ascii")
    return digest


def bundle(architecture: str, *, python_version: str, own_wheel: Path, out: Path) -> Path:
    """Make the bundle of one architecture.

    Args:
        architecture: one of ``ARCHITECTURES``.
        python_version: of the machine that it is for, for example ``3.11``.
        own_wheel: of this checkout.
        out: folder of the archive.

    Raises:
        BundleFailed: a locked package has no wheel for that machine.
    """
    version = version_of(CHECKOUT)
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder) / "wheels"
        asked = Path(folder) / LOCK.name
        lock = (CHECKOUT / LOCK).read_text(encoding="utf-8")
        asked.write_text(for_every_micro(lock, python_version), encoding="utf-8")
        _download(architecture, python_version, asked, wheels)
        files = {f"wheels/{path.name}": path.read_bytes() for path in (*wheels.iterdir(), own_wheel)}
    files |= carried(CHECKOUT)
    files["requirements.lock"] = requirements_of(lock, own_wheel, version).encode()
    files["PYTHON"] = f"{python_version}\n".encode()
    files["SHA256SUMS"] = sums_of(files).encode()
    root = f"border-firewatch-{version}-{architecture}"
    target = out / f"{root}.tar"
    write_tar(target, files, root=root, mtime=_committed_s())
    return target


def carried(checkout: Path) -> dict[str, bytes]:
    """What stands beside the wheels, by its name in the bundle."""
    found: dict[str, bytes] = {}
    for source, name in CARRIED.items():
        place = checkout / source
        members = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        for member in members:
            found[f"{name}/{member.relative_to(place)}" if place.is_dir() else name] = member.read_bytes()
    return found


def build_own_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(CHECKOUT))
    return next(folder.glob("border_firewatch-*.whl"))


def for_every_micro(lock: str, python_version: str) -> str:
    """The lock with all that any Python of a minor version asks for: pip judges by the one that makes the bundle.

    Args:
        lock: requirements with their hashes.
        python_version: for example ``3.11``.
    """

    def decided(found: re.Match[str]) -> str:
        marker = Marker(found["marker"])
        versions = ({"python_full_version": f"{python_version}.{micro}"} for micro in _MICROS)
        return f"{found['pinned']} {found['hashes']}" if any(map(marker.evaluate, versions)) else ""

    return _BY_PYTHON.sub(decided, lock)


def _download(architecture: str, python_version: str, asked: Path, folder: Path) -> None:
    tags = [part for tag in platforms(architecture) for part in ("--platform", tag)]
    _pip(
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        *("--implementation", "cp", "--python-version", python_version),
        *tags,
        *("--requirement", str(asked), "--dest", str(folder)),
    )


def _pip(*arguments: str) -> None:
    command = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BundleFailed(f"pip {arguments[0]}: {done.stderr.strip()[-2000:]}")


def _committed_s() -> int:
    """When the commit was made: the time that every file of the bundle carries."""
    git = shutil.which("git") or "git"
    asked = (git, "-C", str(CHECKOUT), "log", "-1", "--format=%ct")
    return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)  # noqa: S603


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the bundles that are asked for and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m deploy.bundle", description=__doc__)
    parser.add_argument("--architecture", nargs="+", choices=ARCHITECTURES, default=ARCHITECTURES)
    parser.add_argument("--python-version", default=f"{sys.version_info[0]}.{sys.version_info[1]}")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "dist")
    asked = parser.parse_args(arguments)
    return _make(asked.architecture, asked.python_version, asked.out)


def _make(architectures: Iterable[str], python_version: str, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = build_own_wheel(Path(folder))
            for architecture in architectures:
                made = bundle(architecture, python_version=python_version, own_wheel=wheel, out=out)
                sys.stdout.write(f"{made}  {made.stat().st_size / 1e6:.0f} MB\n")
    except BundleFailed as error:
        sys.stderr.write(f"bundle: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
