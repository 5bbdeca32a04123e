"""People and their passwords, sign-ins and challenges, the keys that sign, and the audit."""

from boxoffice.services.identity.model.audit import COMMAND_LINE, Entry, Named, Sought
from boxoffice.services.identity.model.challenges import (
    CODE_DIGITS,
    CODE_TRIES,
    Asked,
    Challenge,
    Purpose,
    seal_code,
)
from boxoffice.services.identity.model.keys import SealedKey, SigningKey
from boxoffice.services.identity.model.passwords import (
    NOBODYS_HASH,
    compose,
    fits,
    hash_password,
    require_good_password,
)
from boxoffice.services.identity.model.people import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_REASON,
    Newcomer,
    Person,
    Role,
    is_email,
    name_of,
    require_another_admin,
)
from boxoffice.services.identity.model.sign_ins import (
    OVERLAP,
    Asker,
    RefreshToken,
    SignedIn,
    SignIn,
    device_of,
    digest_of,
    new_secret,
)

__all__ = [
    "CODE_DIGITS",
    "CODE_TRIES",
    "COMMAND_LINE",
    "LONGEST_EMAIL",
    "LONGEST_NAME",
    "LONGEST_REASON",
    "NOBODYS_HASH",
    "OVERLAP",
    "Asked",
    "Asker",
    "Challenge",
    "Entry",
    "Named",
    "Newcomer",
    "Person",
    "Purpose",
    "RefreshToken",
    "Role",
    "SealedKey",
    "SignIn",
    "SignedIn",
    "SigningKey",
    "Sought",
    "compose",
    "device_of",
    "digest_of",
    "fits",
    "hash_password",
    "is_email",
    "name_of",
    "new_secret",
    "require_another_admin",
    "require_good_password",
    "seal_code",
]
