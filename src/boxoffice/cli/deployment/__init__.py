"""What of deploy/ follows from the code: written by `boxoffice describe`, never by hand."""

from collections.abc import Sequence

from boxoffice.cli.deployment import bus, canary, gateway, network, scaling
from boxoffice.kit.service import Service


def documents(services: Sequence[Service]) -> dict[str, str]:
    """Return each generated file by its path below deploy/."""
    return {
        "base/gateway/routes.conf": gateway.routes(services),
        "components/nats/users.conf": bus.users(services),
        "components/canary/rollouts.yaml": canary.rollouts(services),
        "components/canary-mesh/kustomization.yaml": canary.routed(services),
        "components/lag/kustomization.yaml": scaling.lag(services),
        **{
            f"base/{service.name}/network.yaml": network.policy(service, services)
            for service in services
        },
    }
