"""What is thought of texts: rules as plain data, how they read, and what people decide."""

from boxoffice.services.moderation.model.cases import (
    COMPLAINTS_TO_DOUBT_A_PERSON,
    Case,
    Complaint,
    Decided,
    Decision,
    Outcome,
    Status,
    Word,
)
from boxoffice.services.moderation.model.defaults import rules_to_begin_with
from boxoffice.services.moderation.model.judging import Judge, Ruling
from boxoffice.services.moderation.model.rulebook import Application, RuleSet, Sample, Trial
from boxoffice.services.moderation.model.rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    MOST_RULES,
    Rule,
    repeated_name,
)

__all__ = [
    "COMPLAINTS_TO_DOUBT_A_PERSON",
    "LONGEST_NAME",
    "LONGEST_REASON",
    "MOST_RULES",
    "Application",
    "Case",
    "Complaint",
    "Decided",
    "Decision",
    "Judge",
    "Outcome",
    "Rule",
    "RuleSet",
    "Ruling",
    "Sample",
    "Status",
    "Trial",
    "Word",
    "repeated_name",
    "rules_to_begin_with",
]
