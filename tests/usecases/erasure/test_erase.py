"""Erasing: every place, its receipt, and what keeps it."""

import json
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import Invalid, Refused, Unavailable
from bot.slack.outbound import registry
from bot.slack.outbound.outgoing import SendContext, Update
from bot.usecases.context import Act
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import erase, holds, places, purge, waiting
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.lookup import answer_form
from bot.usecases.requests import adjudicate, ask, ask_form, deliver, propose
from bot.usecases.requests.propose import TypedAnswer
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
)
from storage.records.outbox import ClearReply, ErasePlace, UpdateThread
from tests.product import ADA, CLIP, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, Product
from tests.usecases.erasure.erasing import clean_up, open_places, receipts, stored

ON_BOTH_DATABASES = True

SECOND_CLIP = {"clip": "en-us-0006", "span": "2.8-3.5"}


def shell(product: Product) -> Act:
    return Act(person=None, origin=Origin.CLI, now=product.now)


def erased(product: Product, clip_id: str = CLIP) -> Erasure:
    return erase.erase_clip(
        product.services, shell(product), clip_id, reason="letter 7"
    )


def settled(product: Product, **more: object) -> Request:
    request = product.open(ROSA, guess="a lamp", **more)
    product.answer(RAVI, request, "lamp")
    return product.answer(JONAS, request, "lamp").request


def actions(product: Product) -> list[Action]:
    return [event.action for event in product.events()]


def test_nothing_of_an_erased_clip_is_left_and_every_place_has_its_receipt(
    product: Product,
) -> None:
    request = settled(product)
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    erasure = erased(product)
    assert open_places(product, erasure) == {
        Place.KEY,
        Place.SNIPPETS,
        Place.WORDS,
        Place.EXPORTS,
    }
    clean_up(product)
    assert open_places(product, erasure) == set()
    closed = product.request(request)
    assert (closed.state, closed.guess, closed.settled_text) == (
        RequestState.ERASED,
        None,
        None,
    )
    with product.services.store.read() as tx:
        assert tx.snippets.of_request(request.id) is None
        assert [p.text for p in tx.proposals.of_request(request.id)] == [None, None]
        assert tx.results.newest(limit=10) == []
    assert product.services.clip_keys.get(CLIP) is None
    assert not product.services.blobs.exists(request.blob)
    assert list(product.services.sink.results()) == []
    assert actions(product)[-1] is Action.CLIP_ERASED
    assert product.last_event().clip_id == CLIP


def test_nobody_hears_or_asks_from_the_moment_it_is_asked_for(product: Product) -> None:
    request = product.open(ROSA)
    product.hear(RAVI, request)
    erased(product)
    assert (
        progress.live(
            product.services, product.act(RAVI), RequestSnippet(request.key)
        ).refusal
        is not None
    )
    with pytest.raises(Refused):
        product.hear(RAVI, request)
    with pytest.raises(Refused) as refused:
        product.ask(RAVI)
    assert refused.value.rule == "erased"


def test_a_snippet_that_is_made_meanwhile_is_not_kept(product: Product) -> None:
    request = product.ask(ROSA).request
    erased(product)
    clean_up(product)
    product.render(request)
    assert product.request(request).state is RequestState.ERASED
    assert not product.services.blobs.exists(request.blob)
    assert product.services.clip_keys.get(CLIP) is None


@pytest.mark.parametrize("user_id", [ROSA, LENA, SOFIA])
def test_only_an_administrator_may_and_a_denial_is_on_record(
    product: Product, user_id: str
) -> None:
    request = product.open(ROSA)
    with pytest.raises(Refused):
        erase.erase_clip(
            product.services, product.act(user_id), CLIP, reason="letter 7"
        )
    assert product.last_event().outcome is Outcome.DENIED
    assert product.request(request).state is RequestState.OPEN
    with pytest.raises(Refused):  # signed in a while ago
        erase.erase_clip(product.services, product.act(ADA), CLIP, reason="letter 7")
    erase.erase_clip(product.services, product.fresh(ADA), CLIP, reason="letter 7")
    assert product.request(request).state is RequestState.ERASED


def test_erasing_needs_a_reason(product: Product) -> None:
    with pytest.raises(Invalid):
        erase.erase_clip(product.services, shell(product), CLIP, reason=" ")
    assert product.events() == []


