"""Erasing: every place, its receipt, and what keeps it."""

import json
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import Invalid, Refused, Unavailable
from bot.slack import messages
from bot.slack.message import Update
from bot.usecases import (
    adjudicate,
    deliver,
    erase,
    erase_place,
    hold,
    listen,
    propose,
    purge,
    quarantine,
)
from bot.usecases.propose import TypedAnswer
from bot.usecases.services import Act
from storage.errors import StorageError
from storage.records import (
    Action,
    Answer,
    Deletion,
    Erasure,
    Origin,
    Outcome,
    Person,
    Place,
    Request,
    RequestState,
    Task,
)
from tests.house import ADA, CLIP, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, House
from tests.usecases.erasing import clean_up, open_places, receipts, stored

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


def shell(house: House) -> Act:
    return Act(person=None, origin=Origin.CLI, now=house.now)


def erased(house: House, clip_id: str = CLIP) -> Erasure:
    return erase.erase_clip(house.services, shell(house), clip_id, reason="letter 7")


def settled(house: House, **more: object) -> Request:
    request = house.open(ROSA, guess="a lamp", **more)
    house.answer(RAVI, request, "lamp")
    return house.answer(JONAS, request, "lamp").request


def actions(house: House) -> list[Action]:
    return [event.action for event in house.events()]


def test_nothing_of_an_erased_clip_is_left_and_every_place_has_its_receipt(house: House) -> None:
    request = settled(house)
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    erasure = erased(house)
    assert open_places(house, erasure) == {
        Place.KEY,
        Place.SNIPPETS,
        Place.WORDS,
        Place.EXPORTS,
    }
    clean_up(house)
    assert open_places(house, erasure) == set()
    closed = house.request(request)
    assert (closed.state, closed.guess, closed.settled_text) == (RequestState.ERASED, None, None)
    with house.services.store.read() as tx:
        assert tx.snippet(request.id) is None
        assert [p.text for p in tx.proposals(request.id)] == [None, None]
        assert tx.results() == []
    assert house.services.clip_keys.get(CLIP) is None
    assert not house.services.blobs.exists(request.blob)
    assert list(house.services.sink.results()) == []
    assert actions(house)[-1] is Action.CLIP_ERASED
    assert house.last_event().clip_id == CLIP


def test_nobody_hears_or_asks_from_the_moment_it_is_asked_for(house: House) -> None:
    request = house.open(ROSA)
    house.hear(RAVI, request)
    erased(house)
    assert listen.live(house.services, house.act(RAVI), request.key).refusal is not None
    with pytest.raises(Refused):
        house.hear(RAVI, request)
    with pytest.raises(Refused) as refused:
        house.ask(RAVI)
    assert refused.value.rule == "erased"


def test_a_snippet_that_is_made_meanwhile_is_not_kept(house: House) -> None:
    request = house.ask(ROSA).request
    erased(house)
    clean_up(house)
    house.render(request)
    assert house.request(request).state is RequestState.ERASED
    assert not house.services.blobs.exists(request.blob)
    assert house.services.clip_keys.get(CLIP) is None


@pytest.mark.parametrize("user_id", [ROSA, LENA, SOFIA])
def test_only_an_administrator_may_and_a_denial_is_on_record(house: House, user_id: str) -> None:
    request = house.open(ROSA)
    with pytest.raises(Refused):
        erase.erase_clip(house.services, house.act(user_id), CLIP, reason="letter 7")
    assert house.last_event().outcome is Outcome.DENIED
    assert house.request(request).state is RequestState.OPEN
    with pytest.raises(Refused):  # signed in a while ago
        erase.erase_clip(house.services, house.act(ADA), CLIP, reason="letter 7")
    erase.erase_clip(house.services, house.fresh(ADA), CLIP, reason="letter 7")
    assert house.request(request).state is RequestState.ERASED


def test_erasing_needs_a_reason(house: House) -> None:
    with pytest.raises(Invalid):
        erase.erase_clip(house.services, shell(house), CLIP, reason=" ")
    assert house.events() == []


