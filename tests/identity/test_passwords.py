"""Passwords: which are taken, and how somebody who knows theirs sets another."""

import asyncio
import unicodedata
from functools import partial

import pytest
from pydantic import TypeAdapter, ValidationError

from boxoffice.kit.errors import BadInput
from boxoffice.services.identity.model import require_good_password
from boxoffice.services.identity.routes.wire import NewPassword, Password
from identity.conftest import Visit
from identity.letters import (
    BETTER,
    TOO_LATE,
    WRONG,
    change,
    forget,
    is_refused,
    notices,
    reset,
    reset_token,
)
from identity.office import gets_in, gets_out
from identity.visitor import Visitor
from stage import PASSWORD, App, Play, times_the_work

COMMON = "This is one of the most common passwords; choose another"
REPEATS = "This repeats too few characters; choose another"
OWN = "This is your name or your address; choose another"
LENGTHS = [
    ("battery", False),
    ("batterys", True),
    ("b\u00e4tt\u00e9ri", False),  # nine as some keyboards send it, of which two are dots
    ("b\u00e4tt\u00e9ris", True),
    ("ab\u00e7d" * 32, True),
    ("ab\u00e7d" * 32 + "e", False),
]
EMAIL, NAME = "alice.liddell@example.com", "Alice Pleasance Liddell"


async def test_another_password_takes_the_old_one_and_only_with_it(alice: Visitor, visit: Visit):
    wrong = await change(alice, WRONG)
    before = await _signs_in(visit, PASSWORD), await _signs_in(visit, BETTER)

    answer = await change(alice)

    is_refused(wrong, "This is not your password", "current")
    assert before == (True, False)
    assert (answer.status_code, answer.json()["email"]) == (200, alice.email)
    assert (await _signs_in(visit, PASSWORD), await _signs_in(visit, BETTER)) == (False, True)


async def test_other_sign_ins_end_everywhere_and_this_one_goes_on(play: Play, visit: Visit):
    app = await play("identity", "tickets")
    alice, phone = visit("alice@example.com"), visit("alice@example.com")
    await alice.sign_up()
    await phone.sign_in()
    here, there = alice.bearer, phone.bearer

    await change(alice)

    await gets_out(there, app)
    await gets_in(here, app)
    assert (await phone.refresh()).status_code == 401
    assert (await alice.refresh()).status_code == 200


async def test_the_person_is_told(app: App, alice: Visitor):
    alice.http.headers["User-Agent"] = "Laptop/1.0"
    await change(alice, WRONG)

    await change(alice)

    (told,) = await notices(app, alice.email, "password-changed")
    assert (told.name, told.device, told.address) == ("alice", "Laptop/1.0", "127.0.0.1")
    assert told.token is None


async def test_nobody_changes_a_password_without_signing_in(visit: Visit):
    refused = await change(visit("nobody@example.com"))

    assert refused.status_code == 401


async def test_an_open_link_in_a_mailbox_is_void_once_the_password_is_another(
    app: App, alice: Visitor
):
    await forget(alice)
    token = await reset_token(app, alice.email)

    await change(alice)

    is_refused(await reset(alice, token, "the best battery"), TOO_LATE, "token")


async def test_of_two_changes_at_once_with_the_same_password_one_counts(
    alice: Visitor, visit: Visit
):
    wanted = ("the left battery", "the right battery")

    answers = await asyncio.gather(*(change(alice, PASSWORD, one) for one in wanted))

    assert sorted(answer.status_code for answer in answers) == [200, 400]
    for password, answer in zip(wanted, answers, strict=True):
        assert await _signs_in(visit, password) == (answer.status_code == 200)


async def test_no_way_to_a_password_takes_a_well_known_one_or_ones_own_name(
    app: App, alice: Visitor, visit: Visit
):
    await forget(alice)
    token = await reset_token(app, alice.email)

    for password, why in (("password1", COMMON), ("abababababab", REPEATS), (alice.email, OWN)):
        is_refused(await change(alice, PASSWORD, password), why, "password")
        is_refused(await reset(alice, token, password), why, "password")
        newcomer = visit(alice.email.replace("alice", "alice2"))
        said = {"password": password, "name": alice.email}
        is_refused(await newcomer.sign_up(**said), why, "password")
    assert await _signs_in(visit, PASSWORD)


