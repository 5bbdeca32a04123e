"""A process of the product, with echoes: routes that check the sign-in and answer, no more.

`python bench/server.py PORT SERVICE... [--alone]`: with --alone each order has a transaction of its
own, as if there were no batches.
"""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import uvloop
from fastapi import Query, Response

from boxoffice.kit import clock
from boxoffice.kit.batch import Batch
from boxoffice.kit.http.routing import Db, Here, MaybeMe, Me, Now, Router, allow
from boxoffice.kit.process import create_app
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import load
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import load as load_services
from boxoffice.services.orders.model import Item, Order, Performance
from boxoffice.services.orders.routes.orders import OrderDraft, OrderView
from boxoffice.services.query import commands, store
from boxoffice.services.query.routes.fresh import Known, page
from boxoffice.services.query.routes.search import Question
from questions import KINDS

router, pages = Router(), Router()
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


class Kept:
    """Answers that were found once, given again and again."""

    def __init__(self, many: int) -> None:
        self._many = many
        self._bodies: list[str | None] = []
        self._given = 0

    async def again(self, find: Callable[[], Awaitable[str | None]]) -> Response:
        """Answer with one of so many first ones, in turn."""
        if len(self._bodies) < self._many:
            self._bodies.append(await find())
        self._given += 1
        return page(self._bodies[self._given % len(self._bodies)])


HOME, SHOW, SEARCH = Kept(1), Kept(20), Kept(2 * len(KINDS))


@pages.get("/api/echo/pages/home")
@allow("anyone")
async def get_home_echo(
    db: Db, me: MaybeMe, now: Now, known: Annotated[Known, Query()]
) -> Response:
    """Answer with a front page of before."""
    return await HOME.again(partial(store.select_home_page, db, now))


@pages.get("/api/echo/pages/shows/{show_id}")
@allow("anyone")
async def get_show_echo(
    show_id: UUID, db: Db, me: MaybeMe, now: Now, known: Annotated[Known, Query()]
) -> Response:
    """Answer with a show's page of before."""
    return await SHOW.again(partial(store.select_show_page, db, show_id, None, now))


@pages.get("/api/echo/shows")
@allow("anyone")
async def get_shows_echo(
    question: Annotated[Question, Query()], db: Db, me: MaybeMe, now: Now
) -> Response:
    """Answer with what was found before."""
    search = question.search(now)
    return await SEARCH.again(
        partial(commands.find_shows, db, search, question.order, question.spot, question.limit)
    )


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
        if service.routes and (echoes := {"orders": router, "query": pages}.get(service.name)):
            service.routes.routes.extend(echoes.routes)
            service.routes.belong_to(service.name)
    uvloop.run(serve(create_app(services, settings), bind("127.0.0.1", int(port))))


if __name__ == "__main__":
    main()
