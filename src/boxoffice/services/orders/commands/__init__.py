"""What can be done with orders, and with the performances whose seats they are for."""

from boxoffice.services.orders.commands.boards import Board, Boards, Form
from boxoffice.services.orders.commands.box import Box, open_box
from boxoffice.services.orders.commands.orders import (
    await_payment,
    cancel_order,
    cancel_own_order,
    complete_order,
    get_own_order,
    get_own_orders,
    heed_bans,
    place_best,
    place_order,
)
from boxoffice.services.orders.commands.performances import (
    SHOWN_HOURS,
    copy_performance,
    count_seats,
    empty_cancelled,
    get_own_performance,
    get_sales,
)
from boxoffice.services.orders.commands.placing import place_orders

__all__ = [
    "SHOWN_HOURS",
    "Board",
    "Boards",
    "Box",
    "Form",
    "await_payment",
    "cancel_order",
    "cancel_own_order",
    "complete_order",
    "copy_performance",
    "count_seats",
    "empty_cancelled",
    "get_own_order",
    "get_own_orders",
    "get_own_performance",
    "get_sales",
    "heed_bans",
    "open_box",
    "place_best",
    "place_order",
    "place_orders",
]
