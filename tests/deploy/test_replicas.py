"""Three processes of each service behind a gateway are one product, also when some are killed."""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from boxoffice.cli.audit import audit
from deploy.ground import SERVICES
from deploy.replicas import MANY, Cluster, Replica, door_of, open_cluster, start_all
from identity.office import ban
from orders.seats import watching
from payments.till import CARD
from shows.catalogue import open_venue, schedule
from stage import Servers, Someone, eventually
from web.browser import Browser

T = TypeVar("T")
SEATS, BUYERS = 40, 60
AT_ONCE = 20  # buyers who ask
# What was on its way to who was killed comes again after ACK_WAIT, 30; what waits for that looks
# again ever more seldom: a minute later by then.
LONGEST_SECONDS = 90.0
ANSWERING = set(SERVICES) - {"web", "expiration", "mail"}  # what is asked of the others is no API
BARRED = ("identity", "tickets", "orders", "payments", "reviews", "query")  # members ask these


# One test: in several, each worker of a run would start all the processes for its own share.
@pytest.mark.timeout(300)  # 33 of them start, and 11 again
async def test_three_processes_of_each_service_are_one_product(tmp_path: Path, servers: Servers):
    async with open_cluster(tmp_path, servers) as cluster:
        async with asyncio.TaskGroup() as together:
            for journey in JOURNEYS:
                together.create_task(journey(cluster))

        await an_on_sale_outlives_the_killing_of_a_process_of_each_service(cluster)
        ends = await asyncio.gather(*(one.stop() for one in cluster.replicas))
        assert ends == [0] * MANY * len(SERVICES)


async def newcomers_verify_their_addresses_sell_buy_pay_and_both_see_it(cluster: Cluster):
    anna, ben = Browser(cluster.market.app), Browser(cluster.market.app)
    async with anna.http, ben.http:
        await _join(cluster, anna, "anna")
        await anna.open("/sell")
        await anna.send("/sell", title="Row C seat 12", price="12.50")
        place = anna.at.partition("?")[0]
        await _join(cluster, ben, "ben")
        await _reads(ben, place, "Buy this ticket")
        await ben.send("/orders")
        order = ben.at
        await ben.send(f"{order}/payment")
        await ben.send(ben.page.url.path, **CARD)

        bought = await _reads(ben, order, "It’s yours")
        sold = await _reads(anna, "/my/tickets", "Sold")

    assert "Row C seat 12" in bought
    assert "Row C seat 12" in sold
    await eventually(lambda: _has_letter(cluster, "ben"))


async def seats_are_chosen_on_a_map_that_lives_and_become_a_ticket(cluster: Cluster):
    app = cluster.market.app
    dora, eve = await cluster.settle("dora"), await cluster.settle("eve", "organiser")
    house = await schedule(app, eve, venue=await open_venue(app, eve))
    await eventually(lambda: _can_be_seen(cluster, house["id"]))

    async with watching(app, house["id"]) as news:
        await anext(news)
        wanted = {"performanceId": house["id"], "seats": ["Stalls/A/1", "Stalls/A/2"]}
        order = await app.post("/api/orders", dora, json=wanted)
        taken: set[str] = set()
        while len(taken) < 2:
            _, _, told = await anext(news)
            taken |= set(told["taken"])
    await cluster.market.pay(dora, order.json()["id"])
    await cluster.market.order_is(dora, order.json()["id"], "complete")

    tickets = await eventually(lambda: _tickets(cluster, dora, order.json()["id"], 2))
    code = await app.get(f"/api/admissions/{tickets[0]['id']}/qr.svg", dora)
    assert taken == {"Stalls/A/1", "Stalls/A/2"}
    assert code.text.startswith("<?xml")


