"""Pictures to upload, and a look at what came of them."""

from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw

from stage.app import App

Format = Literal["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM"]
CORNERS = ("red", "lime", "blue", "yellow")  # top left, top right, bottom left, bottom right


def painted(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """A picture with a colour of its own in each quarter."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for nth, colour in enumerate(CORNERS):
        left, top = nth % 2 * width // 2, nth // 2 * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), colour)
    return picture.convert(mode)


def written(picture: Image.Image, file_format: Format = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    file = BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def drawn(width: int = 800, height: int = 600, file_format: Format = "PNG") -> bytes:
    """A file of a painted picture."""
    return written(painted(width, height), file_format)


def opened(file: bytes) -> Image.Image:
    """A file as a picture, all of it."""
    picture = Image.open(BytesIO(file))
    picture.load()
    return picture


def corners(file: bytes) -> list[str]:
    """The colours of the quarters of a painted picture, or what has become of it."""
    picture = opened(file).convert("RGB")
    width, height = picture.size
    return [
        _name(picture.getpixel((width * (1 + nth % 2 * 2) // 4, height * (1 + nth // 2 * 2) // 4)))
        for nth in range(4)
    ]


async def seen(app: App, picture: dict[str, Any]) -> list[str]:
    """The corners of a picture that the wire names, fetched in its largest size."""
    answer = await app.get(picture["url"])
    assert answer.status_code == 200, answer.text
    return corners(answer.content)


def kept(folder: Path) -> set[str]:
    """The names of the files with pictures that are there."""
    return {path.name for path in folder.rglob("*.webp")}


def names(*pictures: dict[str, Any]) -> set[str]:
    """The names of the files that pictures on the wire have."""
    return {size["url"].rpartition("/")[2] for one in pictures for size in one["sizes"]}


def _name(pixel: Any) -> str:
    levels = "".join(str(round(level / 255)) for level in pixel)
    return {"100": "red", "010": "lime", "001": "blue", "110": "yellow"}.get(levels, levels)
