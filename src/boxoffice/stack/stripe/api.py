"""One API request from its key to its answer: who asks, whether it was asked before, what is so."""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from boxoffice.stack.stripe.errors import (
    ApiError,
    CardError,
    InvalidParameterError,
    KeyInUseError,
    KeyMisusedError,
    NotFoundError,
    UnauthorizedError,
)
from boxoffice.stack.stripe.lists import expand
from boxoffice.stack.stripe.store import Answer, Json, Store, Transaction, new_id
from boxoffice.stack.stripe.wire import Params, nest, read_body, read_fields

KEY_LENGTH = 255  # characters of an idempotency key
KEY_KEPT = timedelta(hours=24)
EXPANSIONS = 20

Operation = Callable[..., Json]  # (transaction, params, **what the path names) -> object


class Call(NamedTuple):
    """One request, read whole."""

    endpoint: str
    path: dict[str, str]
    fields: list[tuple[str, str]]
    key: str | None
    request_id: str

    @property
    def fingerprint(self) -> str:
        """What tells this request's parameters from another's, in whichever order."""
        return sha256(json.dumps(sorted(self.fields)).encode()).hexdigest()


class Api:
    """Everything under /v1, for the holder of one secret key."""

    def __init__(self, store: Store, api_key: str) -> None:
        self._store = store
        self._api_key = api_key.encode()
        self._busy: set[str] = set()  # idempotency keys of the requests under way

    def reading(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """Make the endpoint of a GET."""

        async def endpoint(request: Request) -> Response:
            return await self._answered(request, partial(self._read, operation))

        return endpoint

    def changing(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        """Make the endpoint of a POST, which an idempotency key does once."""

        async def endpoint(request: Request) -> Response:
            return await self._answered(request, partial(self._change, operation))

        return endpoint

    async def unknown(self, request: Request) -> Response:
        """Answer for an address that is not there."""
        error = NotFoundError(
            f"Unrecognized request URL ({request.method}: {_path(request)}). If you are trying"
            " to list objects, remove the trailing slash. If you are trying to retrieve an object,"
            " make sure you passed a valid (non-empty) identifier in your code."
        )
        return _response(_refusal(error, new_id("req_", 14)))

    async def _answered(
        self, request: Request, work: Callable[[Request, str], Awaitable[Response]]
    ) -> Response:
        request_id = new_id("req_", 14)
        try:
            self._authenticate(request)
            return await work(request, request_id)
        except ApiError as error:
            return _response(_refusal(error, request_id))

    async def _read(self, operation: Operation, request: Request, request_id: str) -> Response:
        fields = read_fields(request.url.query.encode())
        call = Call(_path(request), request.path_params, fields, None, request_id)
        return _response(await self._store.run(lambda tx: _executed(tx, operation, call)))

    async def _change(self, operation: Operation, request: Request, request_id: str) -> Response:
        key = request.headers.get("Idempotency-Key") or None
        with self._claim(key):
            fields = read_fields(await read_body(request))
            call = Call(_path(request), request.path_params, fields, key, request_id)
            answer = await self._store.run(lambda tx: _once(tx, operation, call))
        headers = {"Idempotency-Key": key} if key else {}
        if answer.request_id != request_id:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.request_id}
        return _response(answer, {"Request-Id": request_id, **headers})

    @contextmanager
    def _claim(self, key: str | None) -> Generator[None]:
        if key is None:
            yield
            return
        if len(key) > KEY_LENGTH:
            raise InvalidParameterError(
                f"The idempotency key is longer than {KEY_LENGTH} characters."
            )
        if key in self._busy:
            raise KeyInUseError(
                "There is currently another in-progress request using this Idempotent Key"
                " (that probably means you submitted twice, and the other request is still going"
                f" through): {key}. Please try again later.",
                code="idempotency_key_in_use",
            )
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)

    def _authenticate(self, request: Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[0]
            except ValueError:
                given = ""
        if not given or scheme.lower() not in {"bearer", "basic"}:
            raise UnauthorizedError(
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth"
                " (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
            )
        if not hmac.compare_digest(given.encode(), self._api_key):
            raise UnauthorizedError(f"Invalid API Key provided: {given[:8]}****{given[-4:]}")


def _path(request: Request) -> str:
    """Return the path as Stripe's own, wherever the app is mounted."""
    below: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return "/v1" + below


def _once(tx: Transaction, operation: Operation, call: Call) -> Answer:
    """Execute the call, or repeat what its idempotency key has answered before."""
    since = tx.now - int(KEY_KEPT.total_seconds())
    earlier = tx.recall(call.key, since=since) if call.key else None
    if earlier is None:
        return _executed(tx, operation, call)
    endpoint, fingerprint, answer = earlier
    hint = f"Try using a key other than '{call.key}' if you meant to execute a different request."
    if endpoint != call.endpoint:
        raise KeyMisusedError(
            "Keys for idempotent requests can only be used for the same endpoint they were first"
            f" used for ('{call.endpoint}' vs '{endpoint}'). {hint}"
        )
    if fingerprint != call.fingerprint:
        raise KeyMisusedError(
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. {hint}"
        )
    return answer


def _executed(tx: Transaction, operation: Operation, call: Call) -> Answer:
    tx.cause = {"id": call.request_id, "idempotency_key": call.key}
    params = Params(nest(call.fields))
    try:
        with tx.attempt(keep=CardError):
            paths = params.words("expand", most=EXPANSIONS)
            done = expand(tx, operation(tx, params, **call.path), paths)
            answer = Answer(200, json.dumps(done), call.request_id)
    except ApiError as error:
        if not error.kept:
            raise
        answer = _refusal(error, call.request_id)
    if call.key:
        tx.remember(call.key, call.endpoint, call.fingerprint, answer)
    return answer


def _refusal(error: ApiError, request_id: str) -> Answer:
    return Answer(error.status, json.dumps({"error": error.body}), request_id)


def _response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    headers = {"Request-Id": answer.request_id, "Cache-Control": "no-store", **(headers or {})}
    if answer.status == UnauthorizedError.status:
        headers["WWW-Authenticate"] = 'Bearer realm="Stripe"'
    return Response(answer.body, answer.status, headers, media_type="application/json")
