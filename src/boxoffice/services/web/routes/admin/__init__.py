"""What admins see and do: people, and what was done."""

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.admin import audit, bans, people
from boxoffice.services.web.routes.admin.gate import Admin

router = Router()
for part in (people, bans, audit):
    router.routes.extend(part.router.routes)


@router.get("/admin")
@allow("anyone")
async def get_admin(visit: Admin) -> Response:
    """Lead admins to where their day begins."""
    return visit.redirect("/admin/people")
