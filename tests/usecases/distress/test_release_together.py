"""Several cases released with one reply: each on record, with nothing lost."""

import pytest

from bot.errors import Invalid, Refused
from bot.usecases.distress import (
    case_pages,
    cases,
    officer,
    release_together,
    stop_clip,
)
from storage.records import (
    Action,
    Case,
    CaseState,
    Outcome,
    RequestState,
    Severity,
)
from storage.records.outbox import NotifyReporter
from tests.attacks.test_bundled_stops import sent
from tests.product import AMIR, JONAS, RAVI, ROSA, SOFIA, Product

ON_BOTH_DATABASES = True

REPLY = "We looked at them today, and they open again."


def stop_several(product: Product) -> list[Case]:
    clips = ("en-us-0001", "en-us-0002", "de-de-0001")
    return [
        stop_clip.stop_clip(product.services, product.act(AMIR), clip).case
        for clip in clips
    ]


def release(product: Product, *found: Case, user: str = SOFIA) -> None:
    release_together.release_together(
        product.services,
        product.fresh(user),
        [case.id for case in found],
        REPLY,
    )


def now(product: Product, case: Case) -> Case:
    with product.services.store.read() as tx:
        found = tx.cases.by_id(case.id)
    assert found is not None
    return found


def test_released_cases_bring_their_requests_back_with_their_answers(
    product: Product,
) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp")
    stopped = stop_several(product)

    release(product, *stopped)

    assert {now(product, case).state for case in stopped} == {CaseState.RELEASED}
    assert product.request(request).state is RequestState.OPEN
    settled = product.answer(JONAS, request, "Lamp.").request
    assert settled.state is RequestState.AGREED
    closed = [
        event.numbers["case"]
        for event in product.events()
        if event.action is Action.CASE_CLOSED
    ]
    assert closed == [case.id for case in stopped]


def test_a_reporter_gets_the_reply_to_a_bundle_once(product: Product) -> None:
    release(product, *stop_several(product))

    assert [notice.user_id for notice in sent(product, NotifyReporter)] == [AMIR]


def test_reporters_of_recordings_they_knew_get_a_reply_each(product: Product) -> None:
    stopped = []
    for clip in ("en-us-0001", "en-us-0002"):
        request = product.open_on(clip)
        act = product.act(JONAS)
        stopped.append(stop_clip.stop(product.services, act, request.key).case)

    release(product, *stopped)

    assert len(sent(product, NotifyReporter)) == 2


def test_without_a_fresh_sign_in_nothing_is_released(product: Product) -> None:
    stopped = stop_several(product)

    with pytest.raises(Refused) as error:
        release_together.release_together(
            product.services,
            product.act(SOFIA),
            [case.id for case in stopped],
            REPLY,
        )

    assert error.value.rule == "step_up"
    assert {now(product, case).state for case in stopped} == {CaseState.OPEN}
    denied = [event for event in product.events() if event.outcome is Outcome.DENIED]
    assert len(denied) == len(stopped)


def test_what_cannot_be_released_is_named_and_the_rest_is_released(
    product: Product,
) -> None:
    danger, closed, fine = stop_several(product)
    act = product.act(AMIR)
    cases.grade(product.services, act, danger.key, Severity.DANGER)
    officer.acknowledge(product.services, product.act(SOFIA), closed.key)
    officer.close(
        product.services, product.act(SOFIA), closed.key, reply=REPLY, release=False
    )

    found = release_together.release_together(
        product.services,
        product.fresh(SOFIA),
        [danger.id, closed.id, fine.id, 999],
        REPLY,
    )

    assert [case.id for case in found.cases] == [fine.id]
    names = [each.name for each in found.not_released]
    assert names == [danger.name, closed.name, "Case 999"]
    assert now(product, danger).state is CaseState.OPEN


@pytest.mark.parametrize("user", [ROSA, AMIR])
def test_only_officers_release(product: Product, user: str) -> None:
    stopped = stop_several(product)

    release(product, *stopped, user=user)

    assert release_together.list_releasable(product.services, product.act(user)) == []
    assert RELEASED.isdisjoint({now(product, case).state for case in stopped})


RELEASED = {CaseState.RELEASED}


@pytest.mark.parametrize(
    ("numbers", "reply", "field"),
    [([], REPLY, "case"), ([1] * 31, REPLY, "case"), ([1], "ok", "reply")],
)
def test_a_form_that_is_not_filled_in_releases_nothing(
    product: Product, numbers: list[int], reply: str, field: str
) -> None:
    with pytest.raises(Invalid) as error:
        release_together.release_together(
            product.services, product.fresh(SOFIA), numbers, reply
        )
    assert error.value.field == field


def test_the_cases_of_a_bundle_are_listed_together(product: Product) -> None:
    stopped = stop_several(product)
    request = product.open_on("en-us-0004")
    alone = stop_clip.stop(product.services, product.act(JONAS), request.key).case

    groups = case_pages.case_list(product.services, product.act(SOFIA))

    listed = [[case.id for case in group.cases] for group in groups]
    assert listed == [[case.id for case in stopped], [alone.id]]
