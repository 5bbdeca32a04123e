"""What of the mesh follows from the code: routes, who may ask what, and who reaches whom."""

from collections.abc import Sequence

from boxoffice.cli.mesh import istio, reach
from boxoffice.cli.mesh.written import written
from boxoffice.kit.service import Service


def documents(services: Sequence[Service]) -> dict[str, str]:
    """Return each file by its path below deploy/."""
    return {
        "mesh/routes.yaml": written(istio.routes(services)),
        "mesh/doorkeeping.yaml": written(istio.doorkeeping(services)),
        "mesh/neighbours.yaml": written(istio.neighbours(services)),
        "mesh/reach.yaml": written(reach.reach(services)),
    }
