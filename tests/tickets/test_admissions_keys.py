"""The keys that sign codes: made once, sealed at rest, and good for nothing but tickets."""

import json
from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey
from pydantic import SecretStr

from boxoffice.kit import keys
from boxoffice.kit.settings import SettingsError
from boxoffice.services.identity import commands as identity
from boxoffice.services.identity.model import SigningKey
from boxoffice.services.tickets import commands
from boxoffice.services.tickets.model import TicketKey
from stage import Play, Someone
from stage.people import KEY
from stage.rivals import replica
from tickets.foyer import KEYS, admitted, check

SECRET = "a secret that replicas share, long enough"


async def test_what_checks_codes_is_published_without_what_signs_them(play: Play):
    app = await play("tickets")

    answer = await app.get(KEYS)

    (key,) = answer.json()["keys"]
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert key.keys() == {"kid", "kty", "crv", "x", "y", "alg", "use"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")


async def test_no_key_of_tickets_signs_anybody_in(play: Play, organiser: Someone, bob: Someone):
    app = await play("tickets", "identity")
    _, admission = await admitted(app, organiser, bob)
    async with commands.open_stamp(app.settings, await app.db("tickets")) as stamp:
        key = stamp._keys[0]  # noqa: SLF001 - the key itself
    mallory = Someone("mallory", roles=("admin",))
    claims = jwt.decode(mallory.sign(), KeySet([KEY]), algorithms=["ES256"]).claims
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key.key)

    answers = [
        await app.get("/api/admissions", headers={"Authorization": f"Bearer {one}"})
        for one in (token, admission["code"], mallory.sign())
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 200]
    signing_in = (await app.get("/.well-known/jwks.json")).json()["keys"]
    assert key.kid not in {one["kid"] for one in signing_in}


async def test_no_key_that_signs_people_in_opens_a_seat(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets", "identity")
    _, admission = await admitted(app, organiser, bob)
    async with identity.open_vault(app.settings, await app.db("identity")) as vault:
        key = vault.keys[0]
    payload = _bytes(admission["code"].split(".")[1])
    head = {"alg": "ES256", "kid": key.kid, "typ": "ticket"}
    code = jws.serialize_compact(head, payload, key.key)

    answers = [await check(app, one, organiser) for one in (code, organiser.sign())]

    assert [answer.status_code for answer in answers] == [400, 400]


async def test_a_ticket_key_signs_tickets_only_as_tickets(
    play: Play, organiser: Someone, bob: Someone
):
    app = await play("tickets")
    _, admission = await admitted(app, organiser, bob)
    async with commands.open_stamp(app.settings, await app.db("tickets")) as stamp:
        key = stamp._keys[0]  # noqa: SLF001 - the key itself
    payload = _bytes(admission["code"].split(".")[1])

    codes = [
        jws.serialize_compact({"alg": "ES256", "kid": key.kid, "typ": kind}, payload, key.key)
        for kind in ("JWT", "ticket")
    ]

    answers = [await check(app, code, organiser) for code in codes]
    assert [answer.status_code for answer in answers] == [400, 200]


async def test_replicas_and_restarts_sign_with_one_key(play: Play):
    app = await play("tickets")
    before = (await app.get(KEYS)).json()

    async with replica(app) as other:
        there = (await other.get(KEYS)).json()
    await app.stop()
    await app.start()

    assert there == before
    assert (await app.get(KEYS)).json() == before


async def test_the_key_rests_sealed_and_opens_with_the_secret_alone(play: Play):
    app = await play("tickets")
    db = await app.db("tickets")
    row = await db.fetchrow("SELECT kid, sealed FROM signing_keys")
    assert row is not None
    other = app.settings.model_copy(update={"secret": SecretStr("another secret, long enough too")})

    with pytest.raises(SettingsError, match="BOXOFFICE_SECRET"):
        await commands.open_stamp(other, db).__aenter__()

    head = json.loads(_bytes(row["sealed"].split(".")[0]))
    assert head == {"alg": "dir", "enc": "A256GCM", "kid": row["kid"]}
    assert await db.fetchval("SELECT count(*) FROM signing_keys") == 1


@pytest.mark.parametrize(("kind", "label"), [(SigningKey, "identity"), (TicketKey, "tickets")])
def test_a_key_that_was_sealed_by_the_book_opens(kind: type[keys.SigningKey], label: str):
    private = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
    book = HKDF(SHA256(), 32, f"boxoffice {label}".encode(), b"signing keys")  # RFC 5869
    sealed = jwe.encrypt_compact(
        {"alg": "dir", "enc": "A256GCM"},
        json.dumps(private.as_dict(private=True)),
        OctKey.import_key(book.derive(SECRET.encode())),
    )

    opened = kind.opened(keys.SealedKey(private.thumbprint(), sealed), SECRET)

    assert opened.key.as_dict(private=True) == private.as_dict(private=True)
    assert opened.public == private.as_dict(private=False)


def test_what_one_service_has_sealed_opens_for_no_other():
    sealed = TicketKey.new().seal(SECRET)

    with pytest.raises(JoseError):
        SigningKey.opened(sealed, SECRET)
    assert TicketKey.opened(sealed, SECRET).kid == sealed.kid


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
