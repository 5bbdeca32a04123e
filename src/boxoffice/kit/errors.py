"""The ways to refuse. Each carries its HTTP status; the message is a sentence for people."""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - it names the outcome, as its subclasses do
    """A request that is answered with a sentence instead of a result.

    `fields` has a sentence for each field that is wrong, where there are several.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        field: str | None = None,
        fields: Mapping[str, str] | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.fields = fields or {}
        self.retry_after_seconds = retry_after_seconds


class BadInput(Refusal):
    """What was sent does not make sense."""


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status, title = 401, "Not signed in"


class PaymentDeclined(Refusal):
    """The card was refused."""

    status, title = 402, "Payment declined"


class Forbidden(Refusal):
    """This person may not."""

    status, title = 403, "Forbidden"


class NotFound(Refusal):
    """There is no such thing."""

    status, title = 404, "Not found"


class Conflict(Refusal):
    """A rule of the business says no, as things are now."""

    status, title = 409, "Conflict"


class StaleVersion(Conflict):
    """Somebody else changed it in between."""

    def __init__(self) -> None:
        super().__init__("This changed while you were looking at it; load it again")


class TooLarge(Refusal):
    """More was sent than is taken."""

    status, title = 413, "Too large"


class TooMany(Refusal):
    """Asked too often; again after `retry_after_seconds`."""

    status, title = 429, "Too many requests"


class Unavailable(Refusal):
    """Something that this needs is down; again after `retry_after_seconds`."""

    status, title = 503, "Unavailable"

    def __init__(self, detail: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class NotYet(Exception):  # noqa: N818 - it names the outcome
    """An event came before what it builds on; the consumer brings it again."""
