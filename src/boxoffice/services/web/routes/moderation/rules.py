"""The rules: what they say, trying others before they hold, and running them over old texts."""

import asyncio
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.moderation.gate import Moderator
from boxoffice.services.web.routes.visit import Visit

router = Router()
RULES = "/api/moderation/rules"
LARGEST_FORM_BYTES = 1_048_576  # rules as forms send them: some letters take nine times as much


@router.get("/moderation/rules")
@allow("anyone")
async def get_rules(visit: Moderator) -> Response:
    """Show the rules, and the form that changes them."""
    return await _show(visit)


@router.post("/moderation/rules")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_rules(
    visit: Moderator, version: Annotated[int, Form()], rules: Text = "", deed: Text = "preview"
) -> Response:
    """Try rules that were typed, or have them hold from now on."""
    read = _read(rules)
    if isinstance(read, Answer):
        return await _show(visit, read, typed=rules, version=version)
    if deed == "save":
        answer = await visit.ask("moderation", "PUT", RULES, {"rules": read, "version": version})
        if not answer.refused:
            return visit.redirect("/moderation/rules", "rules-saved")
        return await _show(visit, answer, typed=rules, version=version)
    trial = await visit.ask("moderation", "POST", f"{RULES}/preview", {"rules": read})
    refused = trial if trial.refused else None
    return await _show(visit, refused, typed=rules, version=version, trial=trial.body)


@router.post("/moderation/rules/application")
@allow("anyone")
async def post_application(visit: Moderator, version: Annotated[int, Form()]) -> Response:
    """Run the rules that hold now over old texts."""
    answer = await visit.ask("moderation", "PUT", f"{RULES}/{version}/application")
    if answer.refused:
        return await _show(visit, answer)
    return visit.redirect("/moderation/rules", "rules-applied")


async def _show(
    visit: Visit,
    refused: Answer | None = None,
    *,
    typed: str | None = None,
    version: int | None = None,
    trial: Any = None,
) -> Response:
    held = (await visit.ask("moderation", "GET", RULES)).found()
    run, maker = await asyncio.gather(_application(visit, held["version"]), _maker(visit, held))
    written = json.dumps(held["rules"], ensure_ascii=False, indent=2)
    text = written if typed is None else typed
    return visit.page(
        "moderation-rules.html",
        refused=refused,
        path="/moderation/rules",
        held=held,
        maker=maker,
        version=held["version"] if version is None else version,
        text=text,
        trial=trial,
        run=run,
        errors=model.in_words(refused.errors, {"rules": text}) if refused else [],
    )


async def _application(visit: Visit, version: int) -> Any:
    """Return how far it is with running these rules over old texts; None if nobody asked."""
    answer = await visit.ask("moderation", "GET", f"{RULES}/{version}/application")
    return None if answer.refused else answer.body


async def _maker(visit: Visit, held: dict[str, Any]) -> str:
    """Return what the one who made the rules is called, if that is known."""
    if not held.get("madeBy"):
        return ""
    answer = await visit.ask("query", "GET", f"/api/pages/people/{UUID(held['madeBy'])}")
    return "" if answer.refused else answer.body["person"]["name"]


def _read(text: str) -> Any:
    """Return what was typed as JSON; an answer that tells where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        said = f"Not JSON from line {error.lineno}, character {error.colno} on"
    except (ValueError, RecursionError):
        said = "Not JSON that can be read"
    return Answer.wrong("rules", said)
