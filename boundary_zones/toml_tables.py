"""Strict TOML: a text becomes a declared table, or an error names file and field."""

from __future__ import annotations

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from boundary_zones.errors import WhereError


class Table(BaseModel):
    """A declared TOML table: an unknown key, a missing key or a wrong type is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


TableT = TypeVar("TableT", bound=Table)


def parse_table(text: str, table: type[TableT], *, source: str, error: type[WhereError]) -> TableT:
    """Parse ``text`` as the declared table.

    Args:
        text: TOML.
        table: what the document must be.
        source: name of the file, for the message.
        error: the class to raise.

    Raises:
        WhereError: of the class ``error``, naming the first wrong field and how many more there are.
    """
    try:
        return table.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as cause:
        raise error(source, "", f"is not TOML: {cause}") from cause
    except ValidationError as cause:
        first, *more = cause.errors()
        rest = f" (and {len(more)} more)" if more else ""
        raise error(source, _field(first["loc"]), first["msg"] + rest) from cause


def _field(location: tuple[int | str, ...]) -> str:
    """``("zone", 2, "members", 0, "gb")`` as ``zone[2].members[0].gb``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
