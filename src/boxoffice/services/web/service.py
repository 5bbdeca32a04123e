"""The service web: what people see."""

from boxoffice.kit.service import Service
from boxoffice.services.web import gateway, routes

service = Service(
    name="web",
    does="shows people pages, and asks the other services on their behalf",
    routes=routes.router,
    asks=[
        "identity",
        "shows",
        "tickets",
        "orders",
        "payments",
        "reviews",
        "moderation",
        "query",
    ],
    opens=gateway.open_neighbours,
    refuse_page=routes.refuse,
)