async def what_a_moderator_approves_is_seen_by_all(cluster: Cluster):
    app = cluster.market.app
    finn, gus = await cluster.settle("finn"), await cluster.settle("gus")
    hera = await cluster.settle("hera", "moderator")
    ticket_id = await cluster.market.list_ticket(finn)
    about = {"ticketId": ticket_id, "text": "Is it as on www.one.com?"}
    review = await eventually(lambda: _created(cluster, "/api/reviews", gus, about))

    async def it_waits() -> None:
        queue = (await app.get("/api/moderation/queue", hera)).json()["items"]
        assert review["id"] in str(queue)

    await eventually(it_waits)
    decided = {"items": [{"reviewId": review["id"], "textVersion": 0}], "status": "approved"}
    answer = await app.post("/api/moderation/decisions", hera, json=decided)
    assert answer.is_success, answer.text
    visitor = Browser(app)
    async with visitor.http:
        await _reads(visitor, f"/tickets/{ticket_id}", "Is it as on www.one.com?")


async def a_ban_bites_in_every_process(cluster: Cluster):
    ida, jon = await cluster.settle("ida", "admin"), await cluster.settle("jon")
    doors = [(one, door) for one in cluster.replicas if (door := door_of(one.service))]

    async with httpx.AsyncClient(headers=jon.headers) as http:
        before = await _answers(http, doors)
        (await ban(cluster.market.app, ida, jon.id)).raise_for_status()

        async def every_process_refuses() -> None:
            assert set(await _answers(http, doors)) == {401}

        await eventually(every_process_refuses)

    asked = Counter(one.service for one, _ in doors)
    assert asked == dict.fromkeys(BARRED, MANY)
    assert not {401, 403} & set(before)


