"""Amounts in a currency's smallest unit: how they are written, and how small they may be."""

from boxoffice.stack.stripe.errors import InvalidParameterError

WITHOUT_DECIMALS = {
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
    "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
}  # fmt: skip
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "krw": "₩", "inr": "₹"}
LARGEST = 99_999_999  # eight digits, in any currency
SMALLEST = {  # what a charge must come to, where Stripe documents a minimum
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip


def written(amount: int, currency: str) -> str:
    """Write the amount for people: €24.00, ¥2400, 24.00 CHF."""
    number = str(amount) if currency in WITHOUT_DECIMALS else f"{amount / 100:,.2f}"
    sign = SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency.upper()}"


def check_amount(amount: int, currency: str, *, what: str, param: str) -> None:
    """Refuse an amount that no card could be charged; `what` begins the sentence."""
    smallest = SMALLEST.get(currency, 1)
    if amount < smallest:
        least = f"{written(smallest, currency)} {currency}"
        raise InvalidParameterError(
            f"{what} at least {least}", code="amount_too_small", param=param
        )
    if amount > LARGEST:
        most = f"{written(LARGEST, currency)} {currency}"
        raise InvalidParameterError(
            f"{what} no more than {most}", code="amount_too_large", param=param
        )
