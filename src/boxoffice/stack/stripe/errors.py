"""The ways Stripe refuses: an HTTP status and an error object, as its API reference has them."""

from typing import Any, ClassVar

DOCS = "https://stripe.com/docs/error-codes/"


class ApiError(Exception):
    """A request that is refused; whatever it had changed is undone."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "invalid_request_error"
    kept: ClassVar[bool] = True  # its idempotency key answers the same from now on

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = {name: detail for name, detail in details.items() if detail is not None}

    @property
    def body(self) -> dict[str, Any]:
        """The error object that travels under `error`."""
        body = {"message": self.message, "type": self.kind, **self.details}
        if code := self.details.get("code"):
            body["doc_url"] = DOCS + str(code).replace("_", "-")
        return body


class InvalidParameterError(ApiError):
    """The request makes no sense, so nothing began and its idempotency key is free again."""

    kept = False


class UnauthorizedError(ApiError):
    """No API key, or a wrong one."""

    status, kept = 401, False


class CardError(ApiError):
    """The bank said no. What the attempt left behind (a failed charge, the event) stays."""

    status, kind = 402, "card_error"


class NotFoundError(ApiError):
    """There is no such object or no such address."""

    status = 404


class KeyInUseError(ApiError):
    """Another request with this idempotency key is still under way."""

    status, kept = 409, False


class KeyMisusedError(ApiError):
    """The idempotency key belongs to another request."""

    kind, kept = "idempotency_error", False


class TooLargeError(ApiError):
    """The request is longer than anything it could mean."""

    status, kept = 413, False


def missing(kind: str, wanted: str, *, param: str | None = None) -> ApiError:
    """Refuse an id that means nothing: 404 in the address, 400 in a parameter."""
    message = f"No such {kind}: '{wanted}'"
    if param is None:
        return NotFoundError(message, code="resource_missing", param="id")
    return ApiError(message, code="resource_missing", param=param)
