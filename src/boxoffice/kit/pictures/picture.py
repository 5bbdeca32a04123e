"""A picture as a row remembers it, and as the wire shows it."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from pydantic import TypeAdapter

from boxoffice.kit.http.wire import View

SHOWN_AT = "/api/pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A picture in one size, in pixels."""

    file: str  # its name below /api/pictures/, with the service that has it
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Size):
    """A picture at its largest, and all its sizes: the smallest first."""

    picture_id: UUID
    sizes: tuple[Size, ...]

    @property
    def files(self) -> list[str]:
        """The names of all its files."""
        return [size.file for size in self.sizes]


PICTURE = TypeAdapter(Picture)  # what a jsonb column keeps


def shown_at(file: str) -> str:
    """Return the address of a file."""
    return f"{SHOWN_AT}/{file}"


class SizeView(View):
    """A picture in one size, in pixels."""

    url: str
    width: int
    height: int

    @classmethod
    def of(cls, size: Size) -> Self:
        """Return the view of one size."""
        return cls(url=shown_at(size.file), width=size.width, height=size.height)


class PictureView(View):
    """A picture at its largest, and all its sizes: the smallest first."""

    id: UUID
    url: str
    width: int
    height: int
    sizes: tuple[SizeView, ...]

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """Return the view of a picture."""
        return cls(
            id=picture.picture_id,
            url=shown_at(picture.file),
            width=picture.width,
            height=picture.height,
            sizes=tuple(SizeView.of(size) for size in picture.sizes),
        )
