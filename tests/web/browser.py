"""A browser without scripts: cookies, and the page that a person has in front of them."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx

from stage import PASSWORD, App, Someone


class Browser:
    """Opens pages and sends the forms that stand on them."""

    def __init__(self, app: App, person: Someone | None = None) -> None:
        self.http = httpx.AsyncClient(base_url=app.settings.public_url, timeout=30)
        self.page = httpx.Response(204)
        if person:
            self.give("session", person.token or person.sign())

    def give(self, cookie: str, value: str) -> None:
        """Have it hold a cookie of the site."""
        self.http.cookies.set(cookie, value, domain=self.http.base_url.host)

    @property
    def words(self) -> str:
        """What there is to read on the page, in one line."""
        text = re.sub(r"<head>.*?</head>|<[^>]+>", " ", self.page.text, flags=re.DOTALL)
        return " ".join(unescape(text).split())

    @property
    def at(self) -> str:
        """The address of the page on its site."""
        return self.page.url.raw_path.decode()

    async def sign_up(self, name: str = "bob", way: str = "") -> "Browser":
        """Make an account; `way` is where its person was going."""
        await self.open(f"/signup?return_to={way}")
        await self.send("/signup", name=name, email=f"{name}@example.com", password=PASSWORD)
        assert self.page.status_code == 200, self.words
        return self

    async def sign_in(self, name: str = "bob", password: str = PASSWORD) -> "Browser":
        """Sign in to an account that somebody has made."""
        await self.open("/signin")
        await self.send("/signin", email=f"{name}@example.com", password=password)
        return self

    async def open(self, path: str) -> httpx.Response:
        """Go to a page, wherever it leads."""
        self.page = await self.http.get(path, follow_redirects=True)
        return self.page

    async def send(self, action: str, **fields: str | list[str]) -> httpx.Response:
        """Fill in the page's form with this action, press its button, go where that leads."""
        self.page = await self.post(action, **fields)
        while self.page.has_redirect_location:
            self.page = await self.http.get(self.page.headers["location"])
        return self.page

    async def post(self, action: str, **fields: str | list[str]) -> httpx.Response:
        """Fill in the page's form with this action, press its button; return the bare answer."""
        (form,) = [form for form in forms(self.page) if form.action == action]
        url = urlsplit(str(self.page.url))
        return await self.http.post(
            action,
            data=form.fields | fields,
            headers={
                "Origin": f"{url.scheme}://{url.netloc}",
                "Referer": url.geturl(),
                "Sec-Fetch-Site": "same-origin",
            },
        )


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and what its fields hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


def forms(page: httpx.Response) -> list[Form]:
    """The forms that stand on a page."""
    parser = _Forms(page.url.path)
    parser.feed(page.text)
    return parser.found


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path = path
        self._text = ""  # the text field that is being read
        self._choice = ""  # the list of options that is being read
        self._templates = 0  # what stands in a template is in no form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if tag == "form":
            self.found.append(Form(given.get("action", self._path)))
        elif self.found and not self._templates:
            self._read_field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "textarea" and self._text:
            fields, name, self._text = self.found[-1].fields, self._text, ""
            fields[name] = fields[name].removeprefix("\n")
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[-1].fields[self._text] += data

    def _read_field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.found[-1].fields, given.get("name", "")
        if tag == "input" and name and ("checked" in given or not _is_tick(given)):
            fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._text = name
            fields[name] = ""
        elif tag == "select":
            self._choice = name
        elif (
            tag == "option" and self._choice and ("selected" in given or self._choice not in fields)
        ):
            fields[self._choice] = given.get("value", "")


def _is_tick(given: dict[str, str]) -> bool:
    return given.get("type") in {"checkbox", "radio"}
