"""Finding shows: those that are looked for, and one's own. Bodies of answers come back."""

from datetime import datetime

from boxoffice.kit.auth import Person
from boxoffice.kit.database import Queries
from boxoffice.kit.errors import Forbidden
from boxoffice.services.query import store
from boxoffice.services.query.model.search import Search, Sort, Spot


async def find_shows(
    db: Queries, search: Search, sort: Sort, after: Spot | None, limit: int
) -> str:
    """Return a page of shows that are wanted, in order, as JSON."""
    if search.is_hopeless:
        return f'{{"asOf":"{search.at:%Y-%m-%dT%H:%M:%SZ}","items":[],"next":null}}'
    return await store.select_shows(db, search, sort, after, limit)


async def find_own_shows(
    db: Queries, person: Person, at: datetime, after: Spot | None, limit: int
) -> str:
    """Return a page of all shows of an organiser, with drafts, as JSON. Forbidden to others."""
    if not person.may("organiser"):
        raise Forbidden("This needs the role organiser")
    return await store.select_own_shows(db, person.id, at, after and after.show_id, limit)
