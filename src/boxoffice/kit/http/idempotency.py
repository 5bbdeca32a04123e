"""`Idempotency-Key`: the same request again gets the same answer, and is carried out once.

A crash in the middle is no answer: after a minute the request may be carried out again.
After draft-ietf-httpapi-idempotency-key-header. A key is kept for 24 hours, by owner: a key of
one person means nothing for another. Cookies are not kept, so a repeated answer signs nobody in.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from boxoffice.kit import clock
from boxoffice.kit.auth import Person, refresh_cookie
from boxoffice.kit.database import UNREACHABLE, Database, Queries
from boxoffice.kit.errors import BadInput, Conflict
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import log

KEPT = timedelta(hours=24)
ABANDONED = timedelta(seconds=60)  # longer than any request lives: its process is gone
LONGEST_KEY = 255
SERVER_ERROR = 500

Handle = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(slots=True)
class _Recorded:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    body: bytearray = field(default_factory=bytearray)
    messages: list[Message] = field(default_factory=list[Message])


async def once(
    running: Running,
    person: Person | None,
    handle: Handle,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Let `handle` answer a request, once per Idempotency-Key. Conflict when the key is in use."""
    request = Request(scope, receive)
    key = request.headers.get("idempotency-key")
    if key is None or scope["method"] != "POST":
        await handle(scope, receive, send)
        return
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters")
    body = await request.body()
    owner = _owner(running, person, request)
    digest = _digest(running, f"{scope['path']}\n".encode() + body)
    kept = await _claim(running.db, owner, key, digest, clock.now())
    if kept is not None:
        await _replay(kept, send)
        return
    recorded = _Recorded()
    try:
        await handle(scope, _again(body, receive), _recorder(recorded))
    except BaseException:
        await _forget(running.db, owner, key)
        raise
    await _note(running.db, owner, key, recorded)
    for message in recorded.messages:  # whoever has an answer gets the same one again
        await send(message)


def _owner(running: Running, person: Person | None, request: Request) -> str:
    """Return whose key this is: a person's, a sign-in's that has to be renewed, or nobody's."""
    if person:
        return str(person.id)
    token = request.cookies.get(refresh_cookie(running.settings))
    return _digest(running, token.encode()).hex() if token else "anyone"


def _digest(running: Running, text: bytes) -> bytes:
    """Return what stands for a text that may hold a password: nobody can guess it from this."""
    return hmac.digest(running.settings.secret.get_secret_value().encode(), text, "sha256")


async def _claim(
    db: Database, owner: str, key: str, digest: bytes, at: datetime
) -> _Recorded | None:
    mine = await db.fetchval(
        """
        INSERT INTO idempotency_keys AS kept (owner, key, request, claimed_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (owner, key) DO UPDATE SET request = $3, claimed_at = $4,
               status = NULL, headers = NULL, answer = NULL
            WHERE kept.claimed_at < $5 OR (kept.status IS NULL AND kept.claimed_at < $6)
        RETURNING true
        """,
        owner,
        key,
        digest,
        at,
        at - KEPT,
        at - ABANDONED,
    )
    if mine:
        return None
    row = await db.fetchrow(
        "SELECT request, status, headers, answer FROM idempotency_keys WHERE owner = $1 AND key = $2",
        owner,
        key,
    )
    if row is None or (row["status"] is None and row["request"] == digest):
        raise Conflict("The first request with this Idempotency-Key is still being carried out")
    if row["request"] != digest:
        raise Conflict("This Idempotency-Key was used for another request")
    headers = [(name, value) for name, value in json.loads(row["headers"])]
    return _Recorded(row["status"], headers, bytearray(row["answer"]))


async def _note(db: Queries, owner: str, key: str, recorded: _Recorded) -> None:
    """Keep an answer, or forget a failure; a database that is away changes neither."""
    try:
        if recorded.status >= SERVER_ERROR:
            await _forget(db, owner, key)
        else:
            await _keep(db, owner, key, recorded)
    except UNREACHABLE as error:
        log.warning("answer not kept", status=recorded.status, error=repr(error))


async def _keep(db: Queries, owner: str, key: str, recorded: _Recorded) -> None:
    await db.execute(
        "UPDATE idempotency_keys SET status = $3, headers = $4, answer = $5 WHERE owner = $1 AND key = $2",
        owner,
        key,
        recorded.status,
        json.dumps(recorded.headers),
        bytes(recorded.body),
    )


async def _forget(db: Queries, owner: str, key: str) -> None:
    await db.execute("DELETE FROM idempotency_keys WHERE owner = $1 AND key = $2", owner, key)


async def delete_old_keys(db: Queries, at: datetime) -> None:
    """Forget keys that nobody may rely on any more."""
    await db.execute("DELETE FROM idempotency_keys WHERE claimed_at < $1", at - KEPT)


async def _replay(kept: _Recorded, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(kept.body)})


def _again(body: bytes, receive: Receive) -> Receive:
    unread = True

    async def receive_again() -> Message:
        nonlocal unread
        if not unread:  # whoever streams an answer waits here for the client to go
            return await receive()
        unread = False
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _recorder(recorded: _Recorded) -> Send:
    async def record(message: Message) -> None:
        recorded.messages.append(message)
        if message["type"] == "http.response.start":
            recorded.status = message["status"]
            recorded.headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
                if name != b"set-cookie"
            ]
        elif message["type"] == "http.response.body":
            recorded.body += message.get("body", b"")

    return record
