"""Who of those who ask at the same time gets what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.services.orders.model.offers import Draft, Guest, Offer
from boxoffice.services.orders.model.orders import Order
from boxoffice.services.orders.model.performances import Performance


@dataclass(slots=True)
class Sale:
    """All that a batch of drafts wants, and what each of them has left of it.

    `seats` is how many each guest has by now, `taken` what somebody of the same batch gets. What is
    unknown is in none of these.
    """

    offers: dict[UUID, Offer]
    performances: Mapping[UUID, Performance]
    seats: dict[Guest, int]
    seats_per_person: int
    taken: set[UUID] = field(default_factory=set[UUID])

    def settle(self, drafts: Sequence[Draft]) -> list[Order | Exception]:
        """Decide who gets what: first come, all or nothing.

        Returns an order or a refusal for each draft, in order. NotFound where something is unknown.
        """
        return [self._settle(draft) for draft in drafts]

    def _settle(self, draft: Draft) -> Order | Exception:
        try:
            performance = self._performance(draft)
            wanted = self._seats(draft) if performance else self._tickets(draft)
        except (Conflict, NotFound) as refusal:
            return refusal
        self.taken.update(draft.offer_ids)
        return Order.of(draft, wanted, performance)

    def _performance(self, draft: Draft) -> Performance | None:
        """Return the performance that a draft wants seats of. NotFound, Conflict."""
        if draft.performance_id is None:
            return None
        performance = self.performances.get(draft.performance_id)
        if performance is None:
            raise NotFound("There is no such performance")
        performance.require_on_sale(draft.placed_at)
        return performance

    def _tickets(self, draft: Draft) -> Sequence[Offer]:
        found = [self.offers.get(offer_id) for offer_id in draft.offer_ids]
        wanted = [offer for offer in found if offer and not offer.performance_id]
        if len(wanted) < len(found):
            raise NotFound("There is no such ticket")
        for offer in wanted:
            offer.require_for(draft.buyer_id, is_taken=self._is_taken(offer))
        return wanted

    def _seats(self, draft: Draft) -> Sequence[Offer]:
        found = [self.offers.get(offer_id) for offer_id in draft.offer_ids]
        wanted = [offer for offer in found if offer]
        if len(wanted) < len(found):
            unknown = _said_of(draft, "There is no seat {}", [offer is None for offer in found])
            raise NotFound("; ".join(unknown.values()), fields=unknown)
        gone = [self._is_taken(offer) for offer in wanted]
        if any(gone):
            said = _said_of(draft, "{} is gone", gone)
            raise Conflict("Somebody else was faster: " + "; ".join(said.values()), fields=said)
        self._count(draft)
        return wanted

    def _is_taken(self, offer: Offer) -> bool:
        return offer.order_id is not None or offer.offer_id in self.taken

    def _count(self, draft: Draft) -> None:
        if guest := draft.guest:
            seats = self.seats.get(guest, 0) + len(draft.offer_ids)
            if seats > self.seats_per_person:
                most = self.seats_per_person
                raise Conflict(f"One person can have {most} seats of a performance at most")
            self.seats[guest] = seats


def _said_of(draft: Draft, sentence: str, which: Sequence[bool]) -> dict[str, str]:
    """Return a sentence for each of these seats of a draft, by its field."""
    return {
        f"seats.{nth}": sentence.format(label)
        for nth, (label, is_meant) in enumerate(zip(draft.labels, which, strict=True))
        if is_meant
    }
