"""What the mail catcher keeps: mails in an SQLite file, durable before anyone is thanked."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from boxoffice.stack.children import StackError, writing

KEPT_LETTERS = 1_000  # the newest; more than anyone reads
SCHEMA = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL; -- each commit waits for the disk
    CREATE TABLE IF NOT EXISTS letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recipient TEXT NOT NULL COLLATE NOCASE,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        at TEXT NOT NULL
    );
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as one person got it; `at` is RFC 3339 in UTC, `id` grows with time."""

    to: str
    subject: str
    text: str
    html: str
    at: str
    id: int = 0

    def message(self) -> dict[str, str]:
        """Return what others are told: all but the number."""
        return {key: value for key, value in asdict(self).items() if key != "id"}


@dataclass(frozen=True, slots=True)
class Letters:
    """The mails of one folder; any thread may ask."""

    connection: sqlite3.Connection
    turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        """Open the mails kept in `folder`, which nobody but their owner may read."""
        path = folder / "mail.sqlite"
        with writing(folder):
            path.touch(mode=0o600)
        connection = sqlite3.connect(path, check_same_thread=False)
        try:
            connection.executescript(SCHEMA)
        except sqlite3.Error as error:
            connection.close()
            raise StackError(f"{path} cannot be used ({error}): move it away.") from error
        return cls(connection)

    def close(self) -> None:
        """Let go of the file, after whoever still writes to it."""
        with self.turn:
            self.connection.close()

    def insert_letters(self, letters: Sequence[Letter]) -> None:
        """Keep mails, all or none, and forget what is too old; durable on return."""
        with self.turn, self.connection:
            self.connection.executemany(
                "INSERT INTO letters (recipient, subject, text, html, at) VALUES (?, ?, ?, ?, ?)",
                [(one.to, one.subject, one.text, one.html, one.at) for one in letters],
            )
            self.connection.execute(
                "DELETE FROM letters WHERE id <= (SELECT max(id) FROM letters) - ?", (KEPT_LETTERS,)
            )

    def select_letters(self, to: str | None = None) -> list[Letter]:
        """Return all mails, or those to one address in any letter case, newest first."""
        with self.turn:
            rows = self.connection.execute(
                "SELECT recipient, subject, text, html, at, id FROM letters"
                " WHERE recipient = coalesce(?, recipient) ORDER BY id DESC",
                (to,),
            ).fetchall()
        return [Letter(*row) for row in rows]

    def select_letter(self, number: str) -> Letter | None:
        """Return one mail; None when it never was, is forgotten, or that is no number."""
        with self.turn:
            row = self.connection.execute(
                "SELECT recipient, subject, text, html, at, id FROM letters"
                " WHERE cast(id AS TEXT) = ?",
                (number,),
            ).fetchone()
        return row and Letter(*row)


def read(content: bytes, recipients: Sequence[str], at: datetime) -> list[Letter]:
    """Return a mail as each of its recipients gets it; whatever is broken in it is shown so."""
    mail = message_from_bytes(content, policy=policy.default)
    subject, text, html = str(mail["subject"] or ""), _body(mail, "plain"), _body(mail, "html")
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return [
        Letter(_clean(to), _clean(subject), _clean(text), _clean(html), stamp) for to in recipients
    ]


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return part.get_content()
    except LookupError:  # an unknown character set
        return bytes(part.get_payload(decode=True)).decode(errors="replace")


def _clean(text: str) -> str:
    """Return lines as they were before SMTP, with `?` for what is no Unicode."""
    return text.replace("\r\n", "\n").encode(errors="replace").decode()
