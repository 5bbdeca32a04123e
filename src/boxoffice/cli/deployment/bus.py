"""What each service may say and hear on the bus: its user there, from what it declares."""

from collections.abc import Sequence

from boxoffice.events.streams import STANDING, Stream
from boxoffice.kit.bus import KEYS
from boxoffice.kit.freshness import note_freshness
from boxoffice.kit.service import Service

MADE = "# Made by `make describe`; edit the declarations, not this file."
KEYS_OWNER = "identity"  # it alone writes the bucket of keys, and mends both
BUCKETS = (f"KV_{KEYS}", STANDING.name)  # every process watches them
OPERATOR = "operator"  # migrations and the command line
USER = """\
  {{
    user: {name}
    password: ${variable}
    permissions: {{
      publish: {{allow: [
{publish}
      ]}}
      subscribe: {{allow: ["{inbox}"]}}
    }}
  }}"""


def users(services: Sequence[Service]) -> str:
    """Return the users of the bus as a file that the server's configuration includes.

    The operator makes streams and consumers; the others speak and hear what they declare. Each
    password is in the server's environment.
    """
    operator = f"  {{user: {OPERATOR}, password: ${variable(OPERATOR)}}}"
    own = [_user(service) for service in services]
    return "\n".join([MADE, "users: [", operator, *own, "]", ""])


def variable(user: str) -> str:
    """Return the variable of the bus server's environment with a user's password."""
    return f"NATS_{user.upper()}_PASSWORD"


def publishes(service: Service) -> list[str]:
    """Return every subject that a service may publish to."""
    said = {event.every() for event in service.emits}
    if service.name == KEYS_OWNER:
        said |= {f"$KV.{KEYS}.*", *(f"$JS.API.STREAM.MSG.GET.{name}" for name in BUCKETS)}
    heard = [subject for stream in service.listens() for subject in _hearing(stream, service)]
    watched = [subject for name in BUCKETS for subject in _watching(name)]
    return [*sorted(said), *heard, *watched, "$JS.API.INFO", "$JS.FC.>"]


def _user(service: Service) -> str:
    return USER.format(
        name=service.name,
        variable=variable(service.name),
        publish="\n".join(f'        "{subject}"' for subject in publishes(service)),
        inbox=f"_INBOX_{service.name}.>",
    )


def _hearing(stream: Stream, service: Service) -> list[str]:
    """Return what a service asks the bus for on a stream: news, and how much of it there is."""
    asks = [
        f"$JS.API.CONSUMER.MSG.NEXT.{stream.name}.{service.name}",
        f"$JS.ACK.{stream.name}.{service.name}.>",
        f"$JS.API.CONSUMER.INFO.{stream.name}.{service.name}",
        f"$JS.API.STREAM.INFO.{stream.name}",
    ]
    if any(job.run is note_freshness for job in service.jobs):  # it says when the last was said
        asks.append(f"$JS.API.STREAM.MSG.GET.{stream.name}")
    return asks


def _watching(bucket: str) -> list[str]:
    return [
        f"$JS.API.STREAM.INFO.{bucket}",
        f"$JS.API.CONSUMER.INFO.{bucket}.>",
        f"$JS.API.CONSUMER.CREATE.{bucket}",
        f"$JS.API.CONSUMER.CREATE.{bucket}.>",
        f"$JS.API.CONSUMER.DELETE.{bucket}.>",
    ]
