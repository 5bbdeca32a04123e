"""The documents of the open API: XML of a stranger, read into the words of our model."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from boxoffice.kit.errors import Unavailable
from boxoffice.services.shows.model.kopis import ShowText, VenueText

LONGEST_ID = 40  # characters; theirs have eight
LONGEST_SEEN = 200  # characters of a state and two dates
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A show in a list: its id, and what changes when it is worth another look."""

    show_id: str
    seen: str  # its state and dates


class Unreadable(Exception):  # noqa: N818 - it names the outcome
    """This is no document."""


def read_listed(document: bytes) -> list[Listed]:
    """Return the shows of a page; what has no id of theirs is passed over.

    Unreadable, and Unavailable where they refuse.
    """
    return [
        Listed(show_id, " ".join(_text(db, name) for name in ("prfstate", "prfpdfrom", "prfpdto")))
        for db in _read(document).iter("db")
        if is_id(show_id := _text(db, "mt20id"))
    ]


def read_show(document: bytes) -> ShowText | None:
    """Return one show; None when there is none in it. Unreadable, Unavailable."""
    db = _read(document).find("db")
    if db is None or not is_id(_text(db, "mt20id")):
        return None
    return ShowText(
        show_id=_text(db, "mt20id"),
        venue_id=_text(db, "mt10id"),
        title=_text(db, "prfnm"),
        first=_text(db, "prfpdfrom"),
        last=_text(db, "prfpdto"),
        cast=_text(db, "prfcast"),
        run_time=_text(db, "prfruntime"),
        age=_text(db, "prfage"),
        prices=_text(db, "pcseguidance"),
        story=_text(db, "sty"),
        genre=_text(db, "genrenm"),
        timetable=_text(db, "dtguidance"),
    )


def read_venue(document: bytes) -> VenueText | None:
    """Return one venue; None when there is none in it. Unreadable, Unavailable."""
    db = _read(document).find("db")
    if db is None or not is_id(_text(db, "mt10id")):
        return None
    return VenueText(
        venue_id=_text(db, "mt10id"),
        name=_text(db, "fcltynm"),
        address=_text(db, "adres"),
        latitude=_text(db, "la"),
        longitude=_text(db, "lo"),
    )


def is_id(text: str) -> bool:
    """Whether this is an id as they give them, which can stand in an address."""
    return _ID.fullmatch(text) is not None


def _read(document: bytes) -> Element:
    try:
        root = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"This is no XML ({type(error).__name__})") from None
    if said := root.findtext(".//errmsg"):
        raise Unavailable(f"The open API refuses: {' '.join(said.split())[:LONGEST_SEEN]}")
    return root


def _text(db: Element, name: str) -> str:
    """Return the text of an element; what is empty arrives as one space."""
    return (db.findtext(name) or "").strip()
