"""Receipts: what a request has said, so that whoever reads a copy can ask for that or newer.

An answer to what changes something carries `Boxoffice-After: <service>.<id>.<version>`. Who
sends that as `?after=` to where copies are read is answered once that version is known there.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self, TypeAlias
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from boxoffice.kit.errors import BadInput

HEADER = "Boxoffice-After"
HIGHEST = 2**31 - 1  # version; what a column holds

Answer: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A version of something, that one or a newer one of which is to be known."""

    service: str  # whose count the version is
    about_id: UUID
    version: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the receipt that was written so. BadInput when it is none."""
        service, _, rest = text.partition(".")
        about_id, _, version = rest.partition(".")
        try:
            receipt = cls(service, UUID(about_id), int(version))
        except ValueError:
            receipt = None
        if receipt is None or str(receipt) != text or not 0 <= receipt.version <= HIGHEST:
            raise BadInput(f"This is no {HEADER} of an answer", field="after")
        return receipt

    def __str__(self) -> str:
        return f"{self.service}.{self.about_id}.{self.version}"


@dataclass(slots=True)
class _Drawer:
    receipt: Receipt | None = None


_drawer: ContextVar[_Drawer] = ContextVar("receipts")


def note(receipt: Receipt) -> None:
    """Have the answer to the present request, if there is one, tell of this; the last word counts."""
    if drawer := _drawer.get(None):
        drawer.receipt = receipt


def giving(answer: Answer) -> Answer:
    """Return what answers in the same way, and gives a receipt for what was said meanwhile."""

    async def give(scope: Scope, receive: Receive, send: Send) -> None:
        drawer = _Drawer()
        token = _drawer.set(drawer)

        async def send_with_receipt(message: Message) -> None:
            if (
                drawer.receipt
                and message["type"] == "http.response.start"
                and message["status"] < HTTPStatus.BAD_REQUEST
            ):
                MutableHeaders(scope=message)[HEADER] = str(drawer.receipt)
            await send(message)

        try:
            await answer(scope, receive, send_with_receipt)
        finally:
            _drawer.reset(token)

    return give
