"""Routes, the gateway's doorkeeping and the neighbours of each service, as Istio reads them."""

from collections.abc import Iterator, Sequence
from typing import Any

from boxoffice.cli.mesh.filters import (
    COOKIES,
    FORGED,
    HTTP,
    HTTP_KIND,
    IDLE_SECONDS,
    JWKS,
    ROUTER,
    refusals,
)
from boxoffice.cli.mesh.filters import doorkeeping as filter_of
from boxoffice.cli.ways import PAGES, Way, closed, ways
from boxoffice.kit.auth import AUDIENCE, ISSUER
from boxoffice.kit.service import Service

NAMESPACE = "boxoffice"
PREFIX = "boxoffice-"  # of every Service and account of ours, in deploy/base
GATEWAY = {"istio": "ingressgateway"}  # the label of its pods
GATEWAY_PLACE = "istio-system"
GATEWAY_ACCOUNT = f"cluster.local/ns/{GATEWAY_PLACE}/sa/istio-ingressgateway-service-account"
PORT = 8000  # of every service
LABEL = "app.kubernetes.io/name"
OPEN_PATHS = ["/healthz", "/readyz", "/metrics"]  # for the cluster, which has no name in the mesh


def routes(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Return the routes of the gateway: by path and method, to the stable and the canary part."""
    found = list(ways(services))
    http: list[dict[str, Any]] = [
        {"name": name, "match": [_matching(way)], "headers": _headers(), "route": _to(way.service)}
        for name, way in zip(_names(found), found, strict=True)
    ]
    http.append({"name": PAGES, "headers": _headers(), "route": _to(PAGES)})
    spec = {"hosts": ["boxoffice.example"], "gateways": ["boxoffice"], "http": http}
    return [
        _resource("networking.istio.io/v1", "VirtualService", "boxoffice", spec),
        *(_parts(service.name) for service in services),
    ]


def routes_of(service: str, services: Sequence[Service]) -> list[str]:
    """Return the names of a service's routes, by which a canary finds them."""
    if service == PAGES:
        return [PAGES]
    found = list(ways(services))
    return [name for name, way in zip(_names(found), found, strict=True) if way.service == service]


def doorkeeping(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Return what asks for tokens: Envoy's own filter, which says 401, and a second lock.

    The second is Istio's own, where no route is open to anyone: it refuses any token that is not
    good, which elsewhere would lock out whoever comes to renew theirs.
    """
    identity = _host("identity")
    cluster = f"outbound|{PORT}||{identity}"
    door = filter_of(services, f"http://{identity}:{PORT}", cluster)
    patches = [
        _patch("HTTP_FILTER", {"subFilter": {"name": ROUTER}}, "INSERT_BEFORE", door),
        _patch("NETWORK_FILTER", {}, "MERGE", {"typed_config": _answering()}),
    ]
    spec = {"workloadSelector": {"labels": GATEWAY}, "configPatches": patches}
    name = "boxoffice-doorkeeping"
    filters = _resource("networking.istio.io/v1alpha3", "EnvoyFilter", name, spec, GATEWAY_PLACE)
    locks = [lock for service in closed(services) for lock in _second_lock(service, identity)]
    return [filters, *locks]


def neighbours(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Return who may ask each service over HTTP: the gateway, and the pages; nobody asks jobs."""
    return [_allowed(service) for service in services]


def _patch(
    to: str, inside: dict[str, Any], operation: str, value: dict[str, Any]
) -> dict[str, Any]:
    listener = {"filterChain": {"filter": {"name": HTTP, **inside}}}
    return {
        "applyTo": to,
        "match": {"context": "GATEWAY", "listener": listener},
        "patch": {"operation": operation, "value": value},
    }


def _answering() -> dict[str, Any]:
    return {
        "@type": HTTP_KIND,
        "local_reply_config": refusals(),
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
    }


def _allowed(service: Service) -> dict[str, Any]:
    rules: list[dict[str, Any]] = [{"to": [{"operation": {"paths": OPEN_PATHS}}]}]
    if service.routes is not None:
        askers = [GATEWAY_ACCOUNT]
        if service.name != PAGES:
            askers.append(f"cluster.local/ns/{NAMESPACE}/sa/{PREFIX}{PAGES}")
        rules.append({"from": [{"source": {"principals": askers}}]})
    spec = {"selector": _selector(service.name), "action": "ALLOW", "rules": rules}
    return _resource("security.istio.io/v1", "AuthorizationPolicy", service.name, spec)


def _second_lock(service: str, identity: str) -> list[dict[str, Any]]:
    rule = {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "jwksUri": f"http://{identity}:{PORT}{JWKS}",
        "fromHeaders": [{"name": "Authorization", "prefix": "Bearer "}],
        "fromCookies": list(COOKIES),
        "forwardOriginalToken": True,
    }
    asks = {"selector": _selector(service), "jwtRules": [rule]}
    nobody = {"from": [{"source": {"notRequestPrincipals": ["*"]}}]}
    elsewhere = {"to": [{"operation": {"notPaths": OPEN_PATHS}}]}
    denies = {"selector": _selector(service), "action": "DENY", "rules": [nobody | elsewhere]}
    kind, name = "security.istio.io/v1", f"{service}-signed-in"
    return [
        _resource(kind, "RequestAuthentication", name, asks),
        _resource(kind, "AuthorizationPolicy", name, denies),
    ]


def _matching(way: Way) -> dict[str, Any]:
    path = {"uri": {"regex": way.path}}
    return {**path, "method": {"regex": "|".join(way.methods)}} if way.methods else path


def _names(found: Sequence[Way]) -> Iterator[str]:
    """Yield a name for each route; no two have the same."""
    return (f"{way.service}-{nth}" for nth, way in enumerate(found, 1))


def _host(service: str) -> str:
    return f"{PREFIX}{service}.{NAMESPACE}.svc.cluster.local"


def _headers() -> dict[str, Any]:
    return {"request": {"remove": FORGED}}


def _to(service: str) -> list[dict[str, Any]]:
    host = _host(service)
    return [
        {"destination": {"host": host, "subset": part, "port": {"number": PORT}}, "weight": share}
        for part, share in (("stable", 100), ("canary", 0))
    ]


def _parts(service: str) -> dict[str, Any]:
    spec = {
        "host": _host(service),
        "trafficPolicy": {
            "tls": {"mode": "ISTIO_MUTUAL"},
            "connectionPool": {"http": {"idleTimeout": f"{IDLE_SECONDS}s"}},
        },
        "subsets": [{"name": part, "labels": {LABEL: service}} for part in ("stable", "canary")],
    }
    return _resource("networking.istio.io/v1", "DestinationRule", service, spec)


def _selector(service: str) -> dict[str, Any]:
    return {"matchLabels": {LABEL: service}}


def _resource(
    version: str, kind: str, name: str, spec: dict[str, Any], namespace: str = NAMESPACE
) -> dict[str, Any]:
    about = {"name": name, "namespace": namespace}
    return {"apiVersion": version, "kind": kind, "metadata": about, "spec": spec}