def test_a_speakers_clips_go_all_together_and_no_other_may_be_asked_about(
    product: Product,
) -> None:
    speaker = product.services.clips.clip(CLIP).speaker
    assert speaker is not None
    first = product.open(ROSA)
    found = erase.erase_speaker(
        product.services, shell(product), speaker, reason="letter 7"
    )
    assert [each.clip_id for each in found] == [CLIP]
    assert product.request(first).state is RequestState.ERASED
    clean_up(product)
    assert product.request(first).speaker is None
    with product.services.store.read() as tx:
        assert tx.clips.bar_reason("another-clip", speaker) is not None


def test_a_hold_keeps_what_is_kept_and_lets_go_when_it_ends(product: Product) -> None:
    request = settled(product)
    placed = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case"
    )
    erasure = erased(product)
    assert [e.rule for e in product.events() if e.action is Action.ERASURE_ASKED] == [
        "held"
    ]
    clean_up(product)
    assert open_places(product, erasure) == {
        Place.KEY,
        Place.SNIPPETS,
        Place.WORDS,
        Place.EXPORTS,
    }
    assert product.services.blobs.exists(request.blob)
    with pytest.raises(Refused):
        product.hear(LENA, request)
    assert Action.CLIP_ERASED not in actions(product)
    holds.release_hold(product.services, product.fresh(SOFIA), placed.id, reason="done")
    clean_up(product)
    assert open_places(product, erasure) == set()
    assert not product.services.blobs.exists(request.blob)
    assert actions(product)[-1] is Action.CLIP_ERASED


def test_a_hold_that_expires_lets_go_too_and_is_never_overdue(product: Product) -> None:
    settled(product)
    holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case"
    )
    erasure = erased(product)
    clean_up(product)
    product.pass_time(days=29)
    assert places.receipts_overdue(product.services, product.now) == 0
    product.pass_time(days=1)
    holds.expire_holds(product.services, product.worker())
    clean_up(product)
    assert open_places(product, erasure) == set()


def test_a_place_that_is_away_is_overdue_until_it_is_clean(product: Product) -> None:
    settled(product)
    real = product.services

    class Away:
        def request_deletion(self, _: Deletion) -> None:
            raise Unavailable("The result sink does not answer.")

        def delete(self, _: str) -> None:
            raise StorageError("The folder cannot be used.")

    product.services = replace(real, sink=Away(), blobs=Away())  # type: ignore[arg-type]
    erasure = erased(product)
    clean_up(product)
    assert open_places(product, erasure) == {Place.SNIPPETS, Place.EXPORTS}
    assert receipts(product, erasure)[Place.EXPORTS].failure == "unavailable"
    assert places.receipts_overdue(product.services, product.now) == 0
    product.pass_time(hours=25)
    assert places.receipts_overdue(product.services, product.now) == 2
    product.services = real
    with real.store.begin() as tx:
        erase.resume(tx, product.worker(), tx.receipts.open())
    clean_up(product)
    assert open_places(product, erasure) == set()
    assert places.receipts_overdue(product.services, product.now) == 0


def posted(product: Product, request: Request) -> Request:
    """The request with a thread and a reply in it that holds its word."""
    with product.services.store.begin() as tx:
        current = tx.requests.by_id(request.id)
        assert current is not None
        tx.requests.save(current.evolve(channel_id="C0HELPENUS", thread_ts="1.0"))
        tx.requests.add_thread_reply(request.id, "C0HELPENUS", "2.0")
    return product.request(request)


def test_the_thread_and_its_replies_turn_neutral_before_the_receipt_is_given(
    product: Product,
) -> None:
    request = posted(product, settled(product))
    erasure = erased(product)
    rows = tell(product, request)  # the parent
    clean_up(product)
    assert Place.SLACK in open_places(product, erasure)
    rows += tell(product, request)  # the reply
    assert {update.ts for update in rows} == {"1.0", "2.0"}
    assert all("lamp" not in str(update) for update in rows)
    clean_up(product)
    assert open_places(product, erasure) == set()


def test_a_message_that_slack_will_not_change_leaves_its_receipt_open(
    product: Product,
) -> None:
    request = posted(product, settled(product))
    erasure = erased(product)
    tell(product, request, failure="cant_update_message")
    clean_up(product)
    tell(product, request)
    clean_up(product)
    assert open_places(product, erasure) == {Place.SLACK}
    assert receipts(product, erasure)[Place.SLACK].failure == "invalid"


