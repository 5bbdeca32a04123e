"""A small server that speaks as the performing-arts open API does, with made-up shows."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from boxoffice.cli import imports
from boxoffice.services.shows.model.imports import Outcome
from stage.app import App
from stage.eventually import eventually
from stage.people import Someone
from stage.place import free_port

KEY = "a-service-key"
SEOUL = ZoneInfo("Asia/Seoul")
REFUSAL = (
    "<dbs><db><returncode>02</returncode><errmsg>SERVICE KEY IS NOT REGISTERED</errmsg></db></dbs>"
)
SHOW = {
    "prfnm": "바다가 보이는 방",
    "prfpdfrom": "",
    "prfpdto": "",
    "mt10id": "FC000001",
    "fcltynm": "가온극장 (소극장)",
    "prfcast": "김하나, 이두리, 박세온 등",
    "prfcrew": " ",
    "prfruntime": "1시간 40분",
    "prfage": "만 12세 이상",
    "entrpsnm": " ",
    "pcseguidance": "R석 55,000원, S석 44,000원",
    "poster": " ",
    "sty": "바닷가 마을의 하룻밤 이야기.",
    "genrenm": "연극",
    "openrun": "N",
    "prfstate": "공연예정",
    "dtguidance": "토요일 ~ 일요일(13:00,17:00)",
}
VENUE = {
    "fcltynm": "가온극장",
    "telno": " ",
    "relateurl": " ",
    "adres": "서울특별시 종로구 가온길 7",
    "la": "37.5826",
    "lo": "127.0021",
}
STATES = {"01": "공연예정", "02": "공연중"}


def coming(weekday: int, weeks: int = 1) -> date:
    """The day that is this weekday (Monday is 0), so many weeks after the one that comes next."""
    today = datetime.now(SEOUL).date()
    return today + timedelta(days=(weekday - today.weekday()) % 7 + 7 * weeks)


def spelt(day: date) -> str:
    """A day as they write it."""
    return f"{day:%Y.%m.%d}"


@dataclass
class PretendKopis:
    """Answers with its `shows` and `venues`. `troubles` come first: a status, or a whole body."""

    url: str = ""
    shows: dict[str, dict[str, str]] = field(default_factory=dict)
    venues: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lists: list[Mapping[str, str]] = field(default_factory=list)
    troubles: list[int | bytes] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)  # by id, in place of the right one
    open: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # until it is set, nobody is answered
    waiting: int = 0
    most_waiting: int = 0

    def put(self, show_id: str, **changes: str) -> None:
        """Have a show, on the Saturday and Sunday after next if nothing else is said."""
        dates = {"prfpdfrom": spelt(coming(5)), "prfpdto": spelt(coming(5) + timedelta(days=1))}
        self.shows[show_id] = SHOW | dates | changes
        self.venues.setdefault(self.shows[show_id]["mt10id"], dict(VENUE))

    def settings(self, organiser: Someone) -> dict[str, Any]:
        """What a product has in its settings that imports from here."""
        return {
            "kopis_url": self.url,
            "kopis_key": SecretStr(KEY),
            "kopis_organiser": organiser.id,
        }

    def details(self) -> list[str]:
        """The ids whose detail was asked for, shows and venues, in order."""
        return sorted(path.rpartition("/")[2] for path in self.asked if path.count("/") > 1)

    async def crowded(self, callers: int) -> None:
        """Wait until so many wait for an answer."""

        async def they_wait() -> None:
            assert self.waiting >= callers

        await eventually(they_wait)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/pblprfr", self._list),
                Route("/pblprfr/{id}", self._show),
                Route("/prfplc/{id}", self._venue),
            ]
        )

    async def _list(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.lists.append(query)
        first, rows = (int(query["cpage"]) - 1) * int(query["rows"]), int(query["rows"])
        found = [{"mt20id": one, **show} for one, show in self.shows.items() if _runs(show, query)]
        return await self._answer(request, found[first : first + rows])

    async def _show(self, request: Request) -> Response:
        one = request.path_params["id"]
        return await self._answer(
            request, [{"mt20id": one, **self.shows[one]}] if one in self.shows else []
        )

    async def _venue(self, request: Request) -> Response:
        one = request.path_params["id"]
        return await self._answer(
            request, [{"mt10id": one, **self.venues[one]}] if one in self.venues else []
        )

    async def _answer(self, request: Request, found: list[dict[str, str]]) -> Response:
        self.asked.append(request.url.path)
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        await self.open.wait()
        self.waiting -= 1
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, int):
                return Response("out of order", trouble)
            return Response(trouble, media_type="text/xml")
        if request.query_params["service"] != KEY:
            return Response(REFUSAL, media_type="text/xml")
        body = self.documents.get(request.path_params.get("id", "")) or _document(found)
        return Response(body, media_type="text/xml; charset=utf-8")


async def import_now(app: App, there: PretendKopis, by: Someone, **changes: Any) -> Outcome:
    """Import what is new there for somebody; `changes` are of the settings."""
    settings = app.settings.model_copy(update=there.settings(by) | changes)
    return await imports.import_from_kopis(settings, lambda _done, _of: None)


@asynccontextmanager
async def pretend_kopis() -> AsyncGenerator[PretendKopis]:
    """Serve one until the block ends."""
    kopis = PretendKopis()
    kopis.open.set()
    with free_port() as sock:
        kopis.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(kopis.app, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            yield kopis
        finally:
            kopis.open.set()
            server.should_exit = True
            await serving


def _runs(show: Mapping[str, str], query: Mapping[str, str]) -> bool:
    first, last = (show[name].replace(".", "") for name in ("prfpdfrom", "prfpdto"))
    return (
        show["prfstate"] == STATES[query["prfstate"]]
        and first <= query["eddate"]
        and last >= query["stdate"]
    )


def _document(found: list[dict[str, str]]) -> str:
    rows = "".join(f"<db>{_fields(one)}</db>" for one in found)
    return f'<?xml version="1.0" encoding="UTF-8"?><dbs>{rows}</dbs>'


def _fields(one: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(text or ' ')}</{name}>" for name, text in one.items())
