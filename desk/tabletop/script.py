"""A tabletop as data: what the director says when, what each office should then do, and what each did."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from boundary_zones.toml_tables import Table
from desk.errors import InputError
from models.processes.law import Process

TABLETOP_FILE = "tabletop.toml"
BUNDLED = Path(__file__).parent.parent / "scenarios"
_Text = Annotated[str, Field(min_length=1)]
_Minutes = Annotated[float, Field(ge=0)]


class Act(StrEnum):
    """What an office can do. A closed list; each is a command of the duty desk."""

    RECEIVE = "receive"
    """Answers the alert of the fire (签收)."""
    FEEDBACK = "feedback"
    VERIFY = "verify"
    """Finds a forest fire on the ground (核实)."""
    CALL = "call"
    """Drafts the invitation to confer (发起会商)."""
    SIGN = "sign"
    """Signs the invitation; the last signature sends it."""
    OPINIONS = "opinions"
    MINUTES = "minutes"
    TASKS = "tasks"
    REQUEST = "request"
    """Asks the other side for forces (请求联动)."""
    ACCEPT = "accepted"
    DECLINE = "declined"
    IN_PLACE = "in_place"
    WITHDRAW = "withdrawn"
    EVALUATE = "evaluated"

    @property
    def process(self) -> Process:
        """The process that it is a step of."""
        return next(process for process, acts in _PROCESS_OF.items() if self in acts)


_PROCESS_OF = {
    Process.NOTICE: {Act.RECEIVE, Act.FEEDBACK, Act.VERIFY},
    Process.CONSULTATION: {Act.CALL, Act.SIGN, Act.OPINIONS, Act.MINUTES, Act.TASKS},
    Process.RESPONSE: {Act.REQUEST, Act.ACCEPT, Act.DECLINE, Act.IN_PLACE, Act.WITHDRAW, Act.EVALUATE},
}


class Task(Table):
    """What an office should do after an inject, and within how many minutes."""

    key: _Text
    """Unique in the script: D2.1."""
    act: Annotated[Act, Field(strict=False)]
    office: _Text
    within_min: Annotated[float, Field(gt=0)]
    what_zh: _Text


class Inject(Table):
    """What the director tells (导调信息)."""

    key: _Text
    at: AwareDatetime
    zone: _Text
    """The fire of this joint unit is meant."""
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    text_zh: _Text
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]


class Answer(Table):
    """What an office did, and how long after the inject."""

    task: _Text
    after_min: _Minutes
    by: _Text
    said: Mapping[str, str] = Field(default_factory=dict)


class Tabletop(Table):
    """A tabletop over an exercise that gives weather, satellites and the clock of the rounds."""

    title_zh: _Text
    title_en: _Text
    summary_zh: _Text
    lead_zh: _Text
    """Who leads it (牵头方)."""
    base: _Text
    """Bundled exercise, or a folder."""
    invented: Annotated[tuple[str, ...], Field(min_length=1)]
    injects: Annotated[tuple[Inject, ...], Field(min_length=1)]
    answers: tuple[Answer, ...] = ()
    name: _Text

    def task(self, key: str) -> tuple[Inject, Task]:
        """A task with its inject."""
        return next((inject, task) for inject in self.injects for task in inject.tasks if task.key == key)

    def beats(self) -> list[tuple[datetime, int, Inject | Answer]]:
        """Injects and answers in the order of time; at one time the inject comes first."""
        told: list[tuple[datetime, int, Inject | Answer]] = [(each.at, 0, each) for each in self.injects]
        done = [(self.task(each.task)[0].at + timedelta(minutes=each.after_min), 1, each) for each in self.answers]
        return sorted([*told, *done], key=lambda beat: beat[:2])


def bundled_tabletops() -> dict[str, Path]:
    """Folders of the tabletops that come with the program, by name."""
    return {path.parent.name: path.parent for path in sorted(BUNDLED.glob(f"*/{TABLETOP_FILE}"))}


def load_tabletop(path_or_name: str | Path, answers: Path | None = None) -> Tabletop:
    """Load a tabletop and check it as a whole.

    Args:
        path_or_name: name of a bundled one, a folder, or a ``tabletop.toml``.
        answers: file with ``[[answers]]`` of the day, in the place of those of the script.

    Raises:
        InputError: names the file and the field.
    """
    folder = bundled_tabletops().get(str(path_or_name), Path(path_or_name))
    path = folder if folder.suffix == ".toml" else folder / TABLETOP_FILE
    tree = _read(path) | {"name": path.parent.name}
    if answers is not None:
        tree["answers"] = _read(answers).get("answers", ())
    try:
        found = Tabletop.model_validate(_frozen(tree))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(str(path), f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    problem = next(_contradictions(found), None)
    if problem is not None:
        raise InputError(str(answers or path), problem)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(bundled_tabletops())
        raise InputError(str(path), error.strerror or str(error), remedy=f"bundled tabletops: {known}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"is not TOML: {error}") from error


def _frozen(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _frozen(value) for key, value in tree.items()}
    return tuple(_frozen(value) for value in tree) if isinstance(tree, list) else tree


def _contradictions(found: Tabletop) -> Iterator[str]:
    keys = [task.key for inject in found.injects for task in inject.tasks]
    yield from (f"injects: task {key} stands twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
    for index, answer in enumerate(found.answers):
        if answer.task not in keys:
            yield f"answers[{index}].task: no task {answer.task}; there are {', '.join(keys)}"
    answered = [answer.task for answer in found.answers]
    yield from (f"answers: {key} is answered twice" for key in sorted({k for k in answered if answered.count(k) > 1}))
