"""What HTTP may ask of identity."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.identity.routes import accounts, audit, people, recovery, sessions

__all__ = ["router"]

router = Router()
for part in (accounts, sessions, recovery, audit, people):  # `/{person_id}` comes after the rest
    router.routes.extend(part.router.routes)
