"""On the bus each service is a user of its own: it says and hears what it declares, no more."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from boxoffice.kit.process import prepare
from boxoffice.kit.settings import Settings
from boxoffice.services import load
from deploy.doors import Bus, open_bus
from deploy.ground import SERVICES
from stage import App, Servers, eventually
from stage.place import free_port, fresh_settings

ORDER = "0193b6a0-1c5e-7000-8000-5ea75ea75ea7"
FOREIGN = [  # what a user tries to say, that is another's
    ("orders", f"events.payments.PaymentCaptured.{ORDER}"),
    ("web", f"events.orders.OrderPlaced.{ORDER}"),
    ("reviews", f"$KV.standing.person.{ORDER}"),
    ("tickets", "$KV.keys.forged"),
    ("query", "mail.message"),
    ("orders", "$JS.API.STREAM.DELETE.EVENTS"),
    ("web", "$JS.API.CONSUMER.MSG.NEXT.MAIL.mail"),
    ("shows", "$JS.API.CONSUMER.CREATE.MAIL"),
    ("tickets", "$JS.API.STREAM.MSG.GET.MAIL"),
]
OVERHEARD = ["mail.>", "people.*", "events.>", "_INBOX_identity.>", "$JS.>"]
Apart = dict[str, App]


@pytest_asyncio.fixture(scope="module")
async def bus(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Bus]:
    folder: Path = tmp_path_factory.mktemp("bus")
    async with open_bus(folder) as bus:
        yield bus


@pytest_asyncio.fixture(scope="module")
async def apart(bus: Bus, servers: Servers) -> AsyncGenerator[Apart]:
    """Every service in an app of its own, with its own database, port and user of the bus."""
    async with AsyncExitStack() as stack:
        sock = stack.enter_context(free_port())
        settings = fresh_settings(servers, sock).model_copy(update={"hold_seconds": 1})
        for name in SERVICES:
            await servers.clone(name, settings.database_url.get_secret_value())
        await prepare(load(), bus.settings(settings, "operator"))
        client, _ = await stack.enter_async_context(bus.speaker("operator"))
        apps: Apart = {}
        for service in load():
            own = stack.enter_context(free_port())
            url = f"http://127.0.0.1:{own.getsockname()[1]}"
            mine = _here(bus.settings(settings, service.name), url)
            app = apps[service.name] = App(mine, [service], own, client, None)
            stack.push_async_callback(app.close)
            await app.start()
        yield apps
    await servers.drop(settings.database_url.get_secret_value(), list(SERVICES))


async def test_a_ticket_is_listed_held_and_freed_by_services_that_are_users_apart(
    bus: Bus, apart: Apart
):
    alice = await apart["identity"].sign_up("alice")
    bob = await apart["identity"].sign_up("bob")

    listed = await eventually(lambda: _made(apart["tickets"], "/api/tickets", alice, title="Hat"))
    ordered = await eventually(lambda: _made(apart["orders"], "/api/orders", bob, ticketId=listed))

    async def it_is_free_again():
        order = (await apart["orders"].get(f"/api/orders/{ordered}", bob)).json()
        ticket = (await apart["tickets"].get(f"/api/tickets/{listed}")).json()
        page = await apart["query"].get(f"/api/pages/tickets/{listed}")
        assert order["status"] == "cancelled"
        assert ticket["version"] == 2
        assert page.status_code == 200

    await eventually(it_is_free_again)
    tried = [*OVERHEARD, *(subject for _, subject in FOREIGN)]
    assert [one for one in bus.refused() if not any(f'"{it}"' in one for it in tried)] == []


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_ready_as_its_own_user(apart: Apart, name: str):
    ready = await apart[name].get("/readyz")

    assert ready.json() == {"status": "ready", "services": [name]}


@pytest.mark.parametrize(("user", "subject"), FOREIGN)
async def test_what_is_not_a_users_own_is_refused(bus: Bus, user: str, subject: str):
    async with bus.speaker(user) as (client, objections):
        await client.publish(subject, b"{}")

        async def it_is_refused():
            assert [one for one in objections if f'publish to "{subject.lower()}"' in one.lower()]

        await eventually(it_is_refused)


@pytest.mark.parametrize("subject", OVERHEARD)
async def test_nobody_listens_in(bus: Bus, subject: str):
    async with bus.speaker("web") as (client, objections):
        await client.subscribe(subject)

        async def it_is_refused():
            assert [one for one in objections if "subscription" in one.lower()]

        await eventually(it_is_refused)


async def test_the_operator_says_and_hears_everything(bus: Bus):
    async with bus.speaker("operator") as (client, objections):
        heard = await client.subscribe("anything.>")
        await client.publish("anything.at.all", b"{}")

        assert (await heard.next_msg()).data == b"{}"
        assert objections == []


def _here(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"public_url": url, "services_url": url})


async def _made(app: App, path: str, by: object, **body: object) -> str:
    """The id of what somebody makes, once the service knows who they are."""
    price = {"price": 12} if "title" in body else {}
    answer = await app.post(path, by, json={**body, **price})  # pyright: ignore[reportArgumentType]
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
