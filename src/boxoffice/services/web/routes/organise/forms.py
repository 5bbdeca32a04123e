"""Forms whose fields cannot all be named beforehand: a section each, a price each."""

from collections.abc import Mapping

from starlette.datastructures import UploadFile

from boxoffice.services.web.routes.visit import Visit

MOST_FIELDS = 1_000  # nine for each of 100 sections, and those above them


async def sent(visit: Visit) -> Mapping[str, str]:
    """Return the texts of the form that was sent, by field."""
    form = await visit.request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: text for name, text in form.items() if not isinstance(text, UploadFile)}


def number_of(text: str) -> str:
    """Return a number with a decimal point, however it was typed."""
    return text.strip().replace(",", ".")
