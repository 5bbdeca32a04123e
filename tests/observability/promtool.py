"""Where Prometheus' own tool is: `make test` fetches it."""

import shutil
import sys
from pathlib import Path


def promtool() -> str:
    """Its path, beside our Python or in the usual places."""
    found = shutil.which("promtool", path=str(Path(sys.executable).parent)) or shutil.which(
        "promtool"
    )
    assert found, "this needs promtool: `make .venv/bin/promtool` fetches Debian's"
    return found
