"""The product that stands until the next: written whole or not at all, and stamped 过期 when no newer one came."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from flows.order import FlowName, Order
from flows.product_files import Made, keep_product
from flows.wiring import House
from models.frames import DANGER_CSV, GRADES_CSV, IGNITION_CSV, DangerFrame, ZoneDangerFrame
from models.local_grade import with_local_grade
from notify.phrases import BEIJING
from notify.whole_file import write_whole
from store.products import Product

STANDING = "danger.json"
STALE_ZH = "过期"
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Said:
    """What a product says of itself, in Chinese: what was missing, and what explains a grade."""

    missing: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """What looks wrong in the weather."""
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """Further files of the product: for each kind its name and content."""
    peaks: Sequence[Mapping[str, Any]] = ()
    """The hour of the highest danger of each unit and day."""


def publish_danger(
    house: House,
    order: Order,
    danger: dy.DataFrame[DangerFrame],
    zones: dy.DataFrame[ZoneDangerFrame],
    *,
    run_id: str,
    said: Said,
) -> tuple[Product, ...]:
    """Write ``danger.csv`` and the summary of a run, and make them the standing ones. Returns both products."""
    degraded = bool(said.missing) or bool(danger["degraded"].any())
    summary = {
        "made_utc": order.as_of.isoformat(),
        "stale": False,
        "label": "",
        "missing": list(said.missing),
        "remarks": list(said.remarks),
        "implausible": list(said.findings),
        "peaks": list(said.peaks),
        "degraded": degraded,
        "exercise": order.exercise,
        "rules": house.rules.version,
        "unconfirmed_rules": len(house.rules.unconfirmed),
        "grade_basis": house.grade_basis_zh,
        "ignition_estimator": danger["ignition_estimator"].drop_nulls().first(),
        "zones": json.loads(zones.with_columns(pl.col("issued_utc").dt.strftime(_INSTANT)).write_json()),
    }
    graded = with_local_grade(danger, house.local_bounds)
    folder = Path(house.world) / f"{order.as_of:%Y%m%d}" / run_id
    written = {
        "danger_csv": (folder / "danger.csv", danger_csv(danger.select(DANGER_CSV))),
        "danger_summary": (folder / "danger.json", _json(summary)),
        "grades_csv": (folder / "grades.csv", danger_csv(graded.select(GRADES_CSV))),
        "ignition_csv": (folder / "ignition.csv", danger_csv(danger.select(IGNITION_CSV))),
        **{kind: (folder / name, content) for kind, (name, content) in said.files.items()},
    }
    products = tuple(
        _product(house, order, kind, path, content, zones, run_id) for kind, (path, content) in written.items()
    )
    if order.send:
        _put_standing(house, order, run_id, summary)
    return products


def _put_standing(house: House, order: Order, run_id: str, summary: Mapping[str, Any]) -> None:
    """Make a summary the standing one; of a run of some joint units, its rows beside those of the others."""
    with _alone(house):
        before = standing_danger(house)
        if not _is_newer(before, order):
            stand(house, run_id, _beside(before, order, summary))


@contextmanager
def _alone(house: House) -> Iterator[None]:
    """Rounds of other units stand aside, from reading the standing product to writing it."""
    with (house.home.root / f".{STANDING}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _beside(before: Mapping[str, Any] | None, order: Order, summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """``summary`` with what stood of the units that it does not speak of. What is stale there makes all stale."""
    if before is None or not order.zones:
        return summary
    kept = [row for row in before["zones"] if row["zone"] not in order.zones]
    if not kept:
        return summary
    peaks = [peak for peak in before.get("peaks", ()) if peak.get("zone") not in order.zones]
    older = {name: before[name] for name in ("stale", "label")} if before["stale"] else {}
    missing = list(dict.fromkeys([*before["missing"], *summary["missing"]]))
    told = {"zones": [*kept, *summary["zones"]], "peaks": [*peaks, *summary["peaks"]], "missing": missing}
    return {**summary, **told, "degraded": summary["degraded"] or before["degraded"], **older}


def stand(house: House, run_id: str, summary: Mapping[str, Any]) -> None:
    """Make a summary the standing one. The file of a run says nothing of the run: its folder does."""
    write_whole(house.home.products / house.world / STANDING, _json({"run_id": run_id, **summary}))


def danger_csv(danger: pl.DataFrame) -> bytes:
    """A table as a file: four decimals, and four significant digits for probabilities, which are of a millionth."""
    small = [name for name in danger.columns if name.startswith("ignition_") and danger[name].dtype == pl.Float64]
    told = danger.with_columns(
        pl.Series(name, [None if one is None else f"{one:.4g}" for one in danger[name]], dtype=pl.String)
        for name in small
    )
    return told.write_csv(datetime_format=_INSTANT, float_precision=4).encode()


def _is_newer(standing: Mapping[str, Any] | None, order: Order) -> bool:
    """Whether what stands was made later than ``order`` looks: a look back does not take its place."""
    return standing is not None and datetime.fromisoformat(standing["made_utc"]) > order.as_of


def summary_of(house: House, run_id: str) -> Mapping[str, Any] | None:
    """The summary that a danger run made; None where it made none."""
    made = next((one for one in house.products.of_run(run_id) if one.kind == "danger_summary"), None)
    return None if made is None else json.loads((house.home.products / made.path).read_text(encoding="utf-8"))


def mark_danger_stale(house: House, order: Order, missing: Sequence[str]) -> None:
    """Stamp the standing product: it is the last good one, and it is old."""
    if not order.send:
        return
    with _alone(house):
        summary = standing_danger(house)
        if summary is None or _is_newer(summary, order):
            return
        age_h = (order.as_of - datetime.fromisoformat(summary["made_utc"])) / timedelta(hours=1)
        stamp = {"stale": True, "label": f"{STALE_ZH}：{age_h:.1f}小时前的结果", "missing": list(missing)}
        write_whole(house.home.products / house.world / STANDING, _json({**summary, **stamp}))


def standing_danger(house: House) -> Mapping[str, Any] | None:
    """The standing product; None when there never was one. A look back sees the one that stood then."""
    if house.known is not None:
        return house.known.standing
    path = house.home.products / house.world / STANDING
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def standing_at(house: House, at: datetime) -> Mapping[str, Any] | None:
    """The product that stood at an earlier time: that of the last round before it; None where there was none."""
    standing = standing_danger(house)
    if standing is None or datetime.fromisoformat(standing["made_utc"]) <= at:
        return standing
    runs = house.runs.last_runs(FlowName.DANGER_WATCH, world=house.world, limit=None)
    sent = [run for run in runs if run.as_of_utc <= at and run.parameters.get("send") and run.rerun_of is None]
    newest_first = sorted(sent, key=lambda run: run.as_of_utc, reverse=True)
    return next(filter(None, (summary_of(house, run.run_id) for run in newest_first)), None)


def _product(
    house: House,
    order: Order,
    kind: str,
    path: Path,
    content: bytes,
    zones: dy.DataFrame[ZoneDangerFrame],
    run_id: str,
) -> Product:
    first, last = zones["local_date"].min(), zones["local_date"].max()
    degraded, until = bool(zones["degraded_share"].max()), _midnight(last) + timedelta(days=1)
    made = Made(run_id, kind, order.as_of, _midnight(first), until, degraded=degraded)
    return keep_product(house, path, content, made)


def _midnight(day: object) -> datetime:
    return datetime.combine(day, datetime.min.time(), BEIJING)  # type: ignore[arg-type]  # polars types min() loosely


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
