"""Listening: granted, denied, and on record either way."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from bot.usecases import listen, quarantine, withdraw
from storage.records import Action, Consent, Outcome
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, STRANGER, House

PRESS = "a1b2c3d4e5f6a7b8"


def test_a_listen_is_on_record_and_the_sound_comes(house: House) -> None:
    request = house.open(ROSA)
    sound = listen.listen(house.services, house.act(RAVI), request.key, PRESS)
    assert sound.wav[:4] == b"RIFF"
    event = house.last_event()
    assert (event.action, event.outcome, event.request) == (
        Action.SNIPPET_HEARD,
        Outcome.ALLOWED,
        request.name,
    )
    assert event.actor is not None
    assert event.actor.user_id == RAVI


@pytest.mark.parametrize(
    ("user_id", "rule"),
    [(AMIR, "no_role"), (STRANGER, "no_role"), (ROSA, "own_request")],
)
def test_a_denied_listen_is_refused_and_still_on_record(
    house: House, user_id: str, rule: str
) -> None:
    request = house.open(ROSA)
    with pytest.raises(Refused):
        listen.listen(house.services, house.act(user_id), request.key, PRESS)
    event = house.last_event()
    assert (event.action, event.outcome, event.rule) == (
        Action.SNIPPET_HEARD,
        Outcome.DENIED,
        rule,
    )


def test_a_press_works_once(house: House) -> None:
    request = house.open(ROSA)
    listen.listen(house.services, house.act(RAVI), request.key, PRESS)
    with pytest.raises(Conflict):
        listen.listen(house.services, house.act(RAVI), request.key, PRESS)
    assert house.last_event().rule == "press_used"


@pytest.mark.parametrize("press", ["", "short", "x" * 65, "with space 1234", "ünicode-12345"])
def test_a_press_that_no_page_made_is_refused(house: House, press: str) -> None:
    with pytest.raises(Invalid):
        listen.listen(house.services, house.act(RAVI), house.open(ROSA).key, press)


def test_nothing_plays_once_it_is_settled(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    with pytest.raises(Refused) as error:
        listen.listen(house.services, house.act(LENA), request.key, PRESS)
    assert error.value.rule == "closed"


def test_nothing_plays_once_it_is_withdrawn(house: House) -> None:
    request = house.open(ROSA)
    withdraw.withdraw(house.services, house.act(ROSA), request.key)
    with pytest.raises(Refused):
        house.hear(RAVI, request)


def test_nothing_plays_once_it_is_stopped(house: House) -> None:
    request = house.open(ROSA)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == "quarantined"


def test_consent_is_asked_for_at_every_listen(house: House) -> None:
    request = house.open(ROSA)

    class Withdrawn:
        def clip(self, clip_id: str) -> object:
            clip = real.clip(clip_id)
            return replace(clip, consent=Consent.WITHDRAWN)

    real = house.services.clips
    house.services = replace(house.services, clips=Withdrawn())  # type: ignore[arg-type]
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == "consent_withdrawn"


def test_time_that_has_not_passed_is_not_believed(house: House) -> None:
    request = house.open(ROSA)
    listen.listen(house.services, house.act(RAVI), request.key, PRESS)
    heard = listen.played(
        house.services, house.act(RAVI), request.key, PRESS, played_ms=60_000, loops=5
    )
    assert not heard
    house.pass_time(seconds=2)
    assert listen.played(
        house.services, house.act(RAVI), request.key, PRESS, played_ms=60_000, loops=5
    )


def test_nobody_reports_on_another_persons_press(house: House) -> None:
    request = house.open(ROSA)
    listen.listen(house.services, house.act(RAVI), request.key, PRESS)
    with pytest.raises(NotFound):
        listen.played(house.services, house.act(JONAS), request.key, PRESS, played_ms=900, loops=1)


def test_a_guessed_address_finds_nothing(house: House) -> None:
    with pytest.raises(NotFound):
        listen.view(house.services, house.act(RAVI), "guess")


def test_the_page_shows_no_snippet_to_those_who_may_not_hear_it(house: House) -> None:
    request = house.open(ROSA)
    assert listen.view(house.services, house.act(RAVI), request.key).snippet is not None
    assert listen.view(house.services, house.act(ROSA), request.key).snippet is None
    with pytest.raises(Refused):
        listen.view(house.services, house.act(AMIR), request.key)
    assert house.last_event().outcome is Outcome.DENIED


def test_the_page_counts_answers_and_never_says_what_they_are(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    page = listen.view(house.services, house.act(JONAS), request.key)
    assert page.answered == 1
    assert page.proposal is None


def test_a_source_that_does_not_answer_lets_nobody_hear_and_that_is_on_record(
    house: House,
) -> None:
    request = house.open(ROSA)

    class Away:
        def clip(self, _: str) -> object:
            raise Unavailable("The clip source does not answer.")

    house.services = replace(house.services, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        house.hear(RAVI, request)
    assert (house.last_event().outcome, house.last_event().rule) == (Outcome.FAILED, "source")
