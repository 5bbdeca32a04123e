"""What HTTP may ask of query."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.query.routes import pages, search

__all__ = ["router"]

router = Router()
for part in (search, pages):
    router.routes.extend(part.router.routes)
