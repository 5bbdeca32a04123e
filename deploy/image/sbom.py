# ruff: noqa: INP001 - a script, run where nothing of ours is installed
"""Writes what is installed here as a CycloneDX 1.6 document: run in the image that is built."""

import json
import sys
from importlib import metadata

OWN_TOOLS = {"pip", "setuptools"}  # they are taken out after this has run


def components() -> list[dict[str, object]]:
    """Return every installed distribution, by name."""
    found = sorted(metadata.distributions(), key=lambda one: one.name.lower())
    return [_component(one) for one in found if one.name not in OWN_TOOLS]


def _component(one: metadata.Distribution) -> dict[str, object]:
    name = one.name.lower().replace("_", "-").replace(".", "-")
    address = f"pkg:pypi/{name}@{one.version}"
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": address,
        "name": one.name,
        "version": one.version,
        "purl": address,
    }
    licence = one.metadata.json.get("license_expression")
    return component | {"licenses": [{"expression": licence}]} if licence else component


if __name__ == "__main__":
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "boxoffice"}},
        "components": components(),
    }
    json.dump(document, sys.stdout, indent=1)
