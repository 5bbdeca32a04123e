"""What must hold after a measurement, and what the measurements need of the databases."""

import asyncio
from tempfile import NamedTemporaryFile

from boxoffice.cli.audit import audit
from boxoffice.events.streams import FACTS
from boxoffice.kit import bus
from boxoffice.kit.database import Database, open_database
from boxoffice.services import load as load_services
from boxoffice.services.orders.model import offer_of
from boxoffice.stack.postgres import find_binaries
from ground import Ground, House

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 120
CLIENTS = 32
AT_ONCE_PAST = 100_000  # past orders a statement
PAST = """
    INSERT INTO orders (order_id, version, status, buyer_id, total_minor, currency, placed_at,
                        expires_at, items, performance_id, seats, completed_at)
    SELECT uuidv7(interval '-40 days'), 2, 'complete', gen_random_uuid(), 6000, 'XTS',
           now() - interval '40 days', now() - interval '40 days',
           jsonb_build_array(jsonb_build_object(
               'offer_id', gen_random_uuid(), 'offer_version', 1, 'seller_id', gen_random_uuid(),
               'label', 'S1/R1/1', 'price_minor', 6000, 'hold_version', 2)),
           gen_random_uuid(), 1, now() - interval '40 days'
    FROM generate_series(1, $1)
"""
PGBENCH = """
SELECT nextval('bench_next') AS n \\gset
SELECT a, b, gen_random_uuid() AS o, gen_random_uuid() AS buyer FROM bench_pairs WHERE n = :n \\gset
BEGIN;
SELECT pg_advisory_xact_lock(:n);
SELECT sum(seats) FROM orders WHERE performance_id = :o AND buyer_id = :buyer;
SELECT * FROM offers WHERE offer_id IN (:a, :b) AND order_id IS NULL ORDER BY offer_id FOR UPDATE;
UPDATE offers SET order_id = :o, hold_version = hold_version + 1
    WHERE offer_id IN (:a, :b) AND order_id IS NULL;
INSERT INTO orders (order_id, version, status, buyer_id, total_minor, currency, placed_at,
                    expires_at, items, performance_id, seats)
    SELECT :o, 0, 'created', :buyer, 6000, 'USD', now(), now(), '[]', performance_id, 2
    FROM offers WHERE offer_id = :a;
SELECT pg_notify('bench', 'two places');
WITH said AS (
    INSERT INTO outbox (id, subject, name, body, kept, trace)
    VALUES (:o, 'events.bench', 'Bench', '{}', true, '') RETURNING position
) INSERT INTO unsent SELECT position FROM said;
COMMIT;
"""
SOLD_TWICE = """
    SELECT count(*) FROM (
        SELECT item ->> 'offer_id' FROM orders, jsonb_array_elements(items) AS item
        WHERE status <> 'cancelled' AND performance_id IS NOT NULL AND placed_at > now() - interval '1 day'
        GROUP BY 1 HAVING count(*) > 1
    ) AS twice
"""
ASTRAY = """
    SELECT count(*) FROM orders, jsonb_array_elements(items) AS item
    JOIN offers ON offers.offer_id = (item ->> 'offer_id')::uuid
    WHERE status <> 'cancelled' AND orders.performance_id IS NOT NULL
        AND placed_at > now() - interval '1 day' AND offers.order_id IS DISTINCT FROM orders.order_id
"""


async def sold_twice(ground: Ground) -> int:
    """Return how many seats two orders believe to have, or are not with the order that has them."""
    async with open_database("orders", ground.settings) as db:
        return await db.fetchval(SOLD_TWICE) + await db.fetchval(ASTRAY)


async def require_sound(ground: Ground) -> None:
    """SystemExit when a seat was given twice."""
    if twice := await sold_twice(ground):
        raise SystemExit(f"{twice} seats were given twice")


async def require_agreement(ground: Ground) -> None:
    """Wait until every service tells the same story; SystemExit when they never do."""
    services, findings = load_services(), ["nothing was looked at"]
    for _ in range(PATIENCE_SECONDS):
        findings = (await audit(services, ground.settings)).findings()
        if not findings:
            return
        await asyncio.sleep(1)
    raise SystemExit("; ".join(findings))


async def behind(ground: Ground) -> int:
    """Return how many events the slowest service has yet to hear, or the bus yet to get."""
    async with open_database("orders", ground.settings) as db:
        unsent = await db.fetchval("SELECT count(*) FROM unsent")
    async with bus.connect(ground.settings, "bench") as client:
        consumers = await client.jetstream().consumers_info(FACTS.name)
    return unsent + max((one.num_pending or 0) + (one.num_ack_pending or 0) for one in consumers)


async def until_heard(ground: Ground) -> None:
    """Wait until every event is on the bus, and every service has handled it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await behind(ground):
            await asyncio.sleep(LOOK_SECONDS)


async def pgbench(ground: Ground, house: House, seconds: int) -> float:
    """Return how many transactions a second PostgreSQL makes of a hold's own statements."""
    async with open_database("orders", ground.settings) as db:
        await _make_pairs(db, house)
    with NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH)
        script.flush()
        url = ground.settings.database_url.get_secret_value().replace("{service}", "orders")
        process = await asyncio.create_subprocess_exec(
            *(str(find_binaries() / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS)),
            *("-j", "2", "-T", str(seconds), "-f", script.name, url),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
    async with open_database("orders", ground.settings) as db:
        await db.execute("DROP TABLE bench_pairs")
    line = next(line for line in out.decode().splitlines() if line.startswith("tps = "))
    return float(line.split()[2])


async def make_past(ground: Ground, many: int) -> None:
    """Have so many past orders, with seats of performances that are over."""
    async with open_database("orders", ground.settings) as db:
        there = await db.fetchval("SELECT count(*) FROM orders WHERE currency = 'XTS'")
        for first in range(there, many, AT_ONCE_PAST):
            await db.execute(PAST, min(AT_ONCE_PAST, many - first))
        await db.execute("ANALYZE orders")


async def _make_pairs(db: Database, house: House) -> None:
    labels = [label for section in house.sections for label in section.labels()]
    ids = [offer_of(house.performance_id, label) for label in labels]
    await db.execute("DROP TABLE IF EXISTS bench_pairs")
    await db.execute("CREATE TABLE bench_pairs (n int PRIMARY KEY, a uuid, b uuid)")
    await db.execute("CREATE SEQUENCE IF NOT EXISTS bench_next")
    await db.execute("SELECT setval('bench_next', 1)")
    await db.execute(
        """
        INSERT INTO bench_pairs
        SELECT row_number() OVER (ORDER BY random()), a, b
        FROM unnest($1::uuid[], $2::uuid[]) AS pairs (a, b)
        """,
        ids[::2],
        ids[1::2],
    )
    await db.execute("ANALYZE bench_pairs")
