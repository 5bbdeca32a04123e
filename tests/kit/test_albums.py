"""Where pictures are developed, where they are kept, and how they are answered."""

import asyncio
from collections.abc import AsyncGenerator
from hashlib import sha256
from pathlib import Path

import certifi
import pytest
from fastapi import Request, Response
from pydantic import ValidationError

from boxoffice.kit.clock import new_id
from boxoffice.kit.errors import BadInput, NotFound, TooLarge, Unavailable
from boxoffice.kit.http.routing import Here, Router, allow
from boxoffice.kit.pictures.album import Album, album_of
from boxoffice.kit.pictures.darkroom import Darkroom
from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE
from kit.bucket import Bucket, open_bucket
from stage import App, Play
from stage.pictures import CORNERS, corners, drawn

NO_PICTURE = f"{'0' * 64}-320.webp"


@pytest.fixture
def album(tmp_path: Path) -> Album:
    """A folder that is not there yet, with a name that addresses spell otherwise."""
    return Album("hall", (tmp_path / "holiday pictures").as_uri())


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Bucket]:
    # Clients of clouds want to trust somebody, even where they do not have to.
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    async with open_bucket() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        yield bucket


@pytest.fixture
async def app(play: Play, tmp_path: Path) -> App:
    """A service that shows pictures."""
    router = Router()

    async def get_picture(here: Here, request: Request, name: str) -> Response:
        return await album_of(here).answer(request, name)

    router.get("/api/pictures/hall/{name}", response_class=Response)(allow("anyone")(get_picture))
    hall = Service(name=SERVICE, does="shows pictures", routes=router)
    return await play(hall, pictures_url=tmp_path.as_uri())


async def hang(app: App, raw: bytes) -> list[str]:
    """Put a picture where the app shows them; return the names of its files."""
    album = Album(SERVICE, app.settings.pictures_url)
    upload = await album.develop(new_id(), raw)
    await album.keep(upload)
    return [file.partition("/")[2] for file in upload.picture.files]


async def test_a_picture_is_named_by_what_is_in_its_files(album: Album, tmp_path: Path):
    picture_id = new_id()

    upload = await album.develop(picture_id, drawn(700, 500))
    await album.keep(upload)

    picture = upload.picture
    assert picture.picture_id == picture_id
    assert [(size.width, size.height) for size in picture.sizes] == [
        (320, 229),
        (640, 457),
        (700, 500),
    ]
    assert (picture.file, picture.width, picture.height) == (picture.files[-1], 700, 500)
    for size in picture.sizes:
        body = (tmp_path / "holiday pictures" / size.file).read_bytes()
        assert size.file == f"hall/{sha256(body).hexdigest()}-{size.width}.webp"
        assert corners(body) == [*CORNERS]


async def test_the_same_upload_makes_the_same_files(album: Album):
    first, second, other = [
        await album.develop(new_id(), raw) for raw in (drawn(), drawn(), drawn(700, 500))
    ]

    assert first.picture.files == second.picture.files
    assert not {*first.picture.files} & {*other.picture.files}


async def test_dropped_files_are_gone_however_often_they_are_dropped(album: Album, tmp_path: Path):
    upload = await album.develop(new_id(), drawn())
    await album.keep(upload)

    await album.drop(upload.picture.files[1:])
    await album.drop(upload.picture.files)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_picture_may_be_cached_for_ever(app: App):
    names = await hang(app, drawn())

    answers = [await app.get(f"/api/pictures/hall/{name}") for name in names]
    again = await app.get(
        f"/api/pictures/hall/{names[0]}", headers={"If-None-Match": answers[0].headers["etag"]}
    )

    for answer, width in zip(answers, (320, 640, 800), strict=True):
        assert answer.status_code == 200
        assert corners(answer.content) == [*CORNERS]
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert f"-{width}" in answer.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answers[0].headers["etag"]


