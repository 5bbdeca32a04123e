"""Choosing seats and buying them without scripts."""

import re

import pytest

from stage import PASSWORD, App, Play, Someone, shared_app
from web.conftest import Browse
from web.houses import hold, open_house
from web.ticks import offered, ticked

app = shared_app("shows", "orders", "tickets", "web")


async def test_a_performance_says_when_where_and_what_it_costs(
    app: App, browse: Browse, house: str
):
    visitor = browse(app)

    await visitor.open(house)

    assert "Globe, London" in visitor.words
    assert "$12.00 to $40.00" in visitor.words
    assert "Stalls $40.00 24 free" in visitor.words
    assert "Floor $12.00 30 free One stands here." in visitor.words
    assert "You sign in first; your choice comes along." in visitor.words


async def test_the_best_seats_of_a_section_are_held_together(
    app: App, browse: Browse, house: str, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)

    await buyer.send(f"{house}/best", section="Circle", quantity="3")

    assert buyer.at.startswith("/orders/")
    assert "Held for you" in buyer.words
    assert len(re.findall(r"<td>\$25.50</td>", buyer.page.text)) == 3
    assert "Pay $76.50" in buyer.words
    assert "Circle, row A, seat 4" in buyer.words


async def test_the_best_seats_have_room_for_a_wheelchair_for_who_needs_it(
    app: App, browse: Browse, house: str, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)

    await buyer.send(f"{house}/best", section="Stalls", quantity="2", accessible="true")

    assert "Stalls, row C, seat 1 $40.00 Stalls, row C, seat 2" in buyer.words


async def test_people_stand_where_there_are_no_seats(
    app: App, browse: Browse, house: str, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)

    await buyer.send(f"{house}/best", section="Floor", quantity="2")

    assert "Floor, place 1 $12.00 Floor, place 2 $12.00" in buyer.words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"section": "Circle", "quantity": "9"}, "Choose 1 to 8 seats"),
        ({"section": "Circle", "quantity": "9" * 5000}, "Choose 1 to 8 seats"),
        ({"section": "Circle", "quantity": "two"}, "Choose 1 to 8 seats"),
        ({"section": "Moon", "quantity": "2"}, "There is no section Moon"),
        ({"section": "Circle", "quantity": "2", "accessible": "true"}, "no 2 accessible seats"),
    ],
)
async def test_what_cannot_be_had_is_said_on_the_page(
    app: App, browse: Browse, house: str, bob: Someone, fields: dict[str, str], words: str
):
    buyer = browse(app, bob)
    await buyer.open(house)

    await buyer.send(f"{house}/best", **fields)

    assert buyer.page.status_code in {400, 404, 409}
    assert "That did not work" in buyer.words
    assert words in buyer.words
    assert "Stalls $40.00" in buyer.words


async def test_seats_are_ticked_and_bought(app: App, browse: Browse, house: str, bob: Someone):
    buyer = browse(app, bob)
    await buyer.open(house)
    free = offered(buyer)

    await buyer.send(f"{house}/seats", seat=["Stalls/B/4", "Circle/A/1"])

    assert {"Stalls/A/1", "Circle/B/7"} <= free
    assert buyer.at.startswith("/orders/")
    assert "Stalls, row B, seat 4 $40.00 Circle, row A, seat 1 $25.50" in buyer.words
    assert "Pay $65.50" in buyer.words


async def test_what_others_hold_is_not_offered(
    app: App, browse: Browse, house: str, alice: Someone
):
    visitor = browse(app)

    await hold(app, alice, house.rpartition("/")[2], "Stalls/B/4", "Stalls/B/5")
    await visitor.open(house)

    assert {"Stalls/B/3", "Stalls/B/6"} <= offered(visitor)
    assert not {"Stalls/B/4", "Stalls/B/5"} & offered(visitor)
    assert "Stalls $40.00 22 free" in visitor.words


