"""The code that opens a place: signed, so that a door can check it without asking anybody.

It is a compact JWS (RFC 7515), whose payload names the admission (`t`), the performance (`p`), the
seat (`s`) and the nonce (`n`) which tells it from the codes that were given out before.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from boxoffice.kit import keys
from boxoffice.kit.auth import ALGORITHM
from boxoffice.kit.errors import BadInput

LONGEST_CODE = 2_000  # characters; the longest name of a seat makes one of 900
NOT_OURS = "This is not one of our tickets"
TYPE = "ticket"  # no token of a sign-in says so
_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class Claim:
    """What a code says."""

    admission_id: UUID
    performance_id: UUID
    seat: str
    nonce: bytes = field(repr=False)

    @property
    def payload(self) -> dict[str, str]:
        """Return it as it stands in the code."""
        return {
            "t": _text(self.admission_id.bytes),
            "p": _text(self.performance_id.bytes),
            "s": self.seat,
            "n": _text(self.nonce),
        }

    @classmethod
    def read(cls, payload: Any) -> Self:
        """Return what a payload says; ValueError, KeyError or TypeError when that is nothing."""
        return cls(
            admission_id=UUID(bytes=_bytes(payload["t"])),
            performance_id=UUID(bytes=_bytes(payload["p"])),
            seat=payload["s"],
            nonce=_bytes(payload["n"]),
        )


@dataclass(frozen=True, slots=True)
class TicketKey(keys.SigningKey):
    """A key that signs codes."""

    label: ClassVar[str] = "boxoffice tickets"

    def sign(self, claim: Claim) -> str:
        """Return the code that says this: the same one each time (RFC 6979), whoever asks."""
        head = _part({"alg": ALGORITHM, "kid": self.kid, "typ": TYPE})
        said = f"{head}.{_part(claim.payload)}"
        by_rule = ECDSA(SHA256(), deterministic_signing=True)
        numbers = decode_dss_signature(self.key.get_op_key("sign").sign(said.encode(), by_rule))
        return f"{said}.{_text(b''.join(number.to_bytes(32) for number in numbers))}"


def read_code(code: str, ours: Sequence[TicketKey]) -> Claim:
    """Return what a code says. BadInput unless one of these keys has signed it, as a ticket."""
    try:
        found = jws.deserialize_compact(code, KeySet([key.key for key in ours]), registry=_REGISTRY)
        claim = Claim.read(json.loads(found.payload))
    except (JoseError, ValueError, KeyError, TypeError):
        raise BadInput(NOT_OURS, field="code") from None
    if found.headers().get("typ") != TYPE:
        raise BadInput(NOT_OURS, field="code")
    return claim


def _part(said: dict[str, str]) -> str:
    return _text(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode())


def _text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
