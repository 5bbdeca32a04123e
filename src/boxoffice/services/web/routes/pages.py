"""How a page is printed: its template, the files it links to, money and times in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from boxoffice.kit import money

PACKAGE = "boxoffice.services.web"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FINGERPRINT = 16  # hex digits: enough to tell one version of a file from another


@dataclass(frozen=True, slots=True)
class File:
    """A file that pages link to."""

    body: bytes
    media_type: str
    fingerprint: str


def _read_files() -> Mapping[str, File]:
    found: dict[str, File] = {}
    for file in (files(PACKAGE) / "static").iterdir():
        body = file.read_bytes()
        media_type = MEDIA_TYPES[PurePath(file.name).suffix]
        found[file.name] = File(body, media_type, sha256(body).hexdigest()[:FINGERPRINT])
    return found


FILES = _read_files()


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return a page as HTML."""
    return _templates.get_template(template).render(context)


def static(name: str) -> str:
    """Return the address of a file, which changes whenever the file does."""
    return f"/static/{FILES[name].fingerprint}/{name}"


def spell_money(amount: float, currency: str) -> str:
    """Return major units as people write them: `$12.50`."""
    return money.spell(money.to_minor(Decimal(str(amount)), currency), currency)


def spell_time(iso: str) -> str:
    """Return a time (RFC 3339, UTC) as people write it: `5 Nov 2026, 19:30 UTC`."""
    at = datetime.fromisoformat(iso)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


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
    own_filters: dict[str, Any] = {"money": spell_money, "when": spell_time}
    environment.globals.update(own_globals)
    environment.filters.update(own_filters)
    return environment


_templates = _environment()
