"""The SQL of reviews."""

from boxoffice.services.reviews.store.opinions import delete_vote, insert_report, insert_vote
from boxoffice.services.reviews.store.reviews import (
    delete_texts,
    insert_review,
    insert_text,
    select_of_subject,
    select_review,
    select_review_for_update,
    select_tally,
    select_texts,
    update_review,
    update_verdict_version,
)
from boxoffice.services.reviews.store.subjects import (
    select_subject,
    select_was_there,
    upsert_admission,
    upsert_performance,
    upsert_show,
    upsert_ticket,
)

__all__ = [
    "delete_texts",
    "delete_vote",
    "insert_report",
    "insert_review",
    "insert_text",
    "insert_vote",
    "select_of_subject",
    "select_review",
    "select_review_for_update",
    "select_subject",
    "select_tally",
    "select_texts",
    "select_was_there",
    "update_review",
    "update_verdict_version",
    "upsert_admission",
    "upsert_performance",
    "upsert_show",
    "upsert_ticket",
]
