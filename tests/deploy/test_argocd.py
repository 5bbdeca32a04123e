"""Argo CD: each application may do what its overlay draws and no more, in an order that can succeed."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.drawing import Thing, drawn, drawn_from
from deploy.ground import DEPLOY

FOLDER = DEPLOY / "argocd"
PREVIEW = Path(__file__).parent / "preview"
DRAWN = {"boxoffice": ["staging", "production"], "boxoffice-previews": ["local"]}
ACROSS = {"ClusterIssuer", "Namespace"}  # kinds that are in no namespace
# What holds what people own. A namespace ends with a preview, and with nothing else.
KEPT = {"Cluster": {"Prune=false", "Delete=false"}, "Namespace": {"Prune=false"}}


def _all(path: Path) -> list[Thing]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


@pytest.fixture
def projects() -> dict[str, dict[str, Any]]:
    return {it["metadata"]["name"]: it["spec"] for it in _all(FOLDER / "projects.yaml")}


@pytest.fixture
def applications() -> dict[str, dict[str, Any]]:
    """What each application is, and what each preview will be."""
    files = (FOLDER / "root.yaml", *sorted((FOLDER / "applications").glob("*.yaml")))
    found = [it for path in files for it in _all(path)]
    return {
        it["metadata"]["name"]: it["spec"].get("template", it)["spec"]
        for it in found
        if it["kind"] in {"Application", "ApplicationSet"}
    }


def _kind(thing: Thing) -> tuple[str, str]:
    return thing["apiVersion"].rpartition("/")[0], thing["kind"]


def _wave(thing: Thing) -> int:
    annotations = thing["metadata"].get("annotations", {})
    return int(annotations.get("argocd.argoproj.io/sync-wave", 0))


def test_every_application_draws_a_folder_that_there_is(applications: dict[str, Any]):
    assert applications.keys() == {"boxoffice", "staging", "production", "previews"}
    for spec in applications.values():
        assert (DEPLOY.parent / spec["source"]["path"]).is_dir()
    for name in ("staging", "production"):
        assert applications[name]["source"]["path"] == f"deploy/overlays/{name}"
        assert applications[name]["destination"]["name"] == name


def test_an_application_stays_within_its_project(
    applications: dict[str, Any], projects: dict[str, Any]
):
    for spec in applications.values():
        project, to = projects[spec["project"]], spec["destination"]
        places = [(it["name"], it["namespace"]) for it in project["destinations"]]
        namespace = to["namespace"].replace("{{.number}}", "*")

        assert (to["name"], namespace) in places
        assert project["sourceRepos"] == [spec["source"]["repoURL"]]
    assert projects.keys() == {spec["project"] for spec in applications.values()}


@pytest.mark.parametrize("project", DRAWN)
def test_a_project_allows_the_kinds_that_are_drawn_and_no_other(
    project: str, projects: dict[str, Any]
):
    things = [it for overlay in DRAWN[project] for it in drawn(overlay)]
    within = {_kind(it) for it in things if it["kind"] not in ACROSS}
    across = {_kind(it) for it in things if it["kind"] in ACROSS}

    assert _kinds(projects[project]["namespaceResourceWhitelist"]) == within
    assert _kinds(projects[project]["clusterResourceWhitelist"]) == across


@pytest.mark.parametrize("overlay", ["local", "staging", "production"])
def test_tables_come_before_processes_and_nothing_waits_for_a_canary(overlay: str):
    waves = {(it["kind"], it["metadata"]["name"]): _wave(it) for it in drawn(overlay)}
    last = max(waves.values())

    for (kind, name), wave in waves.items():
        if kind == "Job":
            assert wave == last - 1, name
        if name.startswith("boxoffice-") and kind in {"Deployment", "Rollout"}:
            assert wave == last, name
        if kind == "HorizontalPodAutoscaler":
            assert wave == last, name


@pytest.mark.parametrize("overlay", ["staging", "production"])
def test_what_people_own_outlives_a_mistake(overlay: str):
    owned = [it for it in drawn(overlay) if it["kind"] in KEPT]

    assert {it["kind"] for it in owned} == KEPT.keys()
    for it in owned:
        options = it["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]
        assert set(options.split(",")) == KEPT[it["kind"]]


@pytest.mark.parametrize("overlay", ["local", "staging", "production"])
def test_no_overlay_says_how_many_there_are_of_what_is_scaled(overlay: str):
    scaled = {
        it["metadata"]["name"] for it in drawn(overlay) if it["kind"] == "HorizontalPodAutoscaler"
    }

    for it in drawn(overlay):
        if it["metadata"]["name"] in scaled and it["kind"] in {"Deployment", "Rollout"}:
            assert "replicas" not in it["spec"]


def test_a_preview_is_in_a_namespace_of_its_own_and_runs_its_own_image():
    things = drawn_from(PREVIEW)
    places = {it["metadata"].get("namespace") for it in things if it["kind"] != "Namespace"}
    images = {
        container["image"]
        for it in things
        if it["metadata"]["name"].startswith("boxoffice-") and "template" in it.get("spec", {})
        for container in it["spec"]["template"]["spec"]["containers"]
    }

    assert [it["metadata"]["name"] for it in things if it["kind"] == "Namespace"] == ["preview-7"]
    assert places == {"preview-7"}
    assert images == {"ghcr.io/example/boxoffice/preview:0a1b2c3d"}


def _kinds(listed: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(it["group"], it["kind"]) for it in listed}
