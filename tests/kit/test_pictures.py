"""What becomes of an upload: a picture of ours, or a refusal, whatever it was."""

import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from boxoffice.kit.errors import BadInput, Refusal, TooLarge
from boxoffice.kit.pictures.develop import MOST_PIXELS, ORIENTATION, WIDTHS, develop
from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD, require_picture
from stage import times_the_work
from stage.pictures import CORNERS, Format, corners, drawn, opened, painted, written

FORMATS: tuple[Format, ...] = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
SECRET = b"where it was taken"
TURNED = {  # how a camera was held, and the corners as they lie in its file
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (3, 2, 1, 0),
    4: (2, 3, 0, 1),
    5: (0, 2, 1, 3),
    6: (2, 0, 3, 1),
    7: (3, 1, 2, 0),
    8: (1, 3, 0, 2),
}


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_people_have_comes_out_as_webp(file_format: Format):
    prints = develop(drawn(800, 600, file_format))

    assert [(one.width, one.height) for one in prints] == [(320, 240), (640, 480), (800, 600)]
    for one in prints:
        assert opened(one.body).format == "WEBP"
        assert opened(one.body).size == (one.width, one.height)
        assert corners(one.body) == [*CORNERS]


@pytest.mark.parametrize(
    ("width", "widths"),
    [(100, [100]), (320, [320]), (321, [320, 321]), (1280, [*WIDTHS]), (3000, [*WIDTHS])],
)
def test_no_picture_is_made_larger_than_it_is(width: int, widths: list[int]):
    assert [one.width for one in develop(drawn(width, width))] == widths


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("held", TURNED)
def test_a_picture_is_turned_as_the_camera_was_held(file_format: Format, held: int):
    exif = Image.Exif()
    exif[ORIENTATION] = held
    raw = written(painted(1600, 1200), file_format, exif=exif)

    prints = develop(raw)

    assert corners(prints[-1].body) == [CORNERS[nth] for nth in TURNED[held]]
    assert (prints[-1].width, prints[-1].height) == ((1280, 960) if held < 5 else (1200, 1600))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_goes_on_but_the_pixels(file_format: Format):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    notes = {"exif": exif, "xmp": SECRET, "icc_profile": _profile()}
    raw = written(painted(), file_format, **notes)

    prints = develop(raw)

    assert SECRET in raw
    for one in prints:
        assert SECRET not in one.body
        assert not {"exif", "xmp", "icc_profile"} & opened(one.body).info.keys()


def test_a_file_behind_the_picture_does_not_go_on():
    script = b"<script>alert(1)</script>"
    for raw in (drawn(file_format="GIF") + script, drawn(file_format="JPEG") + script * 1000):
        assert all(b"script" not in one.body for one in develop(raw))


def test_colours_are_those_that_their_profile_means():
    raw = written(painted(), "PNG", icc_profile=_profile(swapped=True))

    shown = corners(develop(raw)[-1].body)

    assert shown == ["lime", "red", "blue", "yellow"]


def test_a_broken_profile_leaves_colours_as_they_are():
    raw = written(painted(), "PNG", icc_profile=_profile()[:300])

    assert corners(develop(raw)[-1].body) == [*CORNERS]


def test_what_shines_through_still_does():
    picture = painted(mode="RGBA")
    picture.putalpha(Image.new("L", picture.size, 100))

    shown = opened(develop(written(picture))[0].body)

    assert shown.mode == "RGBA"
    assert shown.getchannel("A").getextrema() == (100, 100)


@pytest.mark.parametrize(("mode", "file_format"), [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "GIF")])
def test_pictures_of_printers_and_of_old_come_out_in_the_colours_of_screens(
    mode: str, file_format: Format
):
    shown = opened(develop(written(painted(mode=mode), file_format))[0].body)

    assert shown.mode == "RGB"


def test_greys_of_sixteen_bits_keep_their_shades():
    raw = written(Image.new("I;16", (200, 200), 0x8080))

    assert opened(develop(raw)[0].body).getpixel((9, 9)) == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_what_moves_the_first_frame_stays(file_format: Format):
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("blue", "red", "lime")]
    raw = written(frames[0], file_format, save_all=True, append_images=frames[1:], duration=100)

    shown = develop(raw)[-1].body

    assert opened(raw).n_frames == 3  # pyright: ignore[reportAttributeAccessIssue] - it moves
    assert corners(shown) == ["blue"] * 4
    assert getattr(opened(shown), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7 ",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"GIF89a is how this text begins",
        b"\xff\xd8\xff<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"RIFF1234WEBPVP8 <script>alert(1)</script>",
        b"\0\0\0\x20ftypmif1<script>alert(1)</script>",
        drawn(file_format="BMP"),
        drawn(file_format="TIFF"),
        drawn(file_format="PPM"),
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_picture_is_refused(raw: bytes):
    with pytest.raises(BadInput, match=r"^This "):
        develop(raw)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [(b"", "Send the picture"), (b"<svg/>", "no picture that we can read")],
)
def test_what_is_plainly_no_picture_is_refused_at_first_sight(raw: bytes, sentence: str):
    with pytest.raises(BadInput, match=sentence):
        require_picture(raw)


