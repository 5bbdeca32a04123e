"""Reading: one object, a page of objects, and the objects inside them that a caller expands."""

from collections.abc import Callable, Iterable

from boxoffice.stack.stripe.errors import InvalidParameterError, missing
from boxoffice.stack.stripe.store import Json, Transaction
from boxoffice.stack.stripe.wire import Params

MOST, USUAL = 100, 10  # objects a page
DEPTH = 4  # levels of expansion
EXPANDABLE = {
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "latest_charge": "charge",
    "charge": "charge",
}


def public(body: Json) -> Json:
    """Return what a caller may see: all but the names that begin with an underscore."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


def load(tx: Transaction, kind: str, wanted: str) -> Json:
    """Return the object that the address names, or refuse with 404."""
    found = tx.find(kind, wanted)
    if found is None:
        raise missing(kind, wanted)
    return found


def retrieve(kind: str) -> Callable[..., Json]:
    """GET of one object of a kind."""

    def operation(tx: Transaction, params: Params, object_id: str) -> Json:
        params.finish()
        return load(tx, kind, object_id)

    return operation


def listing(kind: str, url: str, *, by: Iterable[str] = ()) -> Callable[..., Json]:
    """GET of a kind's objects, newest first, narrowed by the given fields."""

    def operation(tx: Transaction, params: Params) -> Json:
        narrowed = {name: value for name in by if (value := params.text(name)) is not None}
        limit = params.positive("limit") or USUAL
        if limit > MOST:
            raise InvalidParameterError(
                f"Invalid limit: must be at most {MOST}",
                code="parameter_invalid_integer",
                param="limit",
            )
        after, before = params.text("starting_after"), params.text("ending_before")
        params.finish()
        for name, edge in (("starting_after", after), ("ending_before", before)):
            if edge is not None and tx.find(kind, edge) is None:
                raise missing(kind, edge, param=name)
        found = tx.page(kind, limit=limit + 1, narrowed=narrowed, after=after, before=before)
        page = found[:limit] if before is None else found[-limit:]
        return as_list(page, url, has_more=len(found) > limit)

    return operation


def as_list(page: Iterable[Json], url: str, *, has_more: bool = False) -> Json:
    """Return Stripe's list object."""
    entries = [public(entry) for entry in page]
    return {"object": "list", "data": entries, "has_more": has_more, "url": url}


def expand(tx: Transaction, body: Json, paths: Iterable[str]) -> Json:
    """Put whole objects in the place of the ids at these dotted paths."""
    shown = public(body)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEPTH:
            raise InvalidParameterError(
                f"You cannot expand more than {DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        shown = _expanded(tx, shown, body, steps)
    return shown


def _expanded(tx: Transaction, shown: Json, whole: Json, steps: list[str]) -> Json:
    head, rest = steps[0], steps[1:]
    value = shown.get(head)
    if head == "line_items" and "_line_items" in whole:
        url = f"/v1/checkout/sessions/{whole['id']}/line_items"
        value = as_list(whole["_line_items"], url)
    elif head == "data" and shown.get("object") == "list" and rest:
        return shown | {"data": [_expanded(tx, entry, entry, rest) for entry in shown["data"]]}
    elif head not in EXPANDABLE or head not in shown:
        raise InvalidParameterError(f"This property cannot be expanded ({head}).", param="expand")
    if isinstance(value, str):
        value = tx.find(EXPANDABLE[head], value)
    if value is not None and rest:
        value = _expanded(tx, value, value, rest)
    return shown | {head: value}
