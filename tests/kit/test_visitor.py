"""From where a request comes, and whose word about it counts."""

import pytest
from starlette.datastructures import Headers

from boxoffice.kit.http.visitor import UNKNOWN, VISITOR, address_of, neighbourhood, vouch
from boxoffice.kit.settings import Settings

PEER = "203.0.113.9"
PROXY = "10.1.2.3"
OUTER = "fd00::7"
HOME = "198.51.100.4"
FORGED = "6.6.6.6"


@pytest.fixture
def behind(settings: Settings) -> Settings:
    """Settings of a service behind two proxies."""
    return settings.model_copy(update={"trusted_proxies": "10.0.0.0/8, fd00::/8,"})


def test_a_request_comes_from_whoever_is_at_the_other_end(settings: Settings):
    assert _address(settings, PEER) == PEER
    assert _address(settings, "2001:db8::1") == "2001:db8::1"


def test_who_comes_by_ipv6_from_an_ipv4_address_is_the_same_visitor(behind: Settings):
    assert _address(behind, f"::ffff:{PEER}") == PEER
    assert _address(behind, f"::ffff:{PROXY}", forwarded=HOME) == HOME
    assert _address(behind, PROXY, forwarded=f"::ffff:{HOME}") == HOME


@pytest.mark.parametrize("peer", [PEER, PROXY, "127.0.0.1"])
def test_where_nobody_is_trusted_nobodys_word_counts(settings: Settings, peer: str):
    assert _address(settings, peer, forwarded=FORGED) == peer


def test_a_stranger_may_say_what_they_like(behind: Settings):
    assert _address(behind, PEER, forwarded=FORGED) == PEER
    assert _address(behind, PEER, forwarded=f"{FORGED}, {PROXY}") == PEER


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (HOME, HOME),
        (f" {HOME} ", HOME),
        (f"{FORGED}, {HOME}", HOME),
        (f"{FORGED},{HOME},{OUTER}", HOME),
        (f"{FORGED}, {HOME}, {OUTER}, 10.9.9.9", HOME),
        (f"{PROXY}, {FORGED}, {HOME}", HOME),
        (f"{OUTER}, 10.9.9.9", OUTER),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_of_a_chain_of_proxies_the_last_that_is_not_trusted_is_the_visitor(
    behind: Settings, forwarded: str, address: str
):
    assert _address(behind, PROXY, forwarded=forwarded) == address


def test_a_proxy_may_add_a_line_of_its_own(behind: Settings):
    assert _address(behind, PROXY, forwarded=(FORGED, HOME)) == HOME
    assert _address(behind, PROXY, forwarded=(f"{FORGED}, {FORGED}", f"{HOME}, {OUTER}")) == HOME


@pytest.mark.parametrize(
    "garbage",
    ["", ",", "nonsense", "1.2.3", f"{HOME}:80", "<script>", "é", f"2001:db8::1%{'x' * 64}"],
)
def test_what_is_no_address_ends_the_chain(behind: Settings, garbage: str):
    assert _address(behind, PROXY, forwarded=garbage) == PROXY
    assert _address(behind, PROXY, forwarded=f"{FORGED}, {garbage}, {OUTER}") == OUTER
    assert _address(behind, PROXY, forwarded=f"{garbage}, {HOME}") == HOME


def test_one_of_our_services_is_believed(settings: Settings, behind: Settings):
    for ours in (settings, behind):
        assert _address(ours, PEER, visitor=vouch(HOME, settings)) == HOME
        assert _address(ours, PROXY, forwarded=PEER, visitor=vouch(HOME, settings)) == HOME
        assert _address(ours, PEER, visitor=vouch("2001:db8::1", settings)) == "2001:db8::1"


def test_whoever_only_looks_like_one_of_our_services_is_not_believed(settings: Settings):
    other = settings.model_copy(update={"hop_secret": settings.secret})
    signature = vouch(HOME, settings).partition(" ")[2]

    forgeries = [
        FORGED,
        f"{FORGED} ",
        f"{FORGED} {signature}",
        f"{HOME} {signature[:-1]}",
        f"{HOME} {signature} ",
        f"{HOME}  {signature}",
        f" {signature}",
        f"{FORGED} é",
        f"é {signature}",
        vouch(FORGED, other),
    ]

    assert [_address(settings, PEER, visitor=one) for one in forgeries] == [PEER] * len(forgeries)


@pytest.mark.parametrize("peer", [None, "", "a socket file"])
def test_a_peer_without_an_address_is_unknown_whatever_it_says(settings: Settings, peer: str):
    assert _address(settings, peer) == UNKNOWN
    assert _address(settings, peer, visitor=f"{FORGED} nothing", forwarded=FORGED) == UNKNOWN


@pytest.mark.parametrize(
    ("address", "own"),
    [
        (HOME, HOME),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        (f"::ffff:{HOME}", HOME),
        ("::1", "::/64"),
        (UNKNOWN, UNKNOWN),
        ("nonsense", "nonsense"),
    ],
)
def test_of_ipv6_a_visitor_calls_a_network_their_own(address: str, own: str):
    assert neighbourhood(address) == own


def _address(
    settings: Settings,
    peer: str | None,
    *,
    forwarded: str | tuple[str, ...] = (),
    visitor: str | None = None,
) -> str:
    """Where a request comes from, by its peer and what its headers say."""
    lines = (forwarded,) if isinstance(forwarded, str) else forwarded
    raw = [(b"x-forwarded-for", line.encode()) for line in lines]
    if visitor is not None:
        raw.append((VISITOR.lower().encode(), visitor.encode("latin-1")))
    client = None if peer is None else (peer, 5_000)
    return address_of({"type": "http", "client": client}, Headers(raw=raw), settings)
