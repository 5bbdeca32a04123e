"""The form of a performance: when it is, when it is sold, and what each section costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from boxoffice.kit.errors import BadInput
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.organise.forms import number_of
from boxoffice.services.web.routes.organise.times import read_local, write_local
from boxoffice.services.web.routes.pages import plain_price

TIMES = {
    "startsAt": ("The start", "Say when it starts"),
    "doorsAt": ("The time of the doors", "Say when the doors open"),
    "onSaleAt": ("The start of the sale", "Say when the sale begins"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form holds: times at the venue, and prices by the number of their section."""

    values: Mapping[str, str]
    sections: Sequence[str]

    def price(self, nth: int) -> str:
        """Return what was typed for a section."""
        return self.values[f"price.{nth}"]


@dataclass(slots=True)
class Read:
    """What a form means, and what is wrong with it: a sentence and its field each."""

    body: dict[str, Any] = field(default_factory=dict[str, Any])
    wrong: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])

    @property
    def refused(self) -> Answer | None:
        """What stands in for an answer when something is wrong."""
        if not self.wrong:
            return None
        detail = self.wrong[0]["message"]
        return Answer(HTTPStatus.BAD_REQUEST, detail=detail, errors=self.wrong)


def blank(sections: Sequence[Mapping[str, Any]]) -> Sheet:
    """Return the empty form for a venue with these sections."""
    names = [section["name"] for section in sections]
    return Sheet(dict.fromkeys([*TIMES, *(f"price.{nth}" for nth in range(len(names)))], ""), names)


def filled(performance: Mapping[str, Any]) -> Sheet:
    """Return the form of a performance as it is."""
    zone, currency = performance["venue"]["timeZone"], performance["currency"]
    names = [section["name"] for section in performance["sections"]]
    values = {name: write_local(performance.get(name), zone) for name in TIMES}
    for nth, name in enumerate(names):
        price = performance["prices"].get(name)
        values[f"price.{nth}"] = "" if price is None else plain_price(price, currency)
    return Sheet(values, names)


def typed(form: Mapping[str, str], sections: Sequence[Mapping[str, Any]]) -> Sheet:
    """Return the form that was sent, for the sections that there are by now."""
    names = [section["name"] for section in sections]
    sent = {form.get(f"section.{nth}"): form.get(f"price.{nth}") for nth in range(len(form))}
    values = {name: form.get(name, "") for name in TIMES}
    values |= {f"price.{nth}": sent.get(name) or "" for nth, name in enumerate(names)}
    return Sheet(values, names)


def read(sheet: Sheet, time_zone: str, was: Mapping[str, Any] | None = None) -> Read:
    """Return what a form means. `was` is the performance as it is; what nobody touched stays."""
    found = Read()
    for name, (_, missing) in TIMES.items():
        try:
            at = read_local(sheet.values[name], time_zone, (was or {}).get(name))
        except BadInput as refusal:
            found.wrong.append({"field": name, "message": refusal.detail})
            continue
        if at is None and name == "startsAt":
            found.wrong.append({"field": name, "message": missing})
        found.body[name] = at.isoformat() if at else None
    prices = {name: number_of(sheet.price(nth)) for nth, name in enumerate(sheet.sections)}
    for nth, (name, price) in enumerate(prices.items()):
        if not price:
            sentence = f"Say what a place in {name} costs; 0 is free of charge"
            found.wrong.append({"field": f"price.{nth}", "message": sentence})
    found.body["prices"] = prices
    return found


def in_words(errors: model.Errors, sheet: Sheet) -> model.Errors:
    """Return what was wrong with the form, each by the field of the form that it is about."""
    words = TIMES | {
        f"price.{nth}": (f"The price of {name}", "") for nth, name in enumerate(sheet.sections)
    }
    values = {name: sheet.values[name].strip() or "nothing" for name in words}
    return model.in_words([_in_form(error, sheet.sections) for error in errors], values, words)


def _in_form(error: Mapping[str, str], sections: Sequence[str]) -> Mapping[str, str]:
    name = error.get("field", "").removeprefix("prices.")
    if name not in sections:
        return error
    return {"field": f"price.{sections.index(name)}", "message": error["message"]}
