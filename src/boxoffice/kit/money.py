"""Money: integer minor units inside, a number in major units on the wire."""

from decimal import Decimal

# ISO 4217, exponents 0 and 3. Amounts here have two decimals at most, so the latter cannot be used.
NO_MINOR_UNITS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩"}


def minor_per_major(currency: str) -> int:
    """Return how many minor units make one major: 100, or 1 where there are none."""
    return 1 if currency in NO_MINOR_UNITS else 100


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount of major units in minor ones. Exact: ValueError where it is not whole."""
    minor = amount * minor_per_major(currency)
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has no such fraction")
    return int(minor)


def to_major(minor: int, currency: str) -> float:
    """Return minor units as the number that JSON shows: 1250 USD cents are 12.5."""
    major = minor / minor_per_major(currency)
    return int(major) if major.is_integer() else major


def spell(minor: int, currency: str) -> str:
    """Return an amount as people write it: `$12.50`, `₩110,000`, `12.50 CHF`."""
    per_major = minor_per_major(currency)
    number = f"{minor / per_major:,.2f}" if per_major > 1 else f"{minor:,}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"
