"""How long each statement of a store takes, by the function that runs it."""

import sys
import time
from types import CodeType, FrameType

from boxoffice.kit import spans
from boxoffice.kit.telemetry import FAILED_STATEMENTS, STATEMENTS, work_in_hand

OURS = "boxoffice."
UNNAMED = "other"  # asked by nobody's function: a task of its own, or a test
_names: dict[CodeType, str] = {}


class Measured:
    """A block that runs one statement, on behalf of the function that asked for it.

    That function is found two frames up, which costs less than a name for each statement would.
    """

    __slots__ = ("_begun", "_name", "_service")

    def __init__(self, service: str) -> None:
        self._service = service
        self._name = _name_of(sys._getframe(2))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the cheap way
        self._begun = 0.0

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        seconds = time.perf_counter() - self._begun
        STATEMENTS.labels(self._service, self._name).observe(seconds)
        if kind is not None:
            FAILED_STATEMENTS.labels(self._service, self._name).inc()
        if spans.is_on() and (above := work_in_hand()):
            spans.record_statement(above, self._service, self._name, seconds, failed=bool(kind))


def _name_of(frame: FrameType) -> str:
    code = frame.f_code
    name = _names.get(code)
    if name is None:
        is_ours = frame.f_globals.get("__name__", "").startswith(OURS)
        name = _names[code] = code.co_name if is_ours else UNNAMED
    return name
