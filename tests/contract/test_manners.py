"""What holds for every path alike, whatever it is about."""

from collections.abc import AsyncGenerator

import pytest

from boxoffice.kit import clock
from contract.shapes import at, operations, refused, sent
from stage import Market, Someone

HAMLET = {"title": "Hamlet", "price": 12.5}
JSON = {"Content-Type": "application/json"}
NO_OBJECT = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"\xff\xfe",
    b"{'title': 'Hamlet'}",
    b'{"title": "Hamlet", "price": 12.5} x',
    b"[" * 30_000,
    b'{"a":' * 10_000,
    b'{"price": 1' + b"0" * 5_000 + b"}",
]
FOREIGN = [
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Authorization": "Basic YWxpY2U6cHc="},
    {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer"},
]


async def test_who_asks_is_checked_before_what_is_asked(market: Market):
    wrong = [b"{", b"[]", b"{}", b"\xff"]

    for method, path, operation in await operations(market):
        if operation["x-allows"] != "anyone":
            for body in wrong:
                answer = await market.app.ask(method, at(path), content=body, headers=JSON)
                refused(answer, 401)


async def test_what_is_no_json_object_is_refused_wherever_one_is_wanted(
    market: Market, admin: Someone
):
    for method, path, operation in await operations(market):
        if "requestBody" in operation:
            for body in NO_OBJECT:
                answer = await market.app.ask(method, at(path), admin, content=body, headers=JSON)
                refused(answer, 400)


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "text/json", "x", "a/b/c"]
)
async def test_json_is_believed_only_when_it_says_so(
    market: Market, admin: Someone, kind: str | None
):
    said = {"Content-Type": kind} if kind else {}

    for method, path, operation in await operations(market):
        if "requestBody" in operation:
            answer = await market.app.ask(
                method, at(path), admin, content=b'{"title": "Hamlet", "price": 5}', headers=said
            )
            refused(answer, 400)


async def test_json_may_say_which_kind_and_charset_it_is(market: Market, admin: Someone):
    kinds = ["application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json"]

    answers = [
        await market.app.post("/api/tickets", admin, **sent(HAMLET, **{"Content-Type": kind}))
        for kind in kinds
    ]

    assert [answer.status_code for answer in answers] == [201] * 3


async def test_names_that_nobody_knows_are_passed_over_and_of_two_the_last_counts(
    market: Market, admin: Someone
):
    unknown = HAMLET | {"id": "mine", "version": None, "userId": "bob", "__proto__": {}}
    twice = b'{"title": "Macbeth", "price": -1, "title": "Hamlet", "price": 12.5}'

    answers = [
        await market.app.post("/api/tickets", admin, json=unknown),
        await market.app.post("/api/tickets", admin, content=twice, headers=JSON),
    ]

    for answer in answers:
        assert answer.status_code == 201
        assert HAMLET.items() <= answer.json().items()
        assert answer.json()["userId"] == str(admin.id)


async def test_a_malformed_id_in_a_path_is_nothing_that_exists(market: Market, admin: Someone):
    for method, path, operation in await operations(market):
        if "{" in path and "requestBody" not in operation:
            refused(await market.app.ask(method, at(path, "seven"), admin), 404)


async def test_input_comes_before_existence_and_ownership_before_the_rules(
    market: Market, admin: Someone, bob: Someone
):
    ticket_id = await market.list_ticket(admin)
    (await market.order(bob, ticket_id)).raise_for_status()
    await market.ticket_is(ticket_id, "locked")
    ticket, nowhere = f"/api/tickets/{ticket_id}", f"/api/tickets/{clock.new_id()}"

    refused(await market.app.put(f"{ticket}x", json={}), 401)
    refused(await market.app.put("/api/tickets/seven", bob, json={}), 400, "title", "price")
    refused(await market.app.put(nowhere, bob, json={}), 400, "title", "price")
    refused(await market.app.put("/api/tickets/seven", bob, json=HAMLET), 404)
    refused(await market.app.put(nowhere, bob, json=HAMLET), 404)
    refused(await market.app.put(ticket, bob, json=HAMLET | {"version": 9}), 403)
    refused(await market.app.put(ticket, admin, json=HAMLET), 409)


async def test_what_is_not_there_is_a_problem_below_api_and_a_page_elsewhere(market: Market):
    below_api = ["/api/", "/api/nothing", "/api/tickets/", "/api/user"]
    elsewhere = ["/nothing", "/apis", "/robots.php", "/%00", "/%ff", "/a\u0301"]

    for path in below_api:
        refused(await market.app.get(path), 404)
        refused(await market.app.post(path, json={}), 404)
    for path in elsewhere:
        page = await market.app.get(path)
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_a_method_that_a_path_lacks_is_refused_with_those_that_it_has(
    market: Market, admin: Someone
):
    document = (await market.app.get("/api/openapi.json")).json()["paths"]

    for path, described in document.items():
        methods = {method.upper() for method in described}
        for method in {"POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = await market.app.ask(method, at(path), admin)
            assert answer.status_code == 405, (method, path)
            assert methods <= set(answer.headers["allow"].split(", ")) - {method}, path
            if path.startswith("/api/"):
                refused(answer, 405)


async def test_more_than_the_limit_is_taken_nowhere(market: Market, admin: Someone):
    usual = market.app.settings.body_limit_bytes
    larger = {
        (method, route.path_format): route.takes
        for service in market.app.services
        for route in (service.routes.guarded() if service.routes else ())
        for method in route.methods or ()
    }

    async def in_pieces(limit: int) -> AsyncGenerator[bytes]:
        for _ in range(limit // 1_000 + 1):
            yield b" " * 1_000

    for method, path, operation in await operations(market):
        limit = larger.get((method, path)) or usual
        if method != "GET":
            at_once = await market.app.ask(
                method, at(path), admin, content=b" " * (limit + 1), headers=JSON
            )
            refused(at_once, 413)
        if "requestBody" in operation or path.endswith("webhook"):
            chunked = await market.app.ask(
                method, at(path), admin, content=in_pieces(limit), headers=JSON
            )
            refused(chunked, 413)


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_cookie_works_from_our_own_pages_only(
    market: Market, admin: Someone, headers: dict[str, str]
):
    cookies = [{"Cookie": f"session={admin.token}"}, {"Cookie": "a=b; refresh=x"}]

    for method, path, _ in await operations(market):
        if method != "GET":
            for cookie in cookies:
                answer = await market.app.ask(method, at(path), headers=headers | cookie)
                refused(answer, 403)


async def test_our_own_pages_and_those_who_bear_a_token_are_let_in(market: Market, admin: Someone):
    cookie = {"Cookie": f"session={admin.token}"}
    own = [
        cookie | {"Origin": market.app.settings.public_url},
        cookie | {"Sec-Fetch-Site": "same-origin", "Origin": market.app.settings.public_url},
        cookie | admin.headers | {"Origin": "https://partner.example"},
        admin.headers | {"Sec-Fetch-Site": "cross-site"},
    ]

    answers = [await market.app.post("/api/tickets", json=HAMLET, headers=one) for one in own]

    assert [answer.status_code for answer in answers] == [201] * 4
