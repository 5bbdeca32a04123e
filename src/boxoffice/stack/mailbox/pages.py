"""The pages of the mail catcher: a list and a reading pane, without a line of JavaScript."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from boxoffice.stack.mailbox.letters import Letter, Letters

HERE = Path(__file__).parent
NEVER_CACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail is a stranger's page: it may look like itself and open links in a tab, nothing else.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)
LINKS_LEAVE_THE_FRAME = '<base target="_blank">'  # counts wherever in the document it stands

_templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def pages(kept: Letters) -> Starlette:
    """Return the app that answers /mail and /mail.json, wherever it is mounted."""

    def get_messages(request: Request) -> Response:
        found = kept.select_letters(request.query_params.get("to"))
        return JSONResponse([letter.message() for letter in found], headers=NEVER_CACHED)

    def get_mail(request: Request) -> Response:
        found = kept.select_letters(_wanted(request))
        return _page(request, found, found[0] if found else None, reading=False)

    def get_letter(request: Request) -> Response:
        found = kept.select_letters(_wanted(request))
        return _page(request, found, _chosen(request, kept), reading=True)

    def get_letter_html(request: Request) -> Response:
        headers = NEVER_CACHED | {"Content-Security-Policy": MAIL_POLICY}
        return HTMLResponse(_chosen(request, kept).html + LINKS_LEAVE_THE_FRAME, headers=headers)

    return Starlette(
        routes=[
            Route("/mail.json", get_messages),
            Route("/mail.css", get_style),
            Route("/mail", get_mail),
            Route("/mail/{number}", get_letter),
            Route("/mail/{number}/html", get_letter_html),
        ]
    )


def get_style(_request: Request) -> Response:
    """Answer the style sheet."""
    return Response((HERE / "mail.css").read_text(), media_type="text/css", headers=NEVER_CACHED)


def _chosen(request: Request, kept: Letters) -> Letter:
    letter = kept.select_letter(request.path_params["number"])
    if letter is None:
        raise HTTPException(404, "There is no such mail any more.")
    return letter


def _wanted(request: Request) -> str | None:
    return request.query_params.get("to", "").strip() or None


def _page(
    request: Request, found: list[Letter], chosen: Letter | None, *, reading: bool
) -> Response:
    """Answer the list with one mail open; `reading` says which of the two a phone shows."""
    to = _wanted(request)
    page = _templates.get_template("mail.html").render(
        root=request.scope.get("root_path", ""),
        query=f"?{urlencode({'to': to})}" if to else "",
        to=to or "",
        letters=found,
        chosen=chosen,
        reading=reading,
        moment=_moment,
    )
    return HTMLResponse(page, headers=NEVER_CACHED | {"Content-Security-Policy": PAGE_POLICY})


def _moment(letter: Letter) -> str:
    return f"{datetime.fromisoformat(letter.at):%-d %b, %H:%M:%S} UTC"
