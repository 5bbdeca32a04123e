"""What the page of a performance says before, during and after its sale."""

import re

import pytest

from shows.catalogue import in_days, written
from stage import App, Play, Someone, eventually, shared_app
from web.conftest import Browse
from web.houses import OLIVIA, THEATRE, hold, open_house, seats_of, soon, stadium
from web.ticks import says, ticked

app = shared_app("shows", "orders", "tickets", "web")


async def test_a_large_house_is_listed_part_by_part_and_ticks_are_carried_along(
    app: App, browse: Browse, bob: Someone
):
    sections = stadium(blocks=2, rows=40, seats=25)
    house = f"/performances/{await open_house(app, sections, {'A1': 40, 'A2': 30})}"
    buyer = browse(app, bob)

    closed = await buyer.open(house)
    parts = buyer.words
    first = await buyer.open(f"{house}?section=A1&seat=A2/40/25")
    second = await buyer.open(f"{house}?section=A1/25&seat=A2/40/25&seat=A1/1/1")
    await buyer.send(f"{house}/seats", seat=[*ticked(buyer), "A1/25/3"])

    assert "A1 rows 1 to 24 $40.00 600 free A1 rows 25 to 40 $40.00 400 free" in parts
    assert 'name="seat"' not in closed.text.partition("<template")[0]
    assert ('value="A1/1/1"' in first.text, 'value="A1/25/1"' in first.text) == (True, False)
    assert ('value="A1/40/1"' in second.text, 'value="A2/1/1"' in second.text) == (True, False)
    assert len(first.content) < 200_000
    assert "Pay $110.00" in buyer.words


async def test_before_the_sale_the_page_counts_down_and_nothing_can_be_bought(
    app: App, browse: Browse, bob: Someone
):
    house = f"/performances/{await open_house(app, onSaleAt=soon(3600))}"
    buyer = browse(app, bob)

    await buyer.open(house)
    shown = buyer.words, buyer.page.text
    await buyer.send(f"{house}/seats", seat=["Stalls/B/4"])

    assert "On sale" in shown[0]
    assert "Open this page again then." in shown[0]
    assert "data-countdown" in shown[1]
    assert shown[1].count("disabled data-opens") == 2
    assert buyer.page.status_code == 409
    assert "The sale of this performance has not begun" in buyer.words


@pytest.mark.parametrize(
    ("what", "body", "words"),
    [
        ("cancellation", None, "This performance is cancelled"),
        ("postponement", {}, "This performance is postponed"),
    ],
)
async def test_a_performance_that_does_not_take_place_says_so(
    app: App, browse: Browse, house: str, what: str, body: dict[str, str] | None, words: str
):
    visitor = browse(app)

    await app.put(f"/api{house}/{what}", OLIVIA, json=body)
    await visitor.open(house)

    assert words in visitor.words
    assert "See other dates" in visitor.words
    assert "Find the best" not in visitor.words


async def test_a_performance_that_has_begun_says_so(app: App, browse: Browse):
    house = f"/performances/{await open_house(app, startsAt=soon(3))}"

    await says(browse(app), house, "This performance has begun or is over")


async def test_a_full_house_says_so_and_where_else_to_look(
    app: App, browse: Browse, alice: Someone
):
    sections = [{"name": "Stalls", "rows": [{"name": "A", "seats": 2}]}]
    performance = await open_house(app, sections, {"Stalls": 40})
    visitor = browse(app)

    await hold(app, alice, performance, "Stalls/A/1", "Stalls/A/2")
    await visitor.open(f"/performances/{performance}")

    assert "Sold out." in visitor.words
    assert "other dates" in visitor.words
    assert "Find the best" not in visitor.words


async def test_without_orders_the_page_says_that_seats_cannot_be_seen(play: Play, browse: Browse):
    app = await play("shows", "orders", "web")
    performance = await open_house(app)
    alone = await play("shows", "web", services_url=app.settings.services_url)
    await app.stop()
    visitor = browse(alone)

    page = await visitor.open(f"/performances/{performance}")

    assert page.status_code == 200
    assert "We cannot see the seats right now" in visitor.words


async def test_an_order_that_was_given_up_frees_its_seats_and_leads_back(
    app: App, browse: Browse, house: str, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)
    await buyer.send(f"{house}/seats", seat=["Stalls/B/4", "Stalls/B/5"])
    order = buyer.at

    await buyer.send(f"{order}/cancellation")
    cancelled = buyer.words, buyer.page.text

    async def both_are_free() -> None:
        assert not (await seats_of(app, house.rpartition("/")[2]))["taken"]

    await eventually(both_are_free)
    await buyer.open("/my/orders")

    assert "This order was cancelled" in cancelled[0]
    assert f'href="{house}"' in cancelled[1]
    assert "Hamlet" in buyer.words
    assert "Globe 2 seats" in buyer.words


async def test_tickets_that_were_bought_have_codes_and_can_have_new_ones(
    app: App, browse: Browse, bob: Someone
):
    free = {"Stalls": 0, "Circle": 0, "Floor": 0}
    house = f"/performances/{await open_house(app, THEATRE, free, doorsAt=written(in_days(6.9)))}"
    buyer = browse(app, bob)
    await buyer.open(house)
    await buyer.send(f"{house}/seats", seat=["Stalls/B/4", "Stalls/B/5"])
    order = buyer.at

    await says(buyer, order, "Your tickets are in your mail, too.")
    codes = re.findall(r'src="(/api/admissions/[^"]+)"', buyer.page.text)
    pictures = [await buyer.http.get(code) for code in codes]
    (action,) = {f"{order}/passes/{codes[0].split('/')[3]}/code"}
    await buyer.send(action)
    fresh = await buyer.http.get(codes[0])

    assert len(codes) == 2
    assert all(picture.headers["content-type"] == "image/svg+xml" for picture in pictures)
    assert "The ticket has a new code." in buyer.words
    assert fresh.text != pictures[0].text
    assert "They’re yours" in buyer.words


async def test_tickets_are_their_buyers_alone(
    app: App, browse: Browse, bob: Someone, charlie: Someone
):
    free = {"Stalls": 0, "Circle": 0, "Floor": 0}
    order = await hold(app, bob, await open_house(app, THEATRE, free), "Stalls/B/4")
    stranger = browse(app, charlie)

    page = await stranger.open(f"/orders/{order}")

    assert page.status_code == 403
    assert "Hamlet" not in stranger.words
