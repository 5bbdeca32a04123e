"""What an overlay draws: rendered with the real kustomize."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.ground import DEPLOY

OWN = Path(sys.prefix) / "kustomize"  # where `make test` puts it
OVERLAYS = sorted(path.name for path in (DEPLOY / "overlays").iterdir())
SERVED = ("Deployment", "Service", "ServiceAccount", "HorizontalPodAutoscaler")
PER_SERVICE = {*SERVED, "PodDisruptionBudget", "NetworkPolicy"}

Thing = dict[str, Any]


def drawn(overlay: str) -> list[Thing]:
    """Return every object that an overlay draws."""
    return drawn_from(DEPLOY / "overlays" / overlay)


@cache
def drawn_from(folder: Path) -> list[Thing]:
    """Return every object that a folder draws."""
    command = [*_kustomize(), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a tool of ours
    assert done.returncode == 0, done.stderr
    return list(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


def one(overlay: str, kind: str, name: str) -> Thing:
    """Return the object of this kind and name."""
    (found,) = [it for it in drawn(overlay) if (it["kind"], it["metadata"]["name"]) == (kind, name)]
    return found


def pods(overlay: str) -> list[Thing]:
    """Return every description of a pod."""
    return [
        it["spec"]["template"]["spec"] for it in drawn(overlay) if "template" in it.get("spec", {})
    ]


def of_kubernetes(thing: Thing) -> bool:
    """Whether its kind is Kubernetes' own, and not an operator's."""
    group = thing["apiVersion"].rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def settings_of(overlay: str) -> dict[str, str]:
    """Return the settings that all services share."""
    (found,) = [
        it["data"]
        for it in drawn(overlay)
        if it["kind"] == "ConfigMap" and it["metadata"]["name"].startswith("boxoffice-settings")
    ]
    return found


def _kustomize() -> list[str]:
    if OWN.exists():
        return [str(OWN), "build"]
    if found := shutil.which("kustomize"):
        return [found, "build"]
    if found := shutil.which("kubectl"):
        return [found, "kustomize"]
    raise AssertionError("There is no kustomize here: run `make .venv/kustomize`")
