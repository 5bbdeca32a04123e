"""What can be done with texts, and with the rules that judge them."""

from boxoffice.services.moderation.commands.cases import (
    appeal,
    decide,
    get_case,
    get_own_case,
    judge_news,
    undo,
)
from boxoffice.services.moderation.commands.rules import (
    apply_rules,
    change_rules,
    get_application,
    get_rules,
    open_rules,
    run_rules,
    try_rules,
)

__all__ = [
    "appeal",
    "apply_rules",
    "change_rules",
    "decide",
    "get_application",
    "get_case",
    "get_own_case",
    "get_rules",
    "judge_news",
    "open_rules",
    "run_rules",
    "try_rules",
    "undo",
]
