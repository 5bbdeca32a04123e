"""What the pretend Stripe's tests may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from stack.stripe.shop import Shop, open_shop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """stripe-python 16.1 hands httpx its body by a name that httpx is phasing out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"))


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncGenerator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop
