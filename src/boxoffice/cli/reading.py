"""Reading a file of shows: line by line, twice, never more than some of it at once."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from boxoffice.cli.lines import Unreadable, Written, read_lines
from boxoffice.services.shows.commands import Batch
from boxoffice.services.shows.model.imports import Fault, ImportedShow, ImportedVenue, Outcome

MOST_LINES, MOST_BYTES = 500, 1024 * 1024  # written together: some thousand performances

T = TypeVar("T")
Advance = Callable[[int], None]


class Reading:
    """A file that is read twice: first its venues, which the shows on any line may refer to."""

    def __init__(self, file: BinaryIO, outcome: Outcome, currency: str, advance: Advance) -> None:
        self._file = file
        self._outcome = outcome
        self._currency = currency
        self._advance = advance
        self._lines: dict[tuple[str, str], int] = {}
        self._read = 0  # bytes, in earlier readings
        self._broken: set[str] = set()  # venues that cannot be read: what refers to them is well

    def batches(self) -> Iterator[Batch]:
        """Yield what is on the lines, some at a time; what is wrong with them is in the outcome."""
        for venues in self._parts(self._venue):
            yield Batch(venues=venues)
        for shows in self._parts(self._show):
            yield Batch(shows=shows)

    def _parts(self, read: Callable[[Written], T | None]) -> Iterator[list[T]]:
        some, size = list[T](), 0
        self._file.seek(0)
        for line in read_lines(self._file):
            self._advance(self._read + self._file.tell())
            try:
                one = read(line)
            except Unreadable as error:
                for fault in error.faults:
                    self._outcome.find(fault)
                continue
            if one is not None:
                some.append(one)
                size += len(line.text)
            if len(some) == MOST_LINES or size >= MOST_BYTES:
                yield some
                some, size = list[T](), 0
        if some:
            yield some
        self._read += self._file.tell()

    def _venue(self, line: Written) -> ImportedVenue | None:
        head = line.head()
        if head.kind != "venue":
            return None
        try:
            venue = line.venue()
            self._require_first("venue", venue)
        except Unreadable:
            self._broken.add(str(head.source_id).strip())
            raise
        return venue

    def _show(self, line: Written) -> ImportedShow | None:
        try:
            if line.head().kind != "show":
                return None
        except Unreadable:  # which was noted when the venues were read
            return None
        show = line.show(self._currency)
        self._require_first("show", show)
        is_broken = any(performance.venue in self._broken for performance in show.performances)
        return None if is_broken else show

    def _require_first(self, kind: str, one: ImportedVenue | ImportedShow) -> None:
        first = self._lines.setdefault((kind, one.source_id), one.line)
        if first != one.line:
            raise Unreadable([Fault(one.line, "sourceId", f"Line {first} is this {kind} already")])
