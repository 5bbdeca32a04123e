"""On Kubernetes: each service is drawn once and whole, closed to all but its neighbours."""

import json
import os
import subprocess
from functools import cache
from typing import Any

import kubernetes_validate
import pytest
import yaml

from boxoffice.cli.deployment import bus, network
from deploy.drawing import (
    OVERLAYS,
    PER_SERVICE,
    WATCHING,
    drawn,
    of_kubernetes,
    one,
    pods,
    settings_of,
)
from deploy.ground import DEPLOY, ROOT, SECRETS, SERVICES, known_variables, secrets_of, variable

OPTIONAL = {variable("kopis_key")}
LAPTOP = ("dev", "local")
SERVERS = [name for name in OVERLAYS if name not in LAPTOP]
STORED = [
    name for name in SERVERS if name != "production-sops"
]  # whose secrets come out of a store
KEYS = {"ACCESS_KEY_ID", "SECRET_ACCESS_KEY"}
BUCKETS = ("shows", "tickets")  # where production keeps pictures: who has a pair of keys


@pytest.mark.parametrize("overlay", [*OVERLAYS, *WATCHING])
def test_what_is_drawn_is_of_the_shape_that_kubernetes_takes(overlay: str):
    known = [it for it in drawn(overlay) if of_kubernetes(it)]

    assert known
    for it in known:
        _require_valid(json.dumps(it))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_is_drawn_whole_and_nobody_else_is(overlay: str):
    names = {
        (it["kind"], it["metadata"]["name"])
        for it in drawn(overlay)
        if it["metadata"]["name"].startswith("boxoffice-") and it["kind"] in PER_SERVICE
    }

    assert names == {(kind, f"boxoffice-{name}") for kind in PER_SERVICE for name in SERVICES}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_and_migrates_with_its_own_secret(overlay: str, name: str):
    for kind, thing in (("Deployment", f"boxoffice-{name}"), ("Job", f"boxoffice-migrate-{name}")):
        template = one(overlay, kind, thing)["spec"]["template"]
        (container,) = template["spec"]["containers"]
        sources = [next(iter(it.values()))["name"] for it in container["envFrom"]]

        assert container["args"][1] == "$(SERVICE)"
        assert template["metadata"]["labels"]["app.kubernetes.io/name"] == name
        assert sources[1:] == [f"boxoffice-{name}"]
        assert template["spec"]["serviceAccountName"] == f"boxoffice-{name}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_everybody_reads_is_a_setting_and_no_secret(overlay: str):
    settings = settings_of(overlay)

    assert settings.keys() <= known_variables() - {variable(name) for name in SECRETS}
    assert settings["BOXOFFICE_SERVICES_URL"] == "http://boxoffice-{service}:8000"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nothing_runs_as_root_or_may_become_it(overlay: str):
    for pod in pods(overlay):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} <= container["resources"].keys()


@pytest.mark.parametrize("overlay", [*OVERLAYS, *WATCHING])
def test_no_secret_is_in_the_repository(overlay: str):
    assert not [it for it in drawn(overlay) if it["kind"] == "Secret"]


