"""Cases of stopped clips: who is called when, who may do what, and what the reporter
gets.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.rules.desks import Holders
from bot.rules.distress.safety import Safety, Stage
from bot.usecases.distress import case_pages, cases, officer, stop_clip
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from storage.records import (
    Action,
    Case,
    CaseState,
    Membership,
    Outcome,
    Person,
    Request,
    RequestState,
    Role,
    Severity,
    Task,
)
from storage.records.outbox import NotifyReporter, PageChannel, PageOfficer
from tests.product import (
    ADA,
    AMIR,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SOFIA,
    STRANGER,
    TEAM,
    Product,
)

ON_BOTH_DATABASES = True

NIGHT = "U0NIGHT01"
REPLY = "We looked at it today. Nobody is in danger, and you did the right thing."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def product(product: Product) -> Product:
    """Three stages: Sofia, then somebody at another site, then the administrator."""
    safety = Safety(
        stages=(
            Stage(users=frozenset({SOFIA}), channel_id="C0SAFETY01"),
            Stage(users=frozenset({NIGHT}), channel_id="C0SAFETY02"),
        )
    )
    holders = {
        **product.services.desks.holders,
        Role.SAFETY_OFFICER: Holders(users=frozenset({SOFIA, NIGHT})),
    }
    desks = replace(product.services.desks, safety=safety, holders=holders)
    product.services = replace(product.services, desks=desks)
    with product.services.store.begin() as tx:
        tx.people.set_membership(NIGHT, Membership.MEMBER, product.now)
    return product


def stop(product: Product, by: str = JONAS, request: Request | None = None) -> Case:
    request = request or product.open(ROSA)
    return stop_clip.stop(product.services, product.act(by), request.key).case


def now(product: Product, case: Case) -> Case:
    with product.services.store.read() as tx:
        found = tx.cases.by_id(case.id)
    assert found is not None
    return found


def called(product: Product) -> set[str]:
    """Whoever is to be told and was not yet; and from here on they were."""
    with product.services.store.begin() as tx:
        rows = tx.outbox.claim(
            [Task.PAGE_OFFICER, Task.PAGE_CHANNEL],
            now=product.now,
            lease=MINUTE,
            limit=50,
        )
        for row in rows:
            tx.outbox.finish(row.id, product.now)
    paged = set()
    for row in rows:
        match row.payload:
            case PageOfficer(user_id=user_id):
                paged.add(user_id)
            case PageChannel(channel_id=channel_id):
                paged.add(str(channel_id))
    return paged


def tick(product: Product) -> None:
    cases.escalate(product.services, product.worker())


def close(
    product: Product, case: Case, by: str = SOFIA, *, release: bool = False
) -> Case:
    return officer.close(
        product.services, product.fresh(by), case.key, reply=REPLY, release=release
    )


def reporters_told(product: Product) -> list[str]:
    with product.services.store.begin() as tx:
        rows = tx.outbox.claim(
            [Task.NOTIFY_REPORTER], now=product.now, lease=MINUTE, limit=50
        )
        for row in rows:
            tx.outbox.finish(row.id, product.now)
    payloads = [row.payload for row in rows]
    return sorted(p.user_id for p in payloads if isinstance(p, NotifyReporter))


def refused(product: Product, act: Callable[[], object], rule: str) -> None:
    """`act` is refused by `rule`, and that is on record."""
    with pytest.raises(Refused) as error:
        act()
    assert error.value.rule == rule
    assert (product.last_event().outcome, product.last_event().rule) == (
        Outcome.DENIED,
        rule,
    )


def test_a_stop_opens_one_case_and_a_second_person_joins_it(product: Product) -> None:
    request = product.open(ROSA)
    first, second = stop(product, JONAS, request), stop(product, RAVI, request)
    assert first.id == second.id
    assert (first.state, first.severity) == (CaseState.OPEN, Severity.UNKNOWN)
    with product.services.store.read() as tx:
        assert [r.reporter.user_id for r in tx.cases.reports(first.id)] == [RAVI, JONAS]
    acts = [event.action for event in product.events()][-4:]
    assert acts == [
        Action.CLIP_QUARANTINED,
        Action.CASE_OPENED,
        Action.CLIP_QUARANTINED,
        Action.CASE_JOINED,
    ]


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [
        (None, 60),
        (Severity.DANGER, 5),
        (Severity.SERIOUS, 60),
        (Severity.UPSETTING, 24 * 60),
    ],
)
def test_what_nobody_acknowledges_goes_along_the_chain_and_never_silent(
    product: Product, severity: Severity | None, minutes: int
) -> None:
    case = stop(product)
    assert called(product) == {SOFIA, "C0SAFETY01"}
    if severity is not None:
        cases.grade(product.services, product.act(JONAS), case.key, severity)
    again = {SOFIA, "C0SAFETY01"} if severity is Severity.DANGER else set()
    assert called(product) == again
    product.pass_time(minutes=minutes, seconds=-1)
    tick(product)
    assert called(product) == set()
    product.pass_time(seconds=1)
    tick(product)
    assert called(product) == {NIGHT, "C0SAFETY02"}
    assert now(product, case).overdue_since == product.now
    product.pass_time(minutes=minutes)
    tick(product)
    assert called(product) == {NIGHT, ADA, "C0SAFETY02"}
    for _ in range(3):  # the administrators are called again, at most hourly
        product.pass_time(minutes=max(minutes, 60))
        tick(product)
        assert called(product) == {NIGHT, ADA, "C0SAFETY02"}
    stages = [
        e.numbers["stage"]
        for e in product.events()
        if e.action is Action.CASE_ESCALATED
    ]
    assert stages == [1, 2, 2, 2, 2]
    with product.services.store.read() as tx:
        assert tx.cases.counts(product.now) == (1, 1)


def test_acknowledging_ends_the_calling_until_the_reply_is_late(
    product: Product,
) -> None:
    case = stop(product)
    called(product)
    product.pass_time(minutes=10)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    assert product.last_event().numbers["after_s"] == 600
    product.pass_time(hours=47)
    tick(product)
    assert called(product) == set()
    product.pass_time(hours=1)
    tick(product)
    assert called(product) == {NIGHT, "C0SAFETY02"}
    officer.acknowledge(product.services, product.act(NIGHT), case.key)
    assert now(product, case).officer == Person(team_id=TEAM, user_id=NIGHT)
    assert now(product, case).overdue_since is None


def test_a_second_report_that_is_worse_shortens_the_clock(product: Product) -> None:
    request = product.open(ROSA)
    case = stop(product, JONAS, request)
    cases.grade(product.services, product.act(JONAS), case.key, Severity.UPSETTING)
    assert now(product, case).due_at == product.now + timedelta(days=1)
    stop(product, RAVI, request)
    cases.grade(product.services, product.act(RAVI), case.key, Severity.DANGER)
    assert now(product, case).due_at == product.now + timedelta(minutes=5)
    cases.grade(product.services, product.act(RAVI), case.key, Severity.UPSETTING)
    assert now(product, case).severity is Severity.UPSETTING


def test_saying_it_is_less_bad_gives_an_overdue_case_no_more_time(
    product: Product,
) -> None:
    case = stop(product)
    product.pass_time(hours=1)
    tick(product)
    due = now(product, case).due_at
    cases.grade(product.services, product.act(JONAS), case.key, Severity.UPSETTING)
    assert now(product, case).due_at == due


def test_only_whoever_stopped_it_says_how_bad_it_is(product: Product) -> None:
    case = stop(product)
    grade = lambda: cases.grade(  # noqa: E731
        product.services, product.act(RAVI), case.key, Severity.DANGER
    )
    refused(product, grade, "not_reporter")
    with pytest.raises(NotFound):
        cases.my_report(product.services, product.act(RAVI), case.key)


def test_officers_who_lead_the_reporter_are_left_out(product: Product) -> None:
    safety = replace(
        product.services.desks.safety,
        stages=(Stage(users=frozenset({LENA})), Stage(users=frozenset({SOFIA}))),
    )
    officers = Holders(users=frozenset({LENA, SOFIA}))
    holders = {**product.services.desks.holders, Role.SAFETY_OFFICER: officers}
    product.services = replace(
        product.services,
        desks=replace(product.services.desks, safety=safety, holders=holders),
    )
    case = stop(product, JONAS)
    assert called(product) == {SOFIA, "C0SAFETY01"}
    opened = lambda: case_pages.case_page(product.services, product.act(LENA), case.key)  # noqa: E731
    refused(product, opened, "leads_reporter")
    assert case_pages.case_list(product.services, product.act(LENA)) == []


def test_nobody_looks_after_their_own_report(product: Product) -> None:
    request = product.open(ROSA)
    case = stop(product, SOFIA, request)
    assert SOFIA not in called(product)
    take = lambda: officer.acknowledge(product.services, product.act(SOFIA), case.key)  # noqa: E731
    refused(product, take, "own_report")


@pytest.mark.parametrize("who", [ROSA, LENA, AMIR, ADA, STRANGER])
def test_a_case_is_for_officers(product: Product, who: str) -> None:
    case = stop(product, JONAS)
    with pytest.raises(Refused):
        case_pages.case_page(product.services, product.act(who), case.key)
    assert product.last_event().outcome is Outcome.DENIED


def test_before_it_is_acknowledged_an_officer_sees_no_text_and_hears_nothing(
    product: Product,
) -> None:
    case = stop(product)
    page = case_pages.case_page(product.services, product.act(SOFIA), case.key)
    assert page.snippet is None
    assert page.may_take
    hear = lambda: grant(  # noqa: E731
        product.services, product.act(SOFIA), CaseSnippet(case.key), "p" * 16
    )
    refused(product, hear, "not_on_case")


def test_the_officer_on_the_case_hears_it_and_that_is_on_record(
    product: Product,
) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    page = case_pages.case_page(product.services, product.act(SOFIA), case.key)
    assert page.snippet is not None
    sound = grant(product.services, product.act(SOFIA), CaseSnippet(case.key), "p" * 16)
    assert sound.wav.startswith(b"RIFF")
    event = product.last_event()
    assert (event.action, event.role) == (Action.SNIPPET_HEARD, Role.SAFETY_OFFICER)
    product.pass_time(seconds=5)
    act = product.act(SOFIA)
    progress.record_played(
        product.services, act, CaseSnippet(case.key), "p" * 16, played_ms=700, loops=0
    )
    assert product.last_event().numbers["played_ms"] == 700
    with pytest.raises(Conflict):
        grant(product.services, act, CaseSnippet(case.key), "p" * 16)
    assert product.last_event().rule == "press_used"
    other = lambda: grant(  # noqa: E731
        product.services, product.act(NIGHT), CaseSnippet(case.key), "q" * 16
    )
    refused(product, other, "not_on_case")


def test_once_the_case_is_closed_its_officer_hears_nothing_more(
    product: Product,
) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    close(product, case)
    hear = lambda: grant(  # noqa: E731
        product.services, product.act(SOFIA), CaseSnippet(case.key), "p" * 16
    )
    refused(product, hear, "case_closed")
    assert (
        progress.live(
            product.services, product.act(SOFIA), CaseSnippet(case.key)
        ).refusal
        is not None
    )


@pytest.mark.parametrize("release", [True, False])
def test_closing_replies_to_everybody_who_stopped_it(
    product: Product, release: bool
) -> None:
    request = product.open(ROSA)
    case = stop(product, JONAS, request)
    stop(product, RAVI, request)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    closed = close(product, case, release=release)
    assert closed.state is (CaseState.RELEASED if release else CaseState.KEPT)
    assert reporters_told(product) == [RAVI, JONAS]
    assert product.last_event().numbers["released"] == int(release)
    with product.services.store.read() as tx:
        assert tx.quarantines.is_active(request.clip_id) is not release
    mine = cases.my_report(product.services, product.act(JONAS), case.key)
    assert [reply.text for reply in mine.replies] == [REPLY]


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "   ok    ",
        "The recording en-us-0001 is closed now.",
        "Call me at 555 0123 please.",
    ],
)
def test_no_case_is_closed_without_a_reply_that_may_be_sent(
    product: Product, reply: str
) -> None:
    case = stop(product)
    act = product.act(SOFIA)
    officer.acknowledge(product.services, act, case.key)
    with pytest.raises(Invalid) as error:
        officer.close(
            product.services, product.fresh(SOFIA), case.key, reply=reply, release=True
        )
    assert error.value.field == "reply"
    assert now(product, case).state is CaseState.ACKNOWLEDGED
    assert reporters_told(product) == []


def test_opening_a_clip_again_asks_for_a_fresh_sign_in_and_keeping_it_closed_does_not(
    product: Product,
) -> None:
    case = stop(product)
    act = product.act(SOFIA)
    officer.acknowledge(product.services, act, case.key)
    stale = lambda: officer.close(  # noqa: E731
        product.services, act, case.key, reply=REPLY, release=True
    )
    refused(product, stale, "step_up")
    kept = officer.close(product.services, act, case.key, reply=REPLY, release=False)
    assert kept.state is CaseState.KEPT


def test_the_officer_on_the_case_holds_its_clip_and_nobody_else(
    product: Product,
) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    other = lambda: officer.hold_clip(  # noqa: E731
        product.services,
        product.fresh(NIGHT),
        case.key,
        days=30,
        reason="asked by the police",
    )
    refused(product, other, "not_on_case")
    mine = product.fresh(SOFIA)
    placed = officer.hold_clip(
        product.services, mine, case.key, days=30, reason="asked by the police"
    )
    assert case_pages.case_page(product.services, mine, case.key).holds == (placed,)


def test_only_the_officer_on_the_case_closes_it(product: Product) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    refused(product, lambda: close(product, case, NIGHT), "not_on_case")
    refused(product, lambda: close(product, case, JONAS), "own_report")


def test_not_enough_goes_to_the_deputy_and_closes_the_clip_again(
    product: Product,
) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    close(product, case, release=True)
    called(product)
    again = officer.reopen(product.services, product.act(JONAS), case.key)
    assert (again.state, again.officer) == (CaseState.OPEN, None)
    assert called(product) == {NIGHT, "C0SAFETY02"}
    with product.services.store.read() as tx:
        assert tx.quarantines.is_active(case.clip_id)
    take = lambda: officer.acknowledge(product.services, product.act(SOFIA), case.key)  # noqa: E731
    refused(product, take, "answered_before")
    officer.acknowledge(product.services, product.act(NIGHT), case.key)
    close(product, case, NIGHT)
    mine = cases.my_report(product.services, product.act(JONAS), case.key)
    assert len(mine.replies) == 2


def test_a_single_officers_reply_that_was_not_enough_goes_to_the_administrators(
    product: Product,
) -> None:
    only = Safety(stages=(Stage(users=frozenset({SOFIA})),))
    everybody = product.services.desks
    holders = {
        **everybody.holders,
        Role.SAFETY_OFFICER: Holders(users=frozenset({SOFIA})),
    }
    alone = replace(everybody, safety=only, holders=holders)
    product.services = replace(product.services, desks=alone)
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    close(product, case)
    called(product)
    officer.reopen(product.services, product.act(JONAS), case.key)
    assert ADA in called(product)
    officer.acknowledge(product.services, product.act(ADA), case.key)
    assert case_pages.case_page(
        product.services, product.act(ADA), case.key
    ).lacks_officer
    refused(
        product,
        lambda: officer.hand_over(product.services, product.act(ADA), case.key, SOFIA),
        "cannot_take_it",
    )
    product.pass_time(hours=49)
    tick(product)  # it is not forgotten
    assert now(product, case).overdue_since is not None
    product.services = replace(
        product.services, desks=everybody
    )  # a second one is named
    assert not case_pages.case_page(
        product.services, product.act(ADA), case.key
    ).lacks_officer
    officer.hand_over(product.services, product.act(ADA), case.key, NIGHT)
    close(product, case, NIGHT)
    assert reporters_told(product) == [JONAS]  # of both replies in turn


def test_only_the_reporter_says_it_is_not_enough_and_only_once_answered(
    product: Product,
) -> None:
    case = stop(product)
    early = lambda: officer.reopen(  # noqa: E731
        product.services, product.act(JONAS), case.key
    )
    refused(product, early, "case_open")
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    close(product, case)
    other = lambda: officer.reopen(  # noqa: E731
        product.services, product.act(RAVI), case.key
    )
    refused(product, other, "not_reporter")


def test_a_case_is_handed_over_to_an_officer_and_to_nobody_else(
    product: Product,
) -> None:
    case = stop(product)
    act = product.act(SOFIA)
    officer.acknowledge(product.services, act, case.key)
    called(product)
    give = lambda to: officer.hand_over(product.services, act, case.key, to)  # noqa: E731
    refused(product, lambda: give(LENA), "cannot_take_it")
    refused(product, lambda: give(JONAS), "cannot_take_it")
    assert case_pages.case_page(product.services, act, case.key).others == (NIGHT,)
    give(NIGHT)
    assert called(product) == {NIGHT}
    assert cases.case_to_page(
        product.services, PageOfficer(case_id=case.id, user_id=NIGHT, stage=None)
    )
    refused(product, lambda: close(product, case), "not_on_case")


def test_an_administrator_who_was_called_hands_over_and_decides_nothing(
    product: Product,
) -> None:
    case = stop(product)
    for _ in range(2):
        product.pass_time(hours=1)
        tick(product)
    officer.acknowledge(product.services, product.act(ADA), case.key)
    assert (
        case_pages.case_page(product.services, product.act(ADA), case.key).snippet
        is None
    )
    refused(product, lambda: close(product, case, ADA), "not_safety_officer")
    hear = lambda: grant(  # noqa: E731
        product.services, product.act(ADA), CaseSnippet(case.key), "p" * 16
    )
    refused(product, hear, "not_safety_officer")
    officer.hand_over(product.services, product.act(ADA), case.key, SOFIA)
    close(product, case)


def test_a_deputy_takes_over_and_a_colleague_waits_for_it(product: Product) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    page = case_pages.case_page(product.services, product.act(NIGHT), case.key)
    assert page.may_take
    officer.acknowledge(product.services, product.act(NIGHT), case.key)
    refused(product, lambda: close(product, case), "not_on_case")


def test_not_an_emergency_is_the_officers_word_and_on_record(product: Product) -> None:
    case = stop(product)
    cases.grade(product.services, product.act(JONAS), case.key, Severity.DANGER)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    officer.lower_severity(product.services, product.act(SOFIA), case.key)
    assert now(product, case).severity is Severity.UPSETTING
    assert product.last_event().numbers["severity"] == Severity.UPSETTING.rank


def test_a_step_is_ticked_once_with_the_version_of_its_checklist(
    product: Product,
) -> None:
    checklists = house_checklists(product)
    case = stop(product)
    act = product.act(SOFIA)
    officer.acknowledge(product.services, act, case.key)
    for _ in range(2):
        officer.tick(product.services, act, case.key, "danger")
    with product.services.store.read() as tx:
        (done,) = tx.cases.ticks(case.id)
    assert (done.step, done.version) == ("danger", checklists)
    with pytest.raises(Invalid):
        officer.tick(product.services, act, case.key, "made-up")


def house_checklists(product: Product) -> str:
    """Give this house the samples' checklist; returns its version."""
    from bot.config.settings import read_desks
    from bot.demo import DEMO_DESKS

    found = read_desks(DEMO_DESKS).safety.checklists
    safety = replace(product.services.desks.safety, checklists=found)
    product.services = replace(
        product.services, desks=replace(product.services.desks, safety=safety)
    )
    return found[0].version


