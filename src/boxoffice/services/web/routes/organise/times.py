"""Times as people at a venue tell them, and as services do: `2026-12-05T19:30`, and UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from boxoffice.kit.errors import BadInput

FIRST_YEAR, LAST_YEAR = 2000, 2199  # what stands outside of these is mistyped


def write_local(iso: str | None, time_zone: str) -> str:
    """Return a time (RFC 3339) as a form at this place holds it; nothing for none."""
    if not iso:
        return ""
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(time_zone)):%Y-%m-%dT%H:%M}"


def read_local(text: str, time_zone: str, was: str | None = None) -> datetime | None:
    """Return the time, in UTC, that somebody at this place typed; None for nothing.

    `was` is what the form held (RFC 3339): what nobody touched stays as it is, to the second.
    BadInput for what is no time, and for one that a change of clocks leaves out or repeats.
    """
    text = text.strip()
    if not text:
        return None
    if was and text == write_local(was, time_zone):
        return datetime.fromisoformat(was).astimezone(UTC)
    return _in_utc(_typed(text), time_zone)


def _typed(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("Type a day and a time, such as 2026-12-31 19:30") from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise BadInput(f"The year must be {FIRST_YEAR} to {LAST_YEAR}")
    return local


def _in_utc(local: datetime, time_zone: str) -> datetime:
    if local.tzinfo:
        return local.astimezone(UTC)
    zone = ZoneInfo(time_zone)
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return early
    when = f"{local:%H:%M} on {local.day} {local:%b %Y}"
    if early.astimezone(zone).replace(tzinfo=None) != local:
        raise BadInput(
            f"There is no {when} in {time_zone}: the clocks go forward then. Choose another time"
        )
    raise BadInput(
        f"{local:%H:%M} comes twice on {local.day} {local:%b %Y} in {time_zone}: the clocks go"
        " back then. Choose another time"
    )