def tell(
    product: Product, request: Request, failure: str | None = None
) -> list[Update]:
    """Do what the sender does with this request's thread."""
    said = []
    with product.services.store.begin() as tx:
        rows = [
            r
            for r in tx.outbox.lane_since(request.name, request.asked_at)
            if not isinstance(r.payload, ErasePlace)
        ]
    for row in rows:
        if isinstance(row.payload, UpdateThread | ClearReply):
            context = SendContext(services=product.services, now=product.now)
            message = registry.COMPOSERS.compose(context, row.payload)
            assert isinstance(message, Update)
            said.append(message)
        with product.services.store.begin() as tx:
            tx.outbox.finish(row.id, product.now, failure=row.failure or failure)
    return said


def test_what_should_not_have_been_recorded_is_erased_here_and_at_its_source(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA, guess="a lamp")
    other = product.render(product.ask(ROSA, span="0.1-0.6").request)
    kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
    product.answer(RAVI, request, kind=kind)
    product.answer(JONAS, request, kind=kind)
    with pytest.raises(Refused):  # at once, also the other request on the clip
        product.hear(RAVI, other)
    clean_up(product)
    product.pass_time(hours=25)
    waiting.erase_due(product.services, product.worker())
    clean_up(product)
    assert product.request(request).state is RequestState.ACCIDENTAL
    assert product.request(other).state is RequestState.ACCIDENTAL
    assert product.services.clip_keys.get(CLIP) is None
    line = json.loads((tmp_path / "results" / "results.deletions.jsonl").read_text())
    assert (line["clip_id"], line["why"]) == (CLIP, "accidental")
    with pytest.raises(Refused) as refused:
        product.ask(LENA)
    assert refused.value.rule == "accidental"
    result = f"{request.name}/1"
    deliver.deliver(product.services, product.worker(), request.id, result)
    delivered = list(product.services.sink.results())
    assert [(r.answer, r.text, r.dissent) for r in delivered] == [(kind, None, ())]


def test_a_leads_ruling_that_it_was_not_for_the_assistant_counts_the_same(
    product: Product,
) -> None:
    request = product.disputed()
    product.hear(LENA, request)
    adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=Answer.NOT_FOR_ASSISTANT,
        text=None,
        reason="they speak to each other",
    )
    assert product.last_event().action is Action.REQUEST_ADJUDICATED
    clean_up(product)
    product.pass_time(hours=25)
    waiting.erase_due(product.services, product.worker())
    clean_up(product)
    assert product.request(request).state is RequestState.ACCIDENTAL
    with product.services.store.read() as tx:
        assert [
            ruling.reason for ruling in tx.adjudications.of_request(request.id)
        ] == [""]


def test_a_person_is_signed_out_and_what_they_typed_is_forgotten(
    product: Product,
) -> None:
    request = settled(product)
    live = product.open(ROSA, guess="kept while open", **SECOND_CLIP)
    typed = TypedAnswer(answer="words", text="half", confidence="1")
    propose.keep_draft(product.services, product.act(RAVI), live.key, typed)
    with product.services.store.begin() as tx:
        tx.people.set_name(RAVI, "Ravi Nair")
        tx.people.set_name(JONAS, "Jonas")
    for user_id in (RAVI, ROSA):
        person = Person(team_id=TEAM, user_id=user_id)
        erase.erase_person(product.services, shell(product), person, reason="left")
    clean_up(product)
    with product.services.store.read() as tx:
        assert [p.text for p in tx.proposals.of_request(request.id)] == [None, "lamp"]
        ravi = Person(team_id=TEAM, user_id=RAVI)
        assert tx.people.names([RAVI, JONAS]) == {JONAS: "Jonas"}
        assert tx.drafts.by_form(ravi, answer_form(live.key)) is None
    assert product.request(request).guess is None
    assert product.request(live).guess == "kept while open"
    assert actions(product).count(Action.PERSON_ERASED) == 2


