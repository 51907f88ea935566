"""``python -m bench``: every benchmark, its peer in the same run; writes var/bench.json and docs/performance.md."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path

from bench.measurement import Measurement

MODULES = (
    "bench.fire_weather",
    "bench.locate",
    "bench.hotspots",
    "bench.tracking",
    "bench.spread",
    "bench.rounds",
    "bench.prefect_overhead",
    "bench.region",
    "bench.dispatch",
    "bench.desk_pages",
)
ROOT = Path(__file__).resolve().parent.parent
_HEAD = """# Performance

Made by `make bench`: every figure and that of its peer come from the same run on the same machine. A ratio over 1 is
better than the peer, or than the target where there is no peer. Absolute figures are this machine's: {cores} cores,
{system}, Python {python}.

| what | ratio | wanted | ours | peer | unit | |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Run all; 1 when a target is missed."""
    rows = [row for name in MODULES for row in importlib.import_module(name).run()]
    out = Path(os.environ.get("FIREWATCH_HOME", ROOT / "var"))
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps([_document(row) for row in rows], indent=1), encoding="utf-8")
    (ROOT / "docs" / "performance.md").write_text(page(rows), encoding="utf-8")
    for row in rows:
        print(f"{'ok  ' if row.ok else 'MISS'} {row.ratio:6.1f}  {row.name}: {row.ours:.3g} {row.unit}")
    return 0 if all(row.ok for row in rows) else 1


def page(rows: list[Measurement]) -> str:
    """docs/performance.md."""
    head = _HEAD.format(cores=os.cpu_count(), system=platform.machine(), python=platform.python_version())
    limits = "\n".join(f"- **{row.name}**: {row.bound_by}" for row in rows)
    return head + "\n".join(map(_line, rows)) + f"\n\n## What bounds them\n\n{limits}\n"


def _line(row: Measurement) -> str:
    bound = f"{'≥' if row.higher_is_better else '≤'} {row.target:g} {row.unit}"
    cells = (
        row.name,
        f"{row.ratio:.1f}",
        bound if row.peer is None else f"≥ {row.target:g} ×",
        f"{row.ours:.3g}",
        "–" if row.peer is None else f"{row.peer:.3g} ({row.peer_name})",
        row.unit,
        "✓" if row.ok else "missed",
    )
    return f"| {' | '.join(cells)} |"


def _document(row: Measurement) -> dict[str, object]:
    names = ("name", "unit", "ours", "peer_name", "peer", "ratio", "target", "ok")
    return {name: getattr(row, name) for name in names}


if __name__ == "__main__":
    sys.exit(main())
