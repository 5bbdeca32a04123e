"""What our processes tell Prometheus, by the names that it knows them by."""

from prometheus_client import REGISTRY

from boxoffice.services import load


def known_series() -> set[str]:
    """Every name of a series, once all services measure themselves."""
    for service in load():
        for measure in service.measures:
            measure.gauge(service.name)
    return {
        name
        for metric in REGISTRY.collect()
        for name in _series(metric.name, metric.type, {one.name for one in metric.samples})
    }


def _series(name: str, kind: str, told: set[str]) -> set[str]:
    if kind == "histogram":
        return {f"{name}_bucket", f"{name}_count", f"{name}_sum"}
    return told | {f"{name}_total" if kind == "counter" else name}
