"""Developing in a cluster: what Skaffold builds, takes over and forwards is there; a change reloads."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.drawing import drawn, one, pods
from deploy.ground import DEPLOY, ROOT, SERVICES, read
from stage import eventually

RELOAD = DEPLOY / "overlays/dev/reload.py"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PROGRAM = """
import os, sys, time
from pathlib import Path
Path(sys.argv[1]).open("a").write(f"{os.getpid()} {VERSION}\\n")
time.sleep(30)
"""


@pytest.fixture
def skaffold() -> dict[str, Any]:
    return read("skaffold.yaml")


def test_it_builds_the_image_that_overlays_run(skaffold: dict[str, Any]):
    (artifact,) = skaffold["build"]["artifacts"]
    images = {
        container["image"]
        for pod in pods("dev")
        for container in (*pod.get("initContainers", []), *pod["containers"])
    }

    assert (ROOT / artifact["docker"]["dockerfile"]).read_text("utf-8") == DOCKERFILE
    assert artifact["image"] in images
    assert not [it for it in images if "boxoffice" in it and it != artifact["image"]]


def test_a_change_lands_where_the_service_reads_its_source(skaffold: dict[str, Any]):
    (artifact,) = skaffold["build"]["artifacts"]
    (rule,) = artifact["sync"]["manual"]
    (workdir,) = set(re.findall(r"^WORKDIR (\S+)", DOCKERFILE, re.MULTILINE))
    (source,) = re.findall(r"PYTHONPATH=(\S+)", DOCKERFILE)

    landed = Path(workdir, rule["dest"]) / "src/boxoffice/__main__.py"

    assert rule["src"] == "src/**/*"
    assert landed.is_relative_to(source)
    for name in SERVICES:
        pod = one("dev", "Deployment", f"boxoffice-{name}")["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        (copying,) = pod["initContainers"]
        mounts = {it["mountPath"]: it["name"] for it in container["volumeMounts"]}
        assert {"name": mounts[source], "emptyDir": {}} in pod["volumes"]
        assert copying["volumeMounts"][0]["name"] == mounts[source]
        assert f"{source}/boxoffice" in copying["command"]
        assert container["command"] == ["python3", f"/reload/{RELOAD.name}"]
        assert copying["securityContext"] == container["securityContext"]


def test_there_is_one_replica_that_all_changes_reach():
    bounds = {
        (it["spec"]["minReplicas"], it["spec"]["maxReplicas"])
        for it in drawn("dev")
        if it["kind"] == "HorizontalPodAutoscaler"
    }

    assert bounds == {(1, 1)}


def test_every_profile_draws_overlays_that_there_are(skaffold: dict[str, Any]):
    profiles = {it["name"]: it["manifests"]["kustomize"]["paths"] for it in skaffold["profiles"]}

    for paths in (skaffold["manifests"]["kustomize"]["paths"], *profiles.values()):
        assert all((ROOT / path / "kustomization.yaml").exists() for path in paths)
    assert profiles.keys() == {"debug", "monitoring"}


def test_what_is_forwarded_is_there(skaffold: dict[str, Any]):
    (monitoring,) = [it for it in skaffold["profiles"] if it["name"] == "monitoring"]
    ports = {
        (it["metadata"]["namespace"], it["metadata"]["name"], port["port"])
        for overlay in ("dev", "monitoring")
        for it in drawn(overlay)
        if it["kind"] == "Service"
        for port in it["spec"]["ports"]
    }
    forwarded = monitoring["portForward"]

    assert forwarded[: len(skaffold["portForward"])] == skaffold["portForward"]
    for it in forwarded:
        assert (it["namespace"], it["resourceName"], it["port"]) in ports
    assert len({it["localPort"] for it in forwarded}) == len(forwarded)


def test_migrations_are_deleted_before_they_are_drawn_anew(skaffold: dict[str, Any]):
    (before,) = skaffold["deploy"]["kubectl"]["hooks"]["before"]
    (said,) = [it for it in before["host"]["command"] if it.startswith("--selector=")]
    key, _, value = said.removeprefix("--selector=").partition("=")
    jobs = [it for it in drawn("dev") if it["kind"] == "Job"]

    assert len(jobs) == len(SERVICES)
    assert all(it["metadata"]["labels"][key] == value for it in jobs)


@pytest_asyncio.fixture
async def reloaded(tmp_path: Path) -> Any:
    """A program under the script that starts it again."""
    program = tmp_path / "src/boxoffice/__main__.py"
    program.parent.mkdir(parents=True)
    program.with_name("__init__.py").touch()
    program.write_text(f"VERSION = 1\n{PROGRAM}", "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with subprocess.Popen(  # noqa: ASYNC220, S603 - our own script
        [sys.executable, str(RELOAD), str(tmp_path / "told")], env=environment
    ) as script:
        try:
            yield program, tmp_path / "told", script
        finally:
            script.terminate()


async def test_a_change_of_the_source_starts_the_service_again(
    reloaded: tuple[Path, Path, "subprocess.Popen[bytes]"],
):
    program, told, script = reloaded
    await eventually(lambda: _told(told, ["1"]))

    program.write_text(f"VERSION = 2\n{PROGRAM}", "utf-8")
    first, second = await eventually(lambda: _told(told, ["1", "2"]))
    script.terminate()

    assert script.wait() == 0
    assert not Path(f"/proc/{first}").exists()
    assert not Path(f"/proc/{second}").exists()


async def _told(file: Path, versions: list[str]) -> list[str]:
    """Whose processes began, once they have said these versions."""
    said = [line.split() for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    assert [version for _, version in said] == versions
    return [process for process, _ in said]
