"""The settings of mail: what is taken, and the sentence that names what is not."""

import pytest

from boxoffice.kit.settings import SettingsError
from boxoffice.services.mail.gateway import Server, read_sender


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", Server("smtp", "127.0.0.1", 1025)),
        ("smtp://localhost/", Server("smtp", "localhost", 25)),
        ("smtp://[::1]", Server("smtp", "::1", 25)),
        ("smtp+starttls://mail.example.com", Server("smtp+starttls", "mail.example.com", 587)),
        (
            "smtps://bob%40example.com:p%3Aw%2F%C3%A9@mail.example.com",
            Server("smtps", "mail.example.com", 465, "bob@example.com", "p:w/é"),
        ),
    ],
)
def test_an_address_of_a_mail_server_is_read(url: str, server: Server):
    assert Server.at(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtps://mail.example.com/path",
        "smtps://mail.example.com?tls=no",
        "smtps://mail.example.com:none",
        "smtps://mail.example.com:0",
        "smtps://mail.example.com:70000",
        "smtps://mail.example.com\r\nsmtp",
        "smtps://mail .example.com",
        "smtps://bob@mail.example.com",
        "smtps://bob:se#cret@mail.example.com",
        "smtp://mail.example.com",
        "smtp://bob:secret@127.0.0.1",
        "smtp+starttls://[::1",
    ],
)
def test_a_wrong_one_is_refused_by_its_name_without_its_password(url: str):
    with pytest.raises(SettingsError, match="BOXOFFICE_SMTP_URL") as refused:
        Server.at(url)

    assert "secret" not in str(refused.value)
    assert "secret" not in repr(Server("smtps", "mail", 465, "bob", "secret"))


@pytest.mark.parametrize(
    ("text", "address"),
    [("Boxoffice <tickets@example.com>", "tickets@example.com"), ("a@b.example", "a@b.example")],
)
def test_a_sender_is_read(text: str, address: str):
    assert read_sender(text).addr_spec == address


@pytest.mark.parametrize(
    "text",
    ["", "Boxoffice", "a@", "@b.example", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.e"],
)
def test_a_wrong_sender_is_refused_by_its_name(text: str):
    with pytest.raises(SettingsError, match="BOXOFFICE_MAIL_FROM"):
        read_sender(text)
