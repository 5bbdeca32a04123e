"""What an on-sale for many people needs, worked out from what each thing costs.

It is arithmetic: what a crowd does is assumed, what each thing costs was measured on one machine,
and none of it was tried with so many people.
"""

from collections.abc import Iterator, Mapping

from meter import Cost
from row import Row

CROWDS = (10_000, 100_000, 1_000_000)
FIRST_MINUTE = 0.5  # of the people come in the first minute; all of them stay and watch
TRIES = 2  # of each to hold seats
PEOPLE_PER_ORDER = 10  # of whom one holds two seats in the first minute; others are refused
PAYING_SECONDS = 600  # in which all that is held is paid
TELLS = 4  # messages a second to everybody who watches the seats
BUSY = 0.7  # of a core: past that, answers take longer and longer


def crowds(costs: Mapping[str, Cost]) -> Iterator[Row]:
    """Yield how many of each kind of thing a crowd asks a second, and how many cores that takes."""
    for people in CROWDS:
        for kind, rates in _rates(people).items():
            services, postgres, nats = (
                sum(rate * costs[key][part] for key, rate in rates.items()) / 1e3 / BUSY
                for part in range(len(Cost._fields))
            )
            note = f"cores: {services:.1f} services, {postgres:.1f} PostgreSQL, {nats:.1f} NATS"
            what = f"{people:,} people: {kind}"
            yield Row(f"crowd_{people}_{kind}", what, sum(rates.values()), note=note)


def _rates(people: int) -> Mapping[str, Mapping[str, float]]:
    """Return how many of each thing a second the first minute brings, by kind."""
    coming = people * FIRST_MINUTE / 60
    held = people / PEOPLE_PER_ORDER / 60
    return {
        "pages": {"cost_show": coming, "cost_performance": coming},
        "holding": {"cost_hold": held, "cost_refused": coming * TRIES - held},
        "watching": {"cost_seats": coming, "cost_told": people * TELLS},
        "paying": {"cost_paid": people / PEOPLE_PER_ORDER / PAYING_SECONDS},
    }
