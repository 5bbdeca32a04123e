"""What a command imports before it works: what it runs, and nothing of the others."""

import subprocess
import sys

import pytest

from boxoffice.services import NAMES

IMPORTED = "import sys; print(*(name for name in sys.modules if name.startswith('boxoffice.')))"


def _imported_by(statement: str) -> set[str]:
    """The packages of ours that a statement imports, as `room` or `services.name`."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"{statement}\n{IMPORTED}"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name.split(".")[1:] for name in done.stdout.split()]
    return {".".join(name[: 2 if name[0] == "services" else 1]) for name in names}


def test_help_imports_no_room():
    assert _imported_by("import boxoffice.__main__") == {"__main__"}


@pytest.mark.parametrize("name", NAMES)
def test_a_process_imports_its_own_service_alone(name: str):
    imported = _imported_by(
        "from boxoffice.cli import run\n"
        "from boxoffice.services import load, unread\n"
        f"unread(load(['{name}']))"
    )

    assert imported == {"cli", "events", "kit", "services", f"services.{name}"}
