"""What an overlay draws: rendered with the real kustomize, once until something changes."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.ground import DEPLOY, ROOT

OWN = Path(sys.prefix) / "kustomize"  # where `make test` puts it
KEPT = ROOT / ".pytest_cache/drawn"  # for the other workers, and the next run
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
    kept, sources = KEPT / f"{folder.name}.json", _sources()
    with suppress(FileNotFoundError):
        said = json.loads(kept.read_text("utf-8"))
        if said["sources"] == sources:
            return said["things"]
    things = _rendered(folder)
    KEPT.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"sources": sources, "things": things}), "utf-8")
    fresh.replace(kept)
    return things


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


def _rendered(folder: Path) -> list[Thing]:
    command = [*_kustomize(), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a tool of ours
    assert done.returncode == 0, done.stderr
    return list(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


@cache
def _sources() -> str:
    """What distinguishes these sources from any others."""
    found = hashlib.sha256()
    for folder in (DEPLOY, Path(__file__).parent):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"{path} {path.stat().st_size}\n".encode() + path.read_bytes())
    return found.hexdigest()


def _kustomize() -> list[str]:
    if OWN.exists():
        return [str(OWN), "build"]
    if found := shutil.which("kustomize"):
        return [found, "build"]
    if found := shutil.which("kubectl"):
        return [found, "kustomize"]
    raise AssertionError("There is no kustomize here: run `make .venv/kustomize`")
