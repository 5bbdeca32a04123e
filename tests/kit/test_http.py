"""What every service answers to what it cannot or will not do, and what it adds to every answer."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import httpx
import pytest

from boxoffice.events.streams import FACTS
from kit.bells import BellRang
from kit.desk import Desk
from stage import App, Play, Someone, eventually

GOOD = {"title": "Hamlet", "price": 12.5}
SECURITY = {
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "x-trace-id",
}


@pytest.fixture
async def app(play: Play) -> App:
    return await play(Desk().service)


def _refused(answer: httpx.Response, status: int) -> list[dict[str, str]]:
    """Check that this is a problem as the contract has it; return its errors."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    assert problem["detail"]
    assert all(error["message"] for error in problem["errors"])
    return problem["errors"]


async def test_all_failing_fields_are_named_at_once(app: App, alice: Someone):
    answer = await app.post("/api/notes", alice, json={"title": " ", "price": -1, "shelfCode": "a"})

    errors = {error["field"]: error["message"] for error in _refused(answer, 400)}
    assert errors == {
        "title": "This is too short: at least 1",
        "price": "This must be more than 0",
        "shelfCode": "This is not written as it should be",
    }


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "3", '"text"', "\udcff"])
async def test_a_body_that_is_no_json_object_is_bad_input(app: App, alice: Someone, body: str):
    answer = await app.post(
        "/api/notes",
        alice,
        content=body.encode(errors="surrogateescape"),
        headers={"Content-Type": "application/json"},
    )

    assert _refused(answer, 400)


@pytest.mark.parametrize("body", ["{", '{"title": ""}', '{"title": "Hamlet", "price": 1}'])
async def test_who_is_not_signed_in_is_told_so_before_the_body_is_read(app: App, body: str):
    answer = await app.post(
        "/api/notes", content=body, headers={"Content-Type": "application/json"}
    )

    _refused(answer, 401)


async def test_a_token_that_is_not_ours_is_nobodys(app: App, alice: Someone):
    head, claims, signature = alice.sign().split(".")
    forged = [
        "nonsense",
        f"{head}.{claims}.",
        f"{head}.{claims}.{signature[::-1]}",
        alice.sign(iss="somebody else"),
        alice.sign(aud="another product"),
        alice.sign(exp=1),
        alice.sign(sub="no id"),
    ]

    answers = [
        await app.post("/api/notes", replace(alice, token=token), json=GOOD) for token in forged
    ]

    assert [answer.status_code for answer in answers] == [401] * len(forged)


async def test_a_role_is_asked_for_before_the_request_is_read(app: App, alice: Someone):
    admin = Someone("root", roles=("admin",))

    _refused(await app.put("/api/rule", alice), 403)
    _refused(await app.put("/api/rule"), 401)
    assert (await app.put("/api/rule", admin)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/notes/3", "/api/notes/x%00y", "/api/nothing", "/api/notes/"]
)
async def test_what_does_not_exist_is_not_found(app: App, path: str):
    _refused(await app.get(path), 404)


async def test_a_method_that_a_path_lacks_is_refused_with_those_it_has(app: App):
    answer = await app.delete("/api/notes/0198c0de-0000-7000-8000-000000000000")

    _refused(answer, 405)
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a key"}])
async def test_too_large_a_body_is_refused(app: App, alice: Someone, headers: dict[str, str]):
    size = app.settings.body_limit_bytes + 1

    async def in_pieces() -> AsyncGenerator[bytes]:
        for _ in range(0, size, 1_000):
            yield b" " * 1_000

    sized = await app.post("/api/notes", alice, content=b" " * size, headers=headers)
    chunked = await app.post(
        "/api/notes",
        alice,
        content=in_pieces(),
        headers=headers | {"Content-Type": "application/json"},
    )

    _refused(sized, 413)
    _refused(chunked, 413)
    assert "content-length" not in chunked.request.headers


async def test_a_failure_is_told_without_its_reasons_and_counted(app: App, alice: Someone):
    answer = await app.post("/api/notes", alice, json=GOOD | {"title": "fail"})

    assert _refused(answer, 500)
    assert "ZeroDivision" not in answer.text

    async def it_was_counted():
        metrics = (await app.get("/metrics")).text
        assert 'route="/api/notes",service="expiration",status="500"' in metrics

    await eventually(it_was_counted)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example"},
    ],
)
async def test_a_cookie_that_comes_from_elsewhere_may_change_nothing(
    app: App, alice: Someone, headers: dict[str, str]
):
    cookie = {"Cookie": f"session={alice.sign()}"}

    changed = await app.post("/api/notes", json=GOOD, headers=headers | cookie)
    read = await app.get("/api/notes", headers=headers | cookie)

    _refused(changed, 403)
    assert read.status_code == 200


async def test_a_cookie_from_our_own_pages_signs_in(app: App, alice: Someone):
    cookie = {"Cookie": f"session={alice.sign()}"}

    for own in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": app.settings.public_url}):
        answer = await app.post("/api/notes", json=GOOD, headers=own | cookie)
        assert answer.status_code == 201


async def test_a_bearer_token_may_come_from_anywhere(app: App, alice: Someone):
    answer = await app.post("/api/notes", alice, json=GOOD, headers={"Origin": "https://a.example"})

    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["/api/notes", "/api/nothing", "/healthz"])
async def test_every_answer_carries_what_keeps_browsers_safe(app: App, path: str):
    answer = await app.get(path)

    assert answer.headers.keys() >= SECURITY
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_browsers_are_told_to_insist_on_tls_where_there_is_tls(play: Play):
    app = await play(Desk().service, public_url="https://boxoffice.example")

    answer = await app.http.get(f"{app.settings.services_url}/healthz")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_a_trace_goes_on_into_the_answer_and_the_event(app: App, alice: Someone):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    answer = await app.post(
        "/api/notes", alice, json=GOOD, headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    )

    assert answer.headers["X-Trace-Id"] == trace

    async def it_was_said():
        assert await app.said(BellRang)

    await eventually(it_was_said)
    said = await app.client.jetstream().get_last_msg(FACTS.name, BellRang.every())
    assert (said.headers or {})["traceparent"].split("-")[1] == trace


@pytest.mark.parametrize("header", ["", "nonsense", f"00-{'0' * 32}-00f067aa0ba902b7-01"])
async def test_a_malformed_trace_is_replaced(app: App, header: str):
    answer = await app.get("/api/notes", headers={"traceparent": header})

    assert int(answer.headers["X-Trace-Id"], 16)


async def test_the_openapi_document_names_every_route(app: App):
    answer = await app.get("/api/openapi.json")

    assert answer.json()["paths"].keys() >= {"/api/notes", "/api/notes/{note_id}", "/api/rule"}
