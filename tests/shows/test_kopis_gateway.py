"""How the open API is asked: page by page, again when it stumbles, and never without end."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from boxoffice.kit.errors import Unavailable
from boxoffice.kit.settings import Settings
from boxoffice.services.shows.gateway import Kopis, open_kopis
from boxoffice.services.shows.gateway.kopis import AT_ONCE, LARGEST_BYTES, TRIES
from boxoffice.services.shows.model.kopis import Unusable
from shows.kopis import KEY, PretendKopis, coming, pretend_kopis, spelt
from stage import Someone

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE dbs [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<dbs><db><mt20id>PF1</mt20id><prfnm>&b;</prfnm></db></dbs>"""
TODAY = coming(0, weeks=0)


@pytest.fixture
async def there() -> AsyncGenerator[PretendKopis]:
    async with pretend_kopis() as there:
        yield there


@pytest.fixture
async def kopis(there: PretendKopis, settings: Settings, alice: Someone) -> AsyncGenerator[Kopis]:
    async with open_kopis(settings.model_copy(update=there.settings(alice))) as kopis:
        yield kopis


async def test_all_pages_of_a_list_are_read_and_each_show_comes_once(
    kopis: Kopis, there: PretendKopis
):
    for n in range(230):
        there.put(f"PF{n:06}", prfstate="공연중" if n % 23 == 0 else "공연예정")

    listed = await kopis.list_shows(TODAY)

    assert sorted(one.show_id for one in listed) == sorted(there.shows)
    first = [query for query in there.lists if query["stdate"] == f"{TODAY:%Y%m%d}"]
    assert [query["cpage"] for query in first if query["prfstate"] == "01"] == ["1", "2", "3"]
    assert [query["cpage"] for query in first if query["prfstate"] == "02"] == ["1"]


async def test_a_list_that_is_the_same_on_every_page_ends(kopis: Kopis, there: PretendKopis):
    page = "".join(f"<db><mt20id>PF{n}</mt20id></db>" for n in range(100))
    there.troubles += [f"<dbs>{page}</dbs>".encode()] * 2

    listed = await kopis.list_shows(TODAY)

    assert len(listed) == 100
    assert [query["cpage"] for query in there.lists][:3] == ["1", "2", "1"]


async def test_what_begins_months_from_now_is_listed_too(kopis: Kopis, there: PretendKopis):
    later = TODAY + timedelta(days=100)
    there.put("PF000001", prfpdfrom=spelt(later), prfpdto=spelt(later))

    listed = await kopis.list_shows(TODAY)

    assert [one.show_id for one in listed] == ["PF000001"]


async def test_another_state_or_other_dates_are_seen_in_the_list(kopis: Kopis, there: PretendKopis):
    for show_id in ("PF1", "PF2", "PF3"):
        there.put(show_id)
    before = {one.show_id: one.seen for one in await kopis.list_shows(TODAY)}
    there.shows["PF1"]["prfstate"] = "공연중"
    there.shows["PF2"]["prfpdto"] = spelt(coming(5, weeks=3))
    there.shows["PF3"]["prfnm"] = "다른 제목"

    after = {one.show_id: one.seen for one in await kopis.list_shows(TODAY)}

    assert {show_id for show_id in after if after[show_id] != before[show_id]} == {"PF1", "PF2"}


async def test_a_show_is_read_without_the_spaces_that_stand_for_nothing(
    kopis: Kopis, there: PretendKopis
):
    there.put("PF1", prfruntime=" ", prfnm=" 물 & 불 <1> ")

    show = await kopis.get_show("PF1")

    assert (show.show_id, show.venue_id, show.title) == ("PF1", "FC000001", "물 & 불 <1>")
    assert show.run_time == ""
    assert show.prices == "R석 55,000원, S석 44,000원"


async def test_a_venue_is_read(kopis: Kopis, there: PretendKopis):
    there.put("PF1")

    venue = await kopis.get_venue("FC000001")

    assert (venue.name, venue.city, venue.place) == ("가온극장", "서울특별시", (37.5826, 127.0021))


