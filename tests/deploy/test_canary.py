"""A new version goes to a few first: every service's, judged by what it measures, and back by itself."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.cli.deployment import canary
from deploy.drawing import Thing, drawn, drawn_from, one
from deploy.ground import DEPLOY, SERVICES, read
from observability.promtool import promtool
from observability.registry import known_series

CAREFUL = ["staging", "production"]  # the overlays with canaries
MESHED = Path(__file__).parent / "meshed"
METRIC = re.compile(r"\b(?:boxoffice|process)_[a-z_0-9]+|\bup\b")
PROMETHEUS = "deploy/observability/prometheus.yaml"
BOUND = re.compile(r"result\[0\] (<=|>=) ([\d.]+)")
NEW, OLD = "boxoffice-orders-7d9f8c6b5-x2x4q", "boxoffice-orders-5c4b7f9d8-k8l2m"  # two pods
RISING, SLOWLY, FOUND = "0+600x20", "0+60x20", "1x20"  # ten a second, one a second, and always one
REQUESTS, HANDLED = "boxoffice_http_request_seconds", "boxoffice_event_seconds"


def _rollouts(overlay: str) -> dict[str, Thing]:
    return {it["metadata"]["name"]: it["spec"] for it in drawn(overlay) if it["kind"] == "Rollout"}


def _judges() -> dict[str, list[dict[str, Any]]]:
    """What each analysis measures, by its name."""
    path = DEPLOY / "components/canary/analysis.yaml"
    return {
        it["metadata"]["name"]: it["spec"]["metrics"]
        for it in yaml.safe_load_all(path.read_text("utf-8"))
    }


def _asked(measure: dict[str, Any]) -> str:
    """What Prometheus is asked about the new version of orders."""
    query: str = measure["provider"]["prometheus"]["query"]
    version = NEW.split("-")[2]
    return query.replace("{{args.service}}", "orders").replace("{{args.version}}", version)


def _verdict(judge: str, measure: str) -> str:
    """The condition as Prometheus would count it: 1 when the canary may go on."""
    (found,) = [it for it in _judges()[judge] if it["name"] == measure]
    said = BOUND.fullmatch(found["successCondition"])
    assert said, found
    return f"(({_asked(found)}) {said[1]} bool {said[2]})"


@pytest.mark.parametrize("overlay", CAREFUL)
def test_every_service_goes_out_by_canary_and_its_autoscaler_counts_that(overlay: str):
    rollouts = _rollouts(overlay)

    assert rollouts.keys() == {f"boxoffice-{name}" for name in SERVICES}
    for name, spec in rollouts.items():
        pods = one(overlay, "Deployment", name)
        scaled = one(overlay, "HorizontalPodAutoscaler", name)["spec"]["scaleTargetRef"]
        assert spec["workloadRef"]["name"] == pods["metadata"]["name"]
        assert {"replicas", "template"}.isdisjoint(spec)
        assert "replicas" not in pods["spec"]
        assert scaled == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": name}


@pytest.mark.parametrize("overlay", CAREFUL)
def test_a_canary_is_judged_from_its_first_share_on_by_what_its_service_does(overlay: str):
    templates = {
        it["metadata"]["name"] for it in drawn(overlay) if it["kind"] == "AnalysisTemplate"
    }
    for name, service in SERVICES.items():
        strategy = _rollouts(overlay)[f"boxoffice-{name}"]["strategy"]["canary"]
        judges = [it["templateName"] for it in strategy["analysis"]["templates"]]

        assert judges == canary.judges(service)
        assert set(judges) <= templates
        assert ("requests" in judges, "news" in judges) == (
            service.routes is not None,
            bool(service.reactions),
        )
        assert strategy["steps"][0] == {"setWeight": 10}
        assert "pause" in strategy["steps"][strategy["analysis"]["startingStep"]]
        assert not [step for step in strategy["steps"] if step.get("pause") == {}]


def test_what_is_asked_of_prometheus_is_measured_and_is_about_the_canary_alone():
    known = known_series()
    for judge, measures in _judges().items():
        for measure in measures:
            names = set(METRIC.findall(_asked(measure)))
            selectors = re.findall(r"\{[^}]*\}", _asked(measure))
            assert names, judge
            assert names <= known | {"up"}, (judge, names)
            assert all('instance=~"boxoffice-orders-' in it for it in selectors), judge


def test_what_a_pod_measures_carries_its_name():
    scraped = {it["job_name"]: it for it in read(PROMETHEUS)["scrape_configs"]}
    named = {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "instance"}

    assert named in scraped["boxoffice"]["relabel_configs"]


def test_the_one_who_is_asked_is_the_one_beside_the_product():
    service = one("monitoring", "Service", "prometheus")
    (port,) = service["spec"]["ports"]
    host = f"prometheus.{service['metadata']['namespace']}.svc.cluster.local:{port['port']}"

    for measures in _judges().values():
        assert {it["provider"]["prometheus"]["address"] for it in measures} == {f"http://{host}"}


def test_the_bounds_are_those_of_the_alerts():
    rules = read("deploy/observability/rules/alerts.yaml")["groups"]
    alerts = {rule["alert"]: rule["expr"] for group in rules for rule in group["rules"]}
    bounds = {
        (judge, it["name"]): float(BOUND.findall(it["successCondition"])[0][1])
        for judge, measures in _judges().items()
        for it in measures
    }

    factor, share = re.findall(r"> ([\d.]+) \* ([\d.]+)", alerts["ErrorBudgetBurnsFast"])[0]
    assert bounds["requests", "failures"] == pytest.approx(float(factor) * float(share))
    assert f"> {bounds['requests', 'slowest-hundredth']:g}" in alerts["RequestsSlow"]
    assert f"> {bounds['news', 'failures']:g} *" in alerts["HandlersFail"]
    assert f"> {bounds['news', 'given-up']:g}" in alerts["DeadLetters"]


def _requests(pod: str, values: str, status: int = 200) -> str:
    return f'{REQUESTS}_count{{service="orders",instance="{pod}",status="{status}"}} {values}'


def _times(pod: str, slow: bool) -> list[str]:
    """Requests that all take less than a second, or less than ten."""
    series = f'{REQUESTS}_bucket{{service="orders",instance="{pod}",route="/api/orders",le='
    within = f'{series}"1"}} {"0x20" if slow else RISING}'
    return [within, f'{series}"10"}} {RISING}', f'{series}"+Inf"}} {RISING}']


def _handled(pod: str, outcome: str) -> str:
    return f'{HANDLED}_count{{service="orders",instance="{pod}",outcome="{outcome}"}} {RISING}'


CASES = [
    ("life", "measured", [f'up{{job="boxoffice",instance="{NEW}"}} {FOUND}'], True),
    ("life", "measured", [f'up{{job="boxoffice",instance="{NEW}"}} 0x20'], False),
    ("life", "measured", [f'up{{job="boxoffice",instance="{OLD}"}} {FOUND}'], False),
    ("requests", "failures", [], True),
    ("requests", "failures", [_requests(NEW, RISING)], True),
    ("requests", "failures", [_requests(NEW, RISING), _requests(NEW, SLOWLY, 500)], False),
    ("requests", "failures", [_requests(NEW, RISING), _requests(OLD, RISING, 500)], True),
    ("requests", "failures", [_requests(NEW, "5x20"), _requests(NEW, "5x20", 500)], True),
    ("requests", "slowest-hundredth", [], True),
    ("requests", "slowest-hundredth", _times(NEW, slow=False), True),
    ("requests", "slowest-hundredth", _times(NEW, slow=True), False),
    ("requests", "slowest-hundredth", _times(OLD, slow=True), True),
    ("news", "failures", [], True),
    ("news", "failures", [_handled(NEW, "handled")], True),
    ("news", "failures", [_handled(NEW, "handled"), _handled(NEW, "failed")], False),
    ("news", "failures", [_handled(NEW, "handled"), _handled(OLD, "failed")], True),
    ("news", "given-up", [], True),
    (
        "news",
        "given-up",
        [f'boxoffice_dead_letters_total{{service="orders",instance="{NEW}"}} {FOUND}'],
        False,
    ),
    (
        "news",
        "given-up",
        [f'boxoffice_dead_letters_total{{service="orders",instance="{OLD}"}} {FOUND}'],
        True,
    ),
]


def test_every_measure_is_tried_both_ways():
    tried = {(judge, measure, passes) for judge, measure, _, passes in CASES}

    assert tried == {
        (judge, it["name"], passes)
        for judge, measures in _judges().items()
        for it in measures
        for passes in (True, False)
    }


def test_a_canary_goes_on_when_it_is_well_and_not_when_it_is_not(tmp_path: Path):
    tests = [
        {
            "name": f"{judge} {measure} of {given}",
            "interval": "1m",
            "input_series": [
                dict(zip(("series", "values"), it.rsplit(" ", 1), strict=True)) for it in given
            ],
            "promql_expr_test": [
                {
                    "expr": _verdict(judge, measure),
                    "eval_time": "10m",
                    "exp_samples": [{"labels": "{}", "value": int(passes)}],
                }
            ],
        }
        for judge, measure, given, passes in CASES
    ]
    file = tmp_path / "canary.test.yaml"
    file.write_text(yaml.safe_dump({"tests": tests}))

    tested = subprocess.run(  # noqa: S603 - a tool of ours
        [promtool(), "test", "rules", str(file)], check=False, capture_output=True, text=True
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_in_a_mesh_a_canary_gets_its_share_of_every_route_of_its_service():
    things = drawn_from(MESHED)
    (table,) = [it["spec"]["http"] for it in things if it["kind"] == "VirtualService"]
    routes = {it["name"]: it["route"] for it in table}
    rules = {it["metadata"]["name"]: it["spec"] for it in things if it["kind"] == "DestinationRule"}
    given: list[str] = []

    for rollout in (it for it in things if it["kind"] == "Rollout"):
        routing = rollout["spec"]["strategy"]["canary"].get("trafficRouting", {}).get("istio")
        name = rollout["metadata"]["name"].removeprefix("boxoffice-")
        assert bool(routing) == bool(SERVICES[name].routes)
        for route in routing["virtualService"]["routes"] if routing else []:
            given.append(route)
            rule = rules[routing["destinationRule"]["name"]]
            assert {it["name"] for it in rule["subsets"]} == {"stable", "canary"}
            assert [it["destination"]["subset"] for it in routes[route]] == ["stable", "canary"]
            assert {it["destination"]["host"] for it in routes[route]} == {rule["host"]}

    assert len(routes) == len(table)
    assert sorted(given) == sorted(routes)


def test_in_a_mesh_hosts_and_accounts_are_those_that_are_drawn():
    things = drawn_from(MESHED)
    hosts = {
        f"{it['metadata']['name']}.boxoffice.svc.cluster.local"
        for it in things
        if it["kind"] == "Service"
    }
    accounts = {
        f"cluster.local/ns/boxoffice/sa/{it['metadata']['name']}"
        for it in things
        if it["kind"] == "ServiceAccount"
    }
    said = "".join(
        (DEPLOY / "mesh" / name).read_text("utf-8")
        for name in ("routes.yaml", "doorkeeping.yaml", "neighbours.yaml")
    )

    assert set(re.findall(r"[\w.-]+\.svc\.cluster\.local", said)) <= hosts
    assert set(re.findall(r"cluster\.local/ns/boxoffice/sa/[\w-]+", said)) <= accounts
