"""`boxoffice audit`: whether all services tell the same story of who has what and who has paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boxoffice.kit import inbox, outbox
from boxoffice.kit.database import open_database
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Audit:
    """What each service counts, and what it still has to say or could not handle."""

    tallies: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    unsent: Mapping[str, int] = field(default_factory=dict[str, int])
    dead: Mapping[str, int] = field(default_factory=dict[str, int])

    def findings(self) -> list[str]:
        """Return a sentence for everything that does not add up; none when all is well."""
        found = [f"{name} has {count} dead letters" for name, count in self.dead.items() if count]
        found += [
            f"{name} has {count} unsent events" for name, count in self.unsent.items() if count
        ]
        for what, counts in sorted(self.by_name().items()):
            if len(set(counts.values())) > 1:
                told = ", ".join(f"{service} says {count}" for service, count in counts.items())
                found.append(f"{what}: {told}")
        return found

    def by_name(self) -> dict[str, dict[str, int]]:
        """Return what is counted, by its name, and then by the service that counts it."""
        names: dict[str, dict[str, int]] = {}
        for service, tally in self.tallies.items():
            for what, count in tally.items():
                names.setdefault(what, {})[service] = count
        return names


async def audit(services: Sequence[Service], settings: Settings) -> Audit:
    """Count everything once. While orders are on their way, numbers differ for a moment."""
    tallies: dict[str, Mapping[str, int]] = {}
    unsent: dict[str, int] = {}
    dead: dict[str, int] = {}
    for service in services:
        async with open_database(service.name, settings) as db:
            if service.tally is not None:
                tallies[service.name] = await service.tally(db)
            unsent[service.name] = await outbox.count_unsent(db)
            dead[service.name] = await inbox.count_dead_letters(db)
    return Audit(tallies, unsent, dead)
