"""Passwords: which are taken, what is kept of them, and which kept one a typed one fits."""

import hashlib
import hmac
import os
import unicodedata
from base64 import b64decode, b64encode
from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from boxoffice.kit.errors import BadInput
from boxoffice.services.identity.model.people import name_of

SCRYPT_LOG_COST, SCRYPT_BLOCK, SCRYPT_LANES = 15, 8, 3  # 243 ms and 32 MiB; OWASP's advice
SALT_BYTES, HASH_BYTES = 16, 32
FEWEST_LETTERS = 4  # different ones; with less even 128 characters are soon guessed


def require_good_password(password: str, *own_words: str) -> None:
    """BadInput for a password that is guessed among the first; `own_words` are the person's."""
    typed = compose(password).casefold()
    if len(set(typed)) < FEWEST_LETTERS:
        raise BadInput("This repeats too few characters; choose another", field="password")
    if typed in _most_used():
        raise BadInput("This is one of the most common passwords; choose another", field="password")
    words = {*own_words, *map(name_of, own_words)}
    if typed in {compose(word).casefold() for word in words}:
        raise BadInput("This is your name or your address; choose another", field="password")


def hash_password(password: str) -> str:
    """Return what is kept of a password: scrypt's parameters, salt and hash (PHC string)."""
    salt = os.urandom(SALT_BYTES)
    hashed = _scrypt(password, salt, SCRYPT_LOG_COST, SCRYPT_BLOCK, SCRYPT_LANES)
    return _spell(salt, hashed)


def fits(password: str, password_hash: str) -> bool:
    """Whether this is the password that was hashed, by the parameters of that time."""
    _, _, parameters, salt, hashed = password_hash.split("$")
    log_cost, block, lanes = (int(one.partition("=")[2]) for one in parameters.split(","))
    tried = _scrypt(password, b64decode(salt), log_cost, block, lanes)
    return hmac.compare_digest(tried, b64decode(hashed))


def compose(password: str) -> str:
    """Return a password as every keyboard has it; they differ in how they send an é (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


@cache
def _most_used() -> frozenset[str]:
    """Return the 30,000 passwords that leaks hold most often."""
    return frozenset(FREQUENCY_LISTS["passwords"])


def _scrypt(password: str, salt: bytes, log_cost: int, block: int, lanes: int) -> bytes:
    cost = 2**log_cost
    return hashlib.scrypt(
        compose(password).encode("utf-8", "surrogatepass"),
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=256 * cost * block,  # twice what it needs: 64 MiB
        dklen=HASH_BYTES,
    )


def _spell(salt: bytes, hashed: bytes) -> str:
    parameters = f"ln={SCRYPT_LOG_COST},r={SCRYPT_BLOCK},p={SCRYPT_LANES}"
    return f"$scrypt${parameters}${b64encode(salt).decode()}${b64encode(hashed).decode()}"


# Whoever tries a password on an unknown address waits as long as on a known one.
NOBODYS_HASH = _spell(os.urandom(SALT_BYTES), os.urandom(HASH_BYTES))
