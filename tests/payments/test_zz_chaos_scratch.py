import asyncio, random, collections
from uuid import UUID
import pytest
from payments.test_giving_up import _agree, _status
from payments.till import *
from stage import eventually
from starlette.responses import Response

class Moody(Line):
    def __init__(self, app, rng):
        super().__init__(app); self.rng=rng; self.bad=True; self.n=collections.Counter()
    async def __call__(self, scope, receive, send):
        path=scope["path"]
        if self.bad and "/v1/" in path:
            r=self.rng.random()
            await asyncio.sleep(self.rng.random()*0.05)
            if r<0.10:
                self.n["cut"]+=1
                return await BROKEN(scope,receive,send)
            if r<0.22:
                self.n["lost"]+=1
                from payments.till import _nowhere
                await self._app(scope,receive,_nowhere)
                return await BROKEN(scope,receive,send)
        await self._app(scope,receive,send)

@pytest.mark.timeout(200)
@pytest.mark.parametrize("seed", range(6))
async def test_chaos(open_till, alice, bob, seed, monkeypatch):
    rng=random.Random(seed)
    import payments.conftest as c
    moody=None
    till=await open_till(webhooks=seed%2==0)
    # wrap
    line=till.line
    moody=Moody(line._app, rng)
    async def call(scope,receive,send): await moody(scope,receive,send)
    line._app=call
    orders=[await till.order(alice,bob) for _ in range(25)]
    codes=collections.Counter()
    async def person(o):
        for _ in range(rng.randint(1,4)):
            what=rng.choice(["pay","pay","bad","page","paypage","cancel"])
            await asyncio.sleep(rng.random()*0.3)
            if what=="pay": r=await till.pay(o,bob)
            elif what=="bad": r=await till.pay(o,bob,"tok_chargeDeclined")
            elif what in("page","paypage"):
                r=await till.open_page(o,bob)
                if r.status_code==201 and what=="paypage":
                    await till.pay_on_page(r.json()["url"])
            else: r=await till.app.delete(f"/api/orders/{o}",bob)
            codes[(what,r.status_code)]+=1
    await asyncio.gather(*(person(o) for o in orders for _ in range(2)))
    moody.bad=False
    # those still created: cancel or leave
    async def end(o):
        s=await _status(till,o,bob)
        if s=="created": await till.app.delete(f"/api/orders/{o}",bob)
    async def done(o):
        await end(o)
        await _agree(till,o,alice,bob)
    for o in orders: await eventually(lambda: done(o), 40)
    st=collections.Counter([await _status(till,o,bob) for o in orders])
    print(seed, st, dict(moody.n), sorted(codes.items()))
    assert await till.taken()==2500*st["complete"]
    assert await till.held()==0
    assert all(i.status in("succeeded","canceled","requires_payment_method","requires_confirmation") for i in await till.intents())
    print(collections.Counter(i.status for i in await till.intents()))
