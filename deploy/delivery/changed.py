# ruff: noqa: INP001 - a script, run where nothing of ours is installed
"""Says which tests a change needs: reads the changed paths, a line each, and prints test folders.

It prints `tests`, everything, for whatever it does not know, and nothing where no test could notice.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVERYTHING = {"tests"}
# How services are together: of each change to one of them.
TOGETHER = {"tests/architecture", "tests/contract", "tests/journeys"}
# What is drawn from what services declare.
DRAWN = {"tests/deploy", "tests/mesh", "tests/observability"}
OUTSIDE = {".dockerignore", ".github", "Dockerfile", "compose.dev.yaml", "compose.yaml", "deploy"}
PROSE = (".md", ".png", ".svg")


def needed(paths: Iterable[str]) -> set[str]:
    """Return the folders of the tests that these changes need."""
    found = set[str]().union(*(_needed(Path(path)) for path in paths))
    if found >= EVERYTHING:
        return EVERYTHING
    return found


def _needed(path: Path) -> set[str]:
    match path.parts:
        case ("src", "boxoffice", "services", name, _, *_) if _tests_of(name):
            return {*_tests_of(name), *TOGETHER, *DRAWN}
        case ("tests", name, *_, file) if file.startswith("test_"):
            return _tests_of(name) or EVERYTHING
        case (first, *_) if first in OUTSIDE:
            return DRAWN
        case ("bench", _, *_):
            return {"tests/architecture"}
        case ("docs", *_) | (_,) if path.suffix in PROSE:
            return _readers_of(path.name)
        case _:
            return EVERYTHING


def _tests_of(name: str) -> set[str]:
    """Return the folder of tests with this name, if it holds any."""
    folder = ROOT / "tests" / name
    return {f"tests/{name}"} if any(folder.rglob("test_*.py")) else set()


def _readers_of(name: str) -> set[str]:
    """Return the folders of tests that name a document."""
    return {
        f"tests/{path.relative_to(ROOT / 'tests').parts[0]}"
        for path in (ROOT / "tests").rglob("test_*.py")
        if name in path.read_text("utf-8")
    }


if __name__ == "__main__":
    print(*sorted(needed(sys.stdin.read().splitlines())))  # noqa: T201 - what it is for
