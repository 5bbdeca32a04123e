"""Resources of Kubernetes as YAML: plain data in, the same text each time."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MADE = "# Made by `make describe`; edit the declarations, not this file."
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")  # what needs no quotes
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}  # that YAML reads otherwise


def written(resources: Sequence[Mapping[str, Any]]) -> str:
    """Return these as documents of one file."""
    texts = ["\n".join(_lines(resource)) for resource in resources]
    return "\n".join([MADE, *(f"---\n{text}" for text in texts)]) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType] - plain data
            if _is_nested(inner):
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in _lines(inner))
            else:
                yield f"{_scalar(key)}: {_scalar(inner)}"
        return
    for inner in value:
        first, *more = _lines(inner) if _is_nested(inner) else [_scalar(inner)]
        yield f"- {first}"
        yield from (f"  {line}" for line in more)


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list) and value not in ({}, [])


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    return json.dumps(value)
