"""The connection to the performing-arts open API: polite, patient, and wary of what comes back."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from http import HTTPStatus
from typing import TypeVar

import httpx

from boxoffice.kit.errors import Unavailable
from boxoffice.kit.settings import Settings
from boxoffice.services.shows.gateway import documents
from boxoffice.services.shows.gateway.documents import Listed
from boxoffice.services.shows.model.kopis import ShowText, Unusable, VenueText

CALL_SECONDS = 10.0  # for one answer; they take a second on a bad day
LARGEST_BYTES = 4 * 1024 * 1024  # of an answer: a page of a hundred has a tenth of a megabyte
TRIES = 4  # of a call that got no answer to trust
PAUSE_SECONDS = 0.25  # before the second try; twice as long before each that follows
AT_ONCE = 4  # calls under way: a daily import has time, and they have others to serve
ROWS = 100  # a page: the most that they give
MOST_PAGES = 500  # of one list: fifty thousand shows are more than the country has in a year
WINDOW = timedelta(days=31)  # the longest stretch that one list may cover
WINDOWS = 6  # half a year ahead: what is announced later is met on a later day
STATES = ("01", "02")  # upcoming, running

T = TypeVar("T")


class Kopis:
    """The open API, or what speaks like it at `kopis_url`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._places = asyncio.Semaphore(AT_ONCE)

    async def list_shows(self, today: date) -> list[Listed]:
        """Return what runs from this day on, each show once. Unavailable."""
        found: dict[str, Listed] = {}
        for nth in range(WINDOWS):
            first = today + nth * WINDOW
            for state in STATES:
                async for page in self._pages(state, first, first + WINDOW - timedelta(days=1)):
                    found |= {listed.show_id: listed for listed in page}
        return list(found.values())

    async def get_show(self, show_id: str) -> ShowText:
        """Return one show in detail. Unusable when there is none to read, Unavailable."""
        found = await self._get_one(f"pblprfr/{show_id}", documents.read_show)
        if found is None:
            raise Unusable("no document", show_id)
        return found

    async def get_venue(self, venue_id: str) -> VenueText:
        """Return one venue. Unusable when there is none to read, Unavailable."""
        known = documents.is_id(venue_id)
        found = known and await self._get_one(f"prfplc/{venue_id}", documents.read_venue)
        if not found:
            raise Unusable("no venue", venue_id)
        return found

    async def _get_one(self, path: str, read: Callable[[bytes], T | None]) -> T | None:
        answer = await self._get(path)
        try:
            return read(answer) if answer else None
        except documents.Unreadable as error:
            raise Unusable("no document", f"{path}: {error}") from None

    async def _pages(self, state: str, first: date, last: date) -> AsyncGenerator[list[Listed]]:
        known: set[str] = set()
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(
                cpage=str(number),
                rows=str(ROWS),
                prfstate=state,
                stdate=f"{first:%Y%m%d}",
                eddate=f"{last:%Y%m%d}",
            )
            ids = {listed.show_id for listed in page}
            if ids <= known:  # it is empty, or the same again
                return
            yield page
            if len(page) < ROWS:
                return
            known |= ids

    async def _page(self, **query: str) -> list[Listed]:
        try:
            return documents.read_listed(await self._get("pblprfr", **query))
        except documents.Unreadable as error:
            raise Unavailable(f"The open API answers no list: {error}") from None

    async def _get(self, path: str, **query: str) -> bytes:
        """Return the body of an answer, empty when there is no such thing. Unavailable."""
        why = ""
        async with self._places:
            for nth in range(TRIES):
                if nth:
                    await asyncio.sleep(PAUSE_SECONDS * 2 ** (nth - 1))
                try:
                    async with asyncio.timeout(CALL_SECONDS):
                        return await self._get_once(path, query)
                except (httpx.HTTPError, TimeoutError, _Busy) as error:
                    why = str(error) if isinstance(error, _Busy) else type(error).__name__
        raise Unavailable(f"The open API does not answer ({path}: {why})")

    async def _get_once(self, path: str, query: dict[str, str]) -> bytes:
        async with self._client.stream("GET", path, params=query) as answer:
            status = answer.status_code
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
                raise _Busy(str(status))
            if status == HTTPStatus.NOT_FOUND:
                return b""
            if status != HTTPStatus.OK:
                raise Unavailable(f"The open API answers {status} ({path})")
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > LARGEST_BYTES:
                    raise Unavailable(f"The open API answers too much ({path})")
            return bytes(body)


class _Busy(Exception):  # noqa: N818 - it names the outcome
    """They cannot answer now."""


@asynccontextmanager
async def open_kopis(settings: Settings) -> AsyncGenerator[Kopis]:
    """Yield a connection to the open API. Unavailable without a key."""
    if settings.kopis_key is None:
        raise Unavailable("BOXOFFICE_KOPIS_KEY: this is needed to ask the open API")
    loopback = {"all://127.0.0.1": None, "all://localhost": None}  # never through a proxy
    async with httpx.AsyncClient(
        base_url=settings.kopis_url,
        params={"service": settings.kopis_key.get_secret_value()},
        timeout=CALL_SECONDS,
        mounts=loopback,
    ) as client:
        yield Kopis(client)
