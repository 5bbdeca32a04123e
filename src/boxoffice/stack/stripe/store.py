"""Keeps all that happened in one sqlite file: one writer, one transaction per request."""

import asyncio
import json
import secrets
import sqlite3
import string
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

FILE = "stripe.sqlite3"
ALPHABET = string.ascii_letters + string.digits
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;

CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS events_by_age ON objects (created) WHERE kind = 'event';
CREATE INDEX IF NOT EXISTS objects_by_intent
    ON objects (json_extract(body, '$.payment_intent'), kind);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON objects (json_extract(body, '$.expires_at'))
    WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open';

-- what an idempotency key has answered
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created);

-- events that the webhook endpoint has not acknowledged yet
CREATE TABLE IF NOT EXISTS letters (
    event_id TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL,
    give_up_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS letters_by_due ON letters (due_at);
"""
FILTERS = {  # what a list may be narrowed by
    "payment_intent": "json_extract(body, '$.payment_intent') = ?",
    "charge": "json_extract(body, '$.charge') = ?",
    "status": "json_extract(body, '$.status') = ?",
    "type": "json_extract(body, '$.type') = ?",
}


@dataclass(frozen=True)
class Answer:
    """A status and a body, and the request that made them."""

    status: int
    body: str
    request_id: str


@dataclass(frozen=True)
class Letter:
    """An event on its way to the webhook endpoint."""

    event_id: str
    attempts: int
    body: Json


class Transaction:
    """One atomic piece of work at one moment, in whole seconds since 1970."""

    def __init__(self, db: sqlite3.Connection, now: float) -> None:
        self._db = db
        self.exact_now = now
        self.now = int(now)
        self.cause: Json = {"id": None, "idempotency_key": None}
        self.posted = False

    @contextmanager
    def attempt(self, *, keep: type[Exception]) -> Generator[None]:
        """Undo what the block wrote when it raises, unless it raises a `keep`."""
        self._db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            if not isinstance(error, keep):
                self._db.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._db.execute("RELEASE attempt")

    def insert(self, body: Json) -> Json:
        """Keep a new object, found by its `id` from now on."""
        self._db.execute(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)",
            (body["id"], body["object"], body["created"], json.dumps(body)),
        )
        return body

    def save(self, body: Json) -> Json:
        """Keep an object's new state."""
        self._db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def find(self, kind: str, wanted: str) -> Json | None:
        """Return the object of that kind and id, if there is one."""
        row = self._db.execute(
            "SELECT body FROM objects WHERE id = ? AND kind = ?", (wanted, kind)
        ).fetchone()
        return row and json.loads(row[0])

    def find_by_intent(self, kind: str, intent_id: str) -> Json | None:
        """Return the newest object of that kind that belongs to the payment intent."""
        found = self.page(kind, limit=1, narrowed={"payment_intent": intent_id})
        return found[0] if found else None

    def page(
        self,
        kind: str,
        *,
        limit: int,
        narrowed: dict[str, str],
        after: str | None = None,
        before: str | None = None,
    ) -> list[Json]:
        """Objects of a kind, newest first; `after` and `before` are ids that end the page."""
        wheres, values = ["kind = ?"], [kind]
        for name, value in narrowed.items():
            wheres.append(FILTERS[name])
            values.append(value)
        for edge, side in ((after, "<"), (before, ">")):
            if edge is not None:
                wheres.append(f"seq {side} (SELECT seq FROM objects WHERE id = ?)")
                values.append(edge)
        order = "ASC" if before is not None else "DESC"
        rows = self._db.execute(
            f"SELECT body FROM objects WHERE {' AND '.join(wheres)} ORDER BY seq {order} LIMIT ?",
            (*values, limit),
        ).fetchall()
        found = [json.loads(body) for (body,) in rows]
        return found[::-1] if before is not None else found

    def overdue_sessions(self, limit: int) -> list[Json]:
        """Open checkout sessions whose time is up."""
        rows = self._db.execute(
            """
            SELECT body FROM objects INDEXED BY sessions_by_expiry
            WHERE kind = 'checkout.session' AND json_extract(body, '$.status') = 'open'
              AND json_extract(body, '$.expires_at') <= ?
            ORDER BY json_extract(body, '$.expires_at') LIMIT ?
            """,
            (self.now, limit),
        ).fetchall()
        return [json.loads(body) for (body,) in rows]

    def recall(self, key: str, *, since: int) -> tuple[str, str, Answer] | None:
        """Return the endpoint, the fingerprint and the answer that the key has had since then."""
        row = self._db.execute(
            """
            SELECT endpoint, fingerprint, status, body, request_id FROM answers
            WHERE key = ? AND created >= ?
            """,
            (key, since),
        ).fetchone()
        return row and (row[0], row[1], Answer(*row[2:]))

    def remember(self, key: str, endpoint: str, fingerprint: str, answer: Answer) -> None:
        """Keep the key's answer."""
        self._db.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                endpoint,
                fingerprint,
                answer.status,
                answer.body,
                answer.request_id,
                self.now,
            ),
        )

    def forget(self, *, answers_before: int, events_before: int) -> None:
        """Drop the answers and the events that are past their keeping."""
        self._db.execute("DELETE FROM answers WHERE created < ?", (answers_before,))
        self._db.execute("DELETE FROM letters WHERE give_up_at < ?", (self.exact_now,))
        self._db.execute(
            """
            DELETE FROM objects WHERE seq IN (
                SELECT seq FROM objects INDEXED BY events_by_age
                WHERE kind = 'event' AND created < ?
                ORDER BY created LIMIT 1000
            )
            """,
            (events_before,),
        )

    def post(self, event_id: str, *, give_up_at: float) -> None:
        """Queue an event for the webhook endpoint, due now."""
        self.posted = True
        self._db.execute(
            "INSERT INTO letters (event_id, due_at, give_up_at) VALUES (?, ?, ?)",
            (event_id, self.exact_now, give_up_at),
        )

    def claim_letters(self, limit: int, *, until: float) -> list[Letter]:
        """Take letters that are due, oldest first; each is due again at `until`."""
        rows = self._db.execute(
            """
            UPDATE letters SET attempts = attempts + 1, due_at = ?
            WHERE event_id IN (SELECT event_id FROM letters WHERE due_at <= ?
                               ORDER BY due_at LIMIT ?)
            RETURNING event_id, attempts,
                      (SELECT body FROM objects WHERE objects.id = letters.event_id)
            """,
            (until, self.exact_now, limit),
        ).fetchall()
        return [Letter(event_id, attempts, json.loads(body)) for event_id, attempts, body in rows]

    def settle_letter(self, event: Json) -> None:
        """Mark an event as acknowledged."""
        self._db.execute("DELETE FROM letters WHERE event_id = ?", (event["id"],))
        self.save(event | {"pending_webhooks": 0})

    def postpone_letter(self, event_id: str, due_at: float) -> None:
        """Make an event due at that time instead."""
        self._db.execute("UPDATE letters SET due_at = ? WHERE event_id = ?", (due_at, event_id))

    def hurry_letters(self) -> None:
        """Make everything due now: whatever kept the endpoint from answering may be over."""
        self._db.execute("UPDATE letters SET due_at = ?", (self.exact_now,))

    def next_letter_at(self) -> float | None:
        """Return when the next letter is due."""
        return self._db.execute("SELECT min(due_at) FROM letters").fetchone()[0]


class Store:
    """The file and the one thread that may touch it."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).touch(mode=0o600)  # names and addresses of who paid
        self.news = asyncio.Event()  # set when a commit has left letters to deliver
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stripe-store")
        self._db = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction; it is on disk when this returns, or undone."""
        loop = asyncio.get_running_loop()
        done, posted = await loop.run_in_executor(self._thread, partial(self._transact, work))
        if posted:
            self.news.set()
        return done

    def close(self) -> None:
        """Finish what is under way and let the file go."""
        self._thread.shutdown()
        self._db.close()

    def _transact(self, work: Callable[[Transaction], T]) -> tuple[T, bool]:
        tx = Transaction(self._db, self._clock())
        self._db.execute("BEGIN IMMEDIATE")
        try:
            done = work(tx)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return done, tx.posted


def new_id(prefix: str, length: int = 24) -> str:
    """Make an id that nobody can guess, in Stripe's manner: pi_3Xk..."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
