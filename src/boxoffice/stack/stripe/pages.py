"""The hosted page: a person reads what they buy, types a card and pays. Works without JavaScript."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from boxoffice.stack.stripe import sessions
from boxoffice.stack.stripe.errors import ApiError, CardError
from boxoffice.stack.stripe.forms import Form, empty_form, read_form
from boxoffice.stack.stripe.lists import load
from boxoffice.stack.stripe.money import written
from boxoffice.stack.stripe.sessions import Payer
from boxoffice.stack.stripe.store import Json, Store, Transaction
from boxoffice.stack.stripe.wire import read_body, read_fields

TEMPLATES = Path(__file__).parent / "templates"
CLOSED = {  # title and sentence, by the session's status
    "complete": ("You have paid", "This payment is complete. You can close this page."),
    "expired": ("This payment page has expired", "The time to pay is over. Nothing was charged."),
}
BLAMED = {"exp_month": "expiry", "cvc": "cvc"}  # the field that a decline is about; else the number


class Pages:
    """Everything that a browser sees of the pretend Stripe."""

    def __init__(self, store: Store, public_url: str) -> None:
        self._store = store
        self._assets = urlsplit(public_url).path + "/static"
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    async def show(self, request: Request) -> Response:
        """GET /pay/:id."""
        session = await self._session(request)
        if session is None:
            return await self.unknown(request)
        if session["status"] != "open":
            return self._closed(session)
        return self._open(session, empty_form(session["customer_email"]))

    async def pay(self, request: Request) -> Response:
        """POST /pay/:id; whoever has paid is sent on to the shop, also on a second click."""
        session = await self._session(request)
        if session is None:
            return await self.unknown(request)
        try:
            typed = dict(read_fields(await read_body(request)))
        except ApiError as error:
            return self._page(
                "message.html", error.status, title="Nothing was paid", text=str(error)
            )
        form = read_form(typed, session["customer_email"], datetime.now(UTC))
        if form.payer is None and session["status"] == "open":
            return self._open(session, form, status=400)
        session, declined = await self._store.run(
            partial(_paid, session_id=session["id"], payer=form.payer)
        )
        if declined:
            blamed = BLAMED.get(declined.details.get("param", ""), "number")
            refused = Form(form.typed, {blamed: declined.message})
            return self._open(session, refused, status=declined.status)
        if session["status"] == "complete":
            return RedirectResponse(_success_url(session), 303, headers=_headers(session))
        return self._closed(session)

    async def unknown(self, _: Request) -> Response:
        """Answer for a page that is not there."""
        text = "This payment link does not exist. Go back to the shop and start the payment again."
        return self._page("message.html", 404, title="Page not found", text=text)

    async def _session(self, request: Request) -> Json | None:
        session_id: str = request.path_params["session_id"]

        def look(tx: Transaction) -> Json | None:
            session = tx.find("checkout.session", session_id)
            return session and sessions.current(tx, session)

        return await self._store.run(look)

    def _open(self, session: Json, form: Form, *, status: int = 200) -> Response:
        return self._page("pay.html", status, session=session, form=form)

    def _closed(self, session: Json) -> Response:
        title, text = CLOSED[session["status"]]
        return self._page("message.html", 200, title=title, text=text, session=session)

    def _page(
        self, template: str, status: int, *, session: Json | None = None, **context: Any
    ) -> Response:
        page = self._templates.get_template(template).render(
            session=session, assets=self._assets, money=written, **context
        )
        return HTMLResponse(page, status, headers=_headers(session))


def _paid(tx: Transaction, session_id: str, payer: Payer | None) -> tuple[Json, CardError | None]:
    """Pay the session unless it is closed by now; a decline is an outcome and stays on record."""
    session = sessions.current(tx, load(tx, "checkout.session", session_id))
    if session["status"] != "open" or payer is None:
        return session, None
    try:
        return sessions.pay(tx, session, payer), None
    except CardError as error:
        return load(tx, "checkout.session", session_id), error


def _success_url(session: Json) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _headers(session: Json | None) -> dict[str, str]:
    """Allow nothing but our own style and script, and the form to lead on to the shop."""
    onward = ""
    if session:
        success_url: str = session["success_url"]
        shop = urlsplit(success_url)
        onward = f" {shop.scheme}://{shop.netloc}"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        f" form-action 'self'{onward}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