@pytest.mark.parametrize("name", SERVICES)
def test_the_network_lets_through_what_pages_ask_and_no_more(name: str):
    policy = one("local", "NetworkPolicy", f"boxoffice-{name}")["spec"]
    callers = network.callers_of(SERVICES[name], list(SERVICES.values()))

    assert policy["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == name
    assert _named(policy["ingress"], "from") == set(callers)
    assert _named(policy["egress"], "to") - {"mailbox"} == {
        "postgres",
        "nats",
        *SERVICES[name].asks,
    }
    assert any("ipBlock" in str(rule) for rule in policy["egress"]) == bool(SERVICES[name].needs)


def test_the_script_makes_each_secret_that_is_asked_for():
    env = _run("deploy/compose/secrets.sh", "")
    made = _secrets("deploy/overlays/local/secrets.sh", env)

    for name in SERVICES:
        assert made.pop(f"boxoffice-{name}").keys() == secrets_of(name) - OPTIONAL
    assert made.pop("boxoffice-operator").keys() == {"BOXOFFICE_NATS_URL"}
    assert made.pop("postgres").keys() >= {f"{name.upper()}_PASSWORD" for name in SERVICES}
    assert made.pop("nats-users").keys() >= {bus.variable(it) for it in (*SERVICES, bus.OPERATOR)}
    assert made == {}


def test_the_secrets_of_a_preview_are_in_its_namespace():
    env = _run("deploy/compose/secrets.sh", "")
    made = yaml.safe_load_all(_run("deploy/overlays/local/secrets.sh", env, NAMESPACE="preview-7"))

    assert {it["metadata"]["namespace"] for it in made} == {"preview-7"}


def test_the_file_for_sops_holds_each_secret_of_its_overlay_and_gives_none_to_two():
    pairs = {
        f"{name}_{key}": f"{name} {key}" for name in ("SHOWS", "TICKETS", "BACKUPS") for key in KEYS
    }
    given = {"SMTP_URL": "smtps://mail.example.com"} | pairs
    env = _run("deploy/compose/secrets.sh", "") + "".join(f"{it}={given[it]}\n" for it in given)
    made = _secrets("deploy/components/sops/secrets.sh", env)
    hosts = {it["metadata"]["name"] for it in drawn("production-sops") if it["kind"] == "Cluster"}

    mine = {name: made.pop(f"boxoffice-{name}") for name in SERVICES}
    for name, has in mine.items():
        own = {f"AWS_{key}" for key in KEYS if name in BUCKETS}
        account = made.pop(f"database-{name}")
        assert has.keys() - own == secrets_of(name) - OPTIONAL
        assert has.keys() >= own
        assert account["username"] == f"boxoffice_{name}"
        assert f":{account['password']}@database-{name}-rw:" in has["BOXOFFICE_DATABASE_URL"]
        assert f"database-{name}" in hosts
    unshared = [
        value
        for has in mine.values()
        for key, value in has.items()
        if key != variable("hop_secret") and value
    ]
    assert len(unshared) == len(set(unshared))
    assert made.pop("backups") == {key: pairs[f"BACKUPS_{key}"] for key in KEYS}
    assert made.keys() == {"boxoffice-operator", "nats-users"}


def test_with_sops_nothing_asks_a_store_and_databases_take_the_passwords_of_the_file():
    things = drawn("production-sops")

    assert not [it for it in things if it["kind"] in {"ExternalSecret", "SecretStore"}]
    for it in things:
        if it["kind"] == "Cluster":
            name = it["metadata"]["name"]
            assert it["spec"]["bootstrap"]["initdb"]["secret"] == {"name": name}


@pytest.mark.parametrize("overlay", STORED)
def test_the_store_is_asked_for_each_secret_and_gives_none_to_two(overlay: str):
    asked = {
        it["metadata"]["name"]: {
            one["secretKey"]: one["remoteRef"]["key"] for one in it["spec"]["data"]
        }
        for it in drawn(overlay)
        if it["kind"] == "ExternalSecret"
    }
    places = [place for one in asked.values() for place in one.values() if "/shared/" not in place]

    has_keys = "backups" in asked  # of buckets; elsewhere roles take their place
    for name in SERVICES:
        own = {f"AWS_{key}" for key in KEYS if has_keys and name in BUCKETS}
        assert asked.pop(f"boxoffice-{name}").keys() == secrets_of(name) - OPTIONAL | own
    assert asked.pop("backups", dict.fromkeys(KEYS)).keys() == KEYS
    assert asked.pop("boxoffice-operator").keys() == {"BOXOFFICE_NATS_URL"}
    assert asked.pop("nats-users").keys() >= {bus.variable(it) for it in (*SERVICES, bus.OPERATOR)}
    assert asked == {}
    assert len(places) == len(set(places))


@pytest.mark.parametrize("overlay", SERVERS)
def test_every_service_has_a_database_of_its_own(overlay: str):
    databases = {
        it["metadata"]["name"]: it["spec"]["bootstrap"]["initdb"]["owner"]
        for it in drawn(overlay)
        if it["kind"] == "Cluster"
    }

    assert databases == {f"database-{name}": f"boxoffice_{name}" for name in SERVICES}


@pytest.mark.parametrize("overlay", SERVERS)
def test_what_is_rolled_out_is_named_by_its_digest(overlay: str):
    for name in SERVICES:
        (container,) = one(overlay, "Deployment", f"boxoffice-{name}")["spec"]["template"]["spec"][
            "containers"
        ]
        assert "@sha256:" in container["image"]


@pytest.mark.parametrize("overlay", ["production", "aws"])
def test_who_hears_news_grows_with_what_waits(overlay: str):
    for name, service in SERVICES.items():
        metrics = one(overlay, "HorizontalPodAutoscaler", f"boxoffice-{name}")["spec"]["metrics"]
        lags = [it["external"]["metric"] for it in metrics if it["type"] == "External"]

        assert [it["selector"]["matchLabels"]["service"] for it in lags] == [name] * bool(
            service.reactions
        )


def test_the_servers_of_databases_make_one_for_each_service():
    (container,) = one("local", "StatefulSet", "postgres")["spec"]["template"]["spec"]["containers"]
    (listed,) = [it["value"] for it in container["env"] if it["name"] == "SERVICES"]

    assert listed.split() == list(SERVICES)


def test_what_all_overlays_share_names_every_service():
    shared = yaml.safe_load((DEPLOY / "base/kustomization.yaml").read_text("utf-8"))

    assert (
        set(shared["resources"]) - {"namespace.yaml", "silence.yaml", "gateway"} == SERVICES.keys()
    )


@cache
def _require_valid(thing: str) -> None:
    """Hold an object against its schema, once: most are the same on all overlays."""
    kubernetes_validate.validate(
        json.loads(thing), kubernetes_validate.latest_version(), strict=True
    )


def _named(rules: list[dict[str, Any]], direction: str) -> set[str]:
    """The neighbours of ours that these rules name."""
    return {
        name
        for rule in rules
        for peer in rule[direction]
        for said in peer.get("podSelector", {}).get("matchExpressions", [])
        for name in said["values"]
    }


def _secrets(script: str, given: str) -> dict[str, dict[str, str]]:
    """The Secrets that a script prints, by name."""
    printed = yaml.safe_load_all(_run(script, given))
    return {it["metadata"]["name"]: it["stringData"] for it in printed}


def _run(script: str, given: str, **env: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own script
        [str(ROOT / script)],
        input=given,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
