"""The program that turns an upload into pictures of ours: it alone opens what strangers send.

It runs in a process of its own (see darkroom.py), with the upload as its input and without anything
worth stealing: `python -m boxoffice.kit.pictures.develop`. What comes out is drawn anew from the
pixels alone, so that nothing else of the upload goes on: no place where it was taken, no second
file behind it, no further frames.
"""

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageCms

from boxoffice.kit.errors import BadInput, Refusal, TooLarge
from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD, UNKNOWN, UNREADABLE

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
WIDTHS = (320, 640, 1280)  # pixels: a card, a phone, a page; on dense screens the next one
QUALITY = 80  # of WebP: like JPEG's 85 at two thirds of its bytes
EFFORT = 4  # of WebP, of 6: the last two double the time for a hundredth of the bytes
MOST_PIXELS = 25_000_000  # twice what telephones take; 100 MB when opened
SHORTEST_SIDE = 100  # pixels; nobody sees what a smaller one shows
SLIMMEST = 3  # times as long as wide, or as wide as long: beyond, no page has room for it
MOST_SCANS = 100  # of a JPEG; ten are usual, and each goes over all of it anew
CPU_SECONDS = 10  # ten times what the largest honest picture needs
MEMORY_BYTES = 1_000_000_000  # of addresses; the largest AVIF takes 700 million
POLITENESS = 5  # on the scale of 19 that Unix has: who buys seats goes first

JPEG, START_OF_SCAN = b"\xff\xd8", b"\xff\xda"
ORIENTATION = 0x0112  # the tag of EXIF that says how the camera was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = frozenset({5, 6, 7, 8})
DEEP_GREY = "I;16"  # of PNG: 16 bits a pixel
SRGB = ImageCms.ImageCmsProfile(
    ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownArgumentType] - from C
)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # looked at before any pixel is
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each costs memory, and others want the other cores


@dataclass(frozen=True, slots=True)
class Print:
    """A picture of ours in one size, as WebP."""

    width: int
    height: int
    body: bytes


def develop(raw: bytes) -> list[Print]:
    """Return an upload in each width up to its own, the smallest first.

    BadInput when it is no picture, or broken, or too small or slim; TooLarge when it is too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _develop(raw)
    except Refusal:
        raise
    except Image.UnidentifiedImageError:
        raise BadInput(UNKNOWN) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooLarge(f"A picture may have {MOST_PIXELS // 1_000_000} million pixels") from None
    except Exception as error:  # of a broken picture its decoder may raise anything
        raise BadInput(UNREADABLE) from error


def _develop(raw: bytes) -> list[Print]:
    if raw.startswith(JPEG) and raw.count(START_OF_SCAN) > MOST_SCANS:
        raise BadInput(UNREADABLE)
    with Image.open(BytesIO(raw), formats=FORMATS) as found:
        _require_fit(*found.size)
        largest = _largest(found)
    widths = [width for width in WIDTHS if width < largest.width]
    return [_print(largest, width) for width in (*widths, largest.width)]


def _require_fit(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if short < SHORTEST_SIDE:
        raise BadInput(f"A side of a picture needs {SHORTEST_SIDE} pixels at least")
    if long > short * SLIMMEST:
        raise BadInput(f"A picture may be {SLIMMEST} times as long as wide, or as wide as long")


def _largest(found: Image.Image) -> Image.Image:
    """Return the first frame, as wide as we show it, the right way up, in the colours of screens."""
    if found.format not in {"JPEG", "MPO"}:
        found.load()  # what is broken is said here, and not taken for broken notes
    turn = _turn(found)
    profile = found.info.get("icc_profile")
    wide, high = WIDTHS[-1], WIDTHS[-1] * SLIMMEST
    box = (high, wide) if turn in SIDEWAYS else (wide, high)
    sized = _smooth(found)
    sized.thumbnail(box, Image.Resampling.LANCZOS)  # a JPEG is not even opened in full
    if turn in TURNS:
        sized = sized.transpose(TURNS[turn])
    return _in_srgb(sized, profile)


def _turn(found: Image.Image) -> int:
    try:
        return int(found.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a camera's broken notes do not spoil its picture
        return 1


def _smooth(found: Image.Image) -> Image.Image:
    """Return it in a mode whose pixels can be mixed."""
    if found.mode == DEEP_GREY:
        return found.point(lambda light: light * (1 / 256)).convert("L")
    if found.has_transparency_data:
        return found.convert("RGBA")
    return found if found.mode in {"L", "RGB", "CMYK"} else found.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):  # a broken profile: its colours as they are
            written = ImageCms.ImageCmsProfile(BytesIO(profile))
            shown = ImageCms.profileToProfile(image, written, SRGB, outputMode=mode)
            return shown or image
    return image.convert(mode)


def _print(largest: Image.Image, width: int) -> Print:
    height = max(1, round(largest.height * width / largest.width))
    sized = largest.resize((width, height), Image.Resampling.LANCZOS)
    written = BytesIO()
    sized.save(written, "WEBP", quality=QUALITY, method=EFFORT)
    return Print(width, height, written.getvalue())


def _confine() -> None:
    """Let this process do nothing but count and answer, and not for long."""
    os.nice(POLITENESS)
    for limit, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(limit, (most, most))


def main() -> None:
    """Answer with a line of JSON that says what follows, then the pictures one after another."""
    Image.init()  # while files can be opened
    _confine()
    try:
        prints = develop(sys.stdin.buffer.read(LARGEST_UPLOAD + 1))
    except Refusal as refusal:
        said = {"status": refusal.status, "refused": refusal.detail}
        sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
        return
    sizes = [(one.width, one.height, len(one.body)) for one in prints]
    sys.stdout.buffer.write(json.dumps({"sizes": sizes}).encode() + b"\n")
    for one in prints:
        sys.stdout.buffer.write(one.body)


if __name__ == "__main__":
    main()
