"""`boxoffice replay`: a model built anew from all that was ever said."""

import uvloop
from rich.console import Console
from rich.progress import Progress

from boxoffice.kit.rebuild import Rebuilt, rebuild
from boxoffice.kit.service import Service
from boxoffice.kit.serving import leave_out_of_garbage
from boxoffice.kit.settings import Settings


def replay(service: Service, settings: Settings, *, compare: bool) -> Rebuilt:
    """Build the model of a service anew, and tell how far it is.

    NotFound when it has none; Conflict when somebody is at it already.
    """
    leave_out_of_garbage()
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(f"Replaying to {service.name}", total=None)

        def tell(position: int, last: int) -> None:
            progress.update(task, completed=position, total=last)

        return uvloop.run(rebuild(service, settings, tell, compare=compare))
