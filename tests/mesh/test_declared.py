"""What stands in deploy/mesh, held against what services declare."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.cli import mesh
from boxoffice.cli.mesh.written import written
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.service import Service
from boxoffice.kit.serving import KEEP_ALIVE_SECONDS
from boxoffice.kit.settings import Settings
from boxoffice.services import NAMES, load

FOLDER = Path(__file__).parents[2] / "deploy/mesh"
ID = "01900000-0000-7000-8000-000000000000"


PLACES = {  # where settings lead, as outside.yaml calls it
    "stripe_url": "api.stripe.com",
    "smtp_url": "smtp.example",
    "kopis_url": "www.kopis.or.kr",
    "pictures_url": "buckets.example",
}


@cache
def _all() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.yaml"))
    return [one for file in files for one in yaml.safe_load_all(file.read_text("utf-8"))]


def _of(kind: str, name: str = "") -> list[dict[str, Any]]:
    found = [one for one in _all() if one["kind"] == kind]
    return [one for one in found if not name or one["metadata"]["name"] == name]


def _routes() -> list[tuple[str, GuardedRoute]]:
    return [
        (service.name, route)
        for service in load()
        for route in (service.routes.guarded() if service.routes else [])
    ]


def _outside() -> set[str]:
    """The names outside that the mesh knows."""
    return {host for entry in _of("ServiceEntry") for host in entry["spec"]["hosts"]}


def _example(route: GuardedRoute) -> str:
    return re.sub(r"\{[^}]+\}", ID, route.path)


def _owner(method: str, path: str) -> str:
    """Who gets a request, as the gateway reads its routes."""
    (spec,) = (one["spec"] for one in _of("VirtualService"))
    for http in spec["http"]:
        for match in http.get("match", [{}]):
            by_path = re.fullmatch(match.get("uri", {}).get("regex", ".*"), path)
            if by_path and re.fullmatch(match.get("method", {}).get("regex", ".*"), method):
                host: str = http["route"][0]["destination"]["host"]
                return host.partition(".")[0].removeprefix("boxoffice-")
    raise AssertionError(f"nobody gets {method} {path}")


def _is_asked_for_a_token(method: str, path: str) -> bool:
    (spec,) = (one["spec"] for one in _of("EnvoyFilter"))
    rules = spec["configPatches"][0]["patch"]["value"]["typed_config"]["rules"]
    return any(
        re.fullmatch(rule["match"]["safe_regex"]["regex"], path)
        and re.fullmatch(rule["match"]["headers"][0]["string_match"]["safe_regex"]["regex"], method)
        for rule in rules
    )


@pytest.mark.parametrize("service", NAMES)
def test_every_request_goes_to_the_service_that_answers_it(service: str):
    for owner, route in _routes():
        for method in route.methods or ():
            if owner == service:
                assert _owner(method, _example(route)) == owner, (method, route.path)


def test_the_gateway_asks_for_a_token_where_a_route_does_and_nowhere_else():
    for owner, route in _routes():
        for method in route.methods or ():
            needed = owner != "web" and route.allows != "anyone"
            assert _is_asked_for_a_token(method, _example(route)) == needed, (method, route.path)


def test_every_service_has_its_parts_and_says_who_may_ask_it():
    assert [one["metadata"]["name"] for one in _of("DestinationRule")] == list(NAMES)
    for name in NAMES:
        (policy,) = _of("AuthorizationPolicy", name)
        assert policy["spec"]["action"] == "ALLOW"


def test_a_proxy_lets_go_of_an_idle_connection_before_a_service_hangs_up():
    for rule in _of("DestinationRule"):
        idle: str = rule["spec"]["trafficPolicy"]["connectionPool"]["http"]["idleTimeout"]
        assert int(idle.removesuffix("s")) < KEEP_ALIVE_SECONDS


def test_inside_everything_is_encrypted_and_what_nobody_named_is_out_of_reach():
    (peers,), scopes = _of("PeerAuthentication"), _of("Sidecar")
    outside = _outside()

    assert peers["spec"]["mtls"]["mode"] == "STRICT"
    assert {one["metadata"]["name"] for one in scopes} == {"default", *NAMES}
    for scope in scopes:
        assert scope["spec"]["outboundTrafficPolicy"]["mode"] == "REGISTRY_ONLY"
    for setting in ("stripe_url", "kopis_url"):
        url: str = Settings.model_fields[setting].default
        assert url.split("/")[2] in outside


@pytest.mark.parametrize("service", load(), ids=NAMES)
def test_a_service_reaches_those_whom_it_asks_and_its_own_places(service: Service):
    (scope,) = _of("Sidecar", service.name)
    (egress,) = scope["spec"]["egress"]
    names = {
        one.removeprefix("./").removesuffix(".boxoffice.svc.cluster.local")
        for one in egress["hosts"]
    }
    inside, outside = names - _outside() - {"istio-system/*"}, names & _outside()

    assert scope["spec"]["workloadSelector"]["labels"] == {"app.kubernetes.io/name": service.name}
    asked = {f"boxoffice-{name}" for name in service.asks}
    assert inside == asked | {"postgres", "nats", f"database-{service.name}-rw"}
    needed = {need for need in service.needs if need.endswith("_url")}
    assert outside == {"databases.example", *(PLACES[need] for need in needed)}


def test_every_file_is_part_of_the_component():
    (listed,) = _of("Component")

    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(listed["resources"]) == files


def test_what_is_generated_is_read_as_what_was_meant():
    meant = [{"a": "on", "b": [1, {"c": "x: y", "d": []}, ["e"]], "f": {}, "g": True, "/h": "é"}]

    assert list(yaml.safe_load_all(written(meant))) == meant


def test_the_files_are_up_to_date():
    for path, text in mesh.documents(load()).items():
        assert (FOLDER.parent / path).read_text("utf-8") == text, path
