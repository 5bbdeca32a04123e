"""The right to one place of a performance: whose it is, and whether its code is still good."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Literal, Self
from uuid import UUID

from boxoffice.events.orders import OrderedItem, OrderState
from boxoffice.kit.errors import Conflict, Forbidden
from boxoffice.services.tickets.model.codes import Claim
from boxoffice.services.tickets.model.performances import Performance

NONCE_BYTES = 12  # nobody guesses 96 bits, and a QR code stays small
LAST_RANK = 255  # in an order, which has eight places at most

OrderStatus = Literal["complete", "cancelled"]
Why = Literal["paid", "reissued", "postponed"]  # tickets are mailed


@dataclass(frozen=True, slots=True)
class Admission:
    """One place of a performance, for whoever shows the code that was given out last."""

    admission_id: UUID
    version: int
    order_id: UUID
    performance_id: UUID
    holder_id: UUID
    seat: str
    nonce: bytes = field(repr=False)
    is_valid: bool
    issued_at: datetime

    @property
    def claim(self) -> Claim:
        """What its code says."""
        return Claim(self.admission_id, self.performance_id, self.seat, self.nonce)

    def require_holder(self, person_id: UUID) -> None:
        """Forbidden to everyone but its holder."""
        if person_id != self.holder_id:
            raise Forbidden("This ticket is somebody else's")

    def require_valid(self) -> None:
        """Conflict when its order was given up."""
        if not self.is_valid:
            raise Conflict("This ticket was voided: its order was given up")

    def require_opened_by(self, claim: Claim) -> None:
        """Conflict when it opens nothing any more, or not with this code."""
        self.require_valid()
        if not compare_digest(self.nonce, claim.nonce):
            raise Conflict("This ticket was issued anew: only its newest code opens")

    def reissue(self, nonce: bytes) -> Self:
        """Return it with another code; the one before opens nothing. Conflict when it is void."""
        self.require_valid()
        return replace(self, version=self.version + 1, nonce=nonce)

    def void(self) -> Self:
        """Return it as opening nothing."""
        return replace(self, version=self.version + 1, is_valid=False)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of places that was paid, or given up. Orders alone decides which."""

    order_id: UUID
    version: int
    status: OrderStatus
    performance_id: UUID
    holder_id: UUID
    total_minor: int
    currency: str
    tell: Literal["paid", "reissued"] | None = None  # why its tickets are to be mailed
    told_version: int = 0  # of the performance, as the last mail had it

    @classmethod
    def of(cls, news: OrderState, performance_id: UUID) -> Self:
        """Return our copy of an order that is paid, and to be told so, or given up."""
        is_complete = news.status == "complete"
        return cls(
            order_id=news.order_id,
            version=news.version,
            status="complete" if is_complete else "cancelled",
            performance_id=performance_id,
            holder_id=news.buyer_id,
            total_minor=news.total_minor,
            currency=news.currency,
            tell="paid" if is_complete else None,
        )

    def admit(
        self, items: Sequence[OrderedItem], new_nonce: Callable[[], bytes], at: datetime
    ) -> Sequence[Admission]:
        """Return an admission for each place, in the order in which people look for them."""
        ranked = enumerate(sorted(items, key=lambda item: by_place(item.label)))
        return [
            Admission(
                admission_id=admission_id(self.order_id, rank, item.offer_id),
                version=0,
                order_id=self.order_id,
                performance_id=self.performance_id,
                holder_id=self.holder_id,
                seat=item.label,
                nonce=new_nonce(),
                is_valid=True,
                issued_at=at,
            )
            for rank, item in ranked
        ]

    def why_told(self, performance: Performance) -> Why:
        """Return why its tickets are mailed, now that they are."""
        moved = performance.moved_version
        if self.tell != "paid" and moved is not None and self.told_version < moved:
            return "postponed"
        return self.tell or "reissued"


def admission_id(order_id: UUID, rank: int, offer_id: UUID) -> UUID:
    """Return the id of one thing of an order: always the same.

    It is a UUIDv7 that begins as the order's, goes on with a rank that counts down, and ends with
    a digest: lists that begin with the newest order show its first place first.
    """
    digest = int.from_bytes(sha256(order_id.bytes + offer_id.bytes).digest()[:8])
    order = order_id.int >> 64 << 64 | 0b10 << 62
    return UUID(int=order | (LAST_RANK - rank) << 54 | digest & 0x3F_FFFF_FFFF_FFFF)


def by_place(seat: str) -> list[tuple[int, str]]:
    """Return what sorts seats as people count them: `Stalls/A/2` comes before `Stalls/A/12`."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", seat)
    ]
