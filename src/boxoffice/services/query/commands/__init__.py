"""What query does with what it hears, and what it answers."""

from boxoffice.services.query.commands.catalogue import (
    copy_catalogue,
    pass_on_begun,
    rank_outdated,
)
from boxoffice.services.query.commands.news import wait_for
from boxoffice.services.query.commands.search import find_own_shows, find_shows
from boxoffice.services.query.commands.sharing import open_sharing

__all__ = [
    "copy_catalogue",
    "find_own_shows",
    "find_shows",
    "open_sharing",
    "pass_on_begun",
    "rank_outdated",
    "wait_for",
]
