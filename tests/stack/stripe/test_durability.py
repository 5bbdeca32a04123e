"""What was answered is there after a restart and after kill -9."""

import asyncio
import sys
from pathlib import Path

import pytest
import stripe

from stack.stripe.shop import KEY, open_shop

DECLINING = {"type": "card", "card": {"token": "tok_chargeDeclined"}}
SERVE = """
import asyncio, socket, sys
from pathlib import Path
import uvicorn
from boxoffice.stack.stripe import pretend_stripe

async def serve(folder, key):
    with socket.create_server(("127.0.0.1", 0)) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        async with pretend_stripe(Path(folder), webhook_url="http://127.0.0.1:9/", api_key=key,
                                  webhook_secret="whsec_x", public_url=url) as pretend:
            print(url, flush=True)
            config = uvicorn.Config(pretend.app, lifespan="off", log_config=None, ws="none")
            await uvicorn.Server(config).serve(sockets=[sock])

asyncio.run(serve(*sys.argv[1:]))
"""


async def test_a_restart_keeps_everything(tmp_path: Path):
    async with open_shop(tmp_path) as shop:
        held = await shop.authorize(key="order-1")
        opened = await shop.offer()
        with pytest.raises(stripe.CardError):
            await shop.pay(key="order-2", payment_method_data=DECLINING)

    async with open_shop(tmp_path) as shop:
        again = await shop.authorize(key="order-1")
        taken = await shop.client.v1.payment_intents.capture_async(held.id)
        session = await shop.session(opened.id)
        with pytest.raises(stripe.CardError) as declined:
            await shop.pay(key="order-2", payment_method_data=DECLINING)

    assert again.id == held.id
    assert taken.status == "succeeded"
    assert session.status == "open"
    assert declined.value.headers
    assert declined.value.headers["idempotent-replayed"] == "true"


async def test_kill_loses_nothing_that_was_answered(tmp_path: Path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, str(tmp_path), KEY, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    http = stripe.HTTPXClient()
    client = stripe.StripeClient(KEY, base_addresses={"api": url}, http_client=http)
    answered: list[str] = []

    async def keep_asking() -> None:
        while True:
            intent = await client.v1.payment_intents.create_async(
                {"amount": 2400, "currency": "eur"}
            )
            answered.append(intent.id)
            if len(answered) == 40:
                process.kill()

    asking = [asyncio.create_task(keep_asking()) for _ in range(4)]
    await asyncio.gather(*asking, return_exceptions=True)
    await process.communicate()
    await http.close_async()
    async with open_shop(tmp_path) as shop:
        listed = await shop.client.v1.payment_intents.list_async({"limit": 100})
        kept = {intent.id async for intent in listed.auto_paging_iter()}

    assert len(answered) >= 40
    assert set(answered) <= kept
