"""Prints the transcript of docs/reruns.md: reruns on a real Prefect server, as the UI starts them, and by command.

``python -m bench.reruns`` makes a live house without internet (weather as a table), serves Prefect with
the shipped deployments less their schedules, repeats a danger run through the API with the parameters of the form, lets
two people try at once, changes a bound, and lets the difference out by two signatures. It checks what it prints.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from bench.kills.service import SERVE
from bench.servers.ports import free_port
from flows.registering import shipped_prefect_file
from tests.flows import world

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reruns.md"
HEADING = "## A transcript\n"
AIR = world.Air(24.0, 30.0, 6.0, 0.0)
LOWER_BOUNDS = {
    "[day_grade.grade_2_fwi]": "11.0",
    "[day_grade.grade_3_fwi]": "12.0",
    "[day_grade.grade_4_fwi]": "12.5",
    "[day_grade.grade_5_fwi]": "15.0",
}
ZONE = "PG-JZ"
BY_HAND = "rerun-round/by-hand"
TRIES = 5
_HIDDEN = re.compile(r"^(│|┃|┏|┡|└|├|┌|[ ]*(products|inbox)/|.*/state/)")


@dataclass
class Transcript:
    """A house of its own, what was done to it, and what it said."""

    home: Path
    lines: list[str] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """Of every process of the house."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "FIREWATCH_"))}
        ours = {
            "FIREWATCH_HOME": str(self.home / "state"),
            "FIREWATCH_RULES": str(self.home / "rules"),
            "FIREWATCH_TABLES": str(self.home / "tables"),
            "NO_PROXY": "127.0.0.1",
            "COLUMNS": "130",
            "PYTHONUNBUFFERED": "1",
        }
        return clean | ours

    def firewatch(self, *arguments: str) -> str:
        """A command, with what it prints but tables and paths."""
        done = self._run(arguments)
        self.say(f"$ firewatch {' '.join(arguments)}")
        self.lines += [line.rstrip() for line in done.stdout.splitlines() if not _HIDDEN.match(line)]
        self.say(f"(exit {done.returncode})", "")
        return done.stdout

    def asked(self, *arguments: str) -> Any:
        """The JSON of a command that is not shown."""
        return json.loads(self._run((*arguments, "--json")).stdout)

    def say(self, *lines: str) -> None:
        """Lines of our own."""
        self.lines += lines

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "desk.cli", *arguments)
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"firewatch {' '.join(arguments)}: {done.stderr}")
        return done

    @property
    def told(self) -> int:
        """Alerts that were committed."""
        return len(self.asked("alerts"))


