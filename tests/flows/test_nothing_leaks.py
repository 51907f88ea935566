"""One short exercise with planted numbers and keys, on PostgreSQL and through Prefect: then everything is searched."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import traceback
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from psycopg import sql
from pypdf import PdfReader
from typer.testing import CliRunner

from bench.providers import PROVIDERS, serving
from desk.answer_page import answer_app
from desk.cli import app
from desk.web.app import desk_app
from flows.answering import link_keys, link_of
from flows.documents.catalogue import KINDS, About, document_of
from flows.documents.writing import write_document
from flows.log_masking import mask_logs
from flows.metrics import HouseCollector
from flows.order import FlowName
from flows.transcript import transcript
from flows.wiring import House, using
from notify.drill_gate import DrillWindow
from notify.obligations import obligations
from notify.parcel import Parcel
from store.accounts import Account, DutyRole
from tests.desk.web.conftest import Browser, password_hash
from tests.flows import world
from tests.flows.planted import FAULTS, KEYS, PHONES, addresses, everything_logged, hits, planted_contacts
from tests.flows.world import DRILL, MORNING
from tests.notify.samples import alert
from tests.store.conftest import execute, postgres_url, text_of

__all__ = ["postgres_url"]
pytestmark = [
    pytest.mark.flow,
    pytest.mark.usefixtures("in_prefect"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

OFFICE, OFFICE_ZH = "110117", "平谷区森防办"
BASE = "https://answer.invalid"
PAGES = {
    "zhang": (
        "/",
        "/drafts",
        "/deliveries",
        "/suppressed",
        "/danger",
        "/map/live.json",
        "/cases",
        "/handover",
        "/nothing",
    ),
    "wu": ("/papers", "/handover", "/log", "/daily", "/audit"),
    "sun": ("/runs",),
}
PAPERS = ("field-check", "notice", "daily", "after-action")
COMMANDS = (
    "status --world all", "incidents --world {world}", "deliveries --world {world}", "runs", "doctor --json",
    "contacts list", "drill list", "ack no-such-code --office 110117 --by 张三", "transcript {world}",
    "alerts --world {world} --silences --json", "exchange export {home}/usb --region beijing --by 张三 --world {world}",
)  # fmt: skip


@dataclass
class Seen:
    """Everything that somebody could read after an exercise, by where he would read it."""

    places: dict[str, str | bytes] = field(default_factory=dict)

    def add(self, place: str, content: str | bytes) -> None:
        assert content, f"{place} is empty: nothing was looked at"
        self.places[place] = content

    def found(self) -> dict[str, list[str]]:
        return {place: hits(content) for place, content in self.places.items() if hits(content)}


@pytest.fixture
def url(postgres_url: sa.URL) -> str:
    execute(postgres_url, "DROP DATABASE IF EXISTS planted")
    execute(postgres_url, "CREATE DATABASE planted")
    return text_of(postgres_url.set(database="planted"))


def test_an_exercise_with_planted_numbers_and_keys_leaves_none_of_them_anywhere(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    contacts, home, seen = tmp_path / "planted.toml", tmp_path / "home", Seen()
    with ExitStack() as stack:
        fakes = {name: stack.enter_context(serving(name)) for name in PROVIDERS}
        contacts.write_text(
            planted_contacts(list(addresses(fakes)), office=OFFICE, office_zh=OFFICE_ZH), encoding="utf-8"
        )
        log = stack.enter_context(everything_logged(logging.DEBUG))
        for name in ("matplotlib", "PIL", "fontTools"):
            monkeypatch.setattr(logging.getLogger(name), "level", logging.WARNING)
        settings = {"contacts": contacts, "database_url": url, "answer_url": BASE, "answer_key": "k" * 40}
        house = world.build_house(home, **settings)
        stack.callback(house.close)
        drill = lived_through(house, fakes, monkeypatch)
        seen.add("transcript", transcript(drill, title_zh="演练"))
        documents(drill, seen)
        desk_pages(drill, seen)
        answer_page(drill, seen)
        seen.add("metrics", scraped(drill))
        seen.add("an error with its locals", told_with_locals(drill))
        commands(home, url, contacts, monkeypatch, seen)
        seen.add("log", log.getvalue())
        told = [repr(fake.asked) for fake in fakes.values()]
    seen.add("what Prefect keeps", asyncio.run(kept_by_prefect()))
    seen.add("Prefect's database", prefect_database())
    seen.add("dump", dumped(url))
    captured = capfd.readouterr()
    seen.add("stderr and stdout", f"{captured.out}{captured.err}-")
    for path in (path for path in home.rglob("*") if path.is_file()):
        seen.add(str(path.relative_to(home)), path.read_bytes() or b"-")
    assert hits("".join(told)), "the providers were given what nobody else may see"
    assert seen.found() == {}
    assert "exercise-test" in str(seen.places["dump"]), "the dump holds the exercise"
    assert "send_address" in str(seen.places["an error with its locals"]), "the error shows what it was given"
    assert "usb/" in "".join(seen.places), "the exports are read"
    assert "RoundBroke" in str(seen.places["what Prefect keeps"]), "and Prefect the run that failed"


def lived_through(house: House, fakes: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> House:
    """A fire through Prefect's flows in a signed window; channels fail in every way; a round and channels break."""
    from flows import carry_out
    from flows.dispatch_round import dispatch_round
    from flows.hotspot_watch import hotspot_watch

    now = datetime.now(UTC)  # noqa: TID251  # a drill window is open by the clock on the wall
    span = (now - timedelta(minutes=1), now + timedelta(hours=1))
    house.releases.ask_window(
        DrillWindow("YL-1", "*", (f"beijing/{OFFICE}",), *span, "演练", "平谷值班长"), at=now, most=timedelta(hours=4)
    )
    house.releases.confirm_window("YL-1", by="蓟州值班长", at=now)
    drill = world.recorded(house, hotspots=world.recorded_hotspots(house, [world.fire(), world.elsewhere()]))
    with using(drill):
        asyncio.run(hotspot_watch(reason="演练", as_of=MORNING, send=True))
        asyncio.run(dispatch_round(reason="演练", as_of=MORNING))
    for number, reply in enumerate((FAULTS[name] for name in ("html", "reset", "echo")), start=1):
        for fake in fakes.values():
            fake.always = reply
        world.dispatch(drill, MORNING + number * timedelta(minutes=2))
    break_every_channel(drill, monkeypatch, at=MORNING + timedelta(minutes=30))

    def broken(*_: object) -> None:
        raise RuntimeError(f"no route to {PHONES[0]}, {KEYS[0]} was refused")

    with monkeypatch.context() as patched, using(drill):
        patched.setitem(carry_out.ROUNDS, FlowName.HOTSPOT_WATCH, broken)
        state = asyncio.run(hotspot_watch(reason="演练", as_of=MORNING, send=True, return_state=True))
    assert state.is_failed()
    return drill