@pytest.mark.parametrize("file_format", FORMATS)
def test_at_first_sight_every_picture_that_we_read_is_one(file_format: Format):
    require_picture(drawn(file_format=file_format))


def test_an_upload_has_a_limit():
    with pytest.raises(TooLarge, match="8 MB"):
        require_picture(drawn() + bytes(LARGEST_UPLOAD))


@pytest.mark.parametrize(
    ("width", "height", "kind", "sentence"),
    [
        (99, 100, BadInput, "needs 100 pixels"),
        (100, 301, BadInput, "3 times as long"),
        (601, 200, BadInput, "3 times as long"),
        (8_000, 4_000, TooLarge, "25 million pixels"),
    ],
)
def test_a_picture_has_sides_that_a_page_has_room_for(
    width: int, height: int, kind: type[Refusal], sentence: str
):
    with pytest.raises(kind, match=sentence):
        develop(written(Image.new("1", (width, height))))


@pytest.mark.parametrize("side", [5001, 9000, 50_000])
@pytest.mark.parametrize("file_format", ["PNG", "GIF", "WEBP"])
def test_a_small_file_of_a_huge_picture_is_refused_before_it_is_opened(
    file_format: Format, side: int
):
    bomb = _claiming(file_format, side)

    with pytest.raises(TooLarge, match="25 million pixels"):
        develop(bomb)

    assert len(bomb) < 1_000
    assert side**2 > MOST_PIXELS


def test_a_picture_that_is_painted_over_and_over_is_refused_before_it_is_opened():
    raw = written(painted(5000, 4000), "JPEG", progressive=True)
    scan, end = raw.rindex(b"\xff\xda"), raw.rindex(b"\xff\xd9")
    bomb = raw[:end] + raw[scan:end] * 50_000 + raw[end:]

    def refuse() -> None:
        with pytest.raises(BadInput, match="damaged"):
            develop(bomb[:LARGEST_UPLOAD])

    assert times_the_work(refuse, beside=lambda: develop(raw)) < 1


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cut=st.integers(0, 100))
def test_a_picture_that_was_cut_off_is_refused(file_format: Format, cut: int):
    raw = written(Image.effect_noise((120, 120), 90), file_format)

    with pytest.raises(BadInput, match=r"^This "):
        develop(raw[: len(raw) * cut // 110])


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=8)), min_size=1))
def test_a_picture_that_was_tampered_with_is_a_picture_of_ours_or_refused(
    file_format: Format, changes: list[tuple[int, bytes]]
):
    raw = bytearray(written(painted(120, 120), file_format))
    for place, change in changes:
        start = place % len(raw)
        raw[start : start + len(change)] = change

    assert _is_harmless(bytes(raw))


@given(raw=st.binary(max_size=300), begin=st.sampled_from([drawn(file_format=f) for f in FORMATS]))
@settings(max_examples=100, deadline=None)
def test_anything_at_all_is_a_picture_of_ours_or_refused(raw: bytes, begin: bytes):
    assert _is_harmless(raw)
    assert _is_harmless(begin[:40] + raw)


def _is_harmless(raw: bytes) -> bool:
    """Whether it is refused with a sentence, or comes out as we write pictures."""
    try:
        prints = develop(raw)
    except Refusal as refusal:
        return bool(refusal.detail)
    return all(one.body[8:12] == b"WEBP" and opened(one.body).width == one.width for one in prints)


def _profile(*, swapped: bool = False) -> bytes:
    """The profile of screens, or one of a screen whose red is green and whose green is red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if swapped:
        names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
        for entry in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12):
            name = profile[entry : entry + 4]
            profile = profile[:entry] + names.get(name, name) + profile[entry + 4 :]
    return profile


def _claiming(file_format: Format, side: int) -> bytes:
    """A file of some bytes that says it is so large."""
    if file_format == "GIF":
        side = min(side, 65_535)
        raw = drawn(100, 100, "GIF")[:900]
        return raw[:6] + struct.pack("<HH", side, side) + raw[10:]
    if file_format == "WEBP":
        frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
        raw = written(frames[0], "WEBP", save_all=True, append_images=frames[1:])
        return raw[:24] + (side - 1).to_bytes(3, "little") * 2 + raw[30:]
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, body)
        for name, body in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(bytes(9))),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
