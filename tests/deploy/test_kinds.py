"""Kinds that operators add: each object has the fields of its published shape, and no other."""

import json
from pathlib import Path

import yaml

from deploy.drawing import OVERLAYS, Thing, drawn, of_kubernetes
from deploy.ground import DEPLOY
from deploy.modules import FOLDER, run_script

SHAPES = Path(__file__).parent / "npm/shapes.mjs"
BY_HAND = ("mesh", "observability", "argocd")
OURS = {"Kustomization", "Component"}  # what kustomize reads, and no cluster


def _faults(things: list[Thing]) -> list[list[str] | None]:
    """What is wrong with each; None where no shape is published."""
    return json.loads(run_script(SHAPES, {"folder": str(FOLDER), "objects": things}))


def _added() -> list[Thing]:
    """Every object of a kind that is not Kubernetes' own, once."""
    files = [path for name in BY_HAND for path in (DEPLOY / name).rglob("*.yaml")]
    things = [it for overlay in OVERLAYS for it in drawn(overlay)]
    for path in files:
        things += [it for it in yaml.safe_load_all(path.read_text("utf-8")) if "kind" in it]
    found = [it for it in things if not of_kubernetes(it) and it["kind"] not in OURS]
    return list({json.dumps(it): it for it in found}.values())


def test_what_is_drawn_for_operators_has_the_fields_that_they_know():
    things = _added()
    found = {
        f"{it['kind']} {it['metadata']['name']}": faults
        for it, faults in zip(things, _faults(things), strict=True)
        if faults != []
    }

    assert {"Cluster", "VirtualService", "Rollout", "Application"} <= {it["kind"] for it in things}
    assert found == {}


def _of(kind: str, **spec: object) -> Thing:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {}, "spec": spec}


def test_a_field_that_is_misspelt_missing_or_of_another_type_is_seen():
    misspelt = _of("Rollout", strategy={"canary": {"stepz": []}})
    mistaken = _of("Rollout", strategy={}, replicas="2")
    lacking = _of("Application", project="boxoffice", source={"repoURL": "here"})
    strange = misspelt | {"apiVersion": "viaduct.ai/v1", "kind": "ksops"}

    assert _faults([misspelt, mistaken, lacking, strange]) == [
        ["/spec/strategy/canary/stepz is not a field"],
        ["/spec/replicas type"],
        ["/spec required"],
        None,
    ]