def break_every_channel(drill: House, monkeypatch: pytest.MonkeyPatch, *, at: datetime) -> None:
    """Every plugin raises with the address that it was given; its row stays open, and nothing of it is said."""
    from notify import channels

    def broken(_self: object, address: str, *_: object, **__: object) -> None:
        raise RuntimeError(f"cannot reach {address}")

    with monkeypatch.context() as patched:
        for _, plugin in channels._OWN.values():  # the channels that there are
            if plugin is not channels.InboxChannel:
                patched.setattr(plugin, "deliver", broken)
        said = alert("YL-PG-JZ-2024-900", decided_utc=at, world=DRILL, exercise=True, regions=("beijing",))
        mine = [one for one in drill.contacts.recipients if one.office == OFFICE]
        drill.ledger.commit(said, obligations(said, mine))
        report = world.dispatch(drill, at)
    assert report.outcome.missing


def documents(drill: House, seen: Seen) -> None:
    [incident] = drill.incidents.open_incidents(world=DRILL)
    for name in PAPERS:
        about = incident.incident_id if KINDS[name].about is About.INCIDENT else "2024-04-10"
        written = write_document(drill, document_of(drill, name, about))
        with zipfile.ZipFile(written.docx) as parts:
            seen.add(f"{name}.docx", b"".join(parts.read(part) for part in parts.namelist()))
        pages = PdfReader(io.BytesIO(written.pdf.read_bytes())).pages
        seen.add(f"{name}.pdf", "".join(page.extract_text() for page in pages))


