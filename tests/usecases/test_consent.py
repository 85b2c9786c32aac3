"""Consent that is withdrawn late."""

import secrets
from dataclasses import replace

import pytest

from bot.errors import Refused, Unavailable
from bot.slack import thread
from bot.usecases import consent, deliver, listen
from storage.records import Action, Clip, Consent, Origin, Outcome, Request, RequestState, Task
from tests.house import CLIP, JONAS, LENA, RAVI, ROSA, House
from tests.usecases.erasing import clean_up

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


class Says:
    """A clip source that says something else of every clip than the samples do."""

    def __init__(self, house: House, **changes: object) -> None:
        self._real = house.services.clips
        self._changes = changes
        house.services = replace(house.services, clips=self)  # type: ignore[arg-type]

    def clip(self, clip_id: str) -> Clip:
        return replace(self._real.clip(clip_id), **self._changes)  # type: ignore[arg-type]


def settled(house: House) -> Request:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    return house.answer(JONAS, request, "lamp").request


def hear(house: House, request: Request) -> None:
    act = house.act(LENA, origin=Origin.PAGE)
    listen.listen(house.services, act, request.key, secrets.token_hex(16))


def test_a_withdrawal_closes_live_requests_and_nothing_made_of_the_clip_is_left(
    house: House,
) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    consent.withdraw_clip(house.services, house.worker(), CLIP)
    assert house.request(request).state is RequestState.CONSENT_WITHDRAWN
    live = listen.live(house.services, house.act(RAVI), request.key)
    assert live.refusal is not None
    assert live.refusal.rule == "consent_withdrawn"
    with pytest.raises(Refused, match="withdrawn"):
        hear(house, request)
    assert Task.TELL_ASKER in house.waiting()
    clean_up(house)
    with house.services.store.read() as tx:
        assert tx.snippet(request.id) is None
        assert [p.text for p in tx.proposals(request.id)] == [None]
    assert house.services.clip_keys.get(CLIP) is None
    assert not house.services.blobs.exists(request.blob)


def test_what_slack_says_of_it_is_neutral_and_the_asker_learns_why(house: House) -> None:
    request = house.open(ROSA)
    consent.withdraw_clip(house.services, house.worker(), CLIP)
    closed = house.request(request)
    assert thread.text(closed) == f"{request.name}: closed"
    shown = str(thread.parent(closed, house.services.desks[closed.desk], "https://x", house.now))
    assert "consent" not in shown.lower()
    assert "does not allow" in thread.asker_notice(closed)


def test_a_withdrawn_clip_stays_closed_whatever_its_source_says(house: House) -> None:
    consent.withdraw_clip(house.services, house.worker(), CLIP)
    with pytest.raises(Refused) as refused:
        house.ask(ROSA)
    assert refused.value.rule == "consent_withdrawn"
    assert house.last_event().outcome is Outcome.DENIED


def test_a_speaker_withdraws_for_clips_asked_about_and_for_those_to_come(house: House) -> None:
    speaker = house.services.clips.clip(CLIP).speaker
    assert speaker is not None
    request = house.open(ROSA)
    Says(house, speaker=speaker)
    consent.withdraw_speaker(house.services, house.worker(), speaker)
    assert house.request(request).state is RequestState.CONSENT_WITHDRAWN
    with pytest.raises(Refused):
        house.ask(ROSA, **SECOND_CLIP)


@pytest.mark.parametrize("given", [Consent.WITHDRAWN, Consent.UNKNOWN])
def test_a_settled_word_is_not_delivered_without_consent(house: House, given: Consent) -> None:
    request = settled(house)
    Says(house, consent=given)
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.CONSENT_WITHDRAWN
    denials = [e for e in house.events(request) if e.outcome is Outcome.DENIED]
    assert [e.action for e in denials] == [Action.RESULT_DELIVERED]
    assert Task.TELL_ASKER in house.waiting()
    clean_up(house)
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    assert list(house.services.sink.results()) == []
    assert house.request(request).settled_text is None


def test_a_source_that_is_away_puts_the_delivery_off(house: House) -> None:
    request = settled(house)

    class Away:
        def clip(self, _: str) -> Clip:
            raise Unavailable("The clip folder is not there.")

    real = house.services
    house.services = replace(real, clips=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    deliver.deliver(real, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.DELIVERED


def test_a_delivered_word_stays_when_consent_goes(house: House) -> None:
    request = settled(house)
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    consent.withdraw_clip(house.services, house.worker(), CLIP)
    clean_up(house)
    assert house.request(request).state is RequestState.DELIVERED
    assert [r.text for r in house.services.sink.results()] == ["lamp"]


def test_the_source_is_asked_again_about_clips_with_live_requests(house: House) -> None:
    first, second = house.open(ROSA), house.open(ROSA, **SECOND_CLIP)
    assert consent.refresh(house.services, house.worker()).closed == 0
    Says(house, consent=Consent.WITHDRAWN)
    found = consent.refresh(house.services, house.worker(), limit=1)
    assert (found.closed, found.last) == (1, first.id)
    found = consent.refresh(house.services, house.worker(), after=found.last, limit=1)
    assert (found.closed, found.last) == (1, second.id)
    assert house.request(second).state is RequestState.CONSENT_WITHDRAWN
    assert consent.refresh(house.services, house.worker(), after=found.last).last == 0


def test_a_source_that_says_so_may_take_it_back(house: House) -> None:
    house.open(ROSA)
    real = house.services
    Says(house, consent=Consent.UNKNOWN)
    consent.refresh(house.services, house.worker())
    house.services = real
    assert not house.ask(ROSA).joined


def test_a_recording_that_turns_out_to_be_a_childs_is_closed(house: House) -> None:
    request = house.open(ROSA)
    Says(house, child=True)
    consent.refresh(house.services, house.worker())
    assert house.request(request).state is RequestState.CONSENT_WITHDRAWN
    with pytest.raises(Refused) as refused:
        house.ask(JONAS)
    assert refused.value.rule == "no_children_desk"
    assert house.ask(ROSA).desk.children
