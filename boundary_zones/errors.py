"""What can go wrong with places, borders and contacts: all of it at start-up, all of it for a person to mend."""

from __future__ import annotations


class WhereError(Exception):
    """Base of the floor.

    Args:
        source: the file, or what stands for it.
        field: the place inside, for example ``zone[2].members[0].gb``; empty when it is the whole file.
        problem: what was seen and what to do.
    """

    def __init__(self, source: str, field: str, problem: str) -> None:
        self.source = source
        self.field = field
        self.problem = problem
        super().__init__(": ".join(part for part in (source, field, problem) if part))


class CatalogueError(WhereError):
    """The zones or the geometry cannot be used as they stand."""


class DatumError(CatalogueError):
    """The geometry is not WGS-84/CGCS2000: most likely it is GCJ-02, which lies 510 to 595 m off in this area."""


class ContactsError(WhereError):
    """The contacts cannot be used: somebody who must be told has no recipient, or the file is wrong."""


class HeatSourcesError(WhereError):
    """A register of known heat (常年热源) cannot be read, or an entry of it cannot be used."""
