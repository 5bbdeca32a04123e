"""What an on-sale for many people needs, worked out from what each thing costs.

It is arithmetic: what a crowd does is assumed, what each thing costs was measured on one machine
that did nothing else, and nothing of it was tried with so many people.
"""

from collections.abc import Iterator, Mapping

from meter import Cost
from row import Row

CROWDS = (10_000, 100_000, 1_000_000)
FIRST_MINUTE = 0.5  # of the people come in the first minute; all of them stay and watch
PAGES = 2  # that each opens: the show's, and the performance's with its seats
TRIES = 2  # of each person to hold seats
PEOPLE_PER_ORDER = 10  # of whom one gets seats, in the first minute; the others are refused
PAYING_SECONDS = 600  # in which all that is held is paid
TELLS = 4  # messages a second to everybody who watches the seats
BUSY = 0.7  # of a core; past that, times to answer grow


def crowds(costs: Mapping[str, Cost]) -> Iterator[Row]:
    """Yield what each crowd asks of the services, and how many cores that is."""
    for people in CROWDS:
        rates = _rates(people)
        cores = [
            sum(rate * costs[key][part] for key, rate in rates.items()) / 1e3 / BUSY
            for part in range(len(Cost._fields))
        ]
        needs = Cost(*cores)
        note = (
            f"{needs.services:,.0f} cores of services, {needs.postgres:,.0f} of PostgreSQL,"
            f" {needs.nats:,.1f} of NATS"
        )
        tried = rates["cost_hold"] + rates["cost_refused"]
        yield Row(f"crowd_{people}", f"{people:,} people: tries to hold", tried, note=note)


def _rates(people: int) -> Mapping[str, float]:
    """Return how many of each thing a second the first minute brings."""
    coming = people * FIRST_MINUTE / 60
    held = people / PEOPLE_PER_ORDER / 60
    return {
        "cost_show": coming * PAGES / 2,
        "cost_performance": coming * PAGES / 2,
        "cost_seats": coming,
        "cost_hold": held,
        "cost_refused": coming * TRIES - held,
        "cost_paid": people / PEOPLE_PER_ORDER / PAYING_SECONDS,
        "cost_told": people * TELLS,
    }
