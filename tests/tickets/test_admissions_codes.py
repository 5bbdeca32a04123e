"""Codes: whoever has the published key can check one, and only the newest of ours opens."""

import asyncio
import io
import json
from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

import pytest
import segno
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet

from boxoffice.events.orders import OrderCancelled, OrderCompleted
from boxoffice.events.shows import PerformanceCancelled, PerformancePostponed
from boxoffice.events.tickets import AdmissionReissued
from boxoffice.services.tickets import commands, store
from boxoffice.services.tickets.model import NONCE_BYTES
from boxoffice.services.tickets.routes.admissions import MASK
from stage import Play, Someone, eventually
from stage.facts import performance_news, scheduled, tell
from stage.rivals import replica, rivals
from tickets.foyer import KEYS, SEAT, admissions, admitted, check, following, reissue, seats_order

RIVALS = 8


async def test_a_code_is_checked_with_the_published_key_by_who_asks_nobody(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    performance, admission = await admitted(app, organiser, bob)

    published = await app.get(KEYS)

    keys = KeySet.import_key_set(published.json())
    found = jws.deserialize_compact(admission["code"], keys, algorithms=["ES256"])
    head, said = found.headers(), json.loads(found.payload)
    assert head == {"alg": "ES256", "kid": published.json()["keys"][0]["kid"], "typ": "ticket"}
    assert said.keys() == {"t", "p", "s", "n"}
    assert UUID(bytes=_bytes(said["t"])) == UUID(admission["id"])
    assert UUID(bytes=_bytes(said["p"])) == performance.performance_id
    assert (said["s"], len(_bytes(said["n"]))) == (SEAT, NONCE_BYTES)
    assert len(admission["code"]) < 350  # a QR code of it is read from a scratched screen


async def test_a_code_stays_the_same_until_it_is_issued_anew(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)

    async with replica(app) as other:
        (same,) = await admissions(other, bob)
    new = (await reissue(app, admission, bob)).json()

    assert same == admission
    assert new["code"] != admission["code"]
    assert new | {"code": "", "version": 0} == admission | {"code": ""}


async def test_the_picture_shows_the_code_and_nobody_keeps_it(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)

    answer = await app.get(f"/api/admissions/{admission['id']}/qr.svg", bob)

    drawn = io.BytesIO()
    segno.make_qr(admission["code"], error="m", mask=MASK).save(
        drawn, kind="svg", light="white", svgclass=None, lineclass=None, omitsize=True
    )
    assert answer.content == drawn.getvalue()
    assert answer.headers["content-type"] == "image/svg+xml"
    listed = await app.get("/api/admissions", bob)
    for one in (answer, listed):
        assert one.headers["cache-control"] == "private, no-store"


async def test_the_organiser_is_told_what_a_code_opens(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    performance, admission = await admitted(app, organiser, bob)
    admin = Someone("ada", roles=("admin",))

    for person in (organiser, admin):
        answer = await check(app, admission["code"], person)

        assert (answer.status_code, answer.json()) == (
            200,
            {
                "admissionId": admission["id"],
                "seat": SEAT,
                "performanceId": str(performance.performance_id),
                "title": "The Tempest",
                "startsAt": admission["startsAt"],
            },
        )


async def test_a_code_is_checked_by_nobody_elses_organiser(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)
    rival = Someone("oscar", roles=("member", "organiser"))

    answers = [await check(app, admission["code"], person) for person in (rival, bob)]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_whatever_is_not_ours_opens_nothing(play: Play, organiser: Someone, bob: Someone):
    app = await play("tickets")
    performance, admission = await admitted(app, organiser, bob)
    head, said, signature = admission["code"].split(".")
    stranger = ECKey.generate_key("P-256")
    kid = (await app.get(KEYS)).json()["keys"][0]["kid"]
    unsigned = jwt.encode({"alg": "ES256", "kid": kid, "typ": "ticket"}, {"t": "x"}, stranger)
    forged = (
        "x",
        "..",
        f"{head}.{said}.",
        f"{head}.{said}.{signature[:-4]}AAAA",
        f"{head}.{unsigned.split('.')[1]}.{signature}",
        unsigned,
        "eyJhbGciOiJub25lIiwidHlwIjoidGlja2V0In0." + said + ".",
        "ü" * 100,
        "x" * 2_000,
    )

    answers = [await check(app, code, organiser) for code in forged]

    assert {answer.status_code for answer in answers} == {400}
    assert (await check(app, "x" * 2_001, organiser)).status_code == 400
    assert (await check(app, admission["code"], organiser)).status_code == 200
    assert performance.organiser_id == organiser.id


async def test_an_old_code_opens_nothing_and_the_new_one_does(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)

    new = (await reissue(app, admission, bob)).json()

    old = await check(app, admission["code"], organiser)
    assert (old.status_code, old.json()["detail"]) == (
        409,
        "This ticket was issued anew: only its newest code opens",
    )
    assert (await check(app, new["code"], organiser)).status_code == 200
    assert new["version"] == 1

    async def it_was_said() -> None:
        [reissued] = await app.said(AdmissionReissued)
        assert (reissued.version, reissued.seat, reissued.is_valid) == (1, SEAT, True)

    await eventually(it_was_said)


async def test_a_void_ticket_opens_nothing_and_gets_no_other_code(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(organiser)
    order = seats_order(OrderCompleted, bob, performance, SEAT)
    await tell(app, performance, order)
    (admission,) = await admissions(app, bob)

    await tell(app, following(OrderCancelled, order))

    voided = await check(app, admission["code"], organiser)
    assert (voided.status_code, "voided" in voided.json()["detail"]) == (409, True)
    assert (await reissue(app, admission, bob)).status_code == 409


@pytest.mark.parametrize("kind", [PerformanceCancelled, PerformancePostponed])
async def test_nobody_is_let_in_to_what_does_not_take_place(
    play: Play, organiser: Someone, bob: Someone, kind: Any
):
    app = await play("tickets")
    performance, admission = await admitted(app, organiser, bob)
    state = "cancelled" if kind is PerformanceCancelled else "postponed"
    usual = performance.model_dump() | {"version": 2, "state": state}

    await tell(app, performance_news(organiser, kind, **usual))

    answer = await check(app, admission["code"], organiser)
    assert (answer.status_code, state in answer.json()["detail"]) == (409, True)


async def test_of_many_who_ask_for_another_code_at_once_each_old_one_is_refused(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)

    answers = await asyncio.gather(*(reissue(app, admission, bob) for _ in range(RIVALS)))

    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    newest = max(given, key=lambda one: one["version"])
    assert newest["version"] == len(given)
    opened = [(await check(app, one["code"], organiser)).status_code for one in given]
    assert sorted(opened) == [200] + [409] * (len(given) - 1)
    assert (await check(app, newest["code"], organiser)).status_code == 200


async def test_without_the_version_in_its_statement_two_are_given_a_code_and_one_opens_nothing(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, shown = await admitted(app, organiser, bob)
    seen = await store.select_admission(await app.db("tickets"), UUID(shown["id"]))
    assert seen is not None

    async with rivals(app, "tickets", without=("AND version = $2 - 1",)) as unguarded:
        first, second = [
            await commands.reissue_admission(unguarded, seen, bytes([n]) * NONCE_BYTES)
            for n in range(2)
        ]

    assert first.version == second.version


async def test_whoever_asks_for_new_codes_all_the_time_is_told_to_wait(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets", rate_limits=True)
    _, admission = await admitted(app, organiser, bob)

    statuses = [(await reissue(app, admission, bob)).status_code for _ in range(21)]

    assert statuses == [200] * 20 + [429]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
