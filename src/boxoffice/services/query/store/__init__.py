"""The SQL of query."""

from boxoffice.services.query.store.catalogue import (
    lock_catalogue,
    upsert_performances,
    upsert_shows,
)
from boxoffice.services.query.store.finds import (
    refresh_cards,
    refresh_finds,
    select_begun,
    select_next_start,
)
from boxoffice.services.query.store.houses import (
    select_home_page,
    select_organiser_page,
    select_own_page,
    select_show_page,
)
from boxoffice.services.query.store.lists import (
    select_market_page,
    select_own_orders,
    select_own_texts,
    select_own_tickets,
    select_replies_page,
)
from boxoffice.services.query.store.market import (
    renew_ratings,
    upsert_admissions,
    upsert_cases,
    upsert_orders,
    upsert_people,
    upsert_reviews,
    upsert_tickets,
)
from boxoffice.services.query.store.news import select_version
from boxoffice.services.query.store.pages import (
    SHELF,
    TEXTS,
    select_person_page,
    select_queue_page,
    select_texts_page,
    select_ticket_page,
)
from boxoffice.services.query.store.sales import (
    select_days_noted,
    select_outdated,
    select_tally,
    update_free,
    upsert_availability,
    upsert_sales,
    upsert_sold_by_day,
)
from boxoffice.services.query.store.search import (
    select_best_sellers,
    select_cities,
    select_own_shows,
    select_shows,
)

__all__ = [
    "SHELF",
    "TEXTS",
    "lock_catalogue",
    "refresh_cards",
    "refresh_finds",
    "renew_ratings",
    "select_begun",
    "select_best_sellers",
    "select_cities",
    "select_days_noted",
    "select_home_page",
    "select_market_page",
    "select_next_start",
    "select_organiser_page",
    "select_outdated",
    "select_own_orders",
    "select_own_page",
    "select_own_shows",
    "select_own_texts",
    "select_own_tickets",
    "select_person_page",
    "select_queue_page",
    "select_replies_page",
    "select_show_page",
    "select_shows",
    "select_tally",
    "select_texts_page",
    "select_ticket_page",
    "select_version",
    "update_free",
    "upsert_admissions",
    "upsert_availability",
    "upsert_cases",
    "upsert_orders",
    "upsert_people",
    "upsert_performances",
    "upsert_reviews",
    "upsert_sales",
    "upsert_shows",
    "upsert_sold_by_day",
    "upsert_tickets",
]
