"""What people write about shows and tickets, as the pages have it."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.web.routes.reviews import appeals, opinions, people, writing

router = Router()
for part in (writing, opinions, appeals, people):
    router.routes.extend(part.router.routes)
