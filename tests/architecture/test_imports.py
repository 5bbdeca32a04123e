"""Which room may look into which, and proof that the contracts see all of them."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from boxoffice.services import NAMES

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "pyproject.toml"
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
PAIRS = list(zip(NAMES, NAMES[1:] + NAMES[:1], strict=True))


@dataclass(frozen=True)
class Copy:
    """A copy of the product that may be spoilt."""

    folder: Path

    def spoil(self, importer: str, imported: str) -> None:
        """Have one module import another."""
        path = self.folder / f"{importer.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text() if path.exists() else '"""Spoilt."""\n'
        path.write_text(f"{text}import {imported}\n")

    def verdict(self) -> str:
        """What import-linter says of it, on one line; nothing when all contracts are kept."""
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", LINT, "--no-logo", "--no-cache", "--config", str(PROJECT)],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder), "COLUMNS": "500"},
            capture_output=True,
            text=True,
            check=False,
        )
        return " ".join(done.stdout.split()) if done.returncode else ""


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    ignored = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(ROOT / "src/boxoffice", tmp_path / "boxoffice", ignore=ignored)
    return Copy(tmp_path)


def test_the_contracts_are_kept(copy: Copy):
    assert copy.verdict() == ""


def test_the_contracts_name_every_service():
    contracts = tomllib.loads(PROJECT.read_text())["tool"]["importlinter"]["contracts"]
    shape = next(one for one in contracts if "One shape" in one["name"])
    folders = {init.parent.name for init in ROOT.glob("src/boxoffice/services/*/__init__.py")}

    assert shape["containers"] == [f"boxoffice.services.{name}" for name in NAMES]
    assert folders == set(NAMES)


@pytest.mark.parametrize(("service", "neighbour"), PAIRS)
def test_a_service_that_imports_another_is_found(copy: Copy, service: str, neighbour: str):
    importer, imported = f"boxoffice.services.{service}.service", f"boxoffice.services.{neighbour}"
    copy.spoil(importer, f"{imported}.service")

    verdict = copy.verdict()

    assert f"boxoffice.services.{service} is not allowed to import {imported}" in verdict


@pytest.mark.parametrize("service", NAMES)
def test_a_service_of_another_shape_is_found(copy: Copy, service: str):
    room = f"boxoffice.services.{service}"
    copy.spoil(f"{room}.extra", "asyncio")
    copy.spoil(f"{room}.model", f"{room}.service")

    verdict = copy.verdict()

    assert f"{room}.model is not allowed to import {room}.service" in verdict
    assert f"- {room}.extra" in verdict


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("boxoffice.events.event", "boxoffice.kit.clock"),
        ("boxoffice.kit.clock", "boxoffice.services"),
        ("boxoffice.kit.clock", "boxoffice.stack.nats"),
        ("boxoffice.services.tickets.service", "boxoffice.stack.nats"),
        ("boxoffice.stack.nats", "boxoffice.services"),
        ("boxoffice.stack.nats", "boxoffice.cli.up"),
    ],
)
def test_a_room_that_looks_up_is_found(copy: Copy, importer: str, imported: str):
    copy.spoil(importer, imported)

    verdict = copy.verdict()

    rooms = [".".join(name.split(".")[:2]) for name in (importer, imported)]
    assert f"{rooms[0]} is not allowed to import {rooms[1]}" in verdict


def test_a_room_that_nobody_declared_is_found(copy: Copy):
    copy.spoil("boxoffice.shared", "asyncio")

    assert "- boxoffice.shared" in copy.verdict()