async def the_api_is_described_whole_at_the_gateway(cluster: Cluster):
    document = (await cluster.gateway.http.get("/api/openapi.json")).json()

    tags = [
        operation["tags"]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    assert {name for some in tags for name in some} == ANSWERING


JOURNEYS = (
    newcomers_verify_their_addresses_sell_buy_pay_and_both_see_it,
    seats_are_chosen_on_a_map_that_lives_and_become_a_ticket,
    what_a_moderator_approves_is_seen_by_all,
    a_ban_bites_in_every_process,
    the_api_is_described_whole_at_the_gateway,
)


async def an_on_sale_outlives_the_killing_of_a_process_of_each_service(cluster: Cluster):
    market = cluster.market
    kim = await cluster.settle("kim", "organiser")
    rows = [{"name": f"R{n}", "seats": 10} for n in range(SEATS // 10)]
    venue = await open_venue(market.app, kim, sections=[{"name": "Stalls", "rows": rows}])
    house = await schedule(market.app, kim, venue=venue, prices={"Stalls": 30})
    await eventually(lambda: _can_be_seen(cluster, house["id"]))
    buyers = [await cluster.settle(f"buyer{number}") for number in range(BUYERS)]
    await eventually(lambda: _nothing_waits(cluster))
    victims = [cluster.of(name)[0] for name in SERVICES]
    door = asyncio.Semaphore(AT_ONCE)
    held = asyncio.Semaphore(0)

    async def buy(buyer: Someone) -> None:
        async with door:
            await _persist(partial(_hold, cluster, buyer, house["id"]))
            held.release()
            await _persist(partial(_pay_all, cluster, buyer))

    async def kill() -> None:
        for _ in range(SEATS // 3):
            await held.acquire()
        await asyncio.gather(*(one.kill() for one in victims))

    await asyncio.gather(*map(buy, buyers), kill())
    ends = {one.process.returncode for one in victims if one.process}
    await start_all(victims)
    await eventually(lambda: _all_agree(cluster), LONGEST_SECONDS)

    seats: list[str] = []
    for buyer in buyers:
        # A hold whose answer was lost may have come to light since.
        for order_id in await _persist(partial(_pay_all, cluster, buyer)):
            await market.order_is(buyer, order_id, "complete")
            (intent,) = await market.intents(order_id)
            assert (intent["status"], intent["amount_received"]) == ("succeeded", 3000)
            tickets = await eventually(partial(_tickets, cluster, buyer, order_id, 1))
            seats += [ticket["seat"] for ticket in tickets]
    assert ends == {-signal.SIGKILL}
    assert len(set(seats)) == len(seats) == SEATS
    await eventually(lambda: _all_agree(cluster), LONGEST_SECONDS)


async def _join(cluster: Cluster, browser: Browser, name: str) -> None:
    """Make an account, and type the code that comes by mail."""
    await browser.sign_up(name)

    async def the_code() -> str:
        letters = cluster.market.mail.messages(f"{name}@example.com")
        found = [re.search(r"\b\d{6}\b", letter["subject"]) for letter in letters]
        assert found
        assert found[0]
        return found[0][0]

    code = await eventually(the_code)
    await browser.open("/verify")
    await browser.send("/verify", code=code)
    assert "Your e-mail address is verified." in browser.words


async def _reads(browser: Browser, path: str, words: str) -> str:
    async def look() -> str:
        await browser.open(path)
        assert words in browser.words, browser.words
        return browser.words

    return await eventually(look)


async def _has_letter(cluster: Cluster, name: str) -> None:
    assert cluster.market.letters(name)


async def _can_be_seen(cluster: Cluster, performance_id: str) -> None:
    answer = await cluster.market.app.get(f"/api/performances/{performance_id}/seats")
    assert answer.status_code == 200, answer.text


async def _tickets(cluster: Cluster, by: Someone, order_id: str, many: int) -> list[dict[str, Any]]:
    answer = await cluster.market.app.get("/api/admissions", by, params={"orderId": order_id})
    tickets = answer.json()["items"]
    assert len(tickets) == many
    return tickets


async def _created(cluster: Cluster, path: str, by: Someone, body: Any) -> dict[str, Any]:
    answer = await cluster.market.app.post(path, by, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _persist(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again, as clients do whose line breaks."""

    async def once() -> T:
        try:
            return await ask()
        except httpx.TransportError as error:
            raise AssertionError from error

    return await eventually(once, LONGEST_SECONDS)


async def _hold(cluster: Cluster, buyer: Someone, performance_id: str) -> None:
    """Have a seat held, unless all are, or an order says that an answer was lost."""
    if await _orders(cluster, buyer):
        return
    wanted = {"performanceId": performance_id, "section": "Stalls", "quantity": 1}
    answer = await cluster.market.app.post("/api/orders", buyer, json=wanted)
    assert answer.status_code in (201, 409), answer.text


async def _pay_all(cluster: Cluster, buyer: Someone) -> list[str]:
    """Pay one's orders, of which one that is paid is not paid again; return their ids."""
    orders = await _orders(cluster, buyer)
    for order_id in orders:
        answer = await cluster.market.pay(buyer, order_id)
        assert answer.status_code == 201, answer.text
    return orders


async def _orders(cluster: Cluster, buyer: Someone) -> list[str]:
    answer = await cluster.market.app.get("/api/orders", buyer)
    assert answer.status_code == 200, answer.text
    return [order["id"] for order in answer.json()]


async def _answers(
    http: httpx.AsyncClient, doors: Sequence[tuple[Replica, tuple[str, str]]]
) -> list[int]:
    return [
        (await http.request(method, one.url + path)).status_code for one, (method, path) in doors
    ]


async def _all_agree(cluster: Cluster) -> None:
    """No news waits or is in anybody's hand, and all services tell the same story."""
    await _nothing_waits(cluster)
    app = cluster.market.app
    assert (await audit(app.services, app.settings)).findings() == []


async def _nothing_waits(cluster: Cluster) -> None:
    for stream in ("EVENTS", "PEOPLE"):
        for one in await cluster.market.app.client.jetstream().consumers_info(stream):
            assert (one.num_pending, one.num_ack_pending) == (0, 0), one.name
