"""What can be done with tickets: those on the market, and those to places of performances."""

from boxoffice.services.tickets.commands.admissions import (
    check_code,
    get_own_admission,
    mail_tickets,
    reissue_admission,
)
from boxoffice.services.tickets.commands.keys import Stamp, open_stamp
from boxoffice.services.tickets.commands.listings import (
    edit_ticket,
    get_own_ticket,
    get_ticket,
    heed_bans,
    list_ticket,
    withdraw_ticket,
)
from boxoffice.services.tickets.commands.pictures import (
    remove_picture,
    show_picture,
    sweep_pictures,
)

__all__ = [
    "Stamp",
    "check_code",
    "edit_ticket",
    "get_own_admission",
    "get_own_ticket",
    "get_ticket",
    "heed_bans",
    "list_ticket",
    "mail_tickets",
    "open_stamp",
    "reissue_admission",
    "remove_picture",
    "show_picture",
    "sweep_pictures",
    "withdraw_ticket",
]
