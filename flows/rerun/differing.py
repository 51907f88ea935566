"""What differs between two runs: inputs, configuration, products, conclusions. Pure but for the products' files."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from flows.configured import Part
from flows.rerun.narrowing import Units
from flows.standing import STANDING
from flows.wiring import House
from notify.phrases import date_zh, grade_zh
from store.errors import NotInStore
from store.products import Product
from store.run_rows import Run

KEYS = ("zone", "cell_id", "local_date", "hour", "valid_utc")
MOST_SHOWN = 12
_DECISION = ("level", "reason", "told", "revision", "previous_level", "text_sha256", "note")


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One product file of the two runs."""

    name: str
    kind: str
    same: bool
    before_sha256: str = ""
    """Empty where only the new run made it."""
    after_sha256: str = ""
    """Empty where only the old run made it."""
    said: tuple[str, ...] = ()
    """What changed, in Chinese lines."""


@dataclass(frozen=True, slots=True)
class ConclusionDiff:
    """What was decided of one event before and after; None where one of the runs does not speak of it."""

    event_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that differs between a run and its rerun."""

    inputs_same: bool
    code: tuple[str, str]
    configuration: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Part → what changed in it."""
    products: tuple[FileDiff, ...] = ()
    conclusions: tuple[ConclusionDiff, ...] = ()
    left: tuple[str, ...] = ()
    """Units of the older run that the rerun did not repeat: they are not compared."""

    @property
    def empty(self) -> bool:
        """Whether every byte of the products and every conclusion is the same."""
        return all(one.same for one in self.products) and not self.conclusions

    def document(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {"empty": self.empty, "code_same": self.code[0] == self.code[1], **asdict(self)}


def diff_of(house: House, before: Run, after: Run) -> Diff:
    """What differs between two runs that ended.

    Args:
        house: its catalogue of products, its files, its copies.
        before: the run that was repeated.
        after: its rerun.
    """
    assert before.end is not None
    assert after.end is not None
    units = Units.of(before, after, house.zone_ids)
    inputs = [sorted(read.sha256 for read in run.end.inputs) if run.end else [] for run in (before, after)]
    return Diff(
        inputs_same=inputs[0] == inputs[1],
        code=(before.code_version, after.code_version),
        configuration=_configuration(house, before.configuration, after.configuration),
        products=_products(house, before, after, units=units),
        conclusions=tuple(
            one
            for one in conclusions_diff(before.end.conclusions, after.end.conclusions)
            if units.is_about(one.event_id)
        ),
        left=tuple(sorted(units.left)),
    )


def conclusions_diff(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[ConclusionDiff, ...]:
    """Events that two runs decided otherwise, by name of the event."""
    old, new = ({_about(one): one for one in some} for some in (before, after))
    return tuple(
        ConclusionDiff(event_id, old.get(event_id), new.get(event_id))
        for event_id in sorted(old.keys() | new.keys())
        if _decision(old.get(event_id)) != _decision(new.get(event_id))
    )


def _about(one: Mapping[str, Any]) -> str:
    """What a conclusion is about: of a warning the joint unit, whatever day its episode began."""
    event_id = str(one["event_id"])
    return ":".join(event_id.split(":")[:2]) if one.get("kind") == "danger" else event_id


def _decision(one: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if one is None else {name: one.get(name) for name in _DECISION}


def _configuration(house: House, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    changed = {part: (before.get(part, ""), after.get(part, "")) for part in sorted(before.keys() | after.keys())}
    return {
        part: _rules_changed(house, *pair) if part == Part.RULES else (f"{pair[0][:12]} → {pair[1][:12]}",)
        for part, pair in changed.items()
        if pair[0] != pair[1]
    }


def _rules_changed(house: House, before: str, after: str) -> tuple[str, ...]:
    """Which lines of which file changed, as an office reads them."""
    try:
        old, new = (json.loads(house.copies.load(one)) for one in (before, after))
    except NotInStore:
        return (f"{before[:12]} → {after[:12]}",)
    found: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        lines = (_values(old.get(name, "")), _values(new.get(name, "")))
        found += [
            f"{name} {rule}: {lines[0].get(rule, '无')} → {lines[1].get(rule, '无')}"
            for rule in sorted(lines[0].keys() | lines[1].keys())
            if lines[0].get(rule) != lines[1].get(rule)
        ]
    return tuple(found) or ("注释或格式变动",)


def _values(text: str) -> dict[str, str]:
    """Each line of a rule file under its heading: ``[alerting.ring].value``."""
    found: dict[str, str] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("["):
            heading = line.strip()
        elif "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[f"{heading}{key.strip()}"] = value.strip()
    return found


def _products(house: House, before: Run, after: Run, *, units: Units) -> tuple[FileDiff, ...]:
    old, new = (_by_name(house.products.of_run(run.run_id)) for run in (before, after))
    names = sorted(name for name in old.keys() | new if units.is_about(name))
    return tuple(_file(house, name, old.get(name), new.get(name), units=units) for name in names)


def _by_name(products: Iterable[Product]) -> dict[str, Product]:
    """Products that the round itself made; messages that were published of it are of its sending."""
    return {PurePosixPath(one.path).name: one for one in products if not one.kind.startswith("cap")}


def _file(house: House, name: str, old: Product | None, new: Product | None, *, units: Units) -> FileDiff:
    if old is None or new is None:
        one = old or new
        assert one is not None
        said = ("只有原运行有" if new is None else "只有重跑有",)
        return FileDiff(name, one.kind, False, old.sha256 if old else "", new.sha256 if new else "", said)
    if old.sha256 == new.sha256:
        return FileDiff(name, old.kind, True, old.sha256, new.sha256)
    paths = [house.home.products / one.path for one in (old, new)]
    same, changes = _compared(house, name, *paths, units=units)
    return FileDiff(name, old.kind, same, old.sha256, new.sha256, changes)


def _compared(house: House, name: str, old: Path, new: Path, *, units: Units) -> tuple[bool, tuple[str, ...]]:
    """Whether two files are the same in the units of the rerun, and what differs otherwise."""
    try:
        contents = old.read_bytes(), new.read_bytes()
    except OSError as error:
        return False, (f"文件读不到：{error.strerror}",)
    before, after = units.of_file(name, *contents, json.loads) if units.left else contents
    if before == after:
        return True, ()
    if name.endswith(".csv"):
        return False, table_diff(before, after)
    if name.endswith(".json"):
        documents = (before, after) if units.left else tuple(map(json.loads, contents))
        turned = grades_turned(house, *documents) if name == STANDING else ()
        return False, (*turned, *document_diff(*documents))
    return False, ("图不同" if name.endswith(".png") else "内容不同",)


def table_diff(before: bytes, after: bytes) -> tuple[str, ...]:
    """How many rows of a table are new, gone or changed, and for each column how many and by how much at most."""
    old, new = (pl.read_csv(io.BytesIO(content), infer_schema_length=None) for content in (before, after))
    in_words = [name for name in old.columns if pl.String in (old.schema[name], new.schema.get(name))]
    old, new = (table.with_columns(pl.col(set(in_words) & set(table.columns)).cast(pl.String)) for table in (old, new))
    keys = [name for name in KEYS if name in old.columns and name in new.columns]
    both = old.join(new, on=keys, how="inner", suffix=" new", nulls_equal=True)
    lines = [f"行数 {old.height} → {new.height}，同一格、同一日 {both.height} 行"]
    for name in (column for column in old.columns if column not in keys and column in new.columns):
        changed = both.filter(pl.col(name).ne_missing(pl.col(f"{name} new")))
        if changed.height:
            numeric = old[name].dtype.is_numeric() and new[name].dtype.is_numeric()
            apart = (changed[f"{name} new"] - changed[name]).abs().max() if numeric else None
            most = f"，最多差 {apart:g}" if isinstance(apart, int | float) else ""
            lines.append(f"{name}: {changed.height} 行不同{most}")
    return tuple(lines)


def grades_turned(house: House, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Each unit and day whose grade changed, as an office says it: 平谷–蓟州5月12日：三级 → 五级."""
    old, new = (
        {(row["zone"], row["local_date"]): row["danger_grade"] for row in one["zones"]} for one in (before, after)
    )
    return tuple(
        f"{house.catalogue.zone(zone).name_zh}{date_zh(date.fromisoformat(day))}："
        f"{grade_zh(old[zone, day])} → {grade_zh(new[zone, day])}"
        for zone, day in sorted(old.keys() & new.keys())
        if old[zone, day] != new[zone, day]
    )


def document_diff(before: Any, after: Any, path: str = "") -> tuple[str, ...]:
    """Every value of two documents that differs, at most a dozen lines of it."""
    lines = list(_walk(before, after, path))
    rest = len(lines) - MOST_SHOWN
    return (*lines[:MOST_SHOWN], f"另有 {rest} 处不同") if rest > 0 else tuple(lines)


def _walk(before: Any, after: Any, path: str) -> Iterable[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _walk(before.get(key), after.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _walk(*pair, f"{path}[{index}]")
    elif before != after:
        yield f"{path}: {json.dumps(before, ensure_ascii=False)} → {json.dumps(after, ensure_ascii=False)}"
