"""Dashboards of Grafana as plain data: rows of panels, each with what it asks Prometheus."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 24  # columns of Grafana's grid
HEIGHT = 8  # of a panel
SCHEMA = 39  # of Grafana 10; later ones read it
SOURCE = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph: its title, what it asks, how lines are called, and the unit."""

    title: str
    asks: str
    legend: str
    unit: str = "short"


@dataclass(frozen=True, slots=True)
class Row:
    """Panels that belong together, side by side."""

    title: str
    panels: Sequence[Panel]


def dashboard(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return the JSON that Grafana imports; `name` makes its address."""
    return (
        json.dumps(
            {
                "uid": f"boxoffice-{name}",
                "title": f"Boxoffice: {title}",
                "tags": ["boxoffice"],
                "description": "Made by `make describe`; edit the declarations, not this file.",
                "editable": False,
                "schemaVersion": SCHEMA,
                "refresh": "30s",
                "time": {"from": "now-3h", "to": "now"},
                "templating": {"list": [_source()]},
                "links": [_link()],
                "panels": list(_laid_out([row for row in rows if row.panels])),
            },
            indent=2,
        )
        + "\n"
    )


def _laid_out(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    down = number = 0
    for row in rows:
        number += 1
        place = {"x": 0, "y": down, "w": WIDTH, "h": 1}
        yield {"id": number, "type": "row", "title": row.title, "gridPos": place, "panels": []}
        down += 1
        wide = WIDTH // min(len(row.panels), 3)
        for nth, panel in enumerate(row.panels):
            number += 1
            across = nth % 3
            place = {"x": across * wide, "y": down, "w": wide, "h": HEIGHT}
            yield _graph(panel, number, place)
            if across == 2 or nth == len(row.panels) - 1:  # noqa: PLR2004 - the third of a line
                down += HEIGHT


def _graph(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": panel.title,
        "gridPos": place,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom"},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [
            {
                "refId": "A",
                "datasource": SOURCE,
                "expr": panel.asks,
                "legendFormat": panel.legend,
            }
        ],
    }


def _source() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _link() -> dict[str, Any]:
    return {"title": "Boxoffice", "type": "dashboards", "tags": ["boxoffice"], "asDropdown": True}
