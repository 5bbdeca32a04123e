"""What is written about a show or a ticket, as a part of its page."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends

from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.lists import FAILED
from boxoffice.services.web.routes.seen import RECEIPT
from boxoffice.services.web.routes.visit import Visit

SHELF = 20  # texts on a page, as many as query gives with what they are about

Kind = Literal["show", "ticket"]
Text = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wants to see: their own news, texts from behind one, what they just liked."""

    after: str = ""
    before: UUID | None = None
    voted: UUID | None = None


async def _look(after: str = "", before: UUID | None = None, voted: UUID | None = None) -> Look:
    return Look(after if RECEIPT.fullmatch(after) else "", before, voted)


Looked = Annotated[Look, Depends(_look, scope="function")]


@dataclass(frozen=True, slots=True)
class Told:
    """What query tells of a show or a ticket; without it, reviews tells what is written."""

    page: Answer
    further: Answer | None = None  # texts from behind one, where these are wanted
    written: Answer | None = None  # what reviews has, which knows no names
    reader: str = ""  # whose own texts are told apart

    @property
    def body(self) -> Mapping[str, Any]:
        """The page; nothing where there is none."""
        return {} if self.page.refused else self.page.body

    @property
    def is_missing(self) -> bool:
        """Whether nobody can tell what is written. What query has not heard of has no texts."""
        if self.written is not None:
            return self.written.refused
        return any(one and one.status >= FAILED for one in (self.page, self.further))

    @property
    def texts(self) -> Sequence[Text]:
        """What everybody sees, newest first, each with its replies."""
        if self.written is not None:
            return _with_replies(self._listed)
        if self.further is not None:
            return () if self.further.refused else self.further.body["items"]
        return self.body.get("texts", ())

    @property
    def mine(self) -> Sequence[Text]:
        """What its reader wrote, newest first, replies among it."""
        if self.written is not None:
            return [one for one in self._listed if one["authorId"] == self.reader]
        return self.body.get("mine", ())

    @property
    def next(self) -> str | None:
        """The text behind which there may be more."""
        if self.written is not None:
            return None if self.written.refused else self.written.body["next"]
        return self.texts[-1]["id"] if len(self.texts) >= SHELF else None

    @property
    def _listed(self) -> Sequence[Text]:
        return self.written.body["items"] if self.written and not self.written.refused else ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wanted to write, and why it was refused."""

    values: Mapping[str, str]
    refused: Answer

    @property
    def errors(self) -> model.Errors:
        """What was wrong with it; where stars are refused, the rest could be written."""
        denied = self.refused.status in {HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT}
        if denied and self.values["stars"]:
            return [{"message": self.refused.detail, "field": "stars"}]
        return model.mistakes(self.refused, self.values)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below a show or a ticket: texts, one's own first, and a form to write one."""

    kind: Kind
    about_id: UUID
    owner_id: str  # who may reply: the organiser, or the seller
    look: Look
    as_of: str | None  # until when all news is in it, if there was any
    missing: str  # a sentence, where nobody knows what is written
    is_nameless: bool  # where nobody knows who wrote it
    more: str | None  # where further texts are, if there may be any
    rating: Mapping[str, Any] | None
    own: Sequence[Text]
    texts: Sequence[Text]
    draft: Draft | None = None
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def path(self) -> str:
        """The page that it is a part of."""
        return path_of(self.kind, self.about_id)

    @property
    def stars_given(self) -> int | None:
        """The stars that its reader has given this show before."""
        return next((one["stars"] for one in self.own if one.get("stars")), None)

    @property
    def awaits(self) -> bool:
        """Whether something of its reader's is about to be decided."""
        return any(one["status"] == "pending" for one in self.own)


def path_of(kind: str, about_id: UUID | str) -> str:
    """Return the address of a show's or ticket's page."""
    return f"/{kind}s/{about_id}"


async def ask(visit: Visit, kind: Kind, about_id: UUID, look: Look) -> Told:
    """Return what query tells of a show or a ticket; while it is away, what reviews does."""
    reader = str(visit.person.id) if visit.person else ""
    asked = [_ask_page(visit, kind, about_id, look.after)]
    if look.before:
        behind = {"before": str(look.before), "limit": SHELF}
        asked.append(visit.ask("query", "GET", f"/api/pages/texts/{about_id}", query=behind))
    page, *further = await asyncio.gather(*asked)
    if max(one.status for one in (page, *further)) < FAILED:
        return Told(page, *further, reader=reader)
    query = {f"{kind}Id": str(about_id)} | ({"after": str(look.before)} if look.before else {})
    written = await visit.ask("reviews", "GET", "/api/reviews", query=query)
    return Told(page, *further, written=written, reader=reader)


async def _ask_page(visit: Visit, kind: Kind, about_id: UUID, after: str) -> Answer:
    return await visit.ask_copy(f"/api/pages/{kind}s/{about_id}", "reviews", after=after)


def section(
    kind: Kind, about_id: UUID, owner_id: str, told: Told, look: Look, draft: Draft | None = None
) -> Section:
    """Return the section of a page."""
    answered = [_with_own_replies(text, told.mine) for text in told.texts]
    own = () if look.before else _own(told.mine, answered)
    shown = {text["id"] for text in own}
    path = path_of(kind, about_id)
    return Section(
        kind=kind,
        about_id=about_id,
        owner_id=owner_id,
        look=look,
        as_of=told.body.get("asOf"),
        missing=model.MISSING["reviews"] if told.is_missing else "",
        is_nameless=told.written is not None and not told.is_missing,
        more=f"{path}?before={told.next}#texts" if told.next else None,
        rating=told.body.get("rating"),
        own=own,
        texts=[text for text in answered if text["id"] not in shown],
        draft=draft,
        values=draft.values if draft else {"text": "", "stars": ""},
    )


def _with_replies(listed: Sequence[Text]) -> list[Text]:
    """Return what everybody sees of a list in which replies stand among what they reply to."""
    public = [one for one in listed if one["status"] == "approved"]
    return [
        {**one, "replies": [each for each in reversed(public) if each.get("replyTo") == one["id"]]}
        for one in public
        if not one.get("replyTo")
    ]


def _own(mine: Sequence[Text], listed: Sequence[Text]) -> list[Text]:
    """Return what its reader wrote, newest first, with the replies to it.

    A reply of theirs stands with what it replies to, where that is listed.
    """
    known = {text["id"]: text for text in listed}
    return [
        known.get(text["id"]) or {"replies": (), "hidden": 0, **text}
        for text in mine
        if text.get("replyTo") not in known
    ]


def _with_own_replies(text: Text, mine: Sequence[Text]) -> Text:
    """Return a text with its reader's replies to it, also those that nobody else sees.

    `hidden` says how many more there are than these.
    """
    unseen = [
        one for one in mine if one.get("replyTo") == text["id"] and one["status"] != "approved"
    ]
    hidden = text.get("repliesTotal", len(text["replies"])) - len(text["replies"])
    return {**text, "replies": [*text["replies"], *unseen], "hidden": hidden}