def desk_pages(drill: House, seen: Seen) -> None:
    for login, role in (("zhang", DutyRole.LEADER), ("wu", DutyRole.AUDITOR), ("sun", DutyRole.OPERATIONS)):
        region, office = ("beijing", OFFICE) if role is DutyRole.LEADER else ("", "")
        drill.accounts.add(Account(login, login, role, region, office, MORNING), password_hash(), by="试验")
    [incident] = drill.incidents.open_incidents(world=DRILL)
    codes = [one.code for one in drill.alerts.of_event(incident.incident_id, world=DRILL)]
    of_fire = (f"/incident/{incident.incident_id}", *(f"/alert/{code}" for code in codes))
    application = desk_app(drill, clock=lambda: MORNING)
    for login, pages in PAGES.items():
        browser = Browser(application)
        browser.log_in(login)
        for page in (*pages, *(of_fire if login == "zhang" else ())):
            answer = browser.get(page)
            assert answer.status_code == (404 if page == "/nothing" else 200), page
            seen.add(f"desk {page} for {login}", answer.content)


def answer_page(drill: House, seen: Seen) -> None:
    [incident] = drill.incidents.open_incidents(world=DRILL)
    [first, *_] = drill.alerts.of_event(incident.incident_id, world=DRILL)
    row = next(one for one in drill.alerts.reached(incident.incident_id, world=DRILL) if one.office == OFFICE)
    link = link_of(Parcel(row, first, sending_utc=MORNING), base_url="", key=link_keys(drill.settings)[0])
    browser = Browser(answer_app(drill))
    seen.add("answer page", browser.get(link).content)
    seen.add("answer", browser.post(link, data={"name": f"{PHONES[1]}"}).content)
    seen.add("forged answer", browser.get(f"/a/{KEYS[0]}{PHONES[0]}").content)


def commands(home: Path, url: str, contacts: Path, monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    for name, value in {
        "HOME": home,
        "CONTACTS": contacts,
        "DATABASE_URL": url,
        "OPEN_METEO_URL": world.NOWHERE,
    }.items():
        monkeypatch.setenv(f"FIREWATCH_{name}", str(value))
    for line in COMMANDS:
        done = CliRunner().invoke(app, line.format(world=DRILL, home=home).split())
        seen.add(f"firewatch {line}", f"{done.output}{done.exception or ''}-")


def scraped(drill: House) -> bytes:
    registry = CollectorRegistry()
    registry.register(HouseCollector(drill))
    return generate_latest(registry)


def told_with_locals(drill: House) -> str:
    """An error as a debugger's log has it, with the values of every frame, through the filter of our handlers."""

    def asked(send_address: str) -> None:
        phone, key = PHONES[2], KEYS[2]
        raise RuntimeError(f"{phone} did not answer, {key} was refused, at {send_address}")

    stream = io.StringIO()
    handler, log = logging.StreamHandler(stream), logging.getLogger("firewatch.locals")
    log.addHandler(handler)
    mask_logs()
    [mine, *_] = [one for one in drill.contacts.recipients if one.office == OFFICE and "mail" in one.channel]
    try:
        asked(mine.address)
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert hits(told), "unmasked, it would say everything"
        log.exception("%s", told)
    finally:
        log.removeHandler(handler)
    return stream.getvalue()


async def kept_by_prefect() -> str:
    from prefect.client.orchestration import get_client
    from prefect.logging.handlers import APILogHandler

    await APILogHandler.aflush()
    async with get_client() as client:
        runs, tasks = await client.read_flow_runs(), await client.read_task_runs()
        kept = [*runs, *tasks, *await client.read_logs(), *await client.read_artifacts()]
    return json.dumps([one.model_dump(mode="json") for one in kept], ensure_ascii=False)


def prefect_database() -> bytes:
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    file = Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition(":///")[2])
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


def dumped(url: str) -> bytes:
    """Every row of every table, as a dump holds them: the wheel's own pg_dump is older than its server."""
    content = bytearray()
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE 'pg_%'")
        for schema, table in cursor.fetchall():
            content += f"\n{schema}.{table}\n".encode()
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))) as rows:
                for row in rows:
                    content += row
    return bytes(content)
