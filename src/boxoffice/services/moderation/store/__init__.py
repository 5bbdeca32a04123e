"""The SQL of moderation."""

from boxoffice.services.moderation.store.cases import (
    delete_complaints,
    insert_cases,
    insert_complaint,
    insert_verdict,
    select_case,
    select_cases_for_update,
    select_complaints,
    select_verdicts,
    select_waiting,
    update_case,
)
from boxoffice.services.moderation.store.rules import (
    insert_application,
    insert_rules,
    select_application,
    select_judged_before_for_update,
    select_open_application_for_update,
    select_rules,
    select_undecided_by_people,
    update_application,
)

__all__ = [
    "delete_complaints",
    "insert_application",
    "insert_cases",
    "insert_complaint",
    "insert_rules",
    "insert_verdict",
    "select_application",
    "select_case",
    "select_cases_for_update",
    "select_complaints",
    "select_judged_before_for_update",
    "select_open_application_for_update",
    "select_rules",
    "select_undecided_by_people",
    "select_verdicts",
    "select_waiting",
    "update_application",
    "update_case",
]
