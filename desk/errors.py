"""What the desk refuses, said so that the person at it can mend it."""

from __future__ import annotations


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
