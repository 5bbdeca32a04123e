"""Which names each service can reach in a mesh: those that it declares, and none of the others'."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from boxoffice.cli.mesh.istio import LABEL, NAMESPACE
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

OWN = ("postgres", "nats")  # servers in the cluster that every service needs
ELSEWHERE = ("databases.example",)  # as outside.yaml calls what takes the place of the first
PLACES = {"smtp_url": "smtp.example", "pictures_url": "buckets.example"}  # those without one name


def reach(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Return a Sidecar for each service: its proxy knows these names, and lets nothing else out."""
    return [_sidecar(service) for service in services]


def _sidecar(service: Service) -> dict[str, Any]:
    database = f"database-{service.name}-rw"  # where each has a server of its own
    inside = [*OWN, database, *(f"boxoffice-{name}" for name in service.asks)]
    outside = [*ELSEWHERE, *(_place(need) for need in service.needs if need.endswith("_url"))]
    hosts = [*(f"{name}.{NAMESPACE}.svc.cluster.local" for name in inside), *outside]
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Sidecar",
        "metadata": {"name": service.name, "namespace": NAMESPACE},
        "spec": {
            "workloadSelector": {"labels": {LABEL: service.name}},
            "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
            "egress": [{"hosts": [*(f"./{host}" for host in hosts), "istio-system/*"]}],
        },
    }


def _place(setting: str) -> str:
    """Return the host of a place outside, as outside.yaml calls it."""
    if setting in PLACES:
        return PLACES[setting]
    address: str = Settings.model_fields[setting].default
    return urlsplit(address).hostname or address
