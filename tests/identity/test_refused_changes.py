"""Who is signed in and does not know the password changes nothing, and that is on record."""

import pytest

from boxoffice.services.identity import store
from boxoffice.services.identity.model import Sought
from identity.visitor import Visitor
from stage import App


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("password", {"current": "not the one", "password": "a new long secret"}),
        ("email", {"email": "elsewhere@example.com", "password": "not the one"}),
    ],
)
async def test_a_change_with_a_wrong_password_is_refused_and_noted(
    app: App, alice: Visitor, path: str, body: dict[str, str]
):
    answer = await alice.http.put(f"/api/users/{path}", json=body)

    assert answer.status_code == 400
    sought = Sought(action="sign-in refused")
    (found,) = await store.select_entries(await app.db("identity"), sought, None, 10)
    assert found.by_email == found.person_email == alice.email
    assert (found.entry.address, found.entry.detail) == ("127.0.0.1", "of a change")
