"""Any one service may be down: what does not need it goes on, what does says so, it catches up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from boxoffice.cli.audit import audit
from boxoffice.services import NAMES, load
from stage import Market, Someone, eventually
from stage.facts import heard
from web.browser import Browser
from web.houses import OLIVIA, open_house

DOCUMENT = Path(__file__).parents[2] / "docs/independence.md"
SAYS_SO = re.compile(r"out of order for a moment|cannot be had|missing at the moment")
MEMBER = ("member", "organiser", "moderator", "admin")
WHOLE, LACKS, AWAY = "whole", "lacks a part", "away"
WEB = "web"  # without it there is no page; the others are asked by other clients all the same


@dataclass(frozen=True)
class House:
    """What there is before a service goes down, and what is done meanwhile."""

    market: Market
    seller: Someone
    buyer: Someone
    performance_id: str
    show_id: str
    ticket_id: str
    order_id: str

    @property
    def pages(self) -> Mapping[str, str]:
        """The pages of the product, as the document calls them."""
        return {
            "front page": "/",
            "search": "/shows?q=hamlet",
            "show": f"/shows/{self.show_id}",
            "seats": f"/performances/{self.performance_id}",
            "market": "/market",
            "ticket": f"/tickets/{self.ticket_id}",
            "seller": f"/people/{self.seller.id}",
            "orders": "/my/orders",
            "order": f"/orders/{self.order_id}",
            "sales": "/my/tickets",
            "texts": "/my/reviews",
            "organise": "/organise",
            "moderation": "/moderation",
            "account": "/account",
        }

    async def looks(self) -> dict[str, str]:
        """How each page is."""
        visitor = Browser(self.market.app, self.buyer)
        try:
            return {name: await _look(visitor, path) for name, path in self.pages.items()}
        finally:
            await visitor.http.aclose()

    async def writes(self) -> dict[str, int]:
        """Ask each service to write something; return what it answered."""
        app, buyer, seller = self.market.app, self.buyer, self.seller
        return {
            "identity": (await app.post("/api/users/signup", json=_account())).status_code,
            "shows": (await app.post("/api/shows", OLIVIA, json=SHOW)).status_code,
            "tickets": (await app.post("/api/tickets", seller, json=LISTING)).status_code,
            "orders": (await self._order()).status_code,
            "reviews": (await self._comment()).status_code,
            "moderation": (
                await app.post("/api/moderation/rules/preview", buyer, json={"rules": []})
            ).status_code,
        }

    async def _order(self) -> Any:
        body = {"performanceId": self.performance_id, "section": "Floor", "quantity": 1}
        return await self.market.app.post("/api/orders", self.buyer, json=body)

    async def _comment(self) -> Any:
        body = {"showId": self.show_id, "text": "It was a long night, and a good one"}
        return await self.market.app.post("/api/reviews", self.buyer, json=body)


DONE = (200, 201)
LONGEST_SECONDS = 40  # what was on its way to who stopped comes again after ACK_WAIT, 30
SHOW = {"title": "Macbeth", "genre": "play"}
LISTING = {"title": "Macbeth, row C", "price": 5}


@pytest.mark.parametrize("name", NAMES)
async def test_without_one_service_the_others_go_on_and_it_catches_up(market: Market, name: str):
    house = await _open(market)

    await _run(market, [one for one in NAMES if one != name])
    looks = {} if name == WEB else await house.looks()
    answers = await house.writes()
    await _run(market, NAMES)

    assert {one for one, status in answers.items() if status not in DONE} == {name} & set(answers)
    assert looks == _documented().get(name, {})
    await eventually(lambda: _agree(market), seconds=LONGEST_SECONDS)
    assert set((await house.looks()).values()) == {WHOLE}


async def _open(market: Market) -> House:
    """A house with a show, a ticket on the market, and a seat that is held."""
    app = market.app
    seller = await app.sign_up("alice")
    buyer = Someone("bob", id=(await app.sign_up("bob")).id, roles=MEMBER)
    performance_id = await open_house(app)
    performance = (await app.get(f"/api/performances/{performance_id}")).json()
    ticket_id = await market.list_ticket(seller)
    body = {"performanceId": performance_id, "seats": ["Stalls/A/1"]}
    order = (await app.post("/api/orders", buyer, json=body)).json()
    await heard(app)
    return House(
        market, seller, buyer, performance_id, performance["showId"], ticket_id, order["id"]
    )


async def _run(market: Market, names: tuple[str, ...] | list[str]) -> None:
    """Have these services run from now on, and no others."""
    await market.app.stop()
    market.app.services = load(names)
    await market.app.start()


async def _look(visitor: Browser, path: str) -> str:
    page = await visitor.open(path)
    if page.status_code == 503:
        assert SAYS_SO.search(visitor.words), visitor.words
        return AWAY
    assert page.status_code == 200, f"{path}: {page.status_code}"
    return LACKS if SAYS_SO.search(visitor.words) else WHOLE


async def _agree(market: Market) -> None:
    """All services tell the same story, and nothing waits or is lost."""
    found = (await audit(load(), market.app.settings)).findings()
    assert found == []
    stream = market.app.client.jetstream()
    for one in await stream.consumers_info("EVENTS"):
        assert (one.num_pending, one.num_ack_pending) == (0, 0), one.name


def _account() -> dict[str, str]:
    return {"email": "dora@example.com", "password": "a long enough password"}


def _documented() -> dict[str, dict[str, str]]:
    """What the document says of each page while a service is down."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    head, _, *body = rows
    words = {"yes": WHOLE, "in part": LACKS, "no": AWAY}
    return {
        service: {row[0]: words[row[nth]] for row in body}
        for nth, service in enumerate(head)
        if nth
    }
