"""An Envoy by itself, with the rules that the mesh has: what our tests run."""

from collections.abc import Mapping, Sequence
from typing import Any

from boxoffice.cli.mesh.filters import (
    FORGED,
    HTTP,
    HTTP_KIND,
    IDLE_SECONDS,
    KINDS,
    ROUTER,
    between,
    doorkeeping,
    refusals,
    routes,
)
from boxoffice.kit.service import Service

CONNECT = "2s"  # to a service of ours, next door
OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
Place = tuple[str, int]  # host and port


def bootstrap(
    services: Sequence[Service],
    places: Mapping[str, Sequence[Place]],
    shares: Mapping[str, int],
    also: Mapping[str, str],
) -> dict[str, Any]:
    """Return Envoy's configuration: a gateway, a way between services, and its admin.

    Each is on a free port. `places` say where the processes of each service are, which are asked in
    turn, and `orders-canary` and the like where a canary's are. `also` say who answers what begins
    with a path, where that is none of our services.
    """
    anywhere = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}
    listening = {"gateway": _at_the_door(services, shares, also), "inside": _inside(services)}
    return {
        "admin": {"address": anywhere},
        "static_resources": {
            "listeners": [
                {"name": name, "address": anywhere, "filter_chains": [{"filters": [answering]}]}
                for name, answering in listening.items()
            ],
            "clusters": [_cluster(name, found) for name, found in places.items()],
        },
    }


def _at_the_door(
    services: Sequence[Service], shares: Mapping[str, int], also: Mapping[str, str]
) -> dict[str, Any]:
    others = [
        {"match": {"prefix": path}, "route": {"cluster": name}} for path, name in also.items()
    ]
    return _answering(
        "gateway",
        [*others, *routes(services, shares)],
        filters=[doorkeeping(services, "http://identity", "identity")],
        removed=FORGED,
        use_remote_address=True,
        normalize_path=True,
        merge_slashes=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        local_reply_config=refusals(),
    )


def _inside(services: Sequence[Service]) -> dict[str, Any]:
    return _answering("inside", between(services))


def _answering(
    name: str,
    routed: Sequence[Mapping[str, Any]],
    filters: Sequence[Mapping[str, Any]] = (),
    removed: Sequence[str] = (),
    **manners: Any,
) -> dict[str, Any]:
    router = {"name": ROUTER, "typed_config": {"@type": f"{KINDS}.router.v3.Router"}}
    return {
        "name": HTTP,
        "typed_config": {
            "@type": HTTP_KIND,
            "stat_prefix": name,
            "http_filters": [*filters, router],
            "route_config": {
                "request_headers_to_remove": removed,
                "virtual_hosts": [{"name": "boxoffice", "domains": ["*"], "routes": routed}],
            },
            **manners,
        },
    }


def _cluster(name: str, places: Sequence[Place]) -> dict[str, Any]:
    addresses = [{"socket_address": {"address": host, "port_value": port}} for host, port in places]
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": one}} for one in addresses]}]
    options: dict[str, Any] = {
        "@type": f"type.googleapis.com/{OPTIONS}",
        "common_http_protocol_options": {"idle_timeout": f"{IDLE_SECONDS}s"},
        "explicit_http_config": {"http_protocol_options": {}},
    }
    return {
        "name": name,
        "type": "STRICT_DNS",
        "connect_timeout": CONNECT,
        "load_assignment": {"cluster_name": name, "endpoints": endpoints},
        "typed_extension_protocol_options": {OPTIONS: options},
    }
