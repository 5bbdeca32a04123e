"""A large programme to search in: shows with titles in four languages, and what they sold."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from rich.progress import track

from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.query import store

VENUES = 600
AT_ONCE = 1_000  # shows a transaction
GENRES = (
    *("play", "musical", "classical", "popular", "dance", "traditional", "mixed", "circus/magic"),
)
SMALL_TOWNS = 0.2  # of the venues
NUMBERED = 0.05  # of the titles
CAST = 5  # names a show
WORDS = {  # the first of them are the most common
    "en": """
        the of and a in Hamlet night dream king queen love garden winter summer last first house
        river song dance moon star silence storm mirror letters ghost city island children mother
        father brothers sisters journey return secret broken golden black white red blue Magic
        Flute Nutcracker Swan Lake Carmen Tosca Aida Chicago Cats Wicked Hamilton
        """,
    "ko": """
        뮤지컬 연극 콘서트 오페라 발레 사랑 겨울 여름 봄날 가을 바람 하늘 바다 노래 춤 밤 달빛 별 어머니
        아버지 형제 나라 왕 여왕 꿈 비밀 편지 거울 도시 섬 시카고 햄릿 지킬앤하이드 레베카 오페라의유령
        명성황후 영웅 빨래 김종욱찾기 옥탑방고양이 국립발레단 정기연주회
        """,
    "ja": """
        の と に が ミュージカル 演劇 コンサート オペラ バレエ 愛 冬 夏 春 秋 風 空 海 歌 舞 夜 月 星 母
        父 兄弟 国 王 女王 夢 秘密 手紙 鏡 都市 島 シカゴ ハムレット 刀剣乱舞 忠臣蔵 勧進帳 義経千本桜
        東京 京都 宝塚歌劇 千と千尋の神隠し
        """,
    "zh": """
        音乐剧 话剧 演唱会 歌剧 芭蕾 爱情 冬天 夏天 春天 秋天 风 天空 大海 歌 舞 夜 月亮 星星 母亲 父亲
        兄弟 国王 女王 梦 秘密 信 镜子 城市 岛 芝加哥 哈姆雷特 红楼梦 西厢记 牡丹亭 茶馆 雷雨 京剧 昆曲
        北京人艺 上海
        """,
}
SYLLABLES = {  # of the names of people
    "en": "ar ben cor dan el fin gar hol is jen kan lo mar nor or pat quin ros sim tor ul ver win",
    "ko": "김 이 박 최 정 강 조 윤 장 임 민 수 서 연 지 훈 유 진 하 늘 다 은 현 우 아 준 호 빈",
    "ja": "佐 藤 鈴 木 高 橋 田 中 伊 渡 辺 山 本 村 小 林 加 吉 健 一 郎 花 子 裕 翔 美 咲 太 愛",
    "zh": "王 李 张 刘 陈 杨 赵 黄 周 吴 伟 娜 敏 洋 静 帆 磊 蓉 芳 军 杰 涛 明 强 丽 霞 平 刚",
}
CITIES = {
    "en": (
        ("London", "Europe/London"),
        ("New York", "America/New_York"),
        ("Leeds", "Europe/London"),
    ),
    "ko": (("서울", "Asia/Seoul"), ("부산", "Asia/Seoul"), ("대구", "Asia/Seoul")),
    "ja": (("東京", "Asia/Tokyo"), ("京都", "Asia/Tokyo"), ("大阪", "Asia/Tokyo")),
    "zh": (("北京", "Asia/Shanghai"), ("上海", "Asia/Shanghai"), ("台北", "Asia/Taipei")),
}
PLACES = {"en": "Theatre", "ko": "극장", "ja": "劇場", "zh": "剧院"}


class Venue(NamedTuple):
    """Where shows of a language are."""

    venue_id: UUID
    language: str
    name: str
    city: str
    time_zone: str


class Show(NamedTuple):
    """A show, where it is, from when on, on how many days, and for how many cents at most."""

    show_id: UUID
    title: str
    genre: str
    cast: str
    venue: Venue
    first_at: datetime
    days: int
    price: int


async def fill(db: Database, shows: int, catalogue: Database | None = None) -> float:
    """Tell query a programme of so many shows; return how many seconds it took to have them found.

    Where `catalogue` is given, shows itself has them too.
    """
    chance = random.Random(4)  # noqa: S311 - the same programme each time
    now = clock.now()
    venues = _venues(chance)
    if catalogue:
        await _insert_venues(catalogue, venues)
    seconds = 0.0
    for _ in track(range(0, shows, AT_ONCE), f"{shows:,} shows", transient=True):
        some = _shows(chance, venues, now)
        if catalogue:
            await _insert_shows(catalogue, some)
        await _tell_shows(db, some)
        ids = [show.show_id for show in some]
        begun = clock.now()
        async with db.transaction() as tx:
            await store.refresh_finds(tx, ids, now)
        seconds += (clock.now() - begun).total_seconds()
        await _sell(db, ids, now)
        begun = clock.now()
        async with db.transaction() as tx:
            await store.refresh_cards(tx, ids, now)
        seconds += (clock.now() - begun).total_seconds()
    for filled in filter(None, (db, catalogue)):
        async with filled.transaction() as tx:
            await tx.execute("SET LOCAL statement_timeout = 0")
            await tx.execute("ANALYZE")  # as the database does by itself within a minute
    return seconds


def _venues(chance: random.Random) -> Sequence[Venue]:
    venues: list[Venue] = []
    for number in range(VENUES):
        language = chance.choices(list(WORDS), [3, 4, 2, 1])[0]
        city, time_zone = chance.choices(CITIES[language], [6, 2, 1])[0]
        if chance.random() < SMALL_TOWNS:  # one of many small towns
            city = f"{city} {number // 4}"
        venues.append(
            Venue(clock.new_id(), language, f"{PLACES[language]} {number}", city, time_zone)
        )
    return venues


async def _insert_venues(db: Database, venues: Sequence[Venue]) -> None:
    await db.execute(
        """
        INSERT INTO venues (venue_id, version, organiser_id, name, city, address, time_zone,
                            accessibility, sections, capacity)
        SELECT venue_id, 0, $5, name, city, '', time_zone, '', '[]', 500
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
            AS venue (venue_id, name, city, time_zone)
        """,
        [venue.venue_id for venue in venues],
        [venue.name for venue in venues],
        [venue.city for venue in venues],
        [venue.time_zone for venue in venues],
        clock.new_id(),
    )


def _shows(chance: random.Random, venues: Sequence[Venue], now: datetime) -> Sequence[Show]:
    """Return shows: most are on a few times, some every day for months, and one in ten is over."""
    shows: list[Show] = []
    for number in range(AT_ONCE):
        venue = chance.choice(venues)
        shows.append(
            Show(
                show_id=clock.new_id(),
                title=_title(chance, venue.language, number),
                genre=chance.choices(GENRES, [30, 20, 20, 15, 6, 5, 3, 1])[0],
                cast=",".join(_names(chance, venue.language)),
                venue=venue,
                first_at=now + timedelta(minutes=chance.randrange(-30 * 1440, 300 * 1440)),
                days=_days(chance),
                price=chance.randrange(10, 200) * 100,
            )
        )
    return shows


async def _insert_shows(db: Database, shows: Sequence[Show]) -> None:
    await db.execute(
        """
        INSERT INTO shows (show_id, version, organiser_id, title, genre, story, "cast")
        SELECT show_id, 0, $5, title, genre, '', string_to_array("cast", ',')
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
            AS show (show_id, title, genre, "cast")
        """,
        *_told(shows),
        clock.new_id(),
    )
    await db.execute(
        """
        INSERT INTO performances (performance_id, version, show_id, venue_id, organiser_id, state,
                                  starts_at, on_sale_at, currency, prices, capacity)
        SELECT uuidv7(), 0, show_id, venue_id, $6, 'published', first_at + day * interval '1 day',
               first_at - interval '30 days', 'USD',
               jsonb_build_object('Stalls', price, 'Circle', price / 2), 500
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::int[])
            AS show (show_id, venue_id, first_at, days, price),
            generate_series(0, days - 1) AS day
        """,
        [show.show_id for show in shows],
        [show.venue.venue_id for show in shows],
        *_played(shows),
        clock.new_id(),
    )


async def _tell_shows(db: Database, shows: Sequence[Show]) -> None:
    await db.execute(
        """
        INSERT INTO shows (show_id, version, organiser_id, title, genre, story, "cast", pictures)
        SELECT show_id, 0, $5, title, genre, '', string_to_array("cast", ','), '[]'
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
            AS show (show_id, title, genre, "cast")
        """,
        *_told(shows),
        clock.new_id(),
    )
    await db.execute(
        """
        INSERT INTO performances (
            performance_id, version, show_id, organiser_id, state, venue_id, venue, city,
            time_zone, starts_at, on_sale_at, currency, minor_per_major, prices, capacity)
        SELECT uuidv7(), 1, show_id, $9, 'published', venue_id, venue, city, time_zone,
               first_at + day * interval '1 day', first_at - interval '30 days', 'USD', 100,
               jsonb_build_object('Stalls', price, 'Circle', price / 2), 500
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::int[], $6::text[],
                    $7::text[], $8::text[])
            AS show (show_id, venue_id, first_at, days, price, venue, city, time_zone),
            generate_series(0, days - 1) AS day
        """,
        [show.show_id for show in shows],
        [show.venue.venue_id for show in shows],
        *_played(shows),
        [show.venue.name for show in shows],
        [show.venue.city for show in shows],
        [show.venue.time_zone for show in shows],
        clock.new_id(),
    )


def _told(shows: Sequence[Show]) -> Sequence[Sequence[object]]:
    return (
        [show.show_id for show in shows],
        [show.title for show in shows],
        [show.genre for show in shows],
        [show.cast for show in shows],
    )


def _played(shows: Sequence[Show]) -> Sequence[Sequence[object]]:
    return (
        [show.first_at for show in shows],
        [show.days for show in shows],
        [show.price for show in shows],
    )


def _title(chance: random.Random, language: str, number: int) -> str:
    words = WORDS[language].split()
    commonest = [1 / (place + 2) for place in range(len(words))]  # as languages have it
    chosen = chance.choices(words, commonest, k=chance.randrange(2, 6))
    joint = "" if language in {"ja", "zh"} else " "
    return f"{joint.join(chosen)} {number if chance.random() < NUMBERED else ''}".strip()


def _names(chance: random.Random, language: str) -> Sequence[str]:
    syllables = SYLLABLES[language].split()
    return ["".join(chance.choices(syllables, k=3)) for _ in range(CAST)]


def _days(chance: random.Random) -> int:
    return chance.choices([1, 2, 3, 10, 30, 120], [40, 20, 15, 15, 8, 2])[0]


async def _sell(db: Database, show_ids: Sequence[UUID], now: datetime) -> None:
    """Have one performance in ten of these sold in part, over the last days."""
    await db.execute(
        """
        INSERT INTO availability (performance_id, version, total, held, sold)
        SELECT performance_id, 9, 500, 3, (random() * 490)::int FROM showings
        WHERE show_id = ANY($1::uuid[]) AND random() < 0.1
        """,
        show_ids,
    )
    await db.execute(
        """
        INSERT INTO sold_by_day (performance_id, day, version, sold)
        SELECT performance_id, $2::date - age, 9 - age, sold * (10 - age) / 10
        FROM availability JOIN showings USING (performance_id), generate_series(0, 9) AS age
        WHERE show_id = ANY($1::uuid[]) AND random() < 0.3
        """,
        show_ids,
        now.date(),
    )
    await db.execute(
        """
        INSERT INTO sales (show_id, day, seats)
        SELECT show_id, day, sum(grown) FROM (
            SELECT show_id, noted.day, sold - lag(sold, 1, 0) OVER
                   (PARTITION BY performance_id ORDER BY noted.day) AS grown
            FROM sold_by_day AS noted JOIN showings USING (performance_id)
            WHERE show_id = ANY($1::uuid[])
        ) AS grown GROUP BY show_id, day
        """,
        show_ids,
    )
