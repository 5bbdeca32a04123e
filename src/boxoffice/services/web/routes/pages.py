"""How a page is printed: its template, the files it links to, money and times in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from boxoffice.kit import money

PACKAGE = "boxoffice.services.web"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
DASH = "\N{EN DASH}"
OPENING = 700  # characters of a text that is shown at once; the rest is asked for
OPENING_LINES = 10
FINGERPRINT = 16  # hex digits: enough to tell one version of our files from another


@dataclass(frozen=True, slots=True)
class File:
    """A file that pages link to."""

    body: bytes
    media_type: str
    fingerprint: str  # of all files: a script asks for the next one beside itself


def _read_files() -> Mapping[str, File]:
    bodies = {file.name: file.read_bytes() for file in (files(PACKAGE) / "static").iterdir()}
    everything = b"".join(bodies[name] for name in sorted(bodies))
    fingerprint = sha256(everything).hexdigest()[:FINGERPRINT]
    return {
        name: File(body, MEDIA_TYPES[PurePath(name).suffix], fingerprint)
        for name, body in bodies.items()
    }


FILES = _read_files()


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return a page as HTML."""
    return _templates.get_template(template).render(context)


def static(name: str) -> str:
    """Return the address of a file, which changes whenever one of ours does."""
    return f"/static/{FILES[name].fingerprint}/{name}"


def spell_money(amount: float, currency: str) -> str:
    """Return major units as people write them: `$12.50`."""
    return money.spell(money.to_minor(Decimal(str(amount)), currency), currency)


def spell_time(iso: str) -> str:
    """Return a time (RFC 3339, UTC) as people write it: `5 Nov 2026, 19:30 UTC`."""
    at = datetime.fromisoformat(iso)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def spell_there(iso: str, time_zone: str, what: str = "full") -> str:
    """Return a time as the clocks of a place show it: `Sat 5 Dec 2026, 19:30`.

    `what` is wanted of it: "full", "day" (`Sat 5 Dec 2026`), "month" (`December 2026`) or "hour".
    """
    at = datetime.fromisoformat(iso).astimezone(ZoneInfo(time_zone))
    day = f"{at:%a} {at.day} {at:%b %Y}"
    spelled = {"day": day, "month": f"{at:%B %Y}", "hour": f"{at:%H:%M}"}
    return spelled.get(what, f"{day}, {at:%H:%M}")


def spell_days(first: str, last: str, time_zone: str) -> str:
    """Return the days from one time to another, each word once: `5-12 Dec 2026`, with a dash."""
    zone = ZoneInfo(time_zone)
    begin, end = (datetime.fromisoformat(iso).astimezone(zone) for iso in (first, last))
    if begin.date() == end.date():
        return spell_there(first, time_zone)
    until = f"{end.day} {end:%b %Y}"
    if begin.year != end.year:
        return f"{begin.day} {begin:%b %Y} {DASH} {until}"
    if begin.month != end.month:
        return f"{begin.day} {begin:%b} {DASH} {until}"
    return f"{begin.day}{DASH}{until}"


def spell_seat(label: str) -> str:
    """Return a seat's label as one says it: `Stalls, row A, seat 12`; `Floor, place 17`."""
    section, _, rest = label.partition("/")
    row, _, seat = rest.partition("/")
    return f"{section}, row {row}, seat {seat}" if seat else f"{section}, place {row}"


def opening(text: str) -> str | None:
    """Return how a long text begins, to the end of a word; None when it is short."""
    begin = "\n".join(text.split("\n")[:OPENING_LINES])[:OPENING]
    if begin == text:
        return None
    words, space, _ = begin.rpartition(" ")
    return words if space and len(begin) == OPENING else begin


def plain_price(amount: float, currency: str) -> str:
    """Return major units as a form takes them: `12.50`."""
    return f"{amount:.2f}" if money.minor_per_major(currency) > 1 else f"{amount:.0f}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    own_globals: dict[str, Any] = {"static": static}
    own_filters: dict[str, Any] = {
        "money": spell_money,
        "when": spell_time,
        "there": spell_there,
        "days": spell_days,
        "seat": spell_seat,
        "opening": opening,
    }
    environment.globals.update(own_globals)
    environment.filters.update(own_filters)
    return environment


_templates = _environment()
