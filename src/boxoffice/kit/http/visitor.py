"""From where a request comes: the peer's address, or what somebody trusted says it is.

Anybody can send a header, so a header counts only from who can be believed: one of our own
services, which signs it with the secret that they share, or a proxy in `trusted_proxies`.
"""

import hmac
from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from starlette.datastructures import Headers
from starlette.types import Scope

from boxoffice.kit.settings import Settings

VISITOR = "Visitor"  # `<address> <signature>`, from one of our services to another
KNOWN = 10_000  # addresses that are not read anew
LONGEST_ADDRESS = 64  # characters; an IPv6 one with the name of an interface has fewer
UNKNOWN = "0.0.0.0"  # noqa: S104 - a peer without an address, such as a socket file


def vouch(address: str, settings: Settings) -> str:
    """Return the header by which a service tells another where its own visitor comes from."""
    return f"{address} {_sign(address, settings)}"


def address_of(scope: Scope, headers: Headers, settings: Settings) -> str:
    """Return the IP address that a request comes from."""
    if vouched := _vouched(headers.get(VISITOR, ""), settings):
        return vouched
    client = scope.get("client")
    said = ",".join(headers.getlist("x-forwarded-for"))  # some proxies add a line of their own
    address = UNKNOWN
    for hop in reversed([*said.split(","), client[0] if client else UNKNOWN]):  # the nearest first
        found = _ip(hop)
        if found is None:
            break
        address = str(found)
        if not _is_trusted(found, settings):
            break
    return address


def neighbourhood(address: str) -> str:
    """Return what one visitor can call their own: an IPv4 address, or an IPv6 network of 64 bits."""
    found = _ip(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or address)


def _vouched(said: str, settings: Settings) -> str | None:
    address, _, signature = said.partition(" ")
    if not signature.isascii() or not signature:
        return None
    return address if hmac.compare_digest(signature, _sign(address, settings)) else None


def _sign(address: str, settings: Settings) -> str:
    secret = settings.hop_secret.get_secret_value().encode()
    return hmac.digest(secret, f"visitor {address}".encode(), "sha256").hex()


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    address = text.strip()
    return _read(address) if len(address) <= LONGEST_ADDRESS else None


@lru_cache(KNOWN)
def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: IPv4Address | IPv6Address, settings: Settings) -> bool:
    return any(address in network for network in _networks(settings.trusted_proxies))


@cache
def _networks(listed: str) -> Sequence[IPv4Network | IPv6Network]:
    return [ip_network(network.strip()) for network in filter(None, listed.split(","))]
