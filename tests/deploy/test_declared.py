"""What services declare for those who run them is what they do."""

import ast
import re
from pathlib import Path

import pytest

from boxoffice.cli import deployment
from boxoffice.kit import settings
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.services import load, unread
from deploy.ground import DEPLOY, ROOT, SECRETS, SERVICES

SOURCE = ROOT / "src/boxoffice"
PLACES = {name for name in Settings.model_fields if name.endswith("_url")}
PICTURES = "boxoffice.kit.pictures.album"  # it reads where they are
ENOUGH = {
    "database_url": "postgresql://db/boxoffice_{service}",
    "nats_url": "nats://nats:4222",
    "secret": "a secret that is long enough for us",
    "hop_secret": "a further secret that is long enough",
}


def test_what_is_generated_is_up_to_date():
    for path, text in deployment.documents(load()).items():
        assert (DEPLOY / path).read_text("utf-8") == text, path


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_needs_the_secrets_and_places_that_it_reads(name: str):
    read = _read(SOURCE / "services" / name) & (SECRETS | PLACES)

    assert read - _read(SOURCE / "kit") - {"services_url", "public_url"} == {
        need for need in SERVICES[name].needs if need != "pictures_url"
    }
    assert ("pictures_url" in SERVICES[name].needs) == _imports(SOURCE / "services" / name)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_asks_those_that_its_pages_ask(name: str):
    said = "".join(path.read_text("utf-8") for path in (SOURCE / "services" / name).rglob("*.py"))
    asked = re.findall(r"\b(?:ask|list)\(\s*\"(\w+)\"", said)

    assert set(asked) & SERVICES.keys() == set(SERVICES[name].asks)


def test_a_service_starts_without_the_secrets_of_others():
    mine = settings.load(given=ENOUGH, unread=unread(load(["orders"])))

    assert mine.stripe_key.get_secret_value() == ""
    with pytest.raises(SettingsError, match="BOXOFFICE_STRIPE_KEY"):
        settings.load(given=ENOUGH, unread=unread(load(["payments"])))


def test_running_all_of_them_needs_all_secrets():
    assert unread(load()) == set()


def _read(folder: Path) -> set[str]:
    """Every setting that the code of a folder reads."""
    return {
        node.attr
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and "settings" in ast.unparse(node.value)
        and node.attr in Settings.model_fields
    }


def _imports(folder: Path) -> bool:
    return any(PICTURES in path.read_text("utf-8") for path in folder.rglob("*.py"))