async def test_an_answer_that_fails_is_asked_for_again(kopis: Kopis, there: PretendKopis):
    there.put("PF1")
    there.troubles += [503, 429]

    show = await kopis.get_show("PF1")

    assert show.show_id == "PF1"
    assert there.asked == ["/pblprfr/PF1"] * 3


async def test_it_is_given_up_when_no_answer_can_be_trusted(kopis: Kopis, there: PretendKopis):
    there.troubles += [500] * TRIES

    with pytest.raises(Unavailable, match="does not answer") as refused:
        await kopis.get_show("PF1")

    assert len(there.asked) == TRIES
    assert KEY not in str(refused.value)


async def test_nobody_there_is_said_without_the_key(settings: Settings):
    nowhere = {"kopis_url": "http://127.0.0.1:9", "kopis_key": SecretStr(KEY)}

    async with open_kopis(settings.model_copy(update=nowhere)) as kopis:
        with pytest.raises(Unavailable, match="ConnectError") as refused:
            await kopis.list_shows(TODAY)

    assert KEY not in str(refused.value)


async def test_without_a_key_nothing_is_asked(settings: Settings):
    with pytest.raises(Unavailable, match="BOXOFFICE_KOPIS_KEY"):
        async with open_kopis(settings):
            pass


async def test_a_key_that_they_refuse_is_said_in_their_words(
    settings: Settings, there: PretendKopis, alice: Someone
):
    wrong = there.settings(alice) | {"kopis_key": SecretStr("another")}

    async with open_kopis(settings.model_copy(update=wrong)) as kopis:
        with pytest.raises(Unavailable, match="SERVICE KEY IS NOT REGISTERED"):
            await kopis.list_shows(TODAY)


@pytest.mark.parametrize(
    "document",
    [BOMB, b"<dbs><db>", b"<html><body>Oops</body></html>", b"not XML", b"\xff\xfe\x00", b"<dbs/>"],
    ids=("entities", "cut short", "html", "text", "bytes", "empty"),
)
async def test_a_document_that_makes_no_sense_costs_one_show_alone(
    kopis: Kopis, there: PretendKopis, document: bytes
):
    there.put("PF1")
    there.documents["PF1"] = document

    with pytest.raises(Unusable) as refused:
        await kopis.get_show("PF1")

    assert refused.value.reason == "no document"


async def test_a_show_that_is_gone_costs_itself_alone(kopis: Kopis, there: PretendKopis):
    there.troubles.append(404)

    with pytest.raises(Unusable):
        await kopis.get_show("PF1")


async def test_a_list_that_makes_no_sense_ends_the_import(kopis: Kopis, there: PretendKopis):
    there.troubles.append(BOMB)

    with pytest.raises(Unavailable, match="no list"):
        await kopis.list_shows(TODAY)


async def test_no_more_is_read_than_a_document_may_have(kopis: Kopis, there: PretendKopis):
    there.put("PF1", sty="가" * LARGEST_BYTES)

    with pytest.raises(Unavailable, match="too much"):
        await kopis.get_show("PF1")


@pytest.mark.parametrize("venue_id", ["../pblprfr", "", "FC1?service=x", "가온", "F" * 41])
async def test_an_id_that_is_none_never_becomes_part_of_an_address(
    kopis: Kopis, there: PretendKopis, venue_id: str
):
    with pytest.raises(Unusable) as refused:
        await kopis.get_venue(venue_id)

    assert refused.value.reason == "no venue"
    assert there.asked == []


async def test_only_some_calls_are_under_way_at_once(kopis: Kopis, there: PretendKopis):
    for n in range(3 * AT_ONCE):
        there.put(f"PF{n}")
    there.open.clear()

    asking = asyncio.gather(*(kopis.get_show(show_id) for show_id in there.shows))
    await there.crowded(AT_ONCE)
    there.open.set()
    found = await asking

    assert len(found) == 3 * AT_ONCE
    assert there.most_waiting == AT_ONCE
