"""`boxoffice describe`: the documents that follow from what the code declares."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

MADE = "<!-- Made by `make describe`; edit the declarations, not this page. -->"


def documents(services: Sequence[Service]) -> dict[str, str]:
    """Return each generated document by its path below docs/."""
    return {
        "events.md": events_page(services),
        "settings.md": settings_page(),
        "asyncapi.json": json.dumps(asyncapi(services), indent=2) + "\n",
    }


def write(texts: Mapping[str, str], folder: Path) -> list[str]:
    """Write these documents; return the names of those that were not up to date."""
    stale: list[str] = []
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return stale


def stale(texts: Mapping[str, str], folder: Path) -> list[str]:
    """Return the names of documents that do not say what the code declares."""
    return [
        name
        for name, text in texts.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
    ]


def events_page(services: Sequence[Service]) -> str:
    """Return the event graph and the table of events, in Markdown."""
    graph = [
        f"    {service.name} -- {event.__name__} --> {other.name}"
        for service in services
        for event in service.emits
        for other in services
        if event in other.reactions
    ]
    rows = [
        f"| `{event.__name__}` | {service.name} | {_readers(services, event)} |"
        f" `{event.every()}` | {_first_line(event)} |"
        for service in services
        for event in service.emits
    ]
    duties = [f"- **{service.name}** {service.does}." for service in services]
    return "\n".join(
        [
            "# Events",
            MADE,
            "",
            *duties,
            "",
            "```mermaid",
            "graph LR",
            *graph,
            "```",
            "",
            "| event | said by | heard by | subject | meaning |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def settings_page() -> str:
    """Return the table of settings, in Markdown."""
    rows: list[str] = []
    for name, field in Settings.model_fields.items():
        default = "required" if field.is_required() else f"`{_plain(field.default)}`"
        rows.append(f"| `BOXOFFICE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(
        [
            "# Settings",
            MADE,
            "",
            "`boxoffice up` fills in what is required; `boxoffice run` reads all of it from the",
            "environment, and stops with one sentence when something is missing or wrong.",
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def asyncapi(services: Sequence[Service]) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of all events."""
    emitted = [(service, event) for service in services for event in service.emits]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Boxoffice events", "version": "1"},
        "channels": {
            event.__name__: {
                "address": event.every().replace("*", f"{{{event.about}}}"),
                "messages": {
                    event.__name__: {
                        "summary": _first_line(event),
                        "payload": event.model_json_schema(by_alias=True),
                    }
                },
            }
            for _, event in emitted
        },
        "operations": {
            f"{service.name}.{event.__name__}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{event.__name__}"},
            }
            for service, event in emitted
        }
        | {
            f"{service.name}.on{event.__name__}": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{event.__name__}"},
            }
            for service in services
            for event in service.reactions
        },
    }


def _readers(services: Sequence[Service], event: object) -> str:
    return ", ".join(service.name for service in services if event in service.reactions) or "-"


def _first_line(event: type[object]) -> str:
    return (event.__doc__ or "").strip().partition("\n")[0]


def _plain(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return str(default)
