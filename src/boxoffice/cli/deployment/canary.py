"""A new version goes to a few first: what each service is judged by, and how a mesh sends it few."""

from collections.abc import Sequence
from typing import Any

from boxoffice.cli.mesh import istio
from boxoffice.cli.mesh.written import MADE, written
from boxoffice.kit.service import Service

WAVE = "2"  # with the Deployment that it takes its pods from
HEAD = f"""\
{MADE}
# After `canary`, in a mesh: the gateway sends the canary its share, however many processes it has.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
"""
PATCH = """\
  - target: {{kind: Rollout, name: boxoffice-{name}}}
    patch: |-
      - op: add
        path: /spec/strategy/canary/trafficRouting
        value:
          istio:
            virtualService: {{name: boxoffice, routes: [{routes}]}}
            destinationRule: {{name: {name}, stableSubsetName: stable, canarySubsetName: canary}}
"""


def rollouts(services: Sequence[Service]) -> str:
    """Return a Rollout for each service, which runs what its Deployment describes."""
    return written([_rollout(service) for service in services])


def routed(services: Sequence[Service]) -> str:
    """Return the component that gives the canary of each service that is asked its routes."""
    return HEAD + "".join(
        PATCH.format(name=service.name, routes=", ".join(istio.routes_of(service.name, services)))
        for service in services
        if service.routes
    )


def judges(service: Service) -> list[str]:
    """Return the analyses that a service's canary must pass, by what it does."""
    asked = ["requests"] if service.routes else []
    told = ["news"] if service.reactions else []
    return ["life", *asked, *told]


def _rollout(service: Service) -> dict[str, Any]:
    name = f"boxoffice-{service.name}"
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    version = {"podTemplateHashValue": "Latest"}
    analysis = {
        "templates": [{"templateName": judge} for judge in judges(service)],
        "args": [
            {"name": "service", "value": service.name},
            {"name": "version", "valueFrom": version},
        ],
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": name, "annotations": {"argocd.argoproj.io/sync-wave": WAVE}},
        "spec": {
            "workloadRef": {**deployment, "scaleDown": "onsuccess"},
            "strategy": {"canary": {"analysis": analysis}},
        },
    }