def test_a_speakers_clips_go_all_together_and_no_other_may_be_asked_about(house: House) -> None:
    speaker = house.services.clips.clip(CLIP).speaker
    assert speaker is not None
    first = house.open(ROSA)
    found = erase.erase_speaker(house.services, shell(house), speaker, reason="letter 7")
    assert [each.clip_id for each in found] == [CLIP]
    assert house.request(first).state is RequestState.ERASED
    clean_up(house)
    assert house.request(first).speaker is None
    with house.services.store.read() as tx:
        assert tx.barred("another-clip", speaker) is not None


def test_a_hold_keeps_what_is_kept_and_lets_go_when_it_ends(house: House) -> None:
    request = settled(house)
    placed = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case")
    erasure = erased(house)
    assert [e.rule for e in house.events() if e.action is Action.ERASURE_ASKED] == ["held"]
    clean_up(house)
    assert open_places(house, erasure) == {
        Place.KEY,
        Place.SNIPPETS,
        Place.WORDS,
        Place.EXPORTS,
    }
    assert house.services.blobs.exists(request.blob)
    with pytest.raises(Refused):
        house.hear(LENA, request)
    assert Action.CLIP_ERASED not in actions(house)
    hold.release(house.services, house.fresh(SOFIA), placed.id, reason="done")
    clean_up(house)
    assert open_places(house, erasure) == set()
    assert not house.services.blobs.exists(request.blob)
    assert actions(house)[-1] is Action.CLIP_ERASED


def test_a_hold_that_expires_lets_go_too_and_is_never_overdue(house: House) -> None:
    settled(house)
    hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case")
    erasure = erased(house)
    clean_up(house)
    house.pass_time(days=29)
    assert erase_place.receipts_overdue(house.services, house.now) == 0
    house.pass_time(days=1)
    hold.expire_holds(house.services, house.worker())
    clean_up(house)
    assert open_places(house, erasure) == set()


def test_a_place_that_is_away_is_overdue_until_it_is_clean(house: House) -> None:
    settled(house)
    real = house.services

    class Away:
        def request_deletion(self, _: Deletion) -> None:
            raise Unavailable("The result sink does not answer.")

        def delete(self, _: str) -> None:
            raise StorageError("The folder cannot be used.")

    house.services = replace(real, sink=Away(), blobs=Away())  # type: ignore[arg-type]
    erasure = erased(house)
    clean_up(house)
    assert open_places(house, erasure) == {Place.SNIPPETS, Place.EXPORTS}
    assert receipts(house, erasure)[Place.EXPORTS].failure == "unavailable"
    assert erase_place.receipts_overdue(house.services, house.now) == 0
    house.pass_time(hours=25)
    assert erase_place.receipts_overdue(house.services, house.now) == 2
    house.services = real
    with real.store.begin() as tx:
        erase.resume(tx, house.worker(), tx.open_receipts())
    clean_up(house)
    assert open_places(house, erasure) == set()
    assert erase_place.receipts_overdue(house.services, house.now) == 0


def posted(house: House, request: Request) -> Request:
    """The request with a thread and a reply in it that holds its word."""
    with house.services.store.begin() as tx:
        current = tx.request(request.id)
        assert current is not None
        tx.save_request(current.evolve(channel_id="C0HELPENUS", thread_ts="1.0"))
        tx.add_thread_reply(request.id, "C0HELPENUS", "2.0")
    return house.request(request)


def test_the_thread_and_its_replies_turn_neutral_before_the_receipt_is_given(
    house: House,
) -> None:
    request = posted(house, settled(house))
    erasure = erased(house)
    rows = tell(house, request)  # the parent
    clean_up(house)
    assert Place.SLACK in open_places(house, erasure)
    rows += tell(house, request)  # the reply
    assert {update.ts for update in rows} == {"1.0", "2.0"}
    assert all("lamp" not in str(update) for update in rows)
    clean_up(house)
    assert open_places(house, erasure) == set()


