"""Dashboards: one for whatever there is, about what is really measured."""

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.cli import dashboards
from boxoffice.kit.service import Service
from boxoffice.services import NAMES, load
from observability.promtool import promtool
from observability.registry import known_series

RULES = Path(__file__).parents[2] / "deploy/observability/rules/recording.yaml"
WHOLE = {"overview", "on-sale", "money", "events"}
METRIC = re.compile(r"\b(?:boxoffice|process)_[a-z_0-9]+")
RECORDED = re.compile(r"[a-z_]+:[a-z_]+:[a-z_0-9]+")


def _boards(services: list[Service]) -> dict[str, dict[str, Any]]:
    texts = dashboards.documents(services)
    return {Path(path).stem: json.loads(text) for path, text in texts.items()}


def _graphs(board: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in board["panels"] if panel["type"] == "timeseries"]


@pytest.fixture
def boards() -> dict[str, dict[str, Any]]:
    return _boards(load())


def test_there_is_a_dashboard_of_the_whole_and_one_for_each_service(boards: dict[str, Any]):
    assert boards.keys() == WHOLE | {f"service-{name}" for name in NAMES}


def test_a_dashboard_asks_for_what_is_measured(boards: dict[str, Any]):
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    recorded = {rule["record"] for group in groups for rule in group["rules"]}
    known = known_series()

    for name, board in boards.items():
        for graph in _graphs(board):
            asked = graph["targets"][0]["expr"]
            assert set(RECORDED.findall(asked)) <= recorded, (name, asked)
            assert set(METRIC.findall(RECORDED.sub("", asked))) <= known, (name, asked)


def test_prometheus_understands_what_dashboards_ask(boards: dict[str, Any], tmp_path: Path):
    asked = [graph["targets"][0]["expr"] for board in boards.values() for graph in _graphs(board)]
    rules = [{"record": f"asked:{nth}", "expr": one} for nth, one in enumerate(asked)]
    file = tmp_path / "asked.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))

    checked = subprocess.run(  # noqa: S603 - a tool of ours
        [promtool(), "check", "rules", "--lint=none", str(file)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_service_shows_what_it_measures_of_itself_and_nothing_that_it_does_not_do():
    for service in load():
        board = _boards([service])[f"service-{service.name}"]
        asked = " ".join(graph["targets"][0]["expr"] for graph in _graphs(board))
        rows = {panel["title"] for panel in board["panels"] if panel["type"] == "row"}

        for measure in service.measures:
            assert f"boxoffice_{service.name}_{measure.name}" in asked
        assert ("Requests" in rows) == bool(service.routes), service.name
        assert ("News" in rows) == bool(service.reactions), service.name
        assert ("What it says" in rows) == bool(service.emits), service.name


def test_no_two_panels_lie_upon_each_other(boards: dict[str, Any]):
    for name, board in boards.items():
        places = [panel["gridPos"] for panel in board["panels"]]
        for first, second in pairwise(places):
            beside = second["y"] == first["y"] and second["x"] >= first["x"] + first["w"]
            assert beside or second["y"] >= first["y"] + first["h"], name
            assert second["x"] + second["w"] <= 24, name


def test_dashboards_have_addresses_of_their_own(boards: dict[str, Any]):
    assert len({board["uid"] for board in boards.values()}) == len(boards)
