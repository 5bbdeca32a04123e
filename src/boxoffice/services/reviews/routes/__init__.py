"""What HTTP may ask of reviews."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.reviews.routes import opinions, reviews

__all__ = ["router"]

router = Router()
for part in (reviews, opinions):
    router.routes.extend(part.router.routes)
