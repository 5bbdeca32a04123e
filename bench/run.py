"""`make bench`: measure an on-sale on this machine, and write the table and `.bench/latest.json`.

`make bench ONLY=holds` measures one part of it; see ROWS in rows.py. Servers, processes and load
share the machine, PostgreSQL is durable (fsync and synchronous_commit on), and what is compared is
measured in one run.
"""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

import checks
from costs import costs
from ground import open_ground
from row import Row
from rows import ROWS
from whole import whole

LATEST = Path(".bench/latest.json")
PARTS = {"whole": whole, "costs": costs, **ROWS}


async def main() -> None:
    """Measure what was asked for, or everything."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"There is no {min(unknown)}; there are {', '.join(PARTS)}")
    rows: list[Row] = []
    async with open_ground() as ground:
        for part in wanted:
            Console(stderr=True).print(f"Measuring {part}", style="dim")
            rows += await PARTS[part](ground)
            _write(rows, await checks.sold_twice(ground))
    _show(rows)


def _write(rows: Sequence[Row], twice: int) -> None:
    by_key = {row.key: row for row in rows}
    echo, hold = by_key.get("echo"), by_key.get("hold")
    found: dict[str, Any] = {
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "sold_twice": twice,
        "rows": {row.key: asdict(row) for row in rows},
    }
    if echo and hold and echo.per_s and hold.per_s:
        found |= {
            "echo_per_s": echo.per_s,
            "hold_per_s": hold.per_s,
            "ratio": hold.per_s / echo.per_s,
            "p99_ms": hold.p99_ms,
        }
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(found, indent=2) + "\n")


def _show(rows: Sequence[Row]) -> None:
    table = Table("what", "a second", "p50 ms", "p99 ms", "", box=None)
    for row in rows:
        per_s = "" if row.per_s is None else f"{row.per_s:,.0f}"
        times = ("" if one is None else f"{one:.1f}" for one in (row.p50_ms, row.p99_ms))
        table.add_row(row.what, per_s, *times, row.note)
    Console(width=120).print(table)


if __name__ == "__main__":
    uvloop.run(main())
