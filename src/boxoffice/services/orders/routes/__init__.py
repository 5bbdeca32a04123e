"""What HTTP may ask of orders, and of the seats that they are for."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.orders.routes import orders, seats

__all__ = ["router"]

router = Router()
for part in (orders, seats):
    router.routes.extend(part.router.routes)
