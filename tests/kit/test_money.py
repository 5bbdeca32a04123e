"""Money: exact inside, readable outside."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kit import money

CURRENCIES = st.sampled_from(["USD", "EUR", "CHF", "JPY", "KRW"])
LARGEST = 99_999_999  # minor units: the card processor's own limit


@given(st.integers(min_value=0, max_value=LARGEST), CURRENCIES)
def test_what_goes_out_comes_back(minor: int, currency: str):
    shown = money.to_major(minor, currency)

    assert money.to_minor(Decimal(str(shown)), currency) == minor


@given(st.decimals(min_value=0, max_value=LARGEST // 100, places=2))
def test_two_decimals_are_exact(amount: Decimal):
    assert money.to_minor(amount, "USD") == int(amount.scaleb(2))


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "USD"), ("1.5", "JPY"), ("9.999", "EUR")]
)
def test_a_fraction_that_a_currency_lacks_is_refused(amount: str, currency: str):
    with pytest.raises(ValueError, match=f"{currency} has no such fraction"):
        money.to_minor(Decimal(amount), currency)


def test_whole_amounts_are_shown_without_decimals():
    assert str(money.to_major(1200, "USD")) == "12"
    assert str(money.to_major(1250, "USD")) == "12.5"
    assert str(money.to_major(1250, "JPY")) == "1250"


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (1250, "USD", "$12.50"),
        (110_000, "KRW", "₩110,000"),
        (123_456_789, "EUR", "€1,234,567.89"),
        (1250, "CHF", "12.50 CHF"),
        (0, "GBP", "£0.00"),
    ],
)
def test_amounts_are_spelt_as_people_write_them(minor: int, currency: str, words: str):
    assert money.spell(minor, currency) == words
