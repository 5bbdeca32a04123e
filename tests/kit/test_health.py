"""Whether a process lives and can work."""

from pydantic import SecretStr

from boxoffice.kit.settings import Settings
from kit.bells import SERVICE
from kit.desk import Desk
from stage import App, Play, cable, eventually


async def test_a_process_that_can_work_says_so(play: Play):
    app = await play(Desk().service)

    alive, ready = await app.get("/healthz"), await app.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "services": [SERVICE]})


async def test_without_its_database_it_lives_but_is_not_ready(play: Play, settings: Settings):
    async with cable(settings.database_url.get_secret_value()) as line:
        app = await play(Desk().service, database_url=SecretStr(line.url))
        line.cut()

        await eventually(lambda: _waits_for(app, SERVICE))
        assert (await app.get("/healthz")).status_code == 200

        line.mend()
        await eventually(lambda: _is_ready(app))
        await app.stop()


async def test_what_needs_the_database_is_told_to_come_again(play: Play, settings: Settings):
    async with cable(settings.database_url.get_secret_value()) as line:
        app = await play(Desk().service, database_url=SecretStr(line.url))
        line.cut()

        answer = await app.get("/api/count")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"] == "application/problem+json"
        line.mend()
        await eventually(lambda: _is_ready(app))
        assert (await app.get("/api/count")).status_code == 200
        await app.stop()


async def test_without_the_bus_it_lives_but_is_not_ready(play: Play, settings: Settings):
    async with cable(settings.nats_url.get_secret_value()) as line:
        app = await play(Desk().service, nats_url=SecretStr(line.url))
        line.cut()

        await eventually(lambda: _waits_for(app, "bus"))
        assert (await app.get("/api/count")).status_code == 200

        line.mend()
        await eventually(lambda: _is_ready(app))
        await app.stop()


async def test_metrics_are_told_in_prometheus_words(play: Play):
    app = await play(Desk().service)

    answer = await app.get("/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE boxoffice_http_request_seconds histogram" in answer.text


async def _waits_for(app: App, what: str) -> None:
    answer = await app.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {"status": "waiting", "for": [what]}


async def _is_ready(app: App) -> None:
    assert (await app.get("/readyz")).status_code == 200
