"""When a person first sees something: the duty page in Chromium, on a desk and on a phone, served on this machine."""

from __future__ import annotations

import shutil
import statistics
import time

from starlette.applications import Starlette

from bench.measurement import Measurement
from bench.servers.desk import serving

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
RUNS = 5
PAINT = "performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint')?.startTime ?? null"


def first_paints(app: Starlette, *, login: str, password: str) -> list[Measurement]:
    """First contentful paint of the duty page, the median of some loads; nothing where there is no Chromium."""
    chromium = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), "")
    if not chromium:
        print("first paint: not measured, no Chromium on this machine")  # the bench's output
        return []
    from playwright.sync_api import sync_playwright

    measured = []
    with serving(app) as base, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            page = browser.new_context(viewport={"width": width, "height": height}).new_page()
            page.goto(f"{base}/login")
            page.fill("[name=login]", login)
            page.fill("[name=password]", password)
            page.click("button.main")
            page.wait_for_selector("#part-queue")
            measured.append(_row(size, statistics.median(_painted_s(page, base) for _ in range(RUNS))))
        browser.close()
    return measured


def _painted_s(page: object, base: str) -> float:
    page.goto(f"{base}/", wait_until="load")  # type: ignore[attr-defined]  # playwright's page
    for _ in range(200):
        found = page.evaluate(PAINT)  # type: ignore[attr-defined]
        if found is not None:
            return float(found) / 1000
        time.sleep(0.02)
    raise TimeoutError("the page was loaded and nothing was painted within four seconds")


def _row(size: str, seconds: float) -> Measurement:
    return Measurement(
        name=f"duty desk: first paint in Chromium, {size}",
        unit="s",
        ours=seconds,
        peer_name=None,
        peer=None,
        target=1.0,
        higher_is_better=False,
        bound_by="the answer of the page and the layout of its table and queue; scripts come after",
    )