def tables(folder: Path, now: datetime) -> None:
    """Six days of mild, dry weather, and four to come, dropped an hour ago."""
    hour = world.on_the_hour(now)
    observed = world.weather_rows(hour - timedelta(days=6), hour, air=AIR)
    ahead = world.weather_rows(hour + world.HOUR, hour + timedelta(days=4), air=AIR, issued=hour - world.HOUR)
    (folder / "weather").mkdir(parents=True)
    table = folder / "weather" / "weather.csv"
    observed.vstack(ahead).write_csv(table, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    dropped = (now - world.HOUR).timestamp()
    os.utime(table, (dropped, dropped))


def without_schedules(path: Path) -> None:
    """The shipped deployments, run by hand only: nothing else happens meanwhile."""
    declared = yaml.safe_load(shipped_prefect_file().read_text(encoding="utf-8"))
    unscheduled = [{**one, "schedules": []} for one in declared["deployments"]]
    path.write_text(yaml.safe_dump({**declared, "deployments": unscheduled}, allow_unicode=True), encoding="utf-8")


@contextmanager
def served(shown: Transcript) -> Iterator[str]:
    """Prefect's server and a worker until the block ends: the address of its API."""
    port = free_port()
    without_schedules(shown.home / "prefect.yaml")
    log = shown.home / "serve.log"
    with log.open("ab") as sink:
        command = (sys.executable, "-c", SERVE, str(port), str(shown.home / "prefect.yaml"))
        process = subprocess.Popen(command, env=shown.env, stdout=sink, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 240
        while "running; Ctrl-C" not in log.read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the service did not come up:\n{log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/api"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


@dataclass(frozen=True)
class Held:
    """A flow run that ended."""

    state: str
    message: str
    page: str


async def by_the_form(*parameters: Mapping[str, Any]) -> list[Held]:
    """Flow runs of rerun-round at once, started as the UI's custom run does; each with its artifact."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        deployment = await client.read_deployment_by_name(BY_HAND)
        started = [await client.create_flow_run_from_deployment(deployment.id, parameters=dict(p)) for p in parameters]
        while True:
            runs = [await client.read_flow_run(one.id) for one in started]
            if all(run.state is not None and run.state.is_final() for run in runs):
                break
            await asyncio.sleep(0.5)
        found = [one for one in await client.read_artifacts(limit=200) if one.key == "rerun-report"]
        pages = {one.flow_run_id: str(one.data) for one in found}
        return [
            Held(str(run.state.name), run.state.message or "", pages.get(run.id, ""))
            for run in runs
            if run.state is not None
        ]


def shown_by_the_form(shown: Transcript, **parameters: Any) -> Held:
    """One run by the form, printed."""
    told = shown.told
    [held] = asyncio.run(by_the_form(parameters))
    shown.say(f"{BY_HAND}  Custom run  {json.dumps(parameters, ensure_ascii=False)}", f"{held.state}")
    shown.say(*(line.rstrip() for line in held.page.splitlines()))
    shown.say(f"(alerts before {told}, after {shown.told})", "")
    return held


def refused_by_the_form(shown: Transcript, **parameters: Any) -> None:
    """A form that the server does not take."""
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        asyncio.run(by_the_form(parameters))
    except PrefectHTTPStatusError as error:
        said = error.response.json()["detail"]
        shown.say(f"{BY_HAND}  Custom run  {json.dumps(parameters, ensure_ascii=False)}")
        shown.say(f"{error.response.status_code} {said}", "")
        return
    raise AssertionError("the server took a form without a reason")


def two_at_once(shown: Transcript, common: Mapping[str, Any]) -> None:
    """Two people rerun one unit: one is held, the other reads by whom."""
    for _ in range(TRIES):
        both = [{**common, "who": "张三", "reason": "复核"}, {**common, "who": "李四", "reason": "核对湿度"}]
        held = asyncio.run(by_the_form(*both))
        if any("正由" in one.message for one in held):
            for one, asked in zip(held, both, strict=True):
                said = one.message or one.page.splitlines()[0]
                shown.say(f"{BY_HAND}  Custom run  who={asked['who']} zones={asked['zones']}: {one.state}: {said}")
            shown.say("")
            return
    raise AssertionError(f"in {TRIES} tries the two never met")


async def ordered_for_later(**parameters: Any) -> UUID:
    """A flow run of rerun-round that waits for its hour, as the UI's custom run orders it."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import State
    from prefect.states import Scheduled

    async with get_client() as client:
        deployment = await client.read_deployment_by_name(BY_HAND)
        later: State[Any] = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(hours=1))
        run = await client.create_flow_run_from_deployment(deployment.id, parameters=parameters, state=later)
    return run.id


async def state_of(run_id: UUID) -> str:
    """What Prefect says of a flow run."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        run = await client.read_flow_run(run_id)
    return f"{run.state.name}: {run.state.message}" if run.state else ""


def cancelled_before_it_begins(shown: Transcript, common: Mapping[str, Any]) -> None:
    """A rerun that waits in Prefect's queue is called off by command."""
    asked = {**common, "who": "张三", "reason": "核对湿度"}
    run_id = asyncio.run(ordered_for_later(**asked))
    shown.say(f"{BY_HAND}  Custom run, in an hour  who=张三 zones={asked['zones']}", "")
    told = shown.firewatch("cancel-rerun", ZONE, "--reason", "选错了运行", "--by", "李四")
    assert "尚未开始，已取消" in told, told
    state = asyncio.run(state_of(run_id))
    assert state.startswith("Cancelled: 李四"), state
    row = shown.asked("runs", "--run", re.findall(r"R\d{8}-\d{4}-danger-\w+", told)[-1])
    shown.say(f"Prefect: {state}", f"run row: {row['outcome']} {row['end']['note']}", "")


def main() -> int:
    """Print the transcript into the page."""
    home = Path(tempfile.mkdtemp(prefix="fwr"))
    shown, now = Transcript(home), datetime.now(UTC)
    world.changed_rules(home / "rules", "danger.toml", "[day_grade.grade_2_fwi]", "13.3")
    tables(home / "tables", now)
    first = re.search(r"R\d{8}-\d{4}-danger-\w+", shown.firewatch("run", "danger", "--zone", ZONE, "--send"))
    assert first is not None, "\n".join(shown.lines)
    with ExitStack() as stack:
        os.environ["PREFECT_API_URL"] = stack.enter_context(served(shown))
        by_time = {"what": "danger_watch", "as_of": datetime.now(UTC).isoformat(timespec="seconds"), "zones": [ZONE]}
        refused_by_the_form(shown, who="张三", reason="", **by_time)
        same = shown_by_the_form(shown, who="张三", reason="复核", **by_time)
        assert "逐字节相同" in same.page, same
        two_at_once(shown, by_time)
        cancelled_before_it_begins(shown, by_time)
        for heading, value in LOWER_BOUNDS.items():
            world.changed_rules(home / "rules", "danger.toml", heading, value, base=home / "rules")
        shown.say(f"# rules/danger.toml: {', '.join(f'{name} {value}' for name, value in LOWER_BOUNDS.items())}", "")
        other = shown_by_the_form(shown, who="张三", reason="分级界限有误", **by_time)
        assert "与原运行有差异" in other.page, other
        then = shown_by_the_form(shown, who="王五", reason="当时规则", run_id=first[0], as_then=True)
        assert "逐字节相同" in then.page, then
    told = shown.told
    for name in ("张三", "李四"):
        shown.firewatch("rerun", first[0], "--reason", "分级界限有误", "--by", name, "--send")
    again = shown.firewatch("rerun", first[0], "--reason", "再看一次", "--by", "王五")
    assert "不发送任何消息" in again
    shown.say(f"(alerts before the signatures {told}, after {shown.told})", "")
    assert (told, shown.told) == (0, 1)
    shown.firewatch("audit", "verify")
    write(shown.lines, now)
    return 0


def write(lines: Sequence[str], now: datetime) -> None:
    """Put the transcript in its place."""
    head = PAGE.read_text(encoding="utf-8").split(HEADING)[0]
    text = "\n".join(lines).strip()
    says = f"Printed by `python -m bench.reruns` on {now:%Y-%m-%d}, under the rules of that day, on a Prefect server of"
    told = "its own; weather made for the purpose, no internet (`FIREWATCH_TABLES`). Tables and paths are left out."
    PAGE.write_text(f"{head}{HEADING}\n{says}\n{told}\n\n````text\n{text}\n````\n", encoding="utf-8")
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
