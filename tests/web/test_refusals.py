"""What people see where there is no page, or a part of the house is away."""

import pytest

from boxoffice.kit.clock import new_id
from stage import App, Play, Someone
from web.conftest import Browse

NOWHERE = "http://127.0.0.1:9"  # nothing listens there


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "web")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/tickets/junk",
        "/orders/junk",
        "/tickets/01900000-0000-7000-8000-000000000000",
        "/static/x/nothing.css",
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(
    app: App, browse: Browse, bob: Someone, path: str
):
    page = await browse(app, bob).open(path)

    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is nothing here" in page.text
    assert page.headers["x-trace-id"] in page.text


async def test_a_wrong_method_is_a_page_and_the_api_stays_json(app: App, browse: Browse):
    visitor = browse(app)

    page = await visitor.http.post("/")
    problem = await visitor.http.get("/api/nowhere")

    assert page.status_code == 405
    assert set(page.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "That cannot be done here" in page.text
    assert problem.headers["content-type"] == "application/problem+json"


async def test_a_page_may_be_asked_for_its_head(app: App, browse: Browse):
    answer = await browse(app).http.head("/")

    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_bad_request_is_a_page_too(app: App, browse: Browse, bob: Someone):
    buyer = browse(app, bob)
    await buyer.open("/")

    answer = await buyer.http.post(
        "/orders", data={"ticketId": "junk"}, headers={"Origin": app.settings.public_url}
    )

    assert answer.status_code == 400
    assert "We did not understand that" in answer.text


async def test_without_orders_the_market_goes_on_and_an_order_says_what_is_missing(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    await app.post("/api/tickets", alice, json={"title": "Hamlet", "price": 5})
    buyer = browse(app, bob)

    market = await buyer.open("/market")
    order = await buyer.open(f"/orders/{new_id()}")
    orders = await buyer.open("/my/orders")

    assert "Hamlet" in market.text
    for page in (order, orders):
        assert page.status_code == 503
        assert page.headers["retry-after"] == "1"
        assert "Buying is out of order for a moment" in page.text


async def test_without_orders_buying_is_refused_on_the_tickets_page(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    answer = await app.post("/api/tickets", alice, json={"title": "Hamlet", "price": 5})
    buyer = browse(app, bob)
    await buyer.open(f"/tickets/{answer.json()['id']}")

    await buyer.send("/orders")

    assert buyer.page.status_code == 503
    assert "Buying is out of order for a moment" in buyer.words
    assert "Hamlet" in buyer.words


async def test_without_the_market_a_form_keeps_what_was_typed(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("web", services_url=NOWHERE)
    seller = browse(app, alice)

    market = await seller.open("/market")
    await seller.open("/sell")
    await seller.send("/sell", title="Hamlet", price="5")

    assert market.status_code == 503
    assert "The market is out of order for a moment" in market.text
    assert seller.page.status_code == 503
    assert 'value="Hamlet"' in seller.page.text


async def test_without_identity_people_stay_signed_in_and_can_still_leave(
    play: Play, browse: Browse, bob: Someone
):
    app = await play("web", services_url=NOWHERE)
    leaving = browse(app, bob)
    leaving.give("refresh", "anything")

    sell = await leaving.open("/sell")
    answer = await leaving.post("/signout")

    assert sell.status_code == 200
    assert answer.status_code == 303
    assert not {"session", "refresh"} & leaving.http.cookies.keys()


async def test_a_lapsed_sign_in_waits_while_identity_is_away(play: Play, browse: Browse):
    app = await play("web", services_url=NOWHERE)
    lapsed = browse(app)
    lapsed.give("refresh", "still good")

    await lapsed.open("/sell")

    assert lapsed.at == "/signin?return_to=%2Fsell"
    assert lapsed.http.cookies["refresh"] == "still good"


async def test_who_comes_by_another_name_of_this_machine_is_sent_to_the_one_that_can_pay(app: App):
    port = app.settings.public_url.rpartition(":")[2]

    answer = await app.get("/signin?return_to=/sell", headers={"Host": f"localhost:{port}"})

    assert answer.status_code == 307
    assert answer.headers["location"] == f"{app.settings.public_url}/signin?return_to=/sell"
