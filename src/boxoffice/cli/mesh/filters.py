"""What Envoy does with each request, in Istio's gateway and in our tests alike."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from boxoffice.cli.ways import PAGES, Way, protected, ways
from boxoffice.kit.auth import AUDIENCE, ISSUER, LEEWAY_SECONDS
from boxoffice.kit.http.visitor import VISITOR
from boxoffice.kit.service import Service

KINDS = "type.googleapis.com/envoy.extensions.filters.http"
HTTP = "envoy.filters.network.http_connection_manager"
HTTP_KIND = (
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
    ".HttpConnectionManager"
)
ROUTER = "envoy.filters.http.router"
COOKIES = ("__Host-session", "session")  # with TLS, and without
JWKS = "/.well-known/jwks.json"
JWKS_SECONDS = 10  # a key that signs from now on is unknown that long, and its tokens get a 401
IDLE_SECONDS = 60  # less than after which services hang up: none does as it is asked
AGAIN = {  # as Istio has it: elsewhere, where a request got to nobody
    "retry_on": "connect-failure,refused-stream",
    "num_retries": 2,
}
NEVER = "0s"  # as Istio has it: news of seats has no end, and a payment takes its time
SIGN_IN = "Sign in first"  # in the words of kit/auth.py
FORGED = [  # what only we may say of a visitor, or what some other gateway says
    VISITOR.lower(),
    "x-user-id",
    "x-user-email",
    "x-user-roles",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-jwt-payload",
]


def doorkeeping(services: Sequence[Service], identity: str, cluster: str) -> dict[str, Any]:
    """Return the filter that asks for a token where a route does: 401 without a good one.

    Elsewhere tokens are not looked at: a page renews one that has expired. `identity` is its
    address, `cluster` what Envoy calls it.
    """
    provider = {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "forward": True,  # services check it themselves: the mesh is the second lock
        "clock_skew_seconds": LEEWAY_SECONDS,
        "from_headers": [{"name": "Authorization", "value_prefix": "Bearer "}],
        "from_cookies": list(COOKIES),
        "remote_jwks": {
            "http_uri": {"uri": f"{identity}{JWKS}", "cluster": cluster, "timeout": "2s"},
            "cache_duration": f"{JWKS_SECONDS}s",
            "async_fetch": {},  # beforehand: nobody waits for keys
        },
    }
    return {
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": f"{KINDS}.jwt_authn.v3.JwtAuthentication",
            "providers": {"boxoffice": provider},
            "rules": [
                {"match": matching(way), "requires": {"provider_name": "boxoffice"}}
                for way in protected(services)
            ],
        },
    }


def refusals() -> dict[str, Any]:
    """Return how the gateway's own refusals read: as those of the services, whatever the reason.

    Envoy would say 403 of a token for another audience, and give each reason in plain text.
    """
    refused = {"message": SIGN_IN}
    problem = {
        "type": "about:blank",
        "title": HTTPStatus.UNAUTHORIZED.phrase,
        "status": HTTPStatus.UNAUTHORIZED.value,
        "detail": SIGN_IN,
        "errors": [refused],
    }
    return {
        "mappers": [
            {
                "filter": {"or_filter": {"filters": [_status(401), _status(403)]}},
                "status_code": 401,
                "body_format_override": {
                    "json_format": problem,
                    "content_type": "application/problem+json",
                },
            }
        ]
    }


def routes(services: Sequence[Service], shares: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return Envoy's routes. `shares` are the per cent of a service that go to its canary."""
    return [
        *({"match": matching(way), "route": _to(way.service, shares)} for way in ways(services)),
        {"match": {"prefix": "/"}, "route": _to(PAGES, shares)},
    ]


def between(services: Sequence[Service]) -> list[dict[str, Any]]:
    """Return the routes by which services reach each other: `/orders/...` is what orders answers."""
    return [
        {
            "match": {"prefix": f"/{service.name}/"},
            "route": {**_to(service.name, {}), "prefix_rewrite": "/"},
        }
        for service in services
    ]


def matching(way: Way) -> dict[str, Any]:
    """Return what Envoy compares a request with."""
    path = {"safe_regex": {"regex": way.path}}
    if not way.methods:
        return path
    method = {"safe_regex": {"regex": "|".join(way.methods)}}
    return {**path, "headers": [{"name": ":method", "string_match": method}]}


def _status(status: int) -> dict[str, Any]:
    compared = {"op": "EQ", "value": {"default_value": status, "runtime_key": "none"}}
    return {"status_code_filter": {"comparison": compared}}


def _to(service: str, shares: Mapping[str, int]) -> dict[str, Any]:
    manners = {"timeout": NEVER, "retry_policy": AGAIN}
    share = shares.get(service)
    if share is None:
        return {"cluster": service, **manners}
    clusters = [
        {"name": service, "weight": 100 - share},
        {"name": f"{service}-canary", "weight": share},
    ]
    return {"weighted_clusters": {"clusters": clusters}, **manners}
