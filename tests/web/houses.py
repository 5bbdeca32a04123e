"""Houses as people choose their seats in them."""

from collections.abc import Mapping
from typing import Any

from shows.catalogue import an_organiser, announce_show, in_days, open_venue, schedule, written
from stage import App, Someone, eventually

OLIVIA = an_organiser()

# Forty seats and room for thirty: wheelchair spaces at the back, an aisle, a pillar.
THEATRE: list[dict[str, Any]] = [
    {
        "name": "Stalls",
        "rows": [
            {"name": "A", "cells": "ssss.ssss"},
            {"name": "B", "cells": "ssss.ssss"},
            {"name": "C", "cells": "acss.ssca"},
        ],
    },
    {"name": "Circle", "rows": [{"name": "A", "cells": "rsssssssr"}, {"name": "B", "seats": 7}]},
    {"name": "Floor", "capacity": 30},
]
PRICES = {"Stalls": 40, "Circle": 25.5, "Floor": 12}


def stadium(blocks: int = 40, rows: int = 20, seats: int = 25) -> list[dict[str, Any]]:
    """Twenty thousand seats: blocks of 500, eight beside each other."""
    return [
        {
            "name": f"{'ABCDEFGH'[nth // 8]}{nth % 8 + 1}",
            "rows": [
                {
                    "name": str(row + 1),
                    "seats": seats,
                    "x": nth % 8 * (seats + 3),
                    "y": 3 + nth // 8 * (rows + 3) + row,
                }
                for row in range(rows)
            ],
        }
        for nth in range(blocks)
    ]


async def open_house(
    app: App,
    sections: list[dict[str, Any]] = THEATRE,
    prices: Mapping[str, float] = PRICES,
    show: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    """Put on a performance in a week; return its id once its seats can be seen."""
    show = show or await announce_show(app, OLIVIA)
    venue = await open_venue(app, OLIVIA, sections=sections)
    performance = await schedule(app, OLIVIA, show, venue, **{"prices": prices} | changes)
    await seats_of(app, performance["id"])
    return performance["id"]


async def seats_of(app: App, performance_id: str) -> dict[str, Any]:
    """What is free and what is not."""

    async def look() -> dict[str, Any]:
        answer = await app.get(f"/api/performances/{performance_id}/seats")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return await eventually(look)


async def hold(app: App, buyer: Someone, performance_id: str, *seats: str) -> str:
    """Have somebody hold seats; return the id of the order once all can see it."""
    body = {"performanceId": performance_id, "seats": seats}
    answer = await app.post("/api/orders", buyer, json=body)
    assert answer.status_code == 201, answer.text

    async def look() -> None:
        assert set(seats) <= set((await seats_of(app, performance_id))["taken"])

    await eventually(look)
    return answer.json()["id"]


def soon(seconds: float) -> str:
    """A time so many seconds from now, on the wire."""
    return written(in_days(seconds / 86_400))