def test_a_message_that_slack_will_not_change_leaves_its_receipt_open(house: House) -> None:
    request = posted(house, settled(house))
    erasure = erased(house)
    tell(house, request, failure="cant_update_message")
    clean_up(house)
    tell(house, request)
    clean_up(house)
    assert open_places(house, erasure) == {Place.SLACK}
    assert receipts(house, erasure)[Place.SLACK].failure == "invalid"


def tell(house: House, request: Request, failure: str | None = None) -> list[Update]:
    """Do what the sender does with this request's thread."""
    said = []
    with house.services.store.begin() as tx:
        rows = [r for r in tx.lane_since(request.name, request.asked_at) if r.task != Task.ERASE]
    for row in rows:
        if row.task in (Task.UPDATE_THREAD, Task.CLEAR_REPLY):
            message = messages.MESSAGES[row.task](house.services, row, house.now)
            assert isinstance(message, Update)
            said.append(message)
        with house.services.store.begin() as tx:
            tx.finish(row.id, house.now, failure=row.failure or failure)
    return said


def test_what_should_not_have_been_recorded_is_erased_here_and_at_its_source(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA, guess="a lamp")
    other = house.render(house.ask(ROSA, span="0.1-0.6").request)
    kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
    house.answer(RAVI, request, kind=kind)
    house.answer(JONAS, request, kind=kind)
    with pytest.raises(Refused):  # at once, also the other request on the clip
        house.hear(RAVI, other)
    clean_up(house)
    assert house.request(request).state is RequestState.ACCIDENTAL
    assert house.request(other).state is RequestState.ACCIDENTAL
    assert house.services.clip_keys.get(CLIP) is None
    line = json.loads((tmp_path / "results" / "results.deletions.jsonl").read_text())
    assert (line["clip_id"], line["why"]) == (CLIP, "accidental")
    with pytest.raises(Refused) as refused:
        house.ask(LENA)
    assert refused.value.rule == "accidental"
    result = f"{request.name}/1"
    deliver.deliver(house.services, house.worker(), request.id, result)
    delivered = list(house.services.sink.results())
    assert [(r.answer, r.text, r.dissent) for r in delivered] == [(kind, None, ())]


def test_a_leads_ruling_that_it_was_not_for_the_assistant_counts_the_same(house: House) -> None:
    request = house.disputed()
    adjudicate.adjudicate(
        house.services,
        house.act(LENA),
        request.key,
        answer=Answer.NOT_FOR_ASSISTANT,
        text=None,
        reason="they speak to each other",
    )
    assert house.last_event().action is Action.REQUEST_ADJUDICATED
    clean_up(house)
    assert house.request(request).state is RequestState.ACCIDENTAL
    with house.services.store.read() as tx:
        assert [ruling.reason for ruling in tx.adjudications(request.id)] == [""]


def test_a_person_is_signed_out_and_what_they_typed_is_forgotten(house: House) -> None:
    request = settled(house)
    live = house.open(ROSA, guess="kept while open", **SECOND_CLIP)
    typed = TypedAnswer(answer="words", text="half", confidence="1")
    propose.keep_draft(house.services, house.act(RAVI), live.key, typed)
    for user_id in (RAVI, ROSA):
        person = Person(team_id=TEAM, user_id=user_id)
        erase.erase_person(house.services, shell(house), person, reason="left")
    clean_up(house)
    with house.services.store.read() as tx:
        assert [p.text for p in tx.proposals(request.id)] == [None, "lamp"]
        assert propose.draft_of(tx, Person(team_id=TEAM, user_id=RAVI), live.key) is None
    assert house.request(request).guess is None
    assert house.request(live).guess == "kept while open"
    assert actions(house).count(Action.PERSON_ERASED) == 2


