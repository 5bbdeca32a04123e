"""What a visitor has seen last of each service, kept by their browser, so that copies follow it."""

import re

RECEIPT = re.compile(r"([a-z]+)\.[0-9a-f-]{36}\.[0-9]{1,10}")
BETWEEN = "~"  # receipts in a cookie
MOST = 12  # receipts: one for each service
SECONDS = 60  # that they are kept: what was not heard by then, no page can wait for


class Seen:
    """Receipts for what a visitor said or was shown, the last of each service."""

    def __init__(self, kept: str = "") -> None:
        found = [RECEIPT.fullmatch(one) for one in kept.split(BETWEEN)[:MOST]]
        self._last = {one[1]: one[0] for one in found if one}
        self._kept = dict(self._last)

    def note(self, receipt: str) -> None:
        """Remember a receipt; what is none is passed over."""
        if found := RECEIPT.fullmatch(receipt):
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
