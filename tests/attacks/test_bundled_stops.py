"""One person cannot stop all work, page the officers at will or send others to rest."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import select

from bot.errors import Refused
from bot.usecases.distress import bundles as stops
from bot.usecases.distress import care, cases, officer, stop_clip
from storage.outbox.payloads import decode_payload
from storage.records import (
    Action,
    Case,
    Outcome,
    Request,
    Severity,
    StopReason,
    Task,
)
from storage.records.outbox import (
    AskAboutStops,
    PageBundle,
    PageChannel,
    PageOfficer,
    Payload,
)
from storage.tables import outbox
from tests.product import AMIR, JONAS, RAVI, SOFIA, Product

ON_BOTH_DATABASES = True

# All sample recordings with consent, one of a child among them.
CLIPS = [
    *(f"en-us-00{number:02}" for number in (1, 2, 4, 5, 6, 8, 9, 10)),
    *(f"de-de-000{number}" for number in (1, 2, 3)),
    *(f"ar-000{number}" for number in (1, 2)),
]
HEARD = CLIPS[:4]
# Recordings of desks on which Jonas reviews.
OFFERED = CLIPS[:7]

P = TypeVar("P", bound=Payload)


def sent(product: Product, kind: type[P]) -> list[P]:
    """Return every payload of a kind that was ever enqueued."""
    query = select(outbox).where(outbox.c.task == kind.task).order_by(outbox.c.id)
    with product.services.store.read() as tx:
        rows = tx.connection.execute(query).all()
    found = [
        decode_payload(Task(row.task), row.lane, row.request_id, row.argument)
        for row in rows
    ]
    return [payload for payload in found if isinstance(payload, kind)]


def stop(product: Product, clip: str, user: str = AMIR) -> Case:
    act = product.act(user)
    return stop_clip.stop_clip(product.services, act, clip).case


def stop_all(product: Product, user: str = AMIR) -> list[Case]:
    """Stop thirteen recordings within half a second."""
    found = []
    for clip in CLIPS:
        found.append(stop(product, clip, user))
        product.pass_time(milliseconds=40)
    return found


def rests(product: Product, user: str) -> bool:
    page = care.care_page(product.services, product.act(user))
    return page.rest is not None


def heard_by_ravi(product: Product) -> None:
    for clip in HEARD:
        product.hear(RAVI, product.open_on(clip))
    product.do_all()


def test_thirteen_unheard_stops_close_thirteen_recordings_and_page_once(
    product: Product,
) -> None:
    heard_by_ravi(product)

    stopped = stop_all(product)

    with product.services.store.read() as tx:
        closed = [clip for clip in CLIPS if tx.quarantines.is_active(clip)]
    assert closed == CLIPS
    assert len({case.bundle_id for case in stopped}) == 1
    pages = sent(product, PageOfficer)
    assert [(page.case_id, page.user_id) for page in pages] == [(stopped[0].id, SOFIA)]
    assert len(sent(product, PageChannel)) == 1
    recipients = [page.recipient_id for page in sent(product, PageBundle)]
    assert recipients == [SOFIA, "C0SAFETY01"]
    assert [question.user_id for question in sent(product, AskAboutStops)] == [AMIR]
    assert not rests(product, RAVI)
    assert not rests(product, AMIR)


def test_expired_clocks_of_unheard_stops_page_each_stage_once(
    product: Product,
) -> None:
    stop_all(product)
    before = len(sent(product, PageBundle))
    product.do_all()

    for _ in range(20):
        product.pass_time(minutes=5, seconds=1)
        cases.escalate(product.services, product.worker())
        product.do_all()

    later = sent(product, PageBundle)[before:]
    assert len(sent(product, PageOfficer)) == 1
    assert len(later) <= 4
    escalated = [
        event for event in product.events() if event.action is Action.CASE_ESCALATED
    ]
    assert len(escalated) == len(CLIPS)


def test_stops_go_on_being_counted_in_few_messages(product: Product) -> None:
    clips = iter(CLIPS)
    for _ in CLIPS:
        stop(product, next(clips))
        product.pass_time(minutes=4)
        product.do_all()

    per_officer = [
        page for page in sent(product, PageBundle) if page.recipient_id == SOFIA
    ]
    assert len(per_officer) <= 4
    assert len(sent(product, AskAboutStops)) == 1


def test_the_next_hour_begins_with_a_page_again(product: Product) -> None:
    first = stop(product, CLIPS[0])
    product.pass_time(minutes=61)
    second = stop(product, CLIPS[1])

    assert first.bundle_id != second.bundle_id
    assert len(sent(product, PageOfficer)) == 2
    assert sent(product, PageBundle) == []
    assert sent(product, AskAboutStops) == []


def hear(product: Product, request: Request) -> None:
    product.hear(JONAS, request)


def offer(product: Product, request: Request) -> None:
    """Do nothing: the request is on the lists of the desk."""
    del product, request


@pytest.mark.parametrize("know", [hear, offer])
def test_stops_of_recordings_heard_or_offered_page_one_by_one(
    product: Product, know: Callable[[Product, Request], None]
) -> None:
    for clip in OFFERED:
        request = product.open_on(clip)
        know(product, request)
    product.do_all()

    stopped = [stop(product, clip, JONAS) for clip in OFFERED]

    assert {case.bundle_id for case in stopped} == {None}
    assert len(sent(product, PageOfficer)) == len(OFFERED)
    assert sent(product, PageBundle) == []


def test_thirteen_stops_of_recordings_that_were_heard_page_thirteen_times(
    product: Product,
) -> None:
    for clip in CLIPS:
        request = product.open_on(clip)
        product.hear(RAVI, request)
    product.do_all()

    stop_all(product, RAVI)

    assert len(sent(product, PageOfficer)) == len(CLIPS)
    assert rests(product, RAVI)


def test_a_report_of_danger_is_never_bundled(product: Product) -> None:
    stopped = stop_all(product)
    case = stopped[7]

    cases.grade(product.services, product.act(AMIR), case.key, Severity.DANGER)

    pages = sent(product, PageOfficer)
    assert [page.case_id for page in pages] == [stopped[0].id, case.id]
    product.do_all()
    product.pass_time(minutes=6)
    cases.escalate(product.services, product.worker())
    assert sent(product, PageOfficer)[-1].case_id == case.id


def test_a_stop_by_a_person_who_heard_takes_the_case_out_of_the_bundle(
    product: Product,
) -> None:
    heard_by_ravi(product)
    stopped = stop_all(product)
    before = len(sent(product, PageOfficer))

    joined = stop(product, HEARD[2], RAVI)

    assert joined.id == stopped[2].id
    assert joined.bundle_id is None
    assert [page.case_id for page in sent(product, PageOfficer)[before:]] == [joined.id]


def test_a_colleague_rests_only_after_an_officer_confirms(product: Product) -> None:
    heard_by_ravi(product)
    stopped = stop_all(product)
    product.pass_time(hours=1)

    for number, case in enumerate(stopped[:3]):
        assert not rests(product, RAVI), number
        officer.acknowledge(product.services, product.act(SOFIA), case.key)
        officer.close(
            product.services,
            product.fresh(SOFIA),
            case.key,
            reply="It is bad, and it stays closed.",
            release=False,
        )

    assert rests(product, RAVI)
    assert not rests(product, AMIR)


def test_the_reason_is_on_record_and_releases_nothing(product: Product) -> None:
    stopped = stop_all(product)
    bundle_id = stopped[0].bundle_id
    assert bundle_id is not None
    found = stops.find_bundle(product.services, bundle_id)

    stops.explain_stops(
        product.services, product.act(AMIR), found.bundle.key, StopReason.MISTAKE
    )

    event = product.last_event()
    assert event.action is Action.STOPS_EXPLAINED
    assert event.numbers == {"bundle": bundle_id, "reason": 3}
    with product.services.store.read() as tx:
        assert all(tx.quarantines.is_active(clip) for clip in CLIPS)
    now = stops.find_bundle(product.services, bundle_id)
    assert now.bundle.reason is StopReason.MISTAKE


def test_another_person_does_not_explain_the_stops(product: Product) -> None:
    bundle_id = stop_all(product)[0].bundle_id
    assert bundle_id is not None
    found = stops.find_bundle(product.services, bundle_id)

    with pytest.raises(Refused):
        stops.explain_stops(
            product.services, product.act(RAVI), found.bundle.key, StopReason.MISTAKE
        )

    assert product.last_event().outcome is Outcome.DENIED
