"""What tests of reviews may ask for."""

import pytest

from stage import Someone


@pytest.fixture
def organiser() -> Someone:
    """She puts the show on."""
    return Someone("olivia", roles=("member", "organiser"))


@pytest.fixture
def moderator() -> Someone:
    """He may read everything."""
    return Someone("moritz", roles=("member", "moderator"))
