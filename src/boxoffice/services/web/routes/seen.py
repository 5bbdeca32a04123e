"""What a visitor has seen last of each service, kept by their browser, so that copies follow it."""

import re

RECEIPT = re.compile(r"([a-z]+)\.[0-9a-f-]{36}\.[0-9]{1,10}")
BETWEEN = "~"  # receipts in a cookie
COPIED = frozenset({"shows", "tickets", "orders", "reviews", "moderation"})  # what lists are of
SECONDS = 60  # that they are kept: what was not heard by then, no page can wait for


class Seen:
    """Receipts for what a visitor said or was shown, the last of each service."""

    def __init__(self, kept: str = "") -> None:
        self._last: dict[str, str] = {}
        for receipt in kept.split(BETWEEN)[: len(COPIED)]:
            self.note(receipt)
        self._kept = dict(self._last)

    def note(self, receipt: str) -> None:
        """Remember a receipt; one that no list waits for, or that is none, is passed over."""
        found = RECEIPT.fullmatch(receipt)
        if found and found[1] in COPIED:
            self._last[found[1]] = receipt

    def of(self, service: str) -> str:
        """Return the receipt for what was seen of a service; nothing where there is none."""
        return self._last.get(service, "")

    @property
    def is_news(self) -> bool:
        """Whether the browser keeps something older."""
        return self._last != self._kept

    def __str__(self) -> str:
        return BETWEEN.join(self._last.values())
