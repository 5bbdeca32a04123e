"""What every process answers of itself: its health, its numbers, its document, its keys."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from boxoffice.services import NAMES
from contract.shapes import is_recent
from stage import Market, Someone, eventually

PATHS = {
    "/api/users/signup": {"post"},
    "/api/users/signin": {"post"},
    "/api/users/signout": {"post"},
    "/api/users/currentuser": {"get"},
    "/api/users/refresh": {"post"},
    "/api/tickets": {"get", "post"},
    "/api/tickets/{ticket_id}": {"get", "put", "delete"},
    "/api/orders": {"get", "post"},
    "/api/orders/{order_id}": {"get", "delete"},
    "/api/payments": {"post"},
    "/api/payments/checkout": {"post"},
    "/api/payments/webhook": {"post"},
    "/.well-known/jwks.json": {"get"},
}


async def test_a_process_that_lives_and_can_work_says_so(market: Market):
    alive, ready = [await market.app.get(path) for path in ("/healthz", "/readyz")]

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["services"] == sorted(NAMES)


async def test_prometheus_reads_numbers_of_every_request(market: Market):
    await market.app.get("/api/tickets")

    answer = await market.app.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'route="/api/tickets"' in answer.text
    assert "# HELP " in answer.text


async def test_the_document_names_every_path_of_the_contract(market: Market):
    answer = await market.app.get("/api/openapi.json")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found = answer.json()["paths"]
    for path, methods in PATHS.items():
        assert methods <= found[path].keys(), path


async def test_the_document_says_who_may_ask_and_how_each_is_refused(market: Market):
    document: dict[str, Any] = (await market.app.get("/api/openapi.json")).json()

    assert document["components"]["securitySchemes"].keys() == {"bearer", "cookie"}
    problem = document["components"]["schemas"]["Problem"]
    assert problem["required"] == ["type", "title", "status", "detail", "errors"]
    for operations in document["paths"].values():
        for operation in operations.values():
            open_to_all = operation["x-allows"] == "anyone"
            assert ({} in operation["security"]) == open_to_all
            statuses = operation["responses"].keys()
            assert open_to_all or "401" in statuses
            assert "422" not in statuses
            for status in {one for one in statuses if one >= "4"}:
                (name,) = {operation["responses"][status]["$ref"].rpartition("/")[2]}
                content = document["components"]["responses"][name]["content"]
                assert content.keys() == {"application/problem+json"}


async def test_developers_read_the_api_without_asking_anyone_else(market: Market):
    answer = await market.app.get("/api/docs")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for path in PATHS:
        assert path in answer.text
    assert "https://" not in answer.text


async def test_anyone_can_check_our_tokens(market: Market, alice: Someone):
    answer = await market.app.get("/.well-known/jwks.json")

    assert answer.status_code == 200
    for key in answer.json()["keys"]:
        assert {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}.items() <= key.items()
        assert "d" not in key
    keys = KeySet.import_key_set(answer.json())
    assert jwt.decode(alice.token, keys, algorithms=["ES256"]).claims["sub"] == str(alice.id)


async def test_mail_is_read_newest_first(market: Market, alice: Someone, bob: Someone):
    orders = [(await market.order(bob, await market.list_ticket(alice))).json() for _ in range(2)]

    for sent, order in enumerate(orders, 2):  # the first asks whether the address is his
        (await market.pay(bob, order["id"])).raise_for_status()
        await eventually(lambda count=sent: _has_mails(market, bob, count))

    mails: list[dict[str, str]] = (await market.app.get("/dev/mail.json")).json()
    assert (await market.app.get("/dev/mail")).status_code == 200
    for mail in mails:
        assert mail.keys() == {"to", "subject", "text", "html", "at"}
        assert is_recent(mail["at"])
    times = [mail["at"] for mail in mails]
    assert times == sorted(times, reverse=True)
    own = (await market.app.get("/dev/mail.json", params={"to": bob.email.upper()})).json()
    assert own == [mail for mail in mails if mail["to"] == bob.email]


async def _has_mails(market: Market, person: Someone, count: int) -> None:
    mails = (await market.app.get("/dev/mail.json", params={"to": person.email})).json()
    assert len(mails) == count
