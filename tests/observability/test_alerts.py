"""Rules of Prometheus: each is tested with its own tool, explained, and about what there is."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.services import NAMES
from observability.promtool import promtool
from observability.registry import known_series

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/observability/rules"
TESTS = Path(__file__).with_name("alerts.test.yaml")
ELSEWHERE = {"up"}  # metrics that Prometheus itself makes
METRIC = re.compile(r"\b(?:boxoffice|process)_[a-z_0-9]+|\bup\b")


def _groups(file: str) -> list[Any]:
    return yaml.safe_load((RULES / file).read_text("utf-8"))["groups"]


def _rules(file: str) -> list[dict[str, Any]]:
    return [rule for group in _groups(file) for rule in group["rules"]]


@pytest.fixture
def runbooks() -> dict[str, str]:
    page = (ROOT / "docs/operating.md").read_text("utf-8").partition("## Runbooks")[2]
    parts = re.split(r"^### (\w+)$", page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_rules_are_well_formed():
    checked = subprocess.run(  # noqa: S603 - a tool of ours
        [promtool(), "check", "rules", *map(str, RULES.glob("*.yaml"))],
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_alert_is_raised_when_it_must_be_and_only_then():
    tested = subprocess.run(  # noqa: S603 - a tool of ours
        [promtool(), "test", "rules", str(TESTS)], check=False, capture_output=True, text=True
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_alert_is_tested_both_ways():
    told = [
        (each["alertname"], bool(each["exp_alerts"]))
        for test in yaml.safe_load(TESTS.read_text("utf-8"))["tests"]
        for each in test["alert_rule_test"]
    ]

    assert sorted(told) == sorted(
        (rule["alert"], is_raised) for rule in _rules("alerts.yaml") for is_raised in (False, True)
    )


def test_every_alert_has_a_runbook_and_every_runbook_an_alert(runbooks: dict[str, str]):
    alerts = [rule["alert"] for rule in _rules("alerts.yaml")]

    assert list(runbooks) == alerts
    for name, runbook in runbooks.items():
        for part in ("**Means** ", "**Look** ", "**Do** "):
            assert runbook.count(part) == 1, (name, part)


def test_an_alert_says_how_bad_it_is_and_where_its_runbook_stands():
    for rule in _rules("alerts.yaml"):
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        assert rule["annotations"]["runbook"] == f"docs/operating.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["for"]


def test_rules_are_about_metrics_that_there_are():
    known = known_series()
    recorded = {rule["record"] for rule in _rules("recording.yaml")}
    for rule in _rules("recording.yaml") + _rules("alerts.yaml"):
        expression = rule["expr"]
        for name in re.findall(r"[a-z_]+:[a-z_]+:[a-z_0-9]+", expression):
            assert name in recorded, rule
        for name in METRIC.findall(re.sub(r"[a-z_]+:[a-z_]+:[a-z_0-9]+", "", expression)):
            assert name in known | ELSEWHERE, rule


def test_what_is_recorded_is_asked_for():
    asked = [rule["expr"] for rule in _rules("alerts.yaml")]
    asked += [path.read_text("utf-8") for path in (RULES.parent / "dashboards").glob("*.json")]

    for rule in _rules("recording.yaml"):
        assert any(rule["record"] in text for text in asked), rule["record"]


def test_the_alert_for_missing_services_knows_how_many_there_are():
    (rule,) = (rule for rule in _rules("alerts.yaml") if rule["alert"] == "ServiceMissing")

    assert f"< {len(NAMES)}\n" in rule["expr"]
