"""What HTTP may ask of tickets."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.tickets.routes import admissions, listings, pictures

__all__ = ["router"]

router = Router()
for part in (listings, pictures, admissions):
    router.routes.extend(part.router.routes)
