"""`boxoffice replay`: what it says when it is done, and when it cannot begin."""

from pathlib import Path

from boxoffice.kit.settings import Settings
from cli.command import describe_to, run
from query.history import history
from stage import Play
from stage.facts import tell


async def test_the_read_model_is_built_anew_and_said_to_be_the_same(
    play: Play, settings: Settings, tmp_path: Path
):
    app = await play("query")
    told = history(5, 20)
    await tell(app, *told)
    state = describe_to(tmp_path, settings)

    code, said, error = await run("replay", "query", "--compare", "--state", str(state))

    assert (code, error) == (0, "")
    assert f"query is built anew from {len(told)} events" in said
    assert "the same as before" in said


async def test_what_has_no_model_is_said_in_a_sentence(
    play: Play, settings: Settings, tmp_path: Path
):
    await play("tickets")

    code, _, error = await run("replay", "tickets", "--state", str(describe_to(tmp_path, settings)))

    assert (code, error) == (1, "boxoffice: tickets has no model that could be built anew\n")
