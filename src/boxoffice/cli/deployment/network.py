"""Who may reach a service and whom it may reach, from what it declares."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings

MADE = "# Made by `make describe`; edit the declarations, not this file."
PORT = 8000
POSTGRES, NATS = 5432, 4222
OUTSIDE = {"smtp": (25, 465, 587), "http": (80, 443), "https": (443,), "file": (443,)}
# A folder needs no port; the buckets that pictures may be in do.
UNKNOWN = "smtp"  # the one address that has no default
GATEWAY = "gateway"
HEAD = """\
{made}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: boxoffice
spec:
  podSelector:
    matchLabels: {{app.kubernetes.io/part-of: boxoffice}}
  policyTypes: [Ingress, Egress]
  ingress:
{ingress}
  egress:
{egress}
"""
DNS = """\
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: kube-system}
      ports:
        - {protocol: UDP, port: 53}
        - {protocol: TCP, port: 53}"""
METRICS = """\
    - from:
        - namespaceSelector:
            matchLabels: {boxoffice.dev/scrapes: "true"}
      ports: [{protocol: TCP, port: 8000}]"""
# A private address is nobody's outside: it is another service, or the cloud's own door.
WORLD = """\
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]
      ports:
{ports}"""


def policy(service: Service, services: Sequence[Service]) -> str:
    """Return the NetworkPolicy of a service: what the pages ask, the bus, its database, no more."""
    ingress = [METRICS]
    if callers := callers_of(service, services):
        ingress.insert(0, _door("from", callers, PORT))
    egress = [DNS, _door("to", ["postgres"], POSTGRES), _door("to", ["nats"], NATS)]
    if service.asks:
        egress.append(_door("to", service.asks, PORT))
    if ports := ports_outside(service):
        lines = "\n".join(f"        - {{protocol: TCP, port: {port}}}" for port in ports)
        egress.append(WORLD.format(ports=lines))
    return HEAD.format(made=MADE, ingress="\n".join(ingress), egress="\n".join(egress))


def callers_of(service: Service, services: Sequence[Service]) -> list[str]:
    """Return who asks a service over HTTP: the gateway, and whoever declares it."""
    if service.routes is None:
        return []
    return [GATEWAY, *(other.name for other in services if service.name in other.asks)]


def ports_outside(service: Service) -> list[int]:
    """Return the ports of the outside that a service's own settings lead to."""
    places = [name for name in service.needs if name.endswith("_url")]
    return sorted({port for name in places for port in OUTSIDE[_scheme(name)]})


def _scheme(name: str) -> str:
    default = Settings.model_fields[name].default
    return urlsplit(default).scheme if isinstance(default, str) else UNKNOWN


def _door(direction: str, names: Sequence[str], port: int) -> str:
    # Not matchLabels: kustomize would add the label of this very service to them.
    return f"""\
    - {direction}:
        - podSelector:
            matchExpressions:
              - {{key: app.kubernetes.io/name, operator: In, values: [{", ".join(names)}]}}
      ports: [{{protocol: TCP, port: {port}}}]"""