def test_any_clip_can_be_stopped_by_its_id_or_a_request(product: Product) -> None:
    request = product.open(ROSA)
    by_name = stop_clip.stop_clip(
        product.services, product.act(RAVI), request.name.lower()
    )
    assert by_name.case.clip_id == request.clip_id
    assert product.request(request).state is RequestState.QUARANTINED
    unasked = stop_clip.stop_clip(product.services, product.act(RAVI), " en-us-0006 ")
    assert unasked.request is None
    with product.services.store.read() as tx:
        assert tx.quarantines.is_active("en-us-0006")
    with pytest.raises(NotFound, match="nothing was stopped"):
        stop_clip.stop_clip(product.services, product.act(RAVI), "en-us-9999")
    stranger = lambda: stop_clip.stop_clip(  # noqa: E731
        product.services, product.act(STRANGER), "en-us-0006"
    )
    refused(product, stranger, "no_role")


def test_a_case_without_a_request_has_nothing_to_hear_and_still_gets_its_reply(
    product: Product,
) -> None:
    case = stop_clip.stop_clip(product.services, product.act(RAVI), "en-us-0006").case
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    hear = lambda: grant(  # noqa: E731
        product.services, product.act(SOFIA), CaseSnippet(case.key), "p" * 16
    )
    refused(product, hear, "no_snippet")
    close(product, case)
    assert reporters_told(product) == [RAVI]


def test_nothing_of_a_case_says_what_was_in_the_recording(product: Product) -> None:
    case = stop(product)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    close(product, case)
    for event in product.events():
        assert event.digest is None
        assert all(isinstance(number, int) for number in event.numbers.values())