def test_what_a_person_typed_is_not_in_the_databases_files_either(
    product: Product,
) -> None:
    request = product.open(ROSA, guess="a marmalade lamp")
    product.answer(RAVI, request, "xylophone")
    product.answer(JONAS, request, "xylophone")
    typed = ask.Typed(clip=SECOND_CLIP["clip"], guess="zeppelin")
    ask_form.keep_draft(product.services, product.act(ROSA), typed)
    for word in (b"marmalade", b"zeppelin", b"xylophone"):
        assert word in stored(product)
    person = Person(team_id=TEAM, user_id=ROSA)
    erasure = erase.erase_person(
        product.services, shell(product), person, reason="left"
    )
    places.clean_at_once(product.services, shell(product), erasure)
    assert open_places(product, erasure) == set()
    for word in (b"marmalade", b"zeppelin"):
        assert word not in stored(product)
    assert b"xylophone" in stored(product)  # what others said


def test_a_speakers_words_are_not_in_the_databases_files_either(
    product: Product,
) -> None:
    speaker = product.services.clips.clip(CLIP).speaker
    assert speaker is not None
    request = product.open(ROSA, guess="a marmalade lamp")
    product.answer(RAVI, request, "xylophone")
    found = erase.erase_speaker(
        product.services, shell(product), speaker, reason="letter 7"
    )
    for erasure in found:
        places.clean_at_once(product.services, shell(product), erasure)
        assert open_places(product, erasure) == set()
    for word in (b"marmalade", b"xylophone"):
        assert word not in stored(product)


def test_words_whose_time_is_over_are_not_in_the_databases_files_either(
    product: Product,
) -> None:
    settled(product, **SECOND_CLIP)
    request = product.open(ROSA, guess="a marmalade lamp")
    for who in (RAVI, JONAS):
        product.answer(who, request, "xylophone")
    product.pass_time(days=31)
    assert b"marmalade" in stored(product)
    purge.purge(product.services, product.worker())
    assert b"marmalade" not in stored(product)


def test_while_somebody_reads_the_receipt_stays_open_and_is_tried_again(
    product: Product,
) -> None:
    settled(product)
    erasure = erased(product)
    has_a_log_of_its_own = product.services.store.url.startswith("sqlite")
    with product.services.store.read() as tx:
        tx.receipts.of_erasure(erasure.id)  # a report that takes its time
        clean_up(product)
        left = {Place.WORDS} if has_a_log_of_its_own else set()
        assert open_places(product, erasure) == left
    noted = receipts(product, erasure)[Place.WORDS].failure
    assert noted == ("busy" if has_a_log_of_its_own else None)
    places.clean_at_once(product.services, shell(product), erasure)
    assert open_places(product, erasure) == set()


def test_what_a_person_typed_about_a_held_clip_waits_for_the_hold(
    product: Product,
) -> None:
    request = settled(product)
    placed = holds.place_hold(
        product.services, product.fresh(SOFIA), CLIP, days=30, reason="case"
    )
    person = Person(team_id=TEAM, user_id=RAVI)
    erasure = erase.erase_person(
        product.services, shell(product), person, reason="left"
    )
    clean_up(product)
    assert open_places(product, erasure) == {Place.WORDS}
    with product.services.store.read() as tx:
        assert {p.text for p in tx.proposals.of_request(request.id)} == {"lamp"}
    holds.release_hold(product.services, product.fresh(SOFIA), placed.id, reason="done")
    clean_up(product)
    assert open_places(product, erasure) == set()


def test_erasing_twice_is_no_harm(product: Product) -> None:
    settled(product)
    first, second = erased(product), erased(product)
    clean_up(product)
    assert open_places(product, first) == open_places(product, second) == set()
    assert purge.purge(product.services, product.worker()).failed == 0


def test_a_stopped_clip_can_be_erased_where_nothing_holds_it(product: Product) -> None:
    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    erased(product)
    clean_up(product)
    assert not product.services.blobs.exists(request.blob)
    assert product.request(request).state is RequestState.ERASED


def test_a_press_of_play_on_an_erased_clip_stays_on_record(product: Product) -> None:
    request = product.open(ROSA)
    erased(product)
    act = product.act(RAVI, origin=Origin.PAGE)
    with pytest.raises(Refused):
        grant(product.services, act, RequestSnippet(request.key), secrets.token_hex(16))
    assert product.last_event().action is Action.SNIPPET_HEARD
    assert product.last_event().outcome is Outcome.DENIED
