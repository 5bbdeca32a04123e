"""What identity knows without asking anybody: addresses, and what is kept of a password."""

import hashlib
from base64 import b64encode

import pytest

from boxoffice.services.identity.model import NOBODYS_HASH, fits, hash_password, is_email
from stage import times_the_work

PLAIN = f"{'a' * 64}@{'b' * 60}.example"
PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "first.last+tickets@mail.example.co.uk",
        "o'brien_{}|~@example.com",
        "jürgen@münchen.example",
        "花子@例え.テスト",
        "a" * 64 + "@" + "b" * 63 + ".example.com",
    ],
)
def test_addresses_as_people_have_them_are_taken(email: str):
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "alice",
        "alice@",
        "@example.com",
        "alice@localhost",
        "alice@@example.com",
        "alice@example..com",
        "alice@-example.com",
        "alice@example-.com",
        ".alice@example.com",
        "alice.@example.com",
        "al..ice@example.com",
        "al ice@example.com",
        "alice@exam ple.com",
        "alice@example.com\n",
        "alice@example.com\r\nBcc: eve@example.com",
        "alice@example.com, eve@example.com",
        "Alice <alice@example.com>",
        '"alice"@example.com',
        "alice@[127.0.0.1]",
        "alice\u200b@example.com",  # looks like another's
        "alice@exam\u202eple.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "é" * 40 + "@" + "ü.example" * 20,  # characters enough, octets too many
    ],
)
def test_what_is_no_address_or_hides_another_is_refused(email: str):
    assert not is_email(email)


@pytest.mark.parametrize(
    "evil",
    ["a" * 254, "a." * 127, "a@" + "b." * 126, "a@" + "-b" * 126, "a@" + "b-" * 126 + "!"],
)
def test_no_address_takes_long_to_refuse(evil: str):
    assert not is_email(evil)
    assert times_the_work(lambda: is_email(evil), beside=lambda: is_email(PLAIN)) < 100


@pytest.mark.usefixtures("full_price")
def test_a_password_is_kept_as_a_salted_scrypt_hash_with_its_parameters():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)

    assert first.startswith("$scrypt$ln=15,r=8,p=3$")
    assert NOBODYS_HASH.startswith("$scrypt$ln=15,r=8,p=3$")
    assert first != second
    assert PASSWORD not in first
    assert fits(PASSWORD, first)
    assert fits(PASSWORD, second)


@pytest.mark.parametrize(
    ("kept", "tried"),
    [
        ("12345678\0abc", "12345678\0xyz"),  # nothing is cut off behind a NUL
        ("x" * 127 + "y", "x" * 127 + "z"),  # nor behind some length
        (" padded ", "padded"),
        (PASSWORD, PASSWORD.upper()),
        (PASSWORD, ""),
        ("\ud800" * 8, "?" * 8),
    ],
)
def test_each_character_of_a_password_counts(kept: str, tried: str):
    password_hash = hash_password(kept)

    assert fits(kept, password_hash)
    assert not fits(tried, password_hash)


def test_a_password_is_the_same_from_every_keyboard():
    password_hash = hash_password("caf\u00e9 au lait")

    assert fits("cafe\u0301 au lait", password_hash)


def test_a_password_hashed_with_weaker_parameters_of_before_still_fits():
    salt = b"s" * 16
    hashed = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**10, r=4, p=1, dklen=32)
    of_before = f"$scrypt$ln=10,r=4,p=1${b64encode(salt).decode()}${b64encode(hashed).decode()}"

    assert fits(PASSWORD, of_before)
    assert not fits("another password", of_before)
