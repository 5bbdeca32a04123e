"""What moderators see and do: texts that wait, how each was judged, and the rules."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.web.routes.moderation import cases, queue, rules

router = Router()
for part in (queue, rules, cases):
    router.routes.extend(part.router.routes)
