"""What deploy/ and the files beside it say, as data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from boxoffice.kit.settings import Settings
from boxoffice.services import load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = {service.name: service for service in load()}
SECRETS = {  # settings that hold a secret
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
}
OWNED = {name for service in SERVICES.values() for name in service.needs}


def read(path: str) -> Any:
    """Return what a YAML file says, by its path below the repository."""
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def variable(setting: str) -> str:
    """Return the name of a setting in the environment."""
    return f"BOXOFFICE_{setting.upper()}"


def secrets_of(name: str) -> set[str]:
    """Return the variables with secrets that a service must have, or may."""
    own = {setting for setting in SERVICES[name].needs if setting in SECRETS}
    return {variable(setting) for setting in (SECRETS - OWNED) | own}


def known_variables() -> set[str]:
    """Return every variable that there is."""
    return {variable(setting) for setting in Settings.model_fields}


def texts(*suffixes: str) -> Iterator[Path]:
    """Yield the files of deploy/ and those beside it that end so."""
    beside = (*sorted(ROOT.glob("compose*.yaml")), ROOT / "skaffold.yaml")
    for path in (*sorted(DEPLOY.rglob("*")), *beside):
        if path.is_file() and path.name.endswith(suffixes):
            yield path
