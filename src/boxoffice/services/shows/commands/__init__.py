"""What can be done with venues, shows and performances."""

from boxoffice.services.shows.commands.imports import Batch, import_all, import_batch
from boxoffice.services.shows.commands.kopis import KOPIS, Tell, claim_kopis, import_kopis
from boxoffice.services.shows.commands.performances import (
    cancel_performance,
    change_performance,
    delete_draft,
    get_own_performance,
    get_performance,
    plan_performance,
    postpone_performance,
    publish_performance,
)
from boxoffice.services.shows.commands.pictures import (
    hang_picture,
    sweep_pictures,
    take_down_picture,
)
from boxoffice.services.shows.commands.shows import bill_show, edit_show, get_own_show, get_show
from boxoffice.services.shows.commands.venues import (
    edit_venue,
    get_own_venue,
    get_venue,
    open_venue,
)

__all__ = [
    "KOPIS",
    "Batch",
    "Tell",
    "bill_show",
    "cancel_performance",
    "change_performance",
    "claim_kopis",
    "delete_draft",
    "edit_show",
    "edit_venue",
    "get_own_performance",
    "get_own_show",
    "get_own_venue",
    "get_performance",
    "get_show",
    "get_venue",
    "hang_picture",
    "import_all",
    "import_batch",
    "import_kopis",
    "open_venue",
    "plan_performance",
    "postpone_performance",
    "publish_performance",
    "sweep_pictures",
    "take_down_picture",
]
