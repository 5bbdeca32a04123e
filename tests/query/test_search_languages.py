"""Finding shows in the languages and spellings of those who look for them."""

import unicodedata

import pytest

from query.finding import put_on, titles
from shows.catalogue import an_organiser, open_venue
from stage import App, Play

PROGRAMME = (  # title, cast, venue, city
    ("Les Misérables", "Anna Müller", "Sondheim Theatre", "London"),
    ("Spider-Man: Homecoming Live", "Tom O'Neill", "Sondheim Theatre", "London"),
    ("뮤지컬 <시카고>", "최정림", "세종문화회관 대극장", "서울"),
    ("뮤지컬 레베카", "옥주연", "블루스퀘어", "서울"),
    ("ハムレット", "野村萬", "歌舞伎座", "東京"),
    ("千と千尋の神隠し", "橋本環", "帝国劇場", "東京"),
    ("红楼梦", "张小敏", "国家大剧院", "北京"),
    ("BTS 콘서트 2026", "방탄", "고척스카이돔", "서울"),
    ("Анна Каренина", "Мария Й", "Большой театр", "Москва"),
)


@pytest.fixture
async def app(play: Play) -> App:
    app = await play("shows", "query")
    olivia = an_organiser()
    for title, cast, place, city in PROGRAMME:
        venue = await open_venue(app, olivia, name=place, city=city)
        await put_on(app, olivia, title, venue, cast=[cast])
    return app


async def test_korean_is_found_by_its_words_and_by_parts_of_them(app: App):
    assert await titles(app, q="시카고") == ["뮤지컬 <시카고>"]
    assert await titles(app, q="카고") == ["뮤지컬 <시카고>"]
    assert await titles(app, q="세종문화") == ["뮤지컬 <시카고>"]
    assert await titles(app, q="옥주연") == ["뮤지컬 레베카"]
    assert sorted(await titles(app, q="뮤지컬")) == ["뮤지컬 <시카고>", "뮤지컬 레베카"]
    assert await titles(app, q="뮤지컬 레베카") == ["뮤지컬 레베카"]
    assert await titles(app, q="뮤지컬 햄릿") == []


async def test_japanese_is_found_in_each_of_its_scripts(app: App):
    assert await titles(app, q="ハムレット") == ["ハムレット"]
    assert await titles(app, q="神隠し") == ["千と千尋の神隠し"]
    assert await titles(app, q="千尋") == ["千と千尋の神隠し"]
    assert await titles(app, q="歌舞伎") == ["ハムレット"]
    assert await titles(app, q="東京 橋本") == ["千と千尋の神隠し"]


async def test_chinese_is_found_by_its_characters(app: App):
    assert await titles(app, q="红楼梦") == ["红楼梦"]
    assert await titles(app, q="楼梦") == ["红楼梦"]
    assert await titles(app, q="北京") == ["红楼梦"]
    assert await titles(app, q="大剧院 张小敏") == ["红楼梦"]
    assert await titles(app, q="梦红") == []


@pytest.mark.parametrize(
    ("letter", "found"),
    [
        ("梦", ["红楼梦"]),  # the last of its word
        ("红", ["红楼梦"]),
        ("尋", ["千と千尋の神隠し"]),
        ("ム", ["ハムレット"]),
        ("레", ["뮤지컬 레베카"]),
        ("座", ["ハムレット"]),
        ("龍", []),
    ],
)
async def test_a_single_letter_without_spaces_around_it_is_enough(
    app: App, letter: str, found: list[str]
):
    assert await titles(app, q=letter) == found


async def test_width_and_composition_make_no_difference(app: App):
    assert await titles(app, q="ﾊﾑﾚｯﾄ") == ["ハムレット"]
    assert await titles(app, q="ＢＴＳ　２０２６") == ["BTS 콘서트 2026"]
    assert await titles(app, q=unicodedata.normalize("NFD", "시카고")) == ["뮤지컬 <시카고>"]


async def test_letter_case_and_accents_make_no_difference(app: App):
    assert await titles(app, q="MISERABLES") == ["Les Misérables"]
    assert await titles(app, q="misérables") == ["Les Misérables"]
    assert await titles(app, q="muller") == ["Les Misérables"]
    assert await titles(app, q="АННА каренина") == ["Анна Каренина"]
    assert await titles(app, q="москва") == ["Анна Каренина"]


async def test_a_word_with_signs_in_it_is_found_with_and_without_them(app: App):
    for question in ("spider-man", "spiderman", "spider man", "o'neill", "oneill", "neill"):
        assert await titles(app, q=question) == ["Spider-Man: Homecoming Live"], question


async def test_scripts_may_be_mixed_in_one_question(app: App):
    assert await titles(app, q="bts콘서트") == ["BTS 콘서트 2026"]
    assert await titles(app, q="서울 bts") == ["BTS 콘서트 2026"]
    assert await titles(app, q="bts 東京") == []


@pytest.mark.parametrize("city", ["서울", " 서울 ", unicodedata.normalize("NFD", "서울")])
async def test_a_city_is_chosen_in_any_spelling_of_it(app: App, city: str):
    assert len(await titles(app, city=city)) == 3


async def test_a_city_is_the_whole_of_it(app: App):
    assert await titles(app, city="東") == []
    assert sorted(await titles(app, city="東京")) == ["ハムレット", "千と千尋の神隠し"]
    assert await titles(app, city="LONDON", q="spider") == ["Spider-Man: Homecoming Live"]
