"""A process of the product, with one route more: an echo that checks the sign-in and answers.

`python bench/server.py PORT SERVICE... [--alone]`: with --alone each order has a transaction of its
own, as if there were no batches.
"""

import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import uvloop

from boxoffice.kit import clock
from boxoffice.kit.batch import Batch
from boxoffice.kit.http.routing import Here, Me, Now, Router, allow
from boxoffice.kit.process import create_app
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import load
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import load as load_services
from boxoffice.services.orders.model import Item, Order, Performance
from boxoffice.services.orders.routes.orders import OrderDraft, OrderView

router = Router()
ANY = UUID(int=1)
AT = clock.now()
ORDER = Order(
    order_id=clock.new_id(),
    version=0,
    status="created",
    buyer_id=clock.new_id(),
    total_minor=6000,
    currency="USD",
    placed_at=AT,
    expires_at=AT + timedelta(minutes=15),
    cancelled_because=None,
    items=tuple(Item(ANY, 1, ANY, f"S1/R10/{n}", 3000, 1) for n in (1, 2)),
    performance_id=ANY,
    performance=Performance(
        *(ANY, 1, ANY, "The Tempest", "Globe", "London", "Europe/London", AT, AT, "USD"),
        state="published",
    ),
)


@router.post("/api/echo", status_code=201, response_model_exclude_none=True)
@allow("member", verified=True)
async def post_echo(body: OrderDraft, me: Me, here: Here, now: Now) -> OrderView:
    """Answer what an order of two seats is answered, and do nothing."""
    return OrderView.of(ORDER)


async def _ask_alone(self: Batch[Any, Any], one: Any) -> Any:
    (answer,) = await self._write([one])  # pyright: ignore[reportPrivateUsage]
    if isinstance(answer, Exception):
        raise answer
    return answer


def main() -> None:
    """Run until told to stop."""
    port, *names = [one for one in sys.argv[1:] if not one.startswith("--")]
    settings = load()
    configure_logs(settings.log_level)
    if "--alone" in sys.argv:
        Batch.ask = _ask_alone
    services = load_services(names)
    for service in services:
        if service.name == "orders" and service.routes:
            service.routes.routes.extend(router.routes)
            service.routes.belong_to(service.name)
    uvloop.run(serve(create_app(services, settings), bind("127.0.0.1", int(port))))


if __name__ == "__main__":
    main()
