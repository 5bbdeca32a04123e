"""What people ask a large programme: each kind of question, with other words each time."""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from boxoffice.kit import clock
from programme import CITIES, SYLLABLES, WORDS

SHOWS = 100_000  # to search in

Ask: TypeAlias = Callable[[random.Random], Mapping[str, Any]]


def _word(chance: random.Random) -> str:
    return chance.choice(WORDS[chance.choice(list(WORDS))].split())


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES[chance.choice(list(SYLLABLES))].split(), k=3))


def _city(chance: random.Random) -> str:
    return chance.choice(CITIES[chance.choice(list(CITIES))])[0]


def _day(chance: random.Random, within: int = 300) -> str:
    return (clock.now() + timedelta(days=chance.randrange(within))).date().isoformat()


KINDS: Mapping[str, Ask] = {
    "everything": lambda _: {},
    "everything, newest": lambda _: {"sort": "newest"},
    "everything, best": lambda _: {"sort": "rank"},
    "the most common words": lambda chance: {"q": chance.choice(["the", "뮤지컬", "の", "a"])},
    "the same, newest": lambda chance: {"q": chance.choice(["the", "뮤지컬"]), "sort": "newest"},
    "the same, best": lambda chance: {"q": chance.choice(["the", "뮤지컬"]), "sort": "rank"},
    "a word": lambda chance: {"q": _word(chance)},
    "a word, best": lambda chance: {"q": _word(chance), "sort": "rank"},
    "two words": lambda chance: {"q": f"{_word(chance)} {_word(chance)}"},
    "a name": lambda chance: {"q": _name(chance)},
    "one Han, kana or Hangul": lambda chance: {"q": chance.choice(_name(chance))},
    "a word and a city": lambda chance: {"q": _word(chance), "city": _city(chance)},
    "a city": lambda chance: {"city": _city(chance)},
    "a small town, best": lambda chance: {"city": f"서울 {chance.randrange(150)}", "sort": "rank"},
    "a genre": lambda chance: {"genre": chance.choice(["play", "dance", "circus/magic"])},
    "a day": lambda chance: {"from": (day := _day(chance)), "to": day},
    "from a day on": lambda chance: {"from": _day(chance)},
    "a day and a word": lambda chance: {
        "from": (day := _day(chance)),
        "to": day,
        "q": _word(chance),
    },
    "prices": lambda chance: {"minPrice": (low := chance.randrange(150)), "maxPrice": low + 2},
    "prices that none has": lambda _: {"minPrice": 900},
    "free places": lambda _: {"available": "true"},
    "all of it": lambda chance: {
        "q": _word(chance),
        "city": _city(chance),
        "from": _day(chance, 100),
        "maxPrice": 80,
        "available": "true",
    },
}
