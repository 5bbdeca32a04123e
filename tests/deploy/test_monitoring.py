"""Prometheus, Grafana and Kiali beside the product: they find every process, and show what is drawn."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.cli import dashboards
from boxoffice.services import load
from deploy.drawing import WATCHING, drawn, one, pods
from deploy.ground import DEPLOY, SERVICES, read
from observability.promtool import promtool

CONFIG = "deploy/observability/prometheus.yaml"
APPLIED = 256 * 1024  # bytes that `kubectl apply` may keep of an object beside it
ASKING = {"prometheus", "kiali"}  # who asks the API server, and needs a token for it


@pytest.fixture
def job() -> dict[str, Any]:
    """How our own processes are scraped."""
    (found,) = [it for it in read(CONFIG)["scrape_configs"] if it["job_name"] == "boxoffice"]
    return found


def test_prometheus_takes_its_configuration(tmp_path: Path):
    config = read(CONFIG)
    for each in config["scrape_configs"]:  # Debian's tool has never heard of Kubernetes
        assert each.pop("kubernetes_sd_configs")
        each["static_configs"] = [{"targets": ["pod:8000"]}]
    file = tmp_path / "prometheus.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")

    done = subprocess.run(  # noqa: S603 - a tool of ours
        [promtool(), "check", "config", str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_process_is_scraped_and_no_migration(name: str, job: dict[str, Any]):
    (place,) = job["kubernetes_sd_configs"]
    label, _, value = place["selectors"][0]["label"].partition("=")
    kept = job["relabel_configs"][0]

    process = one("production", "Deployment", f"boxoffice-{name}")
    migration = one("production", "Job", f"boxoffice-migrate-{name}")
    found = [
        (thing["kind"], port["containerPort"])
        for thing in (process, migration)
        if thing["spec"]["template"]["metadata"]["labels"].get(label) == value
        for container in thing["spec"]["template"]["spec"]["containers"]
        for port in container.get("ports", [])
        if port["name"] == kept["regex"]
    ]

    assert place["namespaces"]["names"] == [process["metadata"]["namespace"]]
    assert (kept["source_labels"], kept["action"]) == (
        ["__meta_kubernetes_pod_container_port_name"],
        "keep",
    )
    assert found == [("Deployment", 8000)]
    assert job["honor_labels"] is True


@pytest.mark.parametrize("name", SERVICES)
def test_the_network_lets_prometheus_in_and_out(name: str):
    process = one("production", "NetworkPolicy", f"boxoffice-{name}")["spec"]
    scraper = one("monitoring", "NetworkPolicy", "prometheus")["spec"]
    namespace = one("monitoring", "Namespace", "monitoring")["metadata"]["labels"]

    assert [
        rule["ports"]
        for rule in process["ingress"]
        for peer in rule["from"]
        if peer.get("namespaceSelector", {}).get("matchLabels", {"": ""}).items()
        <= namespace.items()
    ] == [[{"protocol": "TCP", "port": 8000}]]
    assert {"protocol": "TCP", "port": 8000} in [
        port
        for rule in scraper["egress"]
        for peer in rule.get("to", [])
        if peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "boxoffice"}
        for port in rule["ports"]
    ]


def test_in_a_mesh_prometheus_asks_the_proxies(job: dict[str, Any]):
    (patch,) = read("deploy/mesh/kustomization.yaml")["patches"]
    (change,) = yaml.safe_load(patch["patch"])
    sources = [source for rule in job["relabel_configs"] for source in rule["source_labels"]]
    proxies = one("monitoring-mesh", "NetworkPolicy", "proxies")["spec"]["ingress"]

    assert change["value"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "8000",
        "prometheus.io/path": "/metrics",
    }
    for name in ("port", "path"):
        assert f"__meta_kubernetes_pod_annotation_prometheus_io_{name}" in sources
    assert [rule["ports"][0]["port"] for rule in proxies] == [15020]


def test_grafana_shows_the_dashboards_that_are_made():
    made = {Path(path).name: text for path, text in dashboards.documents(load()).items()}
    (pod,) = [it for it in pods("monitoring") if it["containers"][0]["name"] == "grafana"]
    (volume,) = [it for it in pod["volumes"] if it["name"] == "dashboards"]
    maps = [it["configMap"]["name"] for it in volume["projected"]["sources"]]

    shown = [one("monitoring", "ConfigMap", name)["data"] for name in maps]

    assert {file: text for each in shown for file, text in each.items()} == made
    assert sum(len(each) for each in shown) == len(made)


def test_prometheus_has_the_rules_that_are_tested():
    (found,) = [
        it["data"] for it in drawn("monitoring") if "alerts.yaml" in str(it.get("data", {}).keys())
    ]

    assert found == {
        path.name: path.read_text("utf-8")
        for path in (DEPLOY / "observability/rules").glob("*.yaml")
    }


@pytest.mark.parametrize("overlay", WATCHING)
def test_an_object_is_small_enough_to_be_applied(overlay: str):
    for it in drawn(overlay):
        assert len(json.dumps(json.dumps(it))) < APPLIED, it["metadata"]["name"]


@pytest.mark.parametrize("overlay", WATCHING)
def test_what_is_mounted_is_there(overlay: str):
    maps = {it["metadata"]["name"] for it in drawn(overlay) if it["kind"] == "ConfigMap"}
    mounted = [
        source["configMap"]["name"]
        for pod in pods(overlay)
        for volume in pod["volumes"]
        for source in (volume, *volume.get("projected", {}).get("sources", []))
        if "configMap" in source
    ]

    assert sorted(mounted) == sorted(maps)


@pytest.mark.parametrize("overlay", WATCHING)
def test_who_watches_may_look_and_nothing_more(overlay: str):
    for pod in pods(overlay):
        (container,) = pod["containers"]
        rights = container["securityContext"]
        assert pod["automountServiceAccountToken"] is (container["name"] in ASKING)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert container["image"].rpartition(":")[2] != "latest"
    for it in drawn(overlay):
        for rule in it.get("rules", []):
            assert set(rule["verbs"]) == {"get", "list", "watch"}


@pytest.mark.parametrize("overlay", WATCHING)
def test_nothing_is_open_to_the_outside(overlay: str):
    assert not [it for it in drawn(overlay) if it["kind"] == "Ingress"]
    for it in drawn(overlay):
        if it["kind"] == "Service":
            assert it["spec"].get("type", "ClusterIP") == "ClusterIP"


def test_kiali_asks_the_prometheus_and_the_grafana_beside_it():
    (config,) = [
        yaml.safe_load(it["data"]["config.yaml"])
        for it in drawn("monitoring-mesh")
        if "config.yaml" in it.get("data", {})
    ]
    services = {
        f"http://{it['metadata']['name']}.{it['metadata']['namespace']}:{port['port']}"
        for it in drawn("monitoring-mesh")
        if it["kind"] == "Service"
        for port in it["spec"]["ports"]
    }

    assert config["external_services"]["prometheus"]["url"] in services
    assert config["external_services"]["grafana"]["internal_url"] in services
    assert config["deployment"]["view_only_mode"] is True
