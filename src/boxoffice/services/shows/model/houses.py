"""The house of an imported performance: the seats of the map where there is one, else admission."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from boxoffice.kit.errors import BadInput
from boxoffice.services.shows.model.plan import AISLE, FIRST_ROW, SectionPlan, draw
from boxoffice.services.shows.model.venues import Venue

HOUSE = "전석"  # "all seats": one price for the whole house


def furnish(venue: Venue, names: Collection[str], capacity: int) -> Venue:
    """Return the venue with these sections, as they are on its map.

    Those that the map lacks are general admission with so many places, behind the others. BadInput
    when these are too many.
    """
    kept = [section for section in venue.sections if section.name in names]
    known = {section.name for section in kept}
    plans = [SectionPlan(name, capacity=capacity) for name in names if name not in known]
    if not plans:
        return replace(venue, sections=tuple(kept))
    try:
        drawn = draw(plans)
    except ValueError as error:
        raise BadInput(str(error)) from None
    behind = max((section.y + section.height + AISLE for section in kept), default=FIRST_ROW)
    added = [section.model_copy(update={"y": section.y + behind - FIRST_ROW}) for section in drawn]
    return replace(venue, sections=(*kept, *added))


def spread(prices: Mapping[str, int], names: Iterable[str]) -> Mapping[str, int]:
    """Return the price of each section: one for the whole house is that of all these sections."""
    sections = list(names)
    if set(prices) == {HOUSE} and HOUSE not in sections:
        return dict.fromkeys(sections, prices[HOUSE])
    return prices
