"""What an operator decides, and what they are told when it does not make sense."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from boxoffice.kit import settings
from boxoffice.kit.settings import SettingsError

ENOUGH = {
    "database_url": "postgresql://db/boxoffice_{service}",
    "nats_url": "nats://nats:4222",
    "secret": "a secret that is long enough for us",
    "hop_secret": "a further secret that is long enough",
    "smtp_url": "smtp://mail",
    "stripe_key": "sk_test_x",
    "stripe_webhook_secret": "whsec_x",
}


@pytest.fixture(autouse=True)
def _bare_environment() -> Generator[None]:
    """Nothing of ours in the environment: it is put back afterwards."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("BOXOFFICE_")}
    for name in ours:
        del os.environ[name]
    yield
    for name in [name for name in os.environ if name.startswith("BOXOFFICE_")]:
        del os.environ[name]
    os.environ.update(ours)


def test_what_is_required_is_enough():
    assert settings.load(given=ENOUGH).hold_seconds == 900


@pytest.mark.parametrize("name", ENOUGH)
def test_a_missing_one_is_named(name: str):
    with pytest.raises(SettingsError, match=f"BOXOFFICE_{name.upper()}: field required"):
        settings.load(given={other: ENOUGH[other] for other in ENOUGH if other != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_seconds", "0"),
        ("hold_seconds", "soon"),
        ("secret", "short"),
        ("currency", "dollars"),
        ("currency", "KWD"),
        ("delivery_tries", "1000"),
        ("log_level", "loud"),
        ("nats_replicas", "perhaps"),
        ("hop_secret", "short"),
        ("trusted_proxies", "10.0.0.0/8,everybody"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("rate_limits", "perhaps"),
    ],
)
def test_a_wrong_one_is_named(name: str, value: str):
    with pytest.raises(SettingsError, match=f"^BOXOFFICE_{name.upper()}: "):
        settings.load(given=ENOUGH | {name: value})


def test_a_refusal_does_not_tell_the_secret():
    with pytest.raises(SettingsError) as refused:
        settings.load(given=ENOUGH | {"secret": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_they_are_read_from_the_environment():
    for name, value in ENOUGH.items():
        os.environ[f"BOXOFFICE_{name.upper()}"] = value
    os.environ |= {"BOXOFFICE_HOLD_SECONDS": "60", "BOXOFFICE_LOG_LEVEL": "error"}

    read = settings.load()

    assert (read.hold_seconds, read.log_level) == (60, "error")


def test_a_file_stands_below_the_environment_and_what_is_given_above_both(tmp_path: Path):
    file = tmp_path / "environment"
    file.write_text(
        "BOXOFFICE_HOLD_SECONDS=1\nBOXOFFICE_TOKEN_SECONDS=10\nBOXOFFICE_CURRENCY=EUR\n"
    )
    os.environ |= {"BOXOFFICE_TOKEN_SECONDS": "20", "BOXOFFICE_CURRENCY": "CHF"}

    read = settings.load(file, ENOUGH | {"currency": "JPY"})

    assert (read.hold_seconds, read.token_seconds, read.currency) == (1, 20, "JPY")


def test_limits_are_in_force_unless_they_are_turned_off():
    assert settings.load(given=ENOUGH).rate_limits
    assert not settings.load(given=ENOUGH | {"rate_limits": "off"}).rate_limits


def test_nobodys_word_counts_unless_they_are_named():
    assert settings.load(given=ENOUGH).trusted_proxies == ""
    assert settings.load(given=ENOUGH | {"trusted_proxies": "10.0.0.0/8, fd00::/8"})


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"There is no .*environment"):
        settings.load(tmp_path / "environment")


def test_what_is_secret_is_not_printed():
    shown = repr(settings.load(given=ENOUGH))

    for name in ENOUGH.keys() - {"nats_url"}:
        assert ENOUGH[name] not in shown


def test_cookies_insist_on_tls_where_people_come_by_it():
    assert settings.load(given=ENOUGH | {"public_url": "https://boxoffice.example"}).https
    assert not settings.load(given=ENOUGH).https
