# ruff: noqa: INP001 - a script, mounted beside the image
"""Runs `boxoffice` with these arguments, and again whenever its source changes or it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

SOURCE = Path(os.environ["PYTHONPATH"])
LOOK_SECONDS = 0.5  # between two looks at the source
REST_SECONDS = 2.0  # before what ended by itself is begun again, as when its tables are old


def main() -> NoReturn:
    """Go on until told to stop, which the service is told too."""
    signal.signal(signal.SIGTERM, _end)
    while True:
        seen = _source()
        service = subprocess.Popen([sys.executable, "-m", "boxoffice", *sys.argv[1:]])  # noqa: S603 - ours
        try:
            while service.poll() is None and _source() == seen:
                time.sleep(LOOK_SECONDS)
            if service.poll() is not None:
                time.sleep(REST_SECONDS)
        finally:
            service.terminate()
            service.wait()


def _end(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _source() -> dict[str, int]:
    """When each file was changed."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in SOURCE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


if __name__ == "__main__":
    main()
