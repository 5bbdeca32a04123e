"""An Envoy by itself, with the rules that the mesh has: what our tests run."""

from collections.abc import Mapping, Sequence
from typing import Any

from boxoffice.cli.mesh.filters import (
    FORGED,
    HTTP,
    HTTP_KIND,
    KINDS,
    ROUTER,
    doorkeeping,
    refusals,
    routes,
)
from boxoffice.kit.service import Service

CONNECT = "2s"  # to a service of ours, next door


def bootstrap(
    services: Sequence[Service],
    places: Mapping[str, tuple[str, int]],
    shares: Mapping[str, int],
) -> dict[str, Any]:
    """Return Envoy's configuration: one gateway on a free port, and its admin on another.

    `places` say where each service is, and `orders-canary` and the like where a canary is.
    """
    anywhere = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}
    return {
        "admin": {"address": anywhere},
        "static_resources": {
            "listeners": [
                {
                    "name": "gateway",
                    "address": anywhere,
                    "filter_chains": [{"filters": [_answering(services, shares)]}],
                }
            ],
            "clusters": [_cluster(name, *place) for name, place in places.items()],
        },
    }


def _answering(services: Sequence[Service], shares: Mapping[str, int]) -> dict[str, Any]:
    router = {
        "name": ROUTER,
        "typed_config": {"@type": f"{KINDS}.router.v3.Router"},
    }
    return {
        "name": HTTP,
        "typed_config": {
            "@type": HTTP_KIND,
            "stat_prefix": "gateway",
            "use_remote_address": True,
            "normalize_path": True,
            "merge_slashes": True,
            "path_with_escaped_slashes_action": "REJECT_REQUEST",
            "local_reply_config": refusals(),
            "http_filters": [doorkeeping(services, "http://identity", "identity"), router],
            "route_config": {
                "request_headers_to_remove": FORGED,
                "virtual_hosts": [
                    {"name": "boxoffice", "domains": ["*"], "routes": routes(services, shares)}
                ],
            },
        },
    }


def _cluster(name: str, host: str, port: int) -> dict[str, Any]:
    address = {"socket_address": {"address": host, "port_value": port}}
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": address}}]}]
    return {
        "name": name,
        "type": "STRICT_DNS",
        "connect_timeout": CONNECT,
        "load_assignment": {"cluster_name": name, "endpoints": endpoints},
    }
