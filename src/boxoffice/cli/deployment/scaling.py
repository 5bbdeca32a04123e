"""When a service gets more processes: on news that waits for it, beside the work that it does."""

from collections.abc import Sequence

from boxoffice.kit.service import Service

METRIC = "boxoffice_consumer_pending"  # what waits on the bus for a service, by its name
WAITING = 1_000  # events for each process: a second's work, so that nobody sees it
HEAD = """\
# Made by `make describe`; edit the declarations, not this file.
# More processes where news waits: needs an adapter that offers Prometheus' figures to Kubernetes.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
"""
PATCH = """\
  - target: {{kind: HorizontalPodAutoscaler, name: boxoffice-{name}}}
    patch: |-
      - op: add
        path: /spec/metrics/-
        value:
          type: External
          external:
            metric: {{name: {metric}, selector: {{matchLabels: {{service: {name}}}}}}}
            target: {{type: AverageValue, averageValue: "{waiting}"}}
"""


def lag(services: Sequence[Service]) -> str:
    """Return the component that scales every service that hears news by what waits for it."""
    return HEAD + "".join(
        PATCH.format(name=service.name, metric=METRIC, waiting=WAITING)
        for service in services
        if service.reactions
    )
