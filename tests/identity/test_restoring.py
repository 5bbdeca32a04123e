"""A sign-in that has ended stays ended, also when the bus forgets so."""

from boxoffice.events.streams import STANDING
from identity.visitor import Visitor
from stage import App, Play, eventually


async def test_a_sign_in_that_ended_is_said_again_where_the_bus_has_lost_it(
    play: Play, app: App, alice: Visitor
):
    token = {"Authorization": f"Bearer {alice.token}"}
    await alice.sign_out()
    await eventually(lambda: _is_let_in(app, token, wanted=False))
    await app.stop()
    await app.client.jetstream().purge_stream(STANDING.name)
    elsewhere = await play("tickets")
    await eventually(lambda: _sells(elsewhere, token, wanted=True))
    await elsewhere.stop()

    await app.start()

    await eventually(lambda: _is_let_in(app, token, wanted=False))


async def _is_let_in(app: App, token: dict[str, str], *, wanted: bool) -> None:
    answer = await app.get("/api/users/currentuser", headers=token)
    assert (answer.json()["currentUser"] is not None) == wanted


async def _sells(app: App, token: dict[str, str], *, wanted: bool) -> None:
    answer = await app.get("/api/tickets", params={"seller": "me"}, headers=token)
    assert (answer.status_code == 200) == wanted
