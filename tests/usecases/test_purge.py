"""Retention: what goes when, and that it goes on where it was."""

from dataclasses import replace
from datetime import timedelta

from bot.usecases import ask, expire, purge, quarantine, withdraw
from bot.usecases.purge import Purged
from storage.errors import StorageError
from storage.records import Action, Request
from tests.house import CLIP, JONAS, RAVI, ROSA, House

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


def purged(house: House) -> Purged:
    return purge.purge(house.services, house.worker())


def settled(house: House) -> Request:
    request = house.open(ROSA, guess="a lamp")
    house.answer(RAVI, request, "lamp")
    return house.answer(JONAS, request, "lamp").request


def test_a_draft_nobody_came_back_to_goes_when_desks_toml_says(house: House) -> None:
    house.services.desks = replace(house.services.desks, draft_time=timedelta(days=2))
    typed = ask.Typed(clip=CLIP, guess="a lamp")
    ask.keep_draft(house.services, house.act(ROSA), typed)
    house.pass_time(days=1, hours=23)
    expire.forget(house.services, house.worker())
    assert ask.prepare(house.services, house.act(ROSA), CLIP).typed == typed
    house.pass_time(hours=2)
    expire.forget(house.services, house.worker())
    assert ask.prepare(house.services, house.act(ROSA), CLIP).typed == ask.Typed(clip=CLIP)


def test_the_key_goes_after_the_last_snippet_it_opens(house: House) -> None:
    first = house.open(ROSA)
    second = house.render(house.ask(RAVI, span="0.1-0.6").request)
    withdraw.withdraw(house.services, house.act(ROSA), first.key)
    house.pass_time(hours=23, minutes=59)
    withdraw.withdraw(house.services, house.act(RAVI), second.key)
    house.pass_time(minutes=2)
    assert purged(house) == Purged(snippets=1)
    assert house.services.clip_keys.get(CLIP) is not None
    house.pass_time(hours=25)
    total = purged(house) + purged(house)
    assert (total.snippets, total.keys) == (1, 1)
    assert house.services.clip_keys.get(CLIP) is None
    assert Action.KEY_SHREDDED in [event.action for event in house.events()]


def test_the_key_of_an_open_request_stays(house: House) -> None:
    house.open(ROSA)
    house.pass_time(days=30)
    assert purged(house) == Purged()
    assert house.services.clip_keys.get(CLIP) is not None


def test_guesses_and_words_go_and_the_kind_of_each_answer_stays(house: House) -> None:
    request = settled(house)
    house.pass_time(days=30)
    assert purged(house).answers == 0
    house.pass_time(seconds=1)
    assert purged(house).answers == 1
    assert house.last_event().action in (Action.ANSWERS_PURGED, Action.KEY_SHREDDED)
    assert purged(house).answers == 0
    with house.services.store.read() as tx:
        assert [p.text for p in tx.proposals(request.id)] == [None, None]
    assert house.request(request).guess is None
    assert house.request(request).settled_text == "lamp"


def test_a_released_clip_keeps_its_snippet_no_longer_than_any_other(house: House) -> None:
    request = house.open(ROSA)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    house.pass_time(days=2)
    assert purged(house) == Purged()
    house.release(request)
    assert purged(house).snippets == 1


def test_a_store_that_is_away_keeps_nothing_else_from_going(house: House) -> None:
    first, second = house.open(ROSA), house.open(ROSA, **SECOND_CLIP)
    for request in (first, second):
        withdraw.withdraw(house.services, house.act(ROSA), request.key)
    house.pass_time(hours=25)
    real = house.services.blobs

    class Away:
        def delete(self, name: str) -> None:
            if name.startswith(first.key):
                raise StorageError("The folder cannot be used.")
            real.delete(name)

    house.services = replace(house.services, blobs=Away())  # type: ignore[arg-type]
    gone = purged(house)
    assert (gone.snippets, gone.failed) == (1, 1)
    house.services = replace(house.services, blobs=real)
    assert purged(house).snippets == 1
