"""Secrets by name: from the environment, or from files that only their owner can read. They are held in memory only."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.errors import ConfigurationError

ENVIRONMENT_PREFIX = "FIREWATCH_SECRET_"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets are looked for: ``FIREWATCH_SECRET_<NAME>`` first, then ``<folder>/<name>``."""

    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str | None:
        """The secret, or None when it is not set.

        Raises:
            ConfigurationError: its file can be read by others, or not by us. The message names the file only.
        """
        given = self.environment.get(f"{ENVIRONMENT_PREFIX}{name}".upper())
        if given is not None and given.strip():
            return given.strip()
        return None if self.folder is None else _of_file(self.folder / name)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Names that are not set."""
        return sorted({name for name in names if self.get(name) is None})


def secrets_of(folder: Path | None, environment: Mapping[str, str] | None = None) -> Secrets:
    """The secrets of a setting; without a folder those that systemd hands over (``CREDENTIALS_DIRECTORY``)."""
    environment = os.environ if environment is None else environment
    handed = environment.get("CREDENTIALS_DIRECTORY", "")
    held = {name: value for name, value in environment.items() if name.upper().startswith(ENVIRONMENT_PREFIX)}
    upper = {name.upper(): value for name, value in held.items()}
    return Secrets(folder or (Path(handed) if handed else None), upper)


def _of_file(path: Path) -> str | None:
    try:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise ConfigurationError(f"secret {path}: others can read the file; chmod 600 {path.name}")
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"secret {path}: cannot be read ({type(error).__name__})") from error
