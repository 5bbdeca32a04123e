"""What scrypt costs here: its work is the product's, but there is less of it.

A quarter of a second for each of a thousand passwords is what a run of tests would mostly wait for.
Whoever tests that price itself pays it.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from boxoffice.services.identity import model
from boxoffice.services.identity.model import passwords

LOW = 4  # scrypt's log cost: each 1 more is twice as much work
FULL = passwords.SCRYPT_LOG_COST


@contextmanager
def scrypt_at(log_cost: int) -> Generator[None]:
    """Hash passwords, and the one of nobody, with that much work until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "SCRYPT_LOG_COST", log_cost)
        patch.setattr(model, "NOBODYS_HASH", model.hash_password(os.urandom(16).hex()))
        yield
