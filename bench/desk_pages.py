"""The duty desk at 200 incidents: how long each page takes, how much it weighs, when it is first seen."""

from __future__ import annotations

import asyncio
import itertools
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bench.desk_paint import first_paints
from bench.measurement import Measurement
from boundary_zones.required import required_offices
from desk.web.app import STATIC, desk_app, leaflet_folder
from desk.web.passwords import hashed
from flows.settings import load_settings
from flows.wiring import House, open_house
from models.field_check.task import Task
from models.incidents.incident import Incident, IncidentState, Projection
from notify.alert import Alert, AlertKind, Reason, alert_id_of
from notify.escalate import owed
from notify.obligations import obligations
from store.accounts import Account, DutyRole

NOW = datetime(2027, 4, 10, 6, 0, tzinfo=UTC)
INCIDENTS, TOLD = 200, 40
PASSWORD = "pa55-for-the-bench"
NOWHERE = "http://127.0.0.1:9"


def run() -> list[Measurement]:
    """Times of pages, their weight, and first paint where the machine has Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        house = _house(Path(folder))
        try:
            app = desk_app(house, clock=lambda: NOW)
            return [*_times(app, house), *_weights(app), *first_paints(app, login="bench", password=PASSWORD)]
        finally:
            house.close()


def _house(folder: Path) -> House:
    opened = open_house(load_settings({}, home=folder, open_meteo_url=NOWHERE, firms_url=NOWHERE))
    house = opened.within("live", clock=lambda: NOW)
    account = Account("bench", "值班", DutyRole.LEADER, "beijing", "110116", NOW)
    house.accounts.add(account, hashed(PASSWORD, least=8), by="bench")
    found = [_incident(number) for number in range(INCIDENTS)]
    house.incidents.save(found)
    for incident in found:
        house.verification.publish(Task(incident.incident_id, incident.county_gb, NOW - timedelta(minutes=5)))
    for incident in found[:TOLD]:
        _tell(house, incident)
    return house


def _incident(number: int) -> Incident:
    first = NOW - timedelta(hours=2, minutes=number)
    return Incident(
        incident_id=f"JJJ-HR-CD-2027-{number + 1:03d}",
        zone="HR-CD",
        state=IncidentState.ACTIVE,
        first_seen_utc=first,
        first_available_utc=first + timedelta(minutes=20),
        last_seen_utc=NOW - timedelta(minutes=20),
        lat_deg=40.6 + number % 20 / 40,
        lon_deg=116.4 + number // 20 / 40,
        location_error_km=0.4,
        hotspot_ids=frozenset({f"h{number}a", f"h{number}b"}),
        frp_mw=12.0,
        distance_to_border_km=number / 20,
        signed_distance_km=number / 20,
        bearing_to_border_deg=300.0,
        region="beijing",
        county_gb=110116,
        neighbour_county_gb=130826,
        neighbour_regions=("hebei",),
        reason="2次过境观测到，此处无已知热源，未见可疑之处",
        satellites=("S-NPP", "NOAA-20"),
        hotspot_no=f"RD-110116-20270410-{number + 1:03d}",
        level="notify",
        projection=Projection(300.0, 1.5, 4.0, 40.9, 116.4, NOW, 0.6),
    )


def _tell(house: House, incident: Incident) -> None:
    zone = house.catalogue.zone(incident.zone)
    code = house.ledger.next_code("怀", decided_utc=NOW, exercise=False, world="live")
    said = Alert(
        alert_id=alert_id_of(world="live", event_id=incident.incident_id, revision=1),
        code=code,
        revision=1,
        event_id=incident.incident_id,
        kind=AlertKind.INCIDENT,
        zone=zone.id,
        level="notify",
        previous_level="none",
        reason=Reason.INCIDENT_NEAR_BORDER,
        decided_utc=NOW - timedelta(minutes=5),
        regions=("beijing", "tianjin", "hebei"),
        exercise=False,
        degraded=False,
        text_short="【森防通报】疑似火情：怀柔，距丰宁界1.8公里，西北风5级，向界蔓延。收到回1。",
        text_long="疑似火情。" * 60,
    )
    recipients = house.contacts.for_zone(zone, house.catalogue)
    required = required_offices(zone, house.catalogue, house.contacts)
    due = owed(said, required, recipients, rules=house.rules.escalation)
    house.ledger.commit(said, obligations(said, recipients), due)


def _times(app: Starlette, house: House) -> list[Measurement]:
    ask = _asker(app)
    changed = itertools.count()

    def after_a_change() -> None:
        at = NOW + timedelta(seconds=next(changed))
        house.coverage.record_success("firms_modis", attempted_utc=at, newest_content_utc=NOW)
        _whole(ask, "/")

    pages = {"duty page": "/", "queue alone": "/part/queue", "map": "/map/live.json", "log": "/log"}
    pages["one incident"] = "/incident/JJJ-HR-CD-2027-001"
    jobs: dict[str, Callable[[], object]] = {name: partial(_whole, ask, path) for name, path in pages.items()}
    jobs["duty page right after a change"] = after_a_change
    return [
        Measurement(
            name=f"duty desk: {name} at {INCIDENTS} incidents, of which {TOLD} told, {clock}",
            unit="ms",
            ours=taken_ms,
            peer_name=None,
            peer=None,
            target=200.0,
            higher_is_better=False,
            bound_by="reads of SQLite and the template; no page asks anything outside the store",
        )
        for name, job in jobs.items()
        for clock, taken_ms in _taken_ms(job).items()
    ]


def _weights(app: Starlette) -> list[Measurement]:
    ask = _asker(app)
    files = [STATIC / name for name in ("desk.css", "desk.js", "map.js")]
    files += [leaflet_folder() / name for name in ("leaflet.js", "leaflet.css")]
    fixed_kb = sum(path.stat().st_size for path in files) / 1024
    weights = {
        f"duty page at {INCIDENTS} incidents": len(ask("/").content) / 1024,
        "its scripts and styles, Leaflet among them": fixed_kb,
        "ground of the map, once": len(ask("/map/base.json").content) / 1024,
    }
    return [
        Measurement(
            name=f"duty desk: weight of {name}",
            unit="kB",
            ours=weight,
            peer_name=None,
            peer=None,
            target=512.0,
            higher_is_better=False,
            bound_by="text, before any compression",
        )
        for name, weight in weights.items()
    ]


def _taken_ms(job: Callable[[], object], *, runs: int = 9) -> dict[str, float]:
    """Median time of the wall, which a person waits, and of the processor, which no other work of the machine moves."""
    job()
    taken: dict[str, list[float]] = {"wall": [], "CPU": []}
    for _ in range(runs):
        starts = time.perf_counter(), time.process_time()
        job()
        taken["wall"].append(time.perf_counter() - starts[0])
        taken["CPU"].append(time.process_time() - starts[1])
    return {clock: 1000 * statistics.median(each) for clock, each in taken.items()}


def _whole(ask: Callable[[str], httpx.Response], path: str) -> None:
    assert ask(path).status_code == 200, path


def _asker(app: Starlette) -> Callable[[str], httpx.Response]:
    """A browser that has come in."""
    cookies: dict[str, str] = {}

    def ask(path: str, form: dict[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:
                answer = await (client.get(path) if form is None else client.post(path, data=form))
                cookies.update({name: value for name, value in answer.cookies.items() if value})
                return answer

        return asyncio.run(asked())

    token = re.search(r'name="form_token" value="([^"]+)"', ask("/login").text)
    assert token is not None
    ask("/login", {"login": "bench", "password": PASSWORD, "form_token": token[1]})
    return ask
