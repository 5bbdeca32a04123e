"""What tests of moderation may ask for."""

import pytest

from stage import Someone


@pytest.fixture
def moderator() -> Someone:
    """She decides what may be seen."""
    return Someone("maria", roles=("member", "moderator"))


@pytest.fixture
def rival() -> Someone:
    """He decides, too."""
    return Someone("marek", roles=("member", "moderator"))
