from stage import Play, Someone
async def test_x(play: Play, browse, alice: Someone, bob: Someone):
    app = await play("identity", "tickets", "orders", "expiration", "payments", "web")
    b = browse(app, bob); a = browse(app, alice); n = browse(app)
    print((await n.open("/")).status_code, n.words)
    await a.open("/sell"); await a.send("/sell", title="", price="abc"); print(a.page.status_code, a.words)
    await a.send("/sell", title="Hamlet <b>", price="12,50"); print(a.page.status_code, a.at, a.words)
    t = a.at
    await b.open(t); print(b.words)
    await b.send("/orders"); print(b.page.status_code, b.at, b.words)
    await a.open(t); print(a.words)
    await n.open("/my/orders"); print(n.page.status_code, n.at, n.words)
    await n.open("/nope"); print(n.page.status_code, n.at, n.words, n.page.headers)
    await n.open("/api/docs"); print(n.page.status_code, n.at, n.words[:3000])
    await n.open("/signup"); await n.send("/signup", email="x", password="")
    print(n.page.status_code, n.words)
    await n.send("/signup", email="x@example.com", password="long enough")
    print(n.page.status_code, n.at, n.words[:300], n.http.cookies)
    assert 0
