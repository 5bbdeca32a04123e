"""A show: what is played, who is in it, and how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import TypeAdapter

from boxoffice.kit.errors import Conflict, Forbidden, NotFound
from boxoffice.kit.pictures.picture import Picture as Uploaded

Genre: TypeAlias = Literal[
    "play",
    "musical",
    "dance",
    "classical",
    "traditional",
    "popular",
    "circus/magic",
    "mixed",
]

LONGEST_TITLE = 200  # characters
LONGEST_STORY = 10_000  # characters: what a programme says on three pages
LONGEST_NAME = 100  # characters of somebody in the cast
MOST_CAST = 100  # an opera with its choir
LONGEST_RUN_MINUTES = 1_440  # a day: the Ring has a break in between
MOST_PICTURES = 10  # with the poster: what people still look through
OLDEST = 99  # years: whoever is older is let in everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Uploaded):
    """A picture of a show."""

    is_poster: bool = False

    @classmethod
    def of(cls, picture: Uploaded, *, is_poster: bool) -> Self:
        """Return what was uploaded as a picture of a show."""
        return cls(
            picture_id=picture.picture_id,
            file=picture.file,
            width=picture.width,
            height=picture.height,
            sizes=picture.sizes,
            is_poster=is_poster,
        )


PICTURES: TypeAdapter[tuple[Picture, ...]] = TypeAdapter(tuple[Picture, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """What an organiser says of a show."""

    title: str
    genre: Genre
    story: str = ""
    cast: tuple[str, ...] = ()  # the leads first
    running_minutes: int | None = None
    age: int | None = None  # in years, from which on people are let in


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(Billing):
    """A show of one organiser. Until a performance is published only they see it."""

    show_id: UUID
    version: int = 0
    organiser_id: UUID
    pictures: tuple[Picture, ...] = ()  # the poster first, if there is one
    source: str | None = None  # where it was imported from, and as what
    source_id: str | None = None
    is_announced: bool = False  # whether a performance was ever published

    @classmethod
    def bill(
        cls,
        show_id: UUID,
        organiser_id: UUID,
        billing: Billing,
        *,
        source: str | None = None,
        source_id: str | None = None,
    ) -> Self:
        """Return a new show."""
        return cls(
            show_id=show_id,
            organiser_id=organiser_id,
            source=source,
            source_id=source_id,
            **_said(billing),
        )

    @property
    def poster(self) -> Picture | None:
        """The picture that stands for it."""
        return poster_of(self.pictures)

    def require_organiser(self, person_id: UUID) -> None:
        """Forbidden to everyone but its organiser."""
        if person_id != self.organiser_id:
            raise Forbidden("This show is somebody else's")

    def require_room(self, *, for_poster: bool) -> tuple[Picture, ...]:
        """Return the pictures that stay beside a new one. Conflict when there are too many."""
        kept = tuple(one for one in self.pictures if not (for_poster and one.is_poster))
        if len(kept) >= MOST_PICTURES:
            raise Conflict(f"A show has at most {MOST_PICTURES} pictures")
        return kept

    def hang(self, picture: Picture) -> Self:
        """Return it with a further picture, or another poster. Conflict when there are too many."""
        kept = self.require_room(for_poster=picture.is_poster)
        hung = (picture, *kept) if picture.is_poster else (*kept, picture)
        return replace(self, version=self.version + 1, pictures=hung)

    def take_down(self, picture_id: UUID) -> Self:
        """Return it without a picture. NotFound when it has no such one."""
        kept = tuple(one for one in self.pictures if one.picture_id != picture_id)
        if len(kept) == len(self.pictures):
            raise NotFound("There is no such picture")
        return replace(self, version=self.version + 1, pictures=kept)

    def edit(self, billing: Billing) -> Self:
        """Return it as its organiser says now; unchanged when that is what was known."""
        edited = replace(self, **_said(billing))
        return self if edited == self else replace(edited, version=self.version + 1)


def poster_of(pictures: tuple[Picture, ...]) -> Picture | None:
    """Return the poster among the pictures of a show, if there is one."""
    return next((picture for picture in pictures if picture.is_poster), None)


def _said(billing: Billing) -> Mapping[str, Any]:
    return {field.name: getattr(billing, field.name) for field in fields(Billing)}
