"""People of the tests, and a key of our own that signs them in where identity does not run."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from boxoffice.kit.auth import ALGORITHM, AUDIENCE, ISSUER
from boxoffice.kit.clock import new_id

KEY = ECKey.generate_key("P-256", {"kid": "stage", "alg": ALGORITHM, "use": "sig"})
PASSWORD = "correct horse battery"


def public_key() -> bytes:
    """The key that checks our people's tokens, as it stands in the bucket `keys`."""
    return json.dumps(KEY.as_dict(private=False)).encode()


@dataclass(frozen=True)
class Someone:
    """A person with a token."""

    name: str
    id: UUID = field(default_factory=new_id)
    roles: tuple[str, ...] = ("member",)
    token: str = ""

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token or self.sign()}"}

    def sign(self, **claims: object) -> str:
        """A token of this person; `claims` stand in place of the usual ones."""
        now = datetime.now(UTC)
        usual: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(self.id),
            "email": self.email,
            "name": self.name,
            "roles": list(self.roles),
            "verified": True,
            "jti": str(new_id()),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=15)).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": KEY.kid}, usual | claims, KEY)
