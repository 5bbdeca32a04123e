"""Where uploads are developed: one at a time, in a process that has nothing else to lose."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from boxoffice.kit.errors import BadInput, TooLarge, Unavailable
from boxoffice.kit.pictures.uploads import UNREADABLE, require_picture
from boxoffice.kit.telemetry import log

PROGRAM = "boxoffice.kit.pictures.develop"
AT_ONCE = 1  # process: up to 700 MB, mostly 50, for about a second
QUEUE = 20  # uploads that wait; those behind would be given up before their turn
PATIENCE_SECONDS = 20  # from the door on; pages give up after 30
BROKEN = {-signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE}
OUT_OF_ORDER = "Pictures are out of order for a moment; try again"
LAST_WORDS = 500  # characters of what the program said before it failed


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture of ours in one size, as WebP."""

    width: int
    height: int
    body: bytes


class Darkroom:
    """Develops uploads in the order in which they come."""

    def __init__(self, at_once: int = AT_ONCE, queue: int = QUEUE) -> None:
        self._hands = ThreadPoolExecutor(at_once, thread_name_prefix="darkroom")
        self._room = at_once + queue
        self._inside = 0

    async def develop(self, raw: bytes) -> Sequence[Developed]:
        """Return an upload in some widths, the smallest first.

        BadInput, TooLarge as develop.py says; Unavailable when too many others wait.
        """
        require_picture(raw)
        if self._inside == self._room:
            raise Unavailable("Too many pictures come at once; try again", retry_after_seconds=10)
        self._inside += 1
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await loop.run_in_executor(self._hands, _develop, raw)
        except TimeoutError:
            raise Unavailable("Too many pictures come at once; try again") from None
        finally:
            self._inside -= 1


def _develop(raw: bytes) -> Sequence[Developed]:
    try:
        # Alone (-I) and without our environment: it has no secret to tell.
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-m", PROGRAM],
            input=raw,
            capture_output=True,
            env={},
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("darkroom", error=repr(error))
        raise Unavailable(OUT_OF_ORDER) from None
    if ran.returncode in BROKEN:
        raise BadInput(UNREADABLE)
    if ran.returncode:
        said = ran.stderr.decode(errors="replace")[-LAST_WORDS:]
        log.error("darkroom", code=ran.returncode, error=said)
        raise Unavailable(OUT_OF_ORDER)
    return _read(ran.stdout)


def _read(said: bytes) -> Sequence[Developed]:
    line, _, bodies = said.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        kind = TooLarge if answer["status"] == TooLarge.status else BadInput
        raise kind(answer["refused"])
    found: list[Developed] = []
    for width, height, size in answer["sizes"]:
        found.append(Developed(width, height, bodies[:size]))
        bodies = bodies[size:]
    return found
