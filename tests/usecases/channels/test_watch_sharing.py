"""What is passed around is noticed, coached and listed; never kept."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.errors import NotFound, Refused
from bot.rules.channels.sharing import Attached
from bot.usecases.channels import incidents, watch_sharing
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.requests import deliver
from storage.records import (
    Action,
    Event,
    Incident,
    IncidentKind,
    Outcome,
    Request,
    RequestState,
    Task,
)
from tests.product import ADA, CLIP, JONAS, LENA, RAVI, ROSA, Product

CHANNEL, WATCHED = "C0HELPENUS", "C0GENERAL1"
WAV = Attached(id="F1", name="kitchen at home.wav", mimetype="audio/x-wav", size=9000)
DROP = PostedMessage(
    channel_id=CHANNEL, ts="5.1", thread_ts=None, text="funny!", files=(WAV,)
)
PLAIN = PostedMessage(
    channel_id=CHANNEL, ts="6.1", thread_ts=None, text="good morning", files=()
)


def see(product: Product, said: PostedMessage, user_id: str = ROSA) -> None:
    watch_sharing.check_message(product.services, product.act(user_id), said)


def listed(product: Product) -> list[Incident]:
    with product.services.store.read() as tx:
        return tx.incidents.unseen(["english-us", "deutsch"], 10)


def sharing(product: Product) -> list[Event]:
    return [e for e in product.events() if e.action.startswith(("sharing", "incident"))]


def in_thread(product: Product) -> Request:
    request = product.open().evolve(channel_id=CHANNEL, thread_ts="1.1")
    with product.services.store.begin() as tx:
        tx.requests.save(request)
    return request


def reply(words: str, ts: str = "1.2") -> PostedMessage:
    return PostedMessage(
        channel_id=CHANNEL, ts=ts, thread_ts="1.1", text=words, files=()
    )


@pytest.mark.parametrize("channel", [CHANNEL, WATCHED])
def test_a_dropped_recording_is_coached_removed_and_listed(
    product: Product, channel: str
) -> None:
    see(product, replace(DROP, channel_id=channel))
    (incident,) = listed(product)
    assert (incident.kind, incident.person.user_id) == (
        IncidentKind.RECORDING_DROPPED,
        ROSA,
    )
    assert (incident.channel_id, incident.desk) == (channel, "english-us")
    assert product.waiting() == [Task.REMOVE_FILE, Task.COACH_PERSON]
    event = product.last_event()
    assert (event.action, event.rule, event.numbers) == (
        Action.SHARING_SEEN,
        "recording_dropped",
        {"files": 1},
    )


def test_seeing_a_message_again_changes_nothing(product: Product) -> None:
    see(product, DROP)
    see(product, replace(DROP, text="edited"))
    assert len(listed(product)) == len(sharing(product)) == 1


def test_the_same_advice_is_not_given_twice_in_an_hour(product: Product) -> None:
    see(product, DROP)
    see(product, replace(DROP, ts="5.2"))
    assert product.waiting().count(Task.COACH_PERSON) == 1
    assert len(listed(product)) == 2
    product.pass_time(minutes=61)
    see(product, replace(DROP, ts="5.3"))
    see(product, replace(DROP, ts="5.4"), JONAS)
    assert product.waiting().count(Task.COACH_PERSON) == 3


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (f"can you hear {CLIP}?", IncidentKind.CLIP_ID_PASTED),
        ("https://help-clip.test/r/abc", IncidentKind.PLAYER_LINKED),
        ("https://elsewhere.example/a.mp3", IncidentKind.RECORDING_LINKED),
        ("she said 020 7946 0958", IncidentKind.PERSONAL_WORDS),
    ],
)
def test_words_and_links_are_noticed_too(
    product: Product, words: str, kind: IncidentKind
) -> None:
    see(product, replace(PLAIN, text=words))
    assert [incident.kind for incident in listed(product)] == [kind]
    assert product.waiting() == [Task.COACH_PERSON]


@pytest.mark.parametrize(
    "said",
    [
        PLAIN,
        replace(PLAIN, text="room a-12, clip xx-0001-9?"),
        replace(DROP, channel_id="C0ELSEWHERE"),
        replace(
            DROP,
            files=(Attached(id="F2", name="rota.pdf", mimetype="application/pdf"),),
        ),
    ],
)
def test_what_is_nobodys_business_leaves_no_trace(
    product: Product, said: PostedMessage
) -> None:
    before = product.events()
    see(product, said)
    assert (product.events(), product.waiting(), listed(product)) == (before, [], [])


def test_nothing_that_was_said_or_named_is_kept_anywhere(product: Product) -> None:
    see(product, replace(DROP, text="my secret words 020 7946 0958"))
    with product.services.store.read() as tx:
        tables = tx.connection.execute(
            text("SELECT name FROM sqlite_master WHERE type='table'")
        )
        for table in list(tables.scalars()):
            rows = tx.connection.execute(text(f"SELECT * FROM {table}")).all()
            for secret in ("secret", "7946", "kitchen"):
                assert secret not in str(rows), f"{table} keeps {secret}"


def test_a_source_that_is_away_flags_nobody(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: str) -> None:
        raise NotFound("away")

    monkeypatch.setattr(product.services.clips, "clip", away)
    see(product, replace(PLAIN, text=CLIP))
    assert listed(product) == []


def test_a_file_taken_away_is_marked_and_on_record(product: Product) -> None:
    see(product, DROP)
    (incident,) = listed(product)
    watch_sharing.record_removal(product.services, product.worker(), incident.id, None)
    (incident,) = listed(product)
    assert incident.removed_at == product.now
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.SHARING_REMOVED, Outcome.ALLOWED)
    assert event.subject == incident.person


def test_a_file_that_stays_is_on_record_with_the_reason(product: Product) -> None:
    see(product, DROP)
    (incident,) = listed(product)
    watch_sharing.record_removal(
        product.services, product.worker(), incident.id, "cant_delete_file"
    )
    assert listed(product)[0].removed_at is None
    assert product.last_event().rule == "cant_delete_file"
    assert product.last_event().outcome is Outcome.FAILED


def test_a_message_its_author_deletes_is_marked_once(product: Product) -> None:
    see(product, DROP)
    for _ in range(2):
        watch_sharing.record_deletion(
            product.services, product.act(""), CHANNEL, DROP.ts
        )
    watch_sharing.record_deletion(product.services, product.act(""), CHANNEL, "9.9")
    assert listed(product)[0].removed_at == product.now
    assert [e.action for e in sharing(product)] == [
        Action.SHARING_SEEN,
        Action.SHARING_REMOVED,
    ]
    assert product.last_event().actor is None, "Slack does not say who deleted it"


def test_a_discussed_request_is_no_longer_blind_and_needs_one_more(
    product: Product,
) -> None:
    request = in_thread(product)
    see(product, reply("sounds like lamp"), RAVI)
    see(product, reply("or lamb", "1.3"), JONAS)
    discussed = product.request(request)
    assert (discussed.blind, discussed.quorum) == (False, request.quorum + 1)
    assert Task.UPDATE_THREAD in product.waiting()
    events = [e for e in product.events() if e.action is Action.REQUEST_DISCUSSED]
    assert [(e.numbers, e.request) for e in events] == [({"quorum": 3}, request.name)]
    product.answer(RAVI, request, "lamp")
    assert product.answer(JONAS, request, "lamp").request.state is RequestState.OPEN
    assert product.answer(LENA, request, "lamp").request.state is RequestState.AGREED
    assert result_of(product, request) == (False, 3, 3)


def test_a_result_says_that_it_was_blind_and_how_many_had_to_agree(
    product: Product,
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    assert result_of(product, request) == (True, 2, 2)


def result_of(product: Product, request: Request) -> tuple[bool, int, int]:
    """Whether the result the sink got was blind, its quorum, and how many agreed."""
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    (result,) = product.services.sink.results()
    return result.blind, result.quorum, result.agreeing


def test_an_emoji_or_another_thread_unblinds_nothing(product: Product) -> None:
    request = in_thread(product)
    see(product, reply(":eyes:"), RAVI)
    see(product, replace(reply("sounds like lamp"), thread_ts="7.7"), RAVI)
    see(product, replace(PLAIN, text="sounds like lamp"), RAVI)
    assert product.request(request) == request


def test_a_settled_request_may_be_talked_about(product: Product) -> None:
    request = in_thread(product)
    product.answer(RAVI, request, "lamp")
    settled = product.answer(JONAS, request, "lamp").request
    see(product, reply("so it was lamp"), RAVI)
    assert product.request(request) == settled


def test_what_is_dropped_in_a_thread_is_listed_with_its_request(
    product: Product,
) -> None:
    request = in_thread(product)
    see(product, replace(DROP, thread_ts="1.1"))
    assert listed(product)[0].request_id == request.id
    assert not product.request(request).blind


def test_a_lead_deals_with_it_and_that_is_on_record(product: Product) -> None:
    see(product, DROP)
    (incident,) = listed(product)
    incidents.close_incident(product.services, product.act(LENA), incident.id)
    assert listed(product) == []
    event = product.last_event()
    assert (event.action, event.outcome, event.subject) == (
        Action.INCIDENT_CLOSED,
        Outcome.ALLOWED,
        incident.person,
    )


@pytest.mark.parametrize(
    ("author", "presses", "rule"),
    [
        (ROSA, RAVI, "leads_only"),
        (ROSA, ADA, "leads_only"),
        (LENA, LENA, "own_incident"),
    ],
)
def test_nobody_else_and_nobody_themselves_takes_it_off_the_list(
    product: Product, author: str, presses: str, rule: str
) -> None:
    see(product, DROP, author)
    (incident,) = listed(product)
    with pytest.raises(Refused) as error:
        incidents.close_incident(product.services, product.act(presses), incident.id)
    assert error.value.rule == rule
    assert listed(product) == [incident]
    assert product.last_event().outcome is Outcome.DENIED


def test_an_entry_that_does_not_exist_is_said(product: Product) -> None:
    with pytest.raises(NotFound):
        incidents.close_incident(product.services, product.act(LENA), 99)


def test_a_lead_sees_the_list_of_their_desks_but_not_about_themselves(
    product: Product,
) -> None:
    see(product, DROP)
    see(product, replace(DROP, ts="5.2"), LENA)
    with product.services.store.read() as tx:
        for user_id, expected in ((LENA, [ROSA]), (RAVI, [])):
            found = incidents.incidents_for(product.services, tx, product.act(user_id))
            assert [incident.person.user_id for incident in found] == expected
