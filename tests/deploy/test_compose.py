"""On one machine with containers: each service is there, with its own secrets and no other's."""

import re
from typing import Any

import pytest

from deploy.ground import ROOT, SERVICES, known_variables, read, secrets_of


@pytest.fixture
def drawn() -> dict[str, Any]:
    return read("compose.yaml")["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_with_its_own_secrets_alone(drawn: dict[str, Any], name: str):
    service = drawn[name]
    variables = set(service["environment"])

    assert service["command"] == ["run", name, "--host", "0.0.0.0"]  # noqa: S104 - inside its container
    assert variables & _secret_variables() == secrets_of(name)
    assert variables <= known_variables()
    assert _of_services(service["environment"]) == {name}


def test_there_is_no_service_that_nobody_declares(drawn: dict[str, Any]):
    runs = {name for name, one in drawn.items() if (one.get("command") or [""])[0] == "run"}

    assert runs == SERVICES.keys()
    assert read("compose.dev.yaml")["services"].keys() == SERVICES.keys()


def test_databases_and_the_bus_know_every_service(drawn: dict[str, Any]):
    passwords = {f"{name.upper()}_PASSWORD" for name in SERVICES}
    users = {f"NATS_{password}" for password in passwords}

    assert drawn["postgres"]["environment"]["SERVICES"].split() == list(SERVICES)
    assert passwords <= drawn["postgres"]["environment"].keys()
    assert users <= drawn["nats"]["environment"].keys()


def test_what_is_asked_of_the_operator_is_what_the_script_makes(drawn: dict[str, Any]):
    script = (ROOT / "deploy/compose/secrets.sh").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "compose.yaml").read_text("utf-8")))
    (listed,) = re.findall(r"for name in (IDENTITY .*);", script)
    made = {f"{name}_{kind}" for name in listed.split() for kind in ("PASSWORD", "SECRET")}

    assert made >= {f"{name.upper()}_SECRET" for name in drawn.keys() & SERVICES.keys()}
    assert asked - made <= set(re.findall(r"\w+", script))
    assert made - asked == set()


def test_only_pages_are_on_the_outside(drawn: dict[str, Any]):
    assert {name for name, one in drawn.items() if "ports" in one} == {"gateway", "mailbox"}


def _secret_variables() -> set[str]:
    return {variable for name in SERVICES for variable in secrets_of(name)}


def _of_services(environment: dict[str, str | None]) -> set[str]:
    """Whose secrets these are."""
    said = re.findall(
        r"\$\{([A-Z]+)_(?:PASSWORD|SECRET):", " ".join(map(str, environment.values()))
    )
    return {name.lower() for name in said} & SERVICES.keys()