async def test_seats_that_are_gone_are_named_and_the_others_stay_ticked(
    app: App, browse: Browse, house: str, alice: Someone, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)
    await hold(app, alice, house.rpartition("/")[2], "Stalls/B/4", "Stalls/B/5")

    await buyer.send(
        f"{house}/seats", seat=["Stalls/B/3", "Stalls/B/4", "Stalls/B/5", "Circle/A/1"]
    )
    refused = buyer.page.status_code, buyer.words, ticked(buyer)
    await buyer.send(f"{house}/seats", seat=ticked(buyer))

    assert refused[0] == 409
    assert "Stalls, row B, seat 4 is gone Stalls, row B, seat 5 is gone" in refused[1]
    assert refused[2] == ["Circle/A/1", "Stalls/B/3"]
    assert "Pay $65.50" in buyer.words


async def test_who_ticks_nothing_is_told_to(app: App, browse: Browse, house: str, bob: Someone):
    buyer = browse(app, bob)
    await buyer.open(house)

    await buyer.send(f"{house}/seats")

    assert buyer.page.status_code == 400
    assert "Choose at least one seat" in buyer.words


async def test_who_ticks_too_many_is_told_and_all_stay_ticked(
    app: App, browse: Browse, house: str, bob: Someone
):
    buyer = browse(app, bob)
    await buyer.open(house)
    nine = [f"Stalls/A/{seat}" for seat in range(1, 9)] + ["Stalls/B/1"]

    await buyer.send(f"{house}/seats", seat=nine)

    assert buyer.page.status_code == 400
    assert "One order has at most 8 seats" in buyer.words
    assert ticked(buyer) == nine


async def test_two_clicks_on_buy_make_one_order(app: App, browse: Browse, house: str, bob: Someone):
    buyer = browse(app, bob)
    await buyer.open(house)
    (key,) = set(re.findall(r'name="key" value="([^"]+)"', buyer.page.text))

    bought = [
        await buyer.post(f"{house}/seats", seat=["Stalls/B/4"], key=key),
        await buyer.post(f"{house}/seats", seat=["Stalls/B/4"], key=key),
    ]

    assert [answer.status_code for answer in bought] == [303, 303]
    assert bought[0].headers["location"] == bought[1].headers["location"]


async def test_who_signs_in_first_comes_back_to_their_choice(play: Play, browse: Browse):
    app = await play("identity", "shows", "orders", "web")
    house = f"/performances/{await open_house(app)}"
    await browse(app).sign_up("bob")
    buyer = browse(app)
    await buyer.open(house)

    await buyer.send(f"{house}/seats", seat=["Stalls/B/4", "Circle/A/1"])
    asked = buyer.page.url.path
    await buyer.send("/signin", email="bob@example.com", password=PASSWORD)
    back = ticked(buyer)
    await buyer.send(f"{house}/seats", seat=back)

    assert asked == "/signin"
    assert back == ["Circle/A/1", "Stalls/B/4"]
    assert "Pay $65.50" in buyer.words


async def test_who_signs_in_for_the_best_seats_comes_back_to_what_they_wished(
    play: Play, browse: Browse
):
    app = await play("identity", "shows", "orders", "web")
    house = f"/performances/{await open_house(app)}"
    buyer = browse(app)
    await buyer.open(house)

    await buyer.send(f"{house}/best", section="Circle", quantity="5")
    await buyer.open(buyer.at.replace("/signin", "/signup"))
    await buyer.send("/signup", name="Bob", email="bob@example.com", password=PASSWORD)

    assert buyer.page.url.path == house
    assert '<option value="Circle" selected>' in buyer.page.text
    assert "<option selected>5</option>" in buyer.page.text


async def test_who_comes_with_seats_that_are_gone_meanwhile_is_told(
    app: App, browse: Browse, house: str, alice: Someone
):
    visitor = browse(app)
    await hold(app, alice, house.rpartition("/")[2], "Stalls/B/4")

    await visitor.open(f"{house}?seat=Stalls/B/4&seat=Stalls/B/3&seat=Moon/1/1&seat=junk")

    assert visitor.page.status_code == 200
    assert "Somebody else was faster Stalls, row B, seat 4 is gone." in visitor.words
    assert ticked(visitor) == ["Stalls/B/3"]
