"""What tests of tickets may ask for."""

import pytest

from stage import Someone


@pytest.fixture
def organiser() -> Someone:
    """She puts the show on, and stands at its door."""
    return Someone("olivia", roles=("member", "organiser"))
