"""What an overlay draws: rendered with the real kustomize."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.ground import DEPLOY, ROOT

OWN = Path(sys.prefix) / "kustomize"  # where `make test` puts it
KEPT = ROOT / ".pytest_cache" / "drawn"
WATCHING = ["monitoring", "monitoring-mesh"]  # beside the product, which the others draw
OVERLAYS = sorted({path.name for path in (DEPLOY / "overlays").iterdir()} - {*WATCHING})
SERVED = ("Deployment", "Service", "ServiceAccount", "HorizontalPodAutoscaler")
PER_SERVICE = {*SERVED, "PodDisruptionBudget", "NetworkPolicy"}

Thing = dict[str, Any]


def drawn(overlay: str) -> list[Thing]:
    """Return every object that an overlay draws."""
    return drawn_from(DEPLOY / "overlays" / overlay)


@cache
def drawn_from(folder: Path) -> list[Thing]:
    """Return every object that a folder draws."""
    text = _kept(folder) if DEPLOY in folder.parents else _built(folder)
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


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


def _kept(folder: Path) -> str:
    """What kustomize prints; asked once, however many tests run at once, until deploy/ changes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "-".join(folder.relative_to(DEPLOY).parts)).open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        of, _, text = file.read().partition("\n")
        if of != _fingerprint():
            text = _built(folder)
            file.truncate(0)
            file.write(f"{_fingerprint()}\n{text}")
    return text


def _built(folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - a tool of ours
        [*_kustomize(), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def _fingerprint() -> str:
    """What tells one state of deploy/, and one kustomize, from others."""
    said = hashlib.sha256(" ".join(_kustomize()).encode())
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            said.update(str(path).encode() + path.read_bytes())
    return said.hexdigest()


def _kustomize() -> list[str]:
    if OWN.exists():
        return [str(OWN), "build"]
    if found := shutil.which("kustomize"):
        return [found, "build"]
    if found := shutil.which("kubectl"):
        return [found, "kustomize"]
    raise AssertionError("There is no kustomize here: run `make .venv/kustomize`")
