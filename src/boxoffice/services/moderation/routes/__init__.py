"""What HTTP may ask of moderation."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.moderation.routes import appeals, cases, rules

__all__ = ["router"]

router = Router()
for part in (rules, cases, appeals):
    router.routes.extend(part.router.routes)
