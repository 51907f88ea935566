"""Which estimator of ignition stands: the champion learned here, else the prior that comes with the rules."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from flows.errors import ConfigurationError
from flows.rules import shipped_rules
from models.ignition.estimator import Estimator, document_of, estimator_of
from notify.whole_file import write_whole

FOLDER = "estimators"
CHAMPION = "champion.json"
PRIOR = "prior.toml"


def standing_estimator(home: Path, rules: Path | None) -> Estimator:
    """The champion of the home; on a fresh install the prior of ``rules``, or the shipped one.

    Raises:
        ConfigurationError: the file cannot be read, has no card, or its card or coefficients are not whole.
    """
    champion = home / FOLDER / CHAMPION
    if champion.is_file():
        return read_estimator(champion)
    own = None if rules is None else rules / FOLDER / PRIOR
    return read_estimator(own if own is not None and own.is_file() else shipped_rules() / FOLDER / PRIOR)


def read_estimator(path: Path) -> Estimator:
    """Read an estimator (TOML or JSON).

    Raises:
        ConfigurationError: names the file and what is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return estimator_of(json.loads(text) if path.suffix == ".json" else tomllib.loads(text))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"estimator {path.name}: {error}") from error


def write_estimator(path: Path, estimator: Estimator) -> None:
    """Put an estimator with its card in place, whole or not at all."""
    write_whole(path, json.dumps(document_of(estimator), ensure_ascii=False, indent=1).encode())