@pytest.mark.parametrize(
    "name",
    [
        NO_PICTURE,
        "..%2f..%2fenvironment",
        "%2e%2e",
        "....//",
        f"..%2fexpiration%2f{NO_PICTURE}",
        f"{'0' * 63}-320.webp",
        f"{'A' * 64}-320.webp",
        f"{'0' * 64}-0320.webp",
        f"{'0' * 64}-320.webp%00",
        f"{'0' * 64}-320.webp%0a",
        f"{'0' * 64}-320.html",
        "secret",
    ],
)
async def test_nothing_but_pictures_is_answered(app: App, name: str, tmp_path: Path):
    (tmp_path / SERVICE).mkdir()
    (tmp_path / SERVICE / "secret").write_text("nobody's")
    (tmp_path / "environment").write_text("nobody's")

    answer = await app.get(f"/api/pictures/hall/{name}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_pictures_are_kept_in_a_bucket_as_in_a_folder(bucket: Bucket, play: Play):
    router = Router()

    async def get_picture(here: Here, request: Request, name: str) -> Response:
        return await album_of(here).answer(request, name)

    router.get("/api/pictures/hall/{name}", response_class=Response)(allow("anyone")(get_picture))
    hall = Service(name=SERVICE, does="shows pictures", routes=router)
    app = await play(hall, pictures_url=f"s3://pictures-{new_id()}/of/ours")

    names = await hang(app, drawn())
    kept = {name.partition("/")[2]: body for name, body in bucket.objects.items()}
    shown = await app.get(f"/api/pictures/hall/{names[0]}")
    missing = await app.get(f"/api/pictures/hall/{NO_PICTURE}")
    album = Album(SERVICE, app.settings.pictures_url)
    await album.drop([f"{SERVICE}/{name}" for name in names])
    await album.drop([f"{SERVICE}/{name}" for name in names])

    assert kept.keys() == {f"of/ours/{SERVICE}/{name}" for name in names}
    assert (shown.status_code, corners(shown.content)) == (200, [*CORNERS])
    assert missing.status_code == 404
    assert bucket.objects == {}


async def test_a_bucket_that_lets_nobody_in_is_out_of_order(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SOMEBODYELSES")
    album = Album("hall", f"s3://pictures-{new_id()}")
    upload = await album.develop(new_id(), drawn())

    with pytest.raises(Unavailable, match="out of order"):
        await album.keep(upload)
    with pytest.raises(Unavailable, match="out of order"):
        await album.drop(upload.picture.files)
    assert bucket.objects == {}


async def test_a_disk_that_takes_nothing_is_out_of_order(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    album = Album("hall", (tmp_path / "file").as_uri())
    upload = await album.develop(new_id(), drawn())

    with pytest.raises(Unavailable, match="out of order"):
        await album.keep(upload)


@pytest.mark.parametrize(
    "url", ["file:///var/pictures", "s3://bucket/a", "gs://bucket", "az://container/a"]
)
def test_pictures_may_be_in_a_folder_or_a_bucket(settings: Settings, url: str):
    chosen = Settings.model_validate(settings.model_dump() | {"pictures_url": url})

    assert chosen.pictures_url == url


@pytest.mark.parametrize(
    "url", ["", "pictures", "file:pictures", "file://host/a", "http://bucket/a", "s3://", "ftp://a"]
)
def test_a_place_for_pictures_that_is_none_stops_the_start(settings: Settings, url: str):
    with pytest.raises(ValidationError, match="pictures_url"):
        Settings.model_validate(settings.model_dump() | {"pictures_url": url})


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"<svg/>", BadInput),
        (b"", BadInput),
        (drawn()[:500], BadInput),
        (drawn(8000, 5000), TooLarge),
        (drawn() + bytes(LARGEST_UPLOAD), TooLarge),
    ],
    ids=["svg", "nothing", "half", "huge", "heavy"],
)
async def test_a_refusal_comes_out_of_the_darkroom_as_one(raw: bytes, kind: type[Exception]):
    with pytest.raises(kind):
        await Darkroom().develop(raw)


async def test_a_darkroom_takes_so_many_and_sends_the_rest_away():
    darkroom = Darkroom(at_once=1, queue=2)

    came = await asyncio.gather(
        *(darkroom.develop(drawn(100 + nth, 200)) for nth in range(5)), return_exceptions=True
    )
    later = await darkroom.develop(drawn(100, 200))

    assert [[one.width for one in found] for found in came[:3] if isinstance(found, list)] == [
        [100],
        [101],
        [102],
    ]
    assert [type(refusal) for refusal in came[3:]] == [Unavailable, Unavailable]
    assert [one.width for one in later] == [100]


async def test_no_name_of_ours_is_one_of_an_album_elsewhere(album: Album, tmp_path: Path):
    upload = await album.develop(new_id(), drawn())
    await album.keep(upload)
    other = Album("cellar", album.url)
    request = Request({"type": "http", "headers": []})

    with pytest.raises(NotFound):
        await other.answer(request, upload.picture.file.partition("/")[2])
    assert (tmp_path / "holiday pictures" / upload.picture.file).exists()
