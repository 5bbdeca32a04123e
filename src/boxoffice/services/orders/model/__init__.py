"""What orders knows, and by which rules."""

from boxoffice.services.orders.model.bans import Ban
from boxoffice.services.orders.model.house import House, Place
from boxoffice.services.orders.model.offers import Draft, Guest, Offer, Wish
from boxoffice.services.orders.model.orders import Item, Order
from boxoffice.services.orders.model.performances import (
    LARGEST_ORDER,
    Count,
    HourSales,
    Performance,
    SectionSales,
    offer_of,
)
from boxoffice.services.orders.model.sale import Sale

__all__ = [
    "LARGEST_ORDER",
    "Ban",
    "Count",
    "Draft",
    "Guest",
    "HourSales",
    "House",
    "Item",
    "Offer",
    "Order",
    "Performance",
    "Place",
    "Sale",
    "SectionSales",
    "Wish",
    "offer_of",
]
