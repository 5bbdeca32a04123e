"""How a performance sells."""

from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Now, Router, allow
from boxoffice.services.web.routes.organise import charts
from boxoffice.services.web.routes.organise.gate import Organiser, get_own

router = Router()


@router.get("/organise/performances/{performance_id}/sales")
@allow("anyone")
async def get_sales(visit: Organiser, now: Now, performance_id: UUID) -> Response:
    """Show how many places are sold, held and free, where, since when, and for how much."""
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    if performance["state"] == "draft":
        return visit.redirect(f"/organise/performances/{performance_id}")
    answer = await visit.ask("orders", "GET", f"/api/performances/{performance_id}/sales")
    sales = answer.found()
    sections = sales["sections"]
    return visit.page(
        "organise-sales.html",
        performance=performance,
        sales=sales,
        whole=charts.share(sales),
        sections=[(section, charts.share(section)) for section in sections],
        hours=charts.hours(sales["hours"], now),
        height=charts.HEIGHT,
        bar=charts.BAR,
    )