@pytest.mark.parametrize("password", ["password", "PassWord", "iloveyou", "1qaz2wsx", "12345678"])
def test_the_best_known_passwords_are_refused_in_any_letter_case(password: str):
    _is_bad(password, COMMON)


@pytest.mark.parametrize(
    "password", ["aaaaaaaa", "aAaAaAaA", "abcabcabcabc", "x" * 128, "        ", "ééé" * 9]
)
def test_what_repeats_a_few_characters_is_refused_however_long(password: str):
    _is_bad(password, REPEATS)


@pytest.mark.parametrize(
    "password",
    [EMAIL, EMAIL.upper(), "Alice.Liddell", NAME, NAME.lower(), "ALICE PLEASANCE LIDDELL"],
)
def test_ones_own_name_or_address_is_refused_in_any_letter_case(password: str):
    _is_bad(password, OWN)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "Tr0ub4dor&3x",
        "лошадь батарея",
        "馬電池ホッチキス正解",
        f"{NAME} and more",
        "a\u0000b\u0000c\u0000d",
        " spaces around ",
    ],
    ids=ascii,
)
def test_any_other_is_taken_in_any_script(password: str):
    require_good_password(password, EMAIL, NAME)


def test_a_rule_is_not_escaped_by_another_spelling_of_the_same_letters():
    with pytest.raises(BadInput, match=OWN):
        require_good_password("Rene\u0301 Magritte", "r@example.com", "Ren\u00e9 Magritte")
    with pytest.raises(BadInput, match=REPEATS):
        require_good_password("e\u0301\u00e9" * 5)


async def test_eight_to_128_characters_are_taken_as_people_count_them(visit: Visit):
    for number, (password, is_taken) in enumerate(LENGTHS):
        for form in ("NFC", "NFD"):
            newcomer = visit(f"{number}{form}@example.com")

            answer = await newcomer.sign_up(password=unicodedata.normalize(form, password))

            assert answer.status_code == (201 if is_taken else 400), (ascii(password), form)
            if not is_taken:
                assert [error["field"] for error in answer.json()["errors"]] == ["password"]


def test_what_would_take_long_to_compose_is_refused_as_it_is():
    evil = "a" + "\u0300\u0323" * 15_000

    for kind in (NewPassword, Password):
        refuse = partial(_refuse, TypeAdapter(kind))
        assert times_the_work(partial(refuse, evil), beside=partial(refuse, "a" * 30_001)) < 20


async def test_a_password_is_the_same_from_every_keyboard_at_every_door(app: App, visit: Visit):
    typed = ["\u00c5ngstr\u00f6m caf\u00e9", "ang\u00e9lique \u00fcber" + "\u00e9\u00e0\u00ef" * 37]
    alice, elsewhere = visit("alice@example.com"), visit("alice@example.com")
    await alice.sign_up(password=typed[0])

    signed_in = await elsewhere.sign_in(password=unicodedata.normalize("NFD", typed[0]))
    changed = await change(alice, *(unicodedata.normalize("NFD", one) for one in typed))
    await forget(elsewhere)
    token = await reset_token(app, alice.email)

    assert (signed_in.status_code, changed.status_code) == (200, 200)
    assert (await elsewhere.sign_in(password=typed[1])).status_code == 200
    assert (await reset(alice, token, unicodedata.normalize("NFD", typed[0]))).status_code == 200
    assert (await elsewhere.sign_in(password=typed[0])).status_code == 200


def _is_bad(password: str, why: str) -> None:
    with pytest.raises(BadInput) as refusal:
        require_good_password(password, EMAIL, NAME)
    assert (refusal.value.detail, refusal.value.field) == (why, "password")


async def _signs_in(visit: Visit, password: str) -> bool:
    return (await visit("alice@example.com").sign_in(password=password)).status_code == 200


def _refuse(kind: TypeAdapter[str], password: str) -> None:
    with pytest.raises(ValidationError):
        kind.validate_python(password)
