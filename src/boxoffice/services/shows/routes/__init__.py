"""What HTTP may ask of shows."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.shows.routes import performances, pictures, shows, venues

__all__ = ["router"]

router = Router()
for part in (venues, shows, pictures, performances):
    router.routes.extend(part.router.routes)
