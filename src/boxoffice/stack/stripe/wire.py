"""Reads Stripe's form encoding: `a[b][0]=c`, bounded, and refused in Stripe's words."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar, cast
from urllib.parse import parse_qsl

from starlette.requests import Request

from boxoffice.stack.stripe.errors import InvalidParameterError, TooLargeError

BODY_BYTES = 64 * 1024  # a full checkout session with a hundred lines stays below
FIELDS = 1000  # a hundred lines of ten fields
DEPTH = 5  # the deepest that is documented: line_items[0][price_data][product_data][name]
TEXT = 5000  # characters, where nothing shorter is documented
METADATA = (50, 40, 500)  # keys, characters of a key, characters of a value
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?")
DIGITS = re.compile(r"-?\d{1,18}")

Tree = dict[str, "str | Tree"]
T = TypeVar("T")


async def read_body(request: Request) -> bytes:
    """Return the whole body, refused as soon as it grows past the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise TooLargeError("The request is too large.")
    return bytes(body)


def read_fields(encoded: bytes) -> list[tuple[str, str]]:
    """Name and value of each form field, in the order sent."""
    try:
        return parse_qsl(
            encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS
        )
    except ValueError:
        raise InvalidParameterError("The request's form encoding cannot be read.") from None


def nest(fields: Iterable[tuple[str, str]]) -> Tree:
    """Turn flat names into a tree; `a[]` counts its entries from 0."""
    root: Tree = {}
    for name, value in fields:
        match = NAME.fullmatch(name)
        keys = re.findall(r"\[([^\[\]]*)\]", match[2]) if match else []
        if match is None or len(keys) > DEPTH:
            raise unknown(name)
        node, last = root, match[1]
        for key in keys:
            inner = node.setdefault(last, {})
            if isinstance(inner, str):
                raise unknown(name)
            node, last = inner, key or str(len(inner))
        node[last] = value
    return root


def unknown(name: str) -> InvalidParameterError:
    """Refuse a parameter that this request does not have."""
    return InvalidParameterError(
        f"Received unknown parameter: {name}", code="parameter_unknown", param=name
    )


class Params:
    """One request's parameters. Readers refuse what is wrong, `finish` what nobody has read."""

    def __init__(self, tree: Tree, path: str = "") -> None:
        self._tree = tree
        self._path = path
        self._read: set[str] = set()
        self._inner: list[Params] = []

    def name(self, key: str) -> str:
        """Return the key's whole name, as the sender wrote it."""
        return f"{self._path}[{key}]" if self._path else key

    def required(self, read: Callable[[str], T | None], key: str) -> T:
        """Whatever `read` makes of the key, which must be there."""
        value = read(key)
        if value is None:
            name = self.name(key)
            raise InvalidParameterError(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
        return value

    def text(self, key: str, *, longest: int = TEXT) -> str | None:
        """One string of 1 to `longest` characters."""
        value = self._take(key)
        if isinstance(value, dict):
            raise self._invalid(key, "Invalid string", "parameter_invalid_string")
        if value == "":
            name = self.name(key)
            raise InvalidParameterError(
                f"You passed an empty string for '{name}'.",
                code="parameter_invalid_empty",
                param=name,
            )
        if value is not None and len(value) > longest:
            what = f"Invalid string: {value[:10]}...; must be at most {longest} characters"
            raise self._invalid(key, what, "parameter_invalid_string")
        return value

    def integer(self, key: str) -> int | None:
        """Return a whole number."""
        value = self.text(key)
        if value is None:
            return None
        if not DIGITS.fullmatch(value):
            raise self._invalid(key, f"Invalid integer: {value}", "parameter_invalid_integer")
        return int(value)

    def positive(self, key: str) -> int | None:
        """Return a whole number of at least 1."""
        value = self.integer(key)
        if value is not None and value < 1:
            what = "This value must be greater than or equal to 1."
            raise self._invalid(key, what, "parameter_invalid_integer")
        return value

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        value = self.choice(key, ("true", "false"))
        return None if value is None else value == "true"

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        """One of the allowed words."""
        value = self.text(key)
        if value is not None and value not in allowed:
            what = f"Invalid {self.name(key)}: must be one of {', '.join(allowed)}"
            raise self._invalid(key, what)
        return value

    def currency(self, key: str) -> str | None:
        """Return a three-letter code in lower case."""
        value = self.text(key)
        if value is not None and not re.fullmatch(r"[A-Za-z]{3}", value):
            raise self._invalid(key, f"Invalid currency: {value.lower()}")
        return value and value.lower()

    def url(self, key: str) -> str | None:
        """Return an absolute http(s) address."""
        value = self.text(key)
        if value is not None and not URL.fullmatch(value):
            raise self._invalid(key, "Not a valid URL", "url_invalid")
        return value

    def email(self, key: str) -> str | None:
        """Return something that may be an e-mail address."""
        value = self.text(key, longest=512)
        if value is not None and not EMAIL.fullmatch(value):
            raise self._invalid(key, f"Invalid email address: {value}", "email_invalid")
        return value

    def inner(self, key: str) -> "Params":
        """Return the parameters below this one; none when it is absent."""
        value = self._take(key)
        if isinstance(value, str):
            raise self._invalid(key, "Invalid object")
        return self._below(value or {}, key)

    def entries(self, key: str, *, most: int = 100) -> list["Params"]:
        """Return the parameters of each entry of a list of objects."""
        tree = self._list(key, most)
        within = self._below(tree, key)
        return [within.inner(entry) for entry in tree]

    def words(self, key: str, *, most: int = 20) -> list[str]:
        """Return the strings of a list."""
        tree = self._list(key, most)
        within = self._below(tree, key)
        return [within.required(within.text, entry) for entry in tree]

    def metadata(self, key: str = "metadata") -> dict[str, str]:
        """Return Stripe's key-value pairs, within their documented limits."""
        keys, key_length, value_length = METADATA
        value = self._take(key)
        if isinstance(value, str):
            raise self._invalid(key, "Invalid object")
        pairs = value or {}
        if len(pairs) > keys:
            raise self._invalid(key, f"Metadata can hold at most {keys} keys.")
        for word, entry in pairs.items():
            if isinstance(entry, dict) or len(word) > key_length or len(entry) > value_length:
                what = f"Metadata keys hold up to {key_length} characters, values {value_length}."
                raise self._invalid(key, what)
        return cast("dict[str, str]", pairs)

    def finish(self) -> None:
        """Refuse the first parameter that nobody has read."""
        for key in self._tree:
            if key not in self._read:
                raise unknown(self.name(key))
        for inner in self._inner:
            inner.finish()

    def _take(self, key: str) -> "str | Tree | None":
        self._read.add(key)
        return self._tree.get(key)

    def _below(self, tree: Tree, key: str) -> "Params":
        below = Params(tree, self.name(key))
        self._inner.append(below)
        return below

    def _list(self, key: str, most: int) -> Tree:
        value = self._take(key)
        if isinstance(value, str):
            raise self._invalid(key, "Invalid array")
        if len(value or {}) > most:
            raise self._invalid(key, f"Array {self.name(key)} exceeded maximum {most} elements.")
        return value or {}

    def _invalid(self, key: str, message: str, code: str | None = None) -> InvalidParameterError:
        return InvalidParameterError(message, code=code, param=self.name(key))
