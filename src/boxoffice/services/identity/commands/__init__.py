"""What can be done with accounts."""

from boxoffice.services.identity.commands.accounts import get_person
from boxoffice.services.identity.commands.addresses import (
    ask_again,
    ask_to_move,
    verify_by_code,
    verify_by_link,
)
from boxoffice.services.identity.commands.audit import export_entries, record
from boxoffice.services.identity.commands.keys import (
    Vault,
    load_keys,
    open_vault,
    publish_key,
    rotate_keys,
)
from boxoffice.services.identity.commands.passwords import (
    ask_for_reset,
    change_password,
    reset_password,
    send_resets,
)
from boxoffice.services.identity.commands.people import (
    appoint,
    ban_person,
    change_roles,
    lift_ban,
)
from boxoffice.services.identity.commands.sign_ins import (
    end_own_sign_ins,
    end_sign_in,
    ensure_person,
    refresh,
    sign_in,
    sign_out,
    sign_up,
)

__all__ = [
    "Vault",
    "appoint",
    "ask_again",
    "ask_for_reset",
    "ask_to_move",
    "ban_person",
    "change_password",
    "change_roles",
    "end_own_sign_ins",
    "end_sign_in",
    "ensure_person",
    "export_entries",
    "get_person",
    "lift_ban",
    "load_keys",
    "open_vault",
    "publish_key",
    "record",
    "refresh",
    "reset_password",
    "rotate_keys",
    "send_resets",
    "sign_in",
    "sign_out",
    "sign_up",
    "verify_by_code",
    "verify_by_link",
]
