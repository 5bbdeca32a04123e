"""`boxoffice import`: what it says while it works, when it is done and when it refuses."""

import re
from pathlib import Path
from typing import Any

import pytest

from boxoffice.cli.lines import PerformanceLine, ShowLine, VenueLine
from boxoffice.kit.settings import Settings
from boxoffice.services.shows.routes.maps import RowDraft, SectionDraft
from cli.command import describe_to, run
from query.finding import titles
from shows.catalogue import an_organiser
from shows.files import Lines, an_account, counted, show, spell, venue
from shows.kopis import PretendKopis, pretend_kopis
from stage import App, Play

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples/shows.jsonl"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "shows", "query")


@pytest.fixture
def state(settings: Settings, tmp_path: Path) -> Path:
    """A folder that says where this product runs, as `boxoffice up` leaves one."""
    return describe_to(tmp_path, settings)


async def test_the_example_of_the_documents_can_be_imported(app: App, state: Path):
    olivia = await an_account(app)

    code, said, error = await _import_shows(EXAMPLE, olivia.email, state)

    assert (code, error) == (0, "")
    assert _counts(said) == {
        "venues": [2, 0, 0, 0, 0],
        "shows": [2, 0, 0, 0, 0],
        "performances": [3, 0, 0, 0, 0],
    }
    assert set(await titles(app)) == {"The Tempest", "Low Tide: an open rehearsal"}


async def test_the_same_file_again_is_as_before(app: App, state: Path):
    olivia = await an_account(app)
    await _import_shows(EXAMPLE, olivia.email, state)
    before = await counted(app)

    code, said, _ = await _import_shows(EXAMPLE, olivia.email, state)

    assert code == 0
    assert _counts(said)["performances"] == [0, 0, 3, 0, 0]
    assert await counted(app) == before


@pytest.mark.parametrize("line", [VenueLine, SectionDraft, RowDraft, ShowLine, PerformanceLine])
def test_the_documents_name_every_field(line: type[Any]):
    text = (DOCS / "importing.md").read_text("utf-8")
    table = "".join(row for row in text.splitlines(keepends=True) if row.startswith("|"))

    names = {field.alias or name for name, field in line.model_fields.items()} - {"version"}

    assert names
    assert {
        name for name in names if f"`{name}`" not in table and f'"{name}"' not in table
    } == set()


async def test_mistakes_are_listed_with_their_lines_and_nothing_is_imported(
    app: App, state: Path, tmp_path: Path
):
    olivia = await an_account(app)
    file = _write(tmp_path, [venue(), show("S1", genre="opera"), "{", show("S2", title="")])

    code, said, error = await _import_shows(file, olivia.email, state)

    assert (code, said) == (1, "")
    lines = error.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["line 2", "line 3", "line 4"]
    assert lines[1] == "line 3: This is no JSON object"
    assert lines[3:] == ["boxoffice: Nothing was imported: 3 mistakes"]
    assert await counted(app) == (0, 0, 0, 0)


async def test_of_very_many_mistakes_a_hundred_are_listed(app: App, state: Path, tmp_path: Path):
    olivia = await an_account(app)
    file = _write(tmp_path, ["{"] * 250)

    code, _, error = await _import_shows(file, olivia.email, state)

    lines = error.splitlines()
    assert code == 1
    assert lines[99] == "line 100: This is no JSON object"
    assert lines[100:] == ["and 150 more", "boxoffice: Nothing was imported: 250 mistakes"]


async def test_what_stands_in_a_file_does_not_move_the_cursor(
    app: App, state: Path, tmp_path: Path
):
    olivia = await an_account(app)
    file = _write(tmp_path, [show("S1") | {"\x1b[2J[red]": 1}])

    _, _, error = await _import_shows(file, olivia.email, state)

    assert "\x1b" not in error
    assert error.startswith("line 1: \ufffd[2J[red]: There is no such field\n")


async def test_who_may_not_organise_is_told_in_a_sentence(app: App, state: Path):
    await an_account(app, "bob", "member")

    refused = [
        await _import_shows(EXAMPLE, email, state)
        for email in ("bob@example.com", "nobody@example.com")
    ]

    for (code, said, error), sentence in zip(
        refused, ("bob@example.com is no organiser", "Nobody has an account"), strict=True
    ):
        assert (code, said) == (1, "")
        assert error.startswith(f"boxoffice: {sentence}")
        assert "Traceback" not in error


async def test_the_open_api_is_imported_from_now_and_what_was_left_out_is_told(
    app: App, settings: Settings, tmp_path: Path
):
    async with pretend_kopis() as there:
        there.put("PF000001")
        there.put("PF000002", pcseguidance="R석 미정")
        state = describe_to(tmp_path, _with_key(settings, there))

        code, said, error = await run("import", "kopis", "--state", str(state))

    assert code == 0
    assert _counts(said)["shows"] == [1, 0, 0, 1, 0]
    assert "left out, unreadable price: 1" in said
    assert "left out PF000002: unreadable price: “R석 미정”" in error
    assert (await counted(app))[1:3] == (1, 4)


async def test_without_a_key_the_open_api_is_not_imported_from(app: App, state: Path):
    code, said, error = await run("import", "kopis", "--state", str(state))

    assert (code, said) == (1, "")
    assert error.startswith("boxoffice: BOXOFFICE_KOPIS_KEY")
    assert (await counted(app))[1] == 0


async def test_a_key_without_an_organiser_is_refused_before_anything_is_asked(
    settings: Settings, tmp_path: Path
):
    async with pretend_kopis() as there:
        keyed = _with_key(settings, there).model_copy(update={"kopis_organiser": None})
        state = describe_to(tmp_path, keyed)

        code, said, error = await run("import", "kopis", "--state", str(state))

    assert (code, said) == (1, "")
    assert error.startswith("boxoffice: BOXOFFICE_KOPIS_ORGANISER")
    assert there.asked == []


async def _import_shows(file: Path, email: str, state: Path) -> tuple[int | None, str, str]:
    return await run("import", "shows", str(file), "--organiser", email, "--state", str(state))


def _counts(said: str) -> dict[str, list[int]]:
    """The rows of the table that was shown."""
    rows = [re.findall(r"[\w-]+", line) for line in said.splitlines() if line.startswith("│")]
    return {kind: [int(number) for number in numbers] for kind, *numbers in rows}


def _write(folder: Path, lines: Lines) -> Path:
    file = folder / "shows.jsonl"
    file.write_bytes(spell(lines))
    return file


def _with_key(settings: Settings, there: PretendKopis) -> Settings:
    return settings.model_copy(update=there.settings(an_organiser()))
