"""Small rules of the pages: where people may be sent, and how forms speak."""

from urllib.parse import urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boxoffice.services.web import model
from boxoffice.services.web.routes import pages

PUBLIC = "https://boxoffice.example"


@given(st.text(alphabet="/\\\t\r\n :.@?#%ae", max_size=12))
@example("/orders/1?paid=1")
@example("//evil.example")
@example("/\\evil.example")
def test_a_way_back_stays_on_this_site(text: str):
    path = model.local_path(text)

    assert urljoin(f"{PUBLIC}/signin", path).startswith(f"{PUBLIC}/")
    assert not set(path) & set("\\\t\r\n ")


@pytest.mark.parametrize("path", ["/", "/my/orders", "/orders/1?paid=1", "/tickets/1#main"])
def test_a_path_of_ours_is_kept(path: str):
    assert model.local_path(path) == path


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://checkout.stripe.com/c/pay/cs_test_1", True),
        (f"{PUBLIC}/dev/stripe/pay/cs_test_1", True),
        ("https://checkout.stripe.com.evil.example/", False),
        ("https://checkout.stripe.com@evil.example/", False),
        ("http://checkout.stripe.com/", False),
        ("javascript:alert(1)", False),
        ("//checkout.stripe.com/", False),
    ],
)
def test_people_pay_on_stripes_page_or_ours_and_nowhere_else(url: str, *, trusted: bool):
    assert model.is_checkout(url, PUBLIC) is trusted


def test_a_form_names_the_field_that_is_wrong():
    errors = [
        {"message": "This takes at most 200 characters", "field": "title"},
        {"message": "This must be a number", "field": "price"},
        {"message": "This is stale", "field": "version"},
    ]

    said = model.in_words(errors, {"title": "x" * 201, "price": ""})

    assert said == [
        {"message": "The text takes at most 200 characters", "field": "title"},
        {"message": "Say what it costs", "field": "price"},
        {"message": "This is stale"},
    ]


def test_a_sentence_that_names_its_field_stays_as_it_is():
    errors = [
        {"message": "This is not your password", "field": "current"},
        {"message": "This needs at least 8 characters", "field": "password"},
    ]

    said = model.in_words(errors, {"current": "x", "password": "y"})

    assert [one["message"] for one in said] == [
        "This is not your password",
        "The password needs at least 8 characters",
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("", None),
    ],
)
def test_a_code_is_six_digits_however_they_are_set_apart(typed: str, code: str | None):
    assert model.code_of(typed) == code


@pytest.mark.parametrize(
    ("amount", "currency", "spelled", "typed"),
    [
        (12.5, "USD", "$12.50", "12.50"),
        (1250, "USD", "$1,250.00", "1250.00"),
        (999999.99, "EUR", "€999,999.99", "999999.99"),
        (14500, "JPY", "¥14,500", "14500"),
    ],
)
def test_money_reads_as_people_write_it(amount: float, currency: str, spelled: str, typed: str):
    assert pages.spell_money(amount, currency) == spelled
    assert pages.plain_price(amount, currency) == typed


def test_a_time_reads_as_people_write_it():
    assert pages.spell_time("2026-11-05T19:30:59.123Z") == "5 Nov 2026, 19:30 UTC"


@pytest.mark.parametrize(
    ("first", "last", "spelled"),
    [
        ("2026-12-05T19:30:00Z", "2026-12-05T19:30:00Z", "Sun 6 Dec 2026, 04:30"),
        ("2026-12-05T19:30:00Z", "2026-12-12T10:00:00Z", "6–12 Dec 2026"),
        ("2026-11-30T10:00:00Z", "2026-12-12T10:00:00Z", "30 Nov – 12 Dec 2026"),
        ("2026-12-31T10:00:00Z", "2026-12-31T20:00:00Z", "31 Dec 2026 – 1 Jan 2027"),
    ],
)
def test_days_are_those_of_the_place_and_each_word_is_said_once(
    first: str, last: str, spelled: str
):
    assert pages.spell_days(first, last, "Asia/Seoul") == spelled


@pytest.mark.parametrize(
    ("what", "spelled"),
    [
        ("full", "Sun 25 Oct 2026, 00:30"),
        ("day", "Sun 25 Oct 2026"),
        ("month", "October 2026"),
        ("hour", "00:30"),
    ],
)
def test_a_time_is_told_by_the_clocks_of_the_place_in_summer_too(what: str, spelled: str):
    assert pages.spell_there("2026-10-24T23:30:00Z", "Europe/London", what) == spelled


@pytest.mark.parametrize(
    ("label", "spelled"),
    [("Stalls/A/12", "Stalls, row A, seat 12"), ("Floor/17", "Floor, place 17")],
)
def test_a_seat_is_called_as_people_call_it(label: str, spelled: str):
    assert pages.spell_seat(label) == spelled
