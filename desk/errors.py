"""What the desk refuses, said so that the person at it can mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """A file or an option that cannot be used; nothing was written.

    Attributes:
        source: the file or option.
        row: line of the table, the first below the header is 1; None where the whole is wrong.
        column: its header; None where no single one is to blame.
        problem: what was seen.
        remedy: what to do; empty when the problem says it.
    """

    def __init__(
        self, source: str, problem: str, *, row: int | None = None, column: str | None = None, remedy: str = ""
    ) -> None:
        self.source = source
        self.problem = problem
        self.row = row
        self.column = column
        self.remedy = remedy
        place = "".join([f", row {row}" if row is not None else "", f", column {column}" if column is not None else ""])
        super().__init__(f"{source}{place}: {problem}" + (f" ({remedy})" if remedy else ""))


@contextmanager
def given_by(option: str) -> Iterator[None]:
    """Name the option beside the file in whatever is refused within.

    Raises:
        InputError: the one that was raised, with the option before its source.
    """
    try:
        yield
    except InputError as error:
        raise InputError(
            f"{option} {error.source}", error.problem, row=error.row, column=error.column, remedy=error.remedy
        ) from error
