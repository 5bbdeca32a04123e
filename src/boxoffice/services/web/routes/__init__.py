"""What a browser may ask for."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.web.routes import (
    account,
    accounts,
    admin,
    files,
    home,
    market,
    moderation,
    orders,
    organise,
    performances,
    recovery,
    reference,
    reviews,
    shows,
)
from boxoffice.services.web.routes.refusals import refuse

__all__ = ["refuse", "router"]

router = Router()
for part in (
    account,
    accounts,
    admin,
    files,
    home,
    market,
    moderation,
    orders,
    organise,
    performances,
    recovery,
    reference,
    reviews,
    shows,
):
    router.routes.extend(part.router.routes)
for route in router.guarded():
    route.include_in_schema = False  # the document is about the API
    if route.methods and "GET" in route.methods:
        route.methods.add("HEAD")
