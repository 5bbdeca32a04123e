"""Pictures, as events tell of them."""

from uuid import UUID

from boxoffice.events.event import Part


class PictureSize(Part):
    """A picture in one size, in pixels."""

    file: str  # its name below /api/pictures/
    width: int
    height: int


class PictureSaid(PictureSize):
    """A picture at its largest, and all its sizes: the smallest first."""

    picture_id: UUID
    sizes: tuple[PictureSize, ...]