def test_what_a_person_typed_is_not_in_the_databases_files_either(house: House) -> None:
    request = house.open(ROSA, guess="a marmalade lamp")
    house.answer(RAVI, request, "xylophone")
    house.answer(JONAS, request, "xylophone")
    live = house.open(ROSA, **SECOND_CLIP)
    typed = TypedAnswer(answer="words", text="zeppelin", confidence="1")
    propose.keep_draft(house.services, house.act(ROSA), live.key, typed)
    for word in (b"marmalade", b"zeppelin", b"xylophone"):
        assert word in stored(house)
    person = Person(team_id=TEAM, user_id=ROSA)
    erasure = erase.erase_person(house.services, shell(house), person, reason="left")
    erase_place.clean_at_once(house.services, shell(house), erasure)
    assert open_places(house, erasure) == set()
    for word in (b"marmalade", b"zeppelin"):
        assert word not in stored(house)
    assert b"xylophone" in stored(house)  # what others said


def test_a_speakers_words_are_not_in_the_databases_files_either(house: House) -> None:
    speaker = house.services.clips.clip(CLIP).speaker
    assert speaker is not None
    request = house.open(ROSA, guess="a marmalade lamp")
    house.answer(RAVI, request, "xylophone")
    found = erase.erase_speaker(house.services, shell(house), speaker, reason="letter 7")
    for erasure in found:
        erase_place.clean_at_once(house.services, shell(house), erasure)
        assert open_places(house, erasure) == set()
    for word in (b"marmalade", b"xylophone"):
        assert word not in stored(house)


def test_words_whose_time_is_over_are_not_in_the_databases_files_either(house: House) -> None:
    settled(house, **SECOND_CLIP)
    request = house.open(ROSA, guess="a marmalade lamp")
    for who in (RAVI, JONAS):
        house.answer(who, request, "xylophone")
    house.pass_time(days=31)
    assert b"marmalade" in stored(house)
    purge.purge(house.services, house.worker())
    assert b"marmalade" not in stored(house)


def test_while_somebody_reads_the_receipt_stays_open_and_is_tried_again(house: House) -> None:
    settled(house)
    erasure = erased(house)
    has_a_log_of_its_own = house.services.store.url.startswith("sqlite")
    with house.services.store.read() as tx:
        tx.receipts(erasure.id)  # a report that takes its time
        clean_up(house)
        left = {Place.WORDS} if has_a_log_of_its_own else set()
        assert open_places(house, erasure) == left
    noted = receipts(house, erasure)[Place.WORDS].failure
    assert noted == ("busy" if has_a_log_of_its_own else None)
    erase_place.clean_at_once(house.services, shell(house), erasure)
    assert open_places(house, erasure) == set()


def test_what_a_person_typed_about_a_held_clip_waits_for_the_hold(house: House) -> None:
    request = settled(house)
    placed = hold.place(house.services, house.fresh(SOFIA), CLIP, days=30, reason="case")
    person = Person(team_id=TEAM, user_id=RAVI)
    erasure = erase.erase_person(house.services, shell(house), person, reason="left")
    clean_up(house)
    assert open_places(house, erasure) == {Place.WORDS}
    with house.services.store.read() as tx:
        assert {p.text for p in tx.proposals(request.id)} == {"lamp"}
    hold.release(house.services, house.fresh(SOFIA), placed.id, reason="done")
    clean_up(house)
    assert open_places(house, erasure) == set()


def test_erasing_twice_is_no_harm(house: House) -> None:
    settled(house)
    first, second = erased(house), erased(house)
    clean_up(house)
    assert open_places(house, first) == open_places(house, second) == set()
    assert purge.purge(house.services, house.worker()).failed == 0


def test_a_stopped_clip_can_be_erased_where_nothing_holds_it(house: House) -> None:
    request = house.open(ROSA)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    erased(house)
    clean_up(house)
    assert not house.services.blobs.exists(request.blob)
    assert house.request(request).state is RequestState.ERASED


def test_a_press_of_play_on_an_erased_clip_stays_on_record(house: House) -> None:
    request = house.open(ROSA)
    erased(house)
    act = house.act(RAVI, origin=Origin.PAGE)
    with pytest.raises(Refused):
        listen.listen(house.services, act, request.key, secrets.token_hex(16))
    assert house.last_event().action is Action.SNIPPET_HEARD
    assert house.last_event().outcome is Outcome.DENIED
