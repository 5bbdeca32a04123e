"""What organisers see and do: their venues, shows and performances, and how these sell."""

from boxoffice.kit.http.routing import Router
from boxoffice.services.web.routes.organise import (
    changes,
    overview,
    performances,
    pictures,
    sales,
    shows,
    venues,
)

router = Router()
for part in (overview, venues, shows, pictures, performances, changes, sales):
    router.routes.extend(part.router.routes)
