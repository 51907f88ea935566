"""A backup of everything that is remembered, and its way back: database first, then the files that its rows speak of.

Files are written once and never touched again, so a database that was copied before them finds each of them. A backup
is a folder: ``database.sqlite`` or ``database.pgdump``, the folders of the home, and ``MANIFEST.json`` with the hash
of each file. Against an earlier backup, files that are the same are linked, not copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from store.database import VERSION_TABLE, Database, open_database, upgrade
from store.errors import StoreCorrupt, StoreError, StoreUnreadable
from store.home import Home
from store.tables import TABLES

MANIFEST = "MANIFEST.json"
SQLITE_FILE, POSTGRES_FILE = "database.sqlite", "database.pgdump"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made_utc: str
    """ISO 8601."""
    revision: str
    """Of the tables."""
    engine: str
    """``sqlite`` or ``postgresql``."""
    files: Mapping[str, str]
    """SHA-256 by path inside the backup."""


def save_backup(
    database: Database, home: Home, target: Path, *, made_utc: datetime, previous: Path | None = None
) -> Manifest:
    """Back everything up while it is in use.

    Args:
        database: live or not.
        home: its archive, products and inbox are copied.
        target: a folder that is not there yet, or is empty.
        made_utc: stands in the manifest.
        previous: an earlier backup on the same disk; what has not changed since is linked to it.

    Raises:
        StoreError: ``target`` holds something, or a part cannot be read or written.
    """
    if target.exists() and any(target.iterdir()):
        raise StoreError(f"{target}: not empty; give each backup a folder of its own")
    earlier = read_manifest(previous) if previous is not None else None
    try:
        target.mkdir(parents=True, exist_ok=True)
        name = _dump(database, target)
        files = {name: _sha256(target / name)}
        for path in _files_of(home):
            inside = str(path.relative_to(home.root))
            files[inside] = _kept(path, inside, target, previous if earlier and inside in earlier.files else None)
        manifest = Manifest(
            made_utc=made_utc.isoformat(),
            revision=_revision(database),
            engine=database.engine.dialect.name,
            files=files,
        )
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
        (target / MANIFEST).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreUnreadable(f"{target}: the backup cannot be written ({error}); it is not complete") from error
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        StoreCorrupt: there is none, or it cannot be read: the backup was never finished.
    """
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreCorrupt(f"{folder / MANIFEST}: no complete backup ({error})") from error


def check_backup(folder: Path) -> Manifest:
    """The manifest, after every file was held against its hash.

    Raises:
        StoreCorrupt: a file is missing or is not what was saved; all of them are named.
    """
    manifest = read_manifest(folder)
    wrong = [name for name, digest in manifest.files.items() if _digest_or_none(folder / name) != digest]
    if wrong:
        raise StoreCorrupt(f"{folder}: {len(wrong)} files are missing or changed: {', '.join(sorted(wrong)[:5])}")
    return manifest


def restore_backup(folder: Path, home: Home, *, database_url: str) -> dict[str, int]:
    """Bring a backup into an empty home and database, then forward to the tables that this code knows.

    Args:
        folder: of the backup.
        home: without database, archive, products and inbox, or with empty ones.
        database_url: of an empty database, of the kind that the backup was made of.

    Returns:
        Rows by table.

    Raises:
        StoreCorrupt: the backup is not whole; nothing was written.
        StoreError: the home or the database is not empty, or is of another kind.
        StoreTooNew: the backup is of a newer version of the program.
    """
    manifest = check_backup(folder)
    _refuse_occupied(home, manifest, database_url)
    home.ensure()
    for name in manifest.files:
        if name not in {SQLITE_FILE, POSTGRES_FILE}:
            (home.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, home.root / name)
    _load(folder, database_url)
    database = open_database(database_url)
    try:
        upgrade(database)
        if faults := database.faults():
            raise StoreCorrupt(f"{database.name}: {faults[0]}; take an earlier backup")
        return _rows(database)
    finally:
        database.close()


def _dump(database: Database, target: Path) -> str:
    if not database.is_sqlite:
        _postgres("pg_dump", database.engine.url, "--format=custom", "--no-owner", f"--file={target / POSTGRES_FILE}")
        return POSTGRES_FILE
    with closing(sqlite3.connect(database.name)) as source, closing(sqlite3.connect(target / SQLITE_FILE)) as copy:
        source.backup(copy)
        # A copy that needs no second file beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    return SQLITE_FILE


def _load(folder: Path, database_url: str) -> None:
    url = sa.make_url(database_url)
    if (folder / SQLITE_FILE).is_file():
        shutil.copy2(folder / SQLITE_FILE, str(url.database))
        return
    _postgres("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(folder / POSTGRES_FILE))


def _postgres(program: str, url: sa.URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, where no process list shows it."""
    found = shutil.which(program)
    if found is None:
        raise StoreUnreadable(f"{program} is not on this machine: install PostgreSQL's client programs")
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    target = (f"--dbname={plain}",)
    done = subprocess.run(  # noqa: S603  # the program that PATH names, and our own arguments
        (found, *target, *arguments), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StoreUnreadable(f"{program} ended with {done.returncode}: {done.stderr.strip()[-500:]}")


def _files_of(home: Home) -> Iterator[Path]:
    for folder in (home.archive, home.products, home.inbox):
        if folder.is_dir():
            yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _kept(path: Path, inside: str, target: Path, previous: Path | None) -> str:
    """Copy one file, or link it to the same one of an earlier backup; its hash."""
    copy = target / inside
    copy.parent.mkdir(parents=True, exist_ok=True)
    digest = _sha256(path)
    if previous is not None and _digest_or_none(previous / inside) == digest:
        os.link(previous / inside, copy)
    else:
        shutil.copy2(path, copy)
        digest = _sha256(copy)
    return digest


def _refuse_occupied(home: Home, manifest: Manifest, database_url: str) -> None:
    if any(True for _ in _files_of(home)):
        raise StoreError(f"{home.root}: holds files already; restore into an empty FIREWATCH_HOME")
    url = sa.make_url(database_url)
    if url.get_backend_name() != manifest.engine:
        raise StoreError(f"the backup is of {manifest.engine}, the database is {url.get_backend_name()}")
    if manifest.engine == "sqlite":
        if Path(str(url.database)).exists():
            raise StoreError(f"{url.database}: there is a database already; restore into an empty FIREWATCH_HOME")
        return
    database = open_database(database_url)
    try:
        if occupied := sa.inspect(database.engine).get_table_names():
            raise StoreError(f"{database.name}: holds {len(occupied)} tables already; restore into an empty database")
    finally:
        database.close()


def _revision(database: Database) -> str:
    version = sa.table(VERSION_TABLE, sa.column("version_num"))
    with database.read() as connection:
        return str(connection.execute(sa.select(version.c.version_num)).scalar_one())


def _rows(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {
            table.name: int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
            for table in TABLES
        }


def _digest_or_none(path: Path) -> str | None:
    return _sha256(path) if path.is_file() else None


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
