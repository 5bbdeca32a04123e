"""The command line as somebody types it who has a market somewhere."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from pydantic import SecretStr

from boxoffice.kit.settings import Settings
from boxoffice.stack.embedded import ENVIRONMENT


def describe_to(folder: Path, settings: Settings) -> Path:
    """Have the folder say where this product runs, as `boxoffice up` leaves one."""
    values = settings.model_dump(exclude_defaults=True)
    said = [f"BOXOFFICE_{name.upper()}={_spelt(value)}\n" for name, value in values.items()]
    (folder / ENVIRONMENT).write_text("".join(said))
    return folder


async def run(*command: str) -> tuple[int | None, str, str]:
    """Run it; return its exit code, what it printed, and what it said beside."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "boxoffice", *command, stdout=PIPE, stderr=PIPE
    )
    said, error = await process.communicate()
    return process.returncode, said.decode(), error.decode()


def _spelt(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
