"""How soon the audit page shows its table, in Chromium: python -m
tests.bench.audit_page

Medians of seven, from the first request until the first row is there.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.pages.chromium import RunningClock, free_port, launched, served, signed_in
from tests.pages.site import AUDITOR, new_site
from tools.audit_bench.bench import fill

QUESTIONS = (
    "/audit",
    "/audit?since=2025-10-01&until=2025-12-31",
    "/audit?request=HC-1500",
    "/audit?outcome=denied&since=2025-01-01",
    "/audit?unusual=yes&since=2025-01-01",
)


def first_row_ms(page: Any, question: str) -> float:
    began = time.perf_counter()
    page.goto(question, wait_until="commit")
    page.locator("#rows tr").first.wait_for()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        site = new_site(Path(folder), public_url=f"http://127.0.0.1:{port}")
        fill(site.services.store, options.events)
        site.clock = RunningClock()  # type: ignore[assignment]
        with served(site.application(), port), launched() as browser:
            page = signed_in(browser, site, AUDITOR).new_page()
            for question in QUESTIONS:
                found = statistics.median(
                    first_row_ms(page, question) for _ in range(7)
                )
                mark = "ok " if found <= 1000 else "NOT"
                print(
                    f"{mark} {question}: {found:.0f} ms (at most 1,000 ms)", flush=True
                )
        site.services.store.close()


if __name__ == "__main__":
    main()
