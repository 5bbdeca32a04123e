"""The SQL of tickets."""

from boxoffice.services.tickets.store.admissions import (
    insert_admissions,
    select_admission,
    select_moved_for_update,
    select_of_holder,
    select_of_orders,
    select_untold_for_update,
    update_admission,
    update_to_tell,
    update_told,
    upsert_order,
)
from boxoffice.services.tickets.store.keys import insert_signing_key, select_signing_keys
from boxoffice.services.tickets.store.listings import (
    insert_ticket,
    select_listed,
    select_of_banned_for_update,
    select_of_seller,
    select_tally,
    select_ticket,
    select_ticket_for_update,
    update_ticket,
    upsert_ban,
)
from boxoffice.services.tickets.store.performances import (
    end_moves,
    select_performance,
    select_performance_for_update,
    select_performances,
    upsert_performance,
)
from boxoffice.services.tickets.store.pictures import (
    take_loose_pictures,
    update_picture,
    upsert_loose_pictures,
)

__all__ = [
    "end_moves",
    "insert_admissions",
    "insert_signing_key",
    "insert_ticket",
    "select_admission",
    "select_listed",
    "select_moved_for_update",
    "select_of_banned_for_update",
    "select_of_holder",
    "select_of_orders",
    "select_of_seller",
    "select_performance",
    "select_performance_for_update",
    "select_performances",
    "select_signing_keys",
    "select_tally",
    "select_ticket",
    "select_ticket_for_update",
    "select_untold_for_update",
    "take_loose_pictures",
    "update_admission",
    "update_picture",
    "update_ticket",
    "update_to_tell",
    "update_told",
    "upsert_ban",
    "upsert_loose_pictures",
    "upsert_order",
    "upsert_performance",
]
