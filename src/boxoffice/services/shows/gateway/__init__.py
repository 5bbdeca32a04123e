"""How shows talks to the performing-arts open API: lists page by page, and one document at a time."""

from boxoffice.services.shows.gateway.documents import Listed
from boxoffice.services.shows.gateway.kopis import Kopis, open_kopis

__all__ = ["Kopis", "Listed", "open_kopis"]
