"""Cases of stopped clips: who is called when, who may do what, and what the reporter gets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Invalid, NotFound, Refused
from bot.rules.desks import Holders
from bot.rules.safety import Safety, Stage
from bot.usecases import cases, distress, hear_case, quarantine
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
from tests.house import ADA, AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, STRANGER, TEAM, House

ON_BOTH_DATABASES = True

NIGHT = "U0NIGHT01"
REPLY = "We looked at it today. Nobody is in danger, and you did the right thing."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(house: House) -> House:
    """Three stages: Sofia, then somebody at another site, then the administrator."""
    safety = Safety(
        stages=(
            Stage(users=frozenset({SOFIA}), channel_id="C0SAFETY01"),
            Stage(users=frozenset({NIGHT}), channel_id="C0SAFETY02"),
        )
    )
    holders = {
        **house.services.desks.holders,
        Role.SAFETY_OFFICER: Holders(users=frozenset({SOFIA, NIGHT})),
    }
    desks = replace(house.services.desks, safety=safety, holders=holders)
    house.services = replace(house.services, desks=desks)
    with house.services.store.begin() as tx:
        tx.set_membership(NIGHT, Membership.MEMBER, house.now)
    return house


def stop(house: House, by: str = JONAS, request: Request | None = None) -> Case:
    request = request or house.open(ROSA)
    return quarantine.stop(house.services, house.act(by), request.key).case


def now(house: House, case: Case) -> Case:
    with house.services.store.read() as tx:
        found = tx.case(case.id)
    assert found is not None
    return found


def called(house: House) -> set[str]:
    """Whoever is to be told and was not yet; and from here on they were."""
    with house.services.store.begin() as tx:
        rows = tx.claim(
            [Task.PAGE_OFFICER, Task.PAGE_CHANNEL], now=house.now, lease=MINUTE, limit=50
        )
        for row in rows:
            tx.finish(row.id, house.now)
    return {row.argument.split(" ")[1] for row in rows if row.argument}


def tick(house: House) -> None:
    cases.escalate(house.services, house.worker())


def close(house: House, case: Case, by: str = SOFIA, *, release: bool = False) -> Case:
    return distress.close(house.services, house.fresh(by), case.key, reply=REPLY, release=release)


def reporters_told(house: House) -> list[str]:
    with house.services.store.begin() as tx:
        rows = tx.claim([Task.TELL_REPORTER], now=house.now, lease=MINUTE, limit=50)
        for row in rows:
            tx.finish(row.id, house.now)
    return sorted(row.argument.split(" ")[2] for row in rows if row.argument)


def refused(house: House, act: Callable[[], object], rule: str) -> None:
    """`act` is refused by `rule`, and that is on record."""
    with pytest.raises(Refused) as error:
        act()
    assert error.value.rule == rule
    assert (house.last_event().outcome, house.last_event().rule) == (Outcome.DENIED, rule)


def test_a_stop_opens_one_case_and_a_second_person_joins_it(house: House) -> None:
    request = house.open(ROSA)
    first, second = stop(house, JONAS, request), stop(house, RAVI, request)
    assert first.id == second.id
    assert (first.state, first.severity) == (CaseState.OPEN, Severity.UNKNOWN)
    with house.services.store.read() as tx:
        assert [r.reporter.user_id for r in tx.reports(first.id)] == [RAVI, JONAS]
    acts = [event.action for event in house.events()][-4:]
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
    house: House, severity: Severity | None, minutes: int
) -> None:
    case = stop(house)
    assert called(house) == {SOFIA, "C0SAFETY01"}
    if severity is not None:
        cases.grade(house.services, house.act(JONAS), case.key, severity)
    again = {SOFIA, "C0SAFETY01"} if severity is Severity.DANGER else set()
    assert called(house) == again
    house.pass_time(minutes=minutes, seconds=-1)
    tick(house)
    assert called(house) == set()
    house.pass_time(seconds=1)
    tick(house)
    assert called(house) == {NIGHT, "C0SAFETY02"}
    assert now(house, case).overdue_since == house.now
    house.pass_time(minutes=minutes)
    tick(house)
    assert called(house) == {NIGHT, ADA, "C0SAFETY02"}
    for _ in range(3):  # the administrators are called again, at most hourly
        house.pass_time(minutes=max(minutes, 60))
        tick(house)
        assert called(house) == {NIGHT, ADA, "C0SAFETY02"}
    stages = [e.numbers["stage"] for e in house.events() if e.action is Action.CASE_ESCALATED]
    assert stages == [1, 2, 2, 2, 2]
    with house.services.store.read() as tx:
        assert tx.case_counts(house.now) == (1, 1)


def test_acknowledging_ends_the_calling_until_the_reply_is_late(house: House) -> None:
    case = stop(house)
    called(house)
    house.pass_time(minutes=10)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    assert house.last_event().numbers["after_s"] == 600
    house.pass_time(hours=47)
    tick(house)
    assert called(house) == set()
    house.pass_time(hours=1)
    tick(house)
    assert called(house) == {NIGHT, "C0SAFETY02"}
    distress.acknowledge(house.services, house.act(NIGHT), case.key)
    assert now(house, case).officer == Person(team_id=TEAM, user_id=NIGHT)
    assert now(house, case).overdue_since is None


def test_a_second_report_that_is_worse_shortens_the_clock(house: House) -> None:
    request = house.open(ROSA)
    case = stop(house, JONAS, request)
    cases.grade(house.services, house.act(JONAS), case.key, Severity.UPSETTING)
    assert now(house, case).due_at == house.now + timedelta(days=1)
    stop(house, RAVI, request)
    cases.grade(house.services, house.act(RAVI), case.key, Severity.DANGER)
    assert now(house, case).due_at == house.now + timedelta(minutes=5)
    cases.grade(house.services, house.act(RAVI), case.key, Severity.UPSETTING)
    assert now(house, case).severity is Severity.UPSETTING


def test_saying_it_is_less_bad_gives_an_overdue_case_no_more_time(house: House) -> None:
    case = stop(house)
    house.pass_time(hours=1)
    tick(house)
    due = now(house, case).due_at
    cases.grade(house.services, house.act(JONAS), case.key, Severity.UPSETTING)
    assert now(house, case).due_at == due


def test_only_whoever_stopped_it_says_how_bad_it_is(house: House) -> None:
    case = stop(house)
    grade = lambda: cases.grade(  # noqa: E731
        house.services, house.act(RAVI), case.key, Severity.DANGER
    )
    refused(house, grade, "not_reporter")
    with pytest.raises(NotFound):
        cases.my_report(house.services, house.act(RAVI), case.key)


def test_officers_who_lead_the_reporter_are_left_out(house: House) -> None:
    safety = replace(
        house.services.desks.safety,
        stages=(Stage(users=frozenset({LENA})), Stage(users=frozenset({SOFIA}))),
    )
    officers = Holders(users=frozenset({LENA, SOFIA}))
    holders = {**house.services.desks.holders, Role.SAFETY_OFFICER: officers}
    house.services = replace(
        house.services, desks=replace(house.services.desks, safety=safety, holders=holders)
    )
    case = stop(house, JONAS)
    assert called(house) == {SOFIA, "C0SAFETY01"}
    opened = lambda: distress.case_page(house.services, house.act(LENA), case.key)  # noqa: E731
    refused(house, opened, "leads_reporter")
    assert distress.case_list(house.services, house.act(LENA)) == []


def test_nobody_looks_after_their_own_report(house: House) -> None:
    request = house.open(ROSA)
    case = stop(house, SOFIA, request)
    assert SOFIA not in called(house)
    take = lambda: distress.acknowledge(house.services, house.act(SOFIA), case.key)  # noqa: E731
    refused(house, take, "own_report")


@pytest.mark.parametrize("who", [ROSA, LENA, AMIR, ADA, STRANGER])
def test_a_case_is_for_officers(house: House, who: str) -> None:
    case = stop(house, JONAS)
    with pytest.raises(Refused):
        distress.case_page(house.services, house.act(who), case.key)
    assert house.last_event().outcome is Outcome.DENIED


def test_before_it_is_acknowledged_an_officer_sees_no_text_and_hears_nothing(house: House) -> None:
    case = stop(house)
    page = distress.case_page(house.services, house.act(SOFIA), case.key)
    assert page.snippet is None
    assert page.may_take
    hear = lambda: hear_case.hear(  # noqa: E731
        house.services, house.act(SOFIA), case.key, "p" * 16
    )
    refused(house, hear, "not_on_case")


def test_the_officer_on_the_case_hears_it_and_that_is_on_record(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    page = distress.case_page(house.services, house.act(SOFIA), case.key)
    assert page.snippet is not None
    sound = hear_case.hear(house.services, house.act(SOFIA), case.key, "p" * 16)
    assert sound.wav.startswith(b"RIFF")
    event = house.last_event()
    assert (event.action, event.role) == (Action.SNIPPET_HEARD, Role.SAFETY_OFFICER)
    house.pass_time(seconds=5)
    act = house.act(SOFIA)
    hear_case.played(house.services, act, case.key, "p" * 16, played_ms=700, loops=0)
    assert house.last_event().numbers["played_ms"] == 700
    again = lambda: hear_case.hear(house.services, act, case.key, "p" * 16)  # noqa: E731
    refused(house, again, "press_used")
    other = lambda: hear_case.hear(  # noqa: E731
        house.services, house.act(NIGHT), case.key, "q" * 16
    )
    refused(house, other, "not_on_case")


def test_once_the_case_is_closed_its_officer_hears_nothing_more(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    close(house, case)
    hear = lambda: hear_case.hear(  # noqa: E731
        house.services, house.act(SOFIA), case.key, "p" * 16
    )
    refused(house, hear, "case_closed")
    person = Person(team_id=TEAM, user_id=SOFIA)
    assert hear_case.live(house.services, person, case.key) is not None


@pytest.mark.parametrize("release", [True, False])
def test_closing_replies_to_everybody_who_stopped_it(house: House, release: bool) -> None:
    request = house.open(ROSA)
    case = stop(house, JONAS, request)
    stop(house, RAVI, request)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    closed = close(house, case, release=release)
    assert closed.state is (CaseState.RELEASED if release else CaseState.KEPT)
    assert reporters_told(house) == [RAVI, JONAS]
    assert house.last_event().numbers["released"] == int(release)
    with house.services.store.read() as tx:
        assert tx.is_quarantined(request.clip_id) is not release
    mine = cases.my_report(house.services, house.act(JONAS), case.key)
    assert [reply.text for reply in mine.replies] == [REPLY]


@pytest.mark.parametrize(
    "reply",
    ["", "   ok    ", "The recording en-us-0001 is closed now.", "Call me at 555 0123 please."],
)
def test_no_case_is_closed_without_a_reply_that_may_be_sent(house: House, reply: str) -> None:
    case = stop(house)
    act = house.act(SOFIA)
    distress.acknowledge(house.services, act, case.key)
    with pytest.raises(Invalid) as error:
        distress.close(house.services, house.fresh(SOFIA), case.key, reply=reply, release=True)
    assert error.value.field == "reply"
    assert now(house, case).state is CaseState.ACKNOWLEDGED
    assert reporters_told(house) == []


def test_opening_a_clip_again_asks_for_a_fresh_sign_in_and_keeping_it_closed_does_not(
    house: House,
) -> None:
    case = stop(house)
    act = house.act(SOFIA)
    distress.acknowledge(house.services, act, case.key)
    stale = lambda: distress.close(  # noqa: E731
        house.services, act, case.key, reply=REPLY, release=True
    )
    refused(house, stale, "step_up")
    kept = distress.close(house.services, act, case.key, reply=REPLY, release=False)
    assert kept.state is CaseState.KEPT


def test_the_officer_on_the_case_holds_its_clip_and_nobody_else(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    other = lambda: distress.hold_clip(  # noqa: E731
        house.services, house.fresh(NIGHT), case.key, days=30, reason="asked by the police"
    )
    refused(house, other, "not_on_case")
    mine = house.fresh(SOFIA)
    placed = distress.hold_clip(
        house.services, mine, case.key, days=30, reason="asked by the police"
    )
    assert distress.case_page(house.services, mine, case.key).holds == (placed,)


def test_only_the_officer_on_the_case_closes_it(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    refused(house, lambda: close(house, case, NIGHT), "not_on_case")
    refused(house, lambda: close(house, case, JONAS), "own_report")


def test_not_enough_goes_to_the_deputy_and_closes_the_clip_again(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    close(house, case, release=True)
    called(house)
    again = distress.not_enough(house.services, house.act(JONAS), case.key)
    assert (again.state, again.officer) == (CaseState.OPEN, None)
    assert called(house) == {NIGHT, "C0SAFETY02"}
    with house.services.store.read() as tx:
        assert tx.is_quarantined(case.clip_id)
    take = lambda: distress.acknowledge(house.services, house.act(SOFIA), case.key)  # noqa: E731
    refused(house, take, "answered_before")
    distress.acknowledge(house.services, house.act(NIGHT), case.key)
    close(house, case, NIGHT)
    mine = cases.my_report(house.services, house.act(JONAS), case.key)
    assert len(mine.replies) == 2


def test_a_single_officers_reply_that_was_not_enough_goes_to_the_administrators(
    house: House,
) -> None:
    only = Safety(stages=(Stage(users=frozenset({SOFIA})),))
    everybody = house.services.desks
    holders = {**everybody.holders, Role.SAFETY_OFFICER: Holders(users=frozenset({SOFIA}))}
    alone = replace(everybody, safety=only, holders=holders)
    house.services = replace(house.services, desks=alone)
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    close(house, case)
    called(house)
    distress.not_enough(house.services, house.act(JONAS), case.key)
    assert ADA in called(house)
    distress.acknowledge(house.services, house.act(ADA), case.key)
    assert distress.case_page(house.services, house.act(ADA), case.key).lacks_officer
    refused(
        house,
        lambda: distress.hand_over(house.services, house.act(ADA), case.key, SOFIA),
        "cannot_take_it",
    )
    house.pass_time(hours=49)
    tick(house)  # it is not forgotten
    assert now(house, case).overdue_since is not None
    house.services = replace(house.services, desks=everybody)  # a second one is named
    assert not distress.case_page(house.services, house.act(ADA), case.key).lacks_officer
    distress.hand_over(house.services, house.act(ADA), case.key, NIGHT)
    close(house, case, NIGHT)
    assert reporters_told(house) == [JONAS]  # of both replies in turn


def test_only_the_reporter_says_it_is_not_enough_and_only_once_answered(house: House) -> None:
    case = stop(house)
    early = lambda: distress.not_enough(  # noqa: E731
        house.services, house.act(JONAS), case.key
    )
    refused(house, early, "case_open")
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    close(house, case)
    other = lambda: distress.not_enough(  # noqa: E731
        house.services, house.act(RAVI), case.key
    )
    refused(house, other, "not_reporter")


def test_a_case_is_handed_over_to_an_officer_and_to_nobody_else(house: House) -> None:
    case = stop(house)
    act = house.act(SOFIA)
    distress.acknowledge(house.services, act, case.key)
    called(house)
    give = lambda to: distress.hand_over(house.services, act, case.key, to)  # noqa: E731
    refused(house, lambda: give(LENA), "cannot_take_it")
    refused(house, lambda: give(JONAS), "cannot_take_it")
    assert distress.case_page(house.services, act, case.key).others == (NIGHT,)
    give(NIGHT)
    assert called(house) == {NIGHT}
    assert cases.case_to_tell(house.services, case.id, NIGHT, stage=cases.HANDED_OVER)
    refused(house, lambda: close(house, case), "not_on_case")


def test_an_administrator_who_was_called_hands_over_and_decides_nothing(house: House) -> None:
    case = stop(house)
    for _ in range(2):
        house.pass_time(hours=1)
        tick(house)
    distress.acknowledge(house.services, house.act(ADA), case.key)
    assert distress.case_page(house.services, house.act(ADA), case.key).snippet is None
    refused(house, lambda: close(house, case, ADA), "not_safety_officer")
    hear = lambda: hear_case.hear(  # noqa: E731
        house.services, house.act(ADA), case.key, "p" * 16
    )
    refused(house, hear, "not_safety_officer")
    distress.hand_over(house.services, house.act(ADA), case.key, SOFIA)
    close(house, case)


def test_a_deputy_takes_over_and_a_colleague_waits_for_it(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    page = distress.case_page(house.services, house.act(NIGHT), case.key)
    assert page.may_take
    distress.acknowledge(house.services, house.act(NIGHT), case.key)
    refused(house, lambda: close(house, case), "not_on_case")


def test_not_an_emergency_is_the_officers_word_and_on_record(house: House) -> None:
    case = stop(house)
    cases.grade(house.services, house.act(JONAS), case.key, Severity.DANGER)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    distress.calm(house.services, house.act(SOFIA), case.key)
    assert now(house, case).severity is Severity.UPSETTING
    assert house.last_event().numbers["severity"] == Severity.UPSETTING.rank


def test_a_step_is_ticked_once_with_the_version_of_its_checklist(house: House) -> None:
    checklists = house_checklists(house)
    case = stop(house)
    act = house.act(SOFIA)
    distress.acknowledge(house.services, act, case.key)
    for _ in range(2):
        distress.tick(house.services, act, case.key, "danger")
    with house.services.store.read() as tx:
        (done,) = tx.ticks(case.id)
    assert (done.step, done.version) == ("danger", checklists)
    with pytest.raises(Invalid):
        distress.tick(house.services, act, case.key, "made-up")


def house_checklists(house: House) -> str:
    """Give this house the samples' checklist; returns its version."""
    from bot.samples import SAMPLES
    from bot.settings import read_desks

    found = read_desks(SAMPLES / "desks.toml").safety.checklists
    safety = replace(house.services.desks.safety, checklists=found)
    house.services = replace(house.services, desks=replace(house.services.desks, safety=safety))
    return found[0].version


def test_any_clip_can_be_stopped_by_its_id_or_a_request(house: House) -> None:
    request = house.open(ROSA)
    by_name = quarantine.stop_clip(house.services, house.act(RAVI), request.name.lower())
    assert by_name.case.clip_id == request.clip_id
    assert house.request(request).state is RequestState.QUARANTINED
    unasked = quarantine.stop_clip(house.services, house.act(RAVI), " en-us-0006 ")
    assert unasked.request is None
    with house.services.store.read() as tx:
        assert tx.is_quarantined("en-us-0006")
    with pytest.raises(NotFound, match="nothing was stopped"):
        quarantine.stop_clip(house.services, house.act(RAVI), "en-us-9999")
    stranger = lambda: quarantine.stop_clip(  # noqa: E731
        house.services, house.act(STRANGER), "en-us-0006"
    )
    refused(house, stranger, "no_role")


def test_a_case_without_a_request_has_nothing_to_hear_and_still_gets_its_reply(
    house: House,
) -> None:
    case = quarantine.stop_clip(house.services, house.act(RAVI), "en-us-0006").case
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    hear = lambda: hear_case.hear(  # noqa: E731
        house.services, house.act(SOFIA), case.key, "p" * 16
    )
    refused(house, hear, "no_snippet")
    close(house, case)
    assert reporters_told(house) == [RAVI]


def test_nothing_of_a_case_says_what_was_in_the_recording(house: House) -> None:
    case = stop(house)
    distress.acknowledge(house.services, house.act(SOFIA), case.key)
    close(house, case)
    for event in house.events():
        assert event.digest is None
        assert all(isinstance(number, int) for number in event.numbers.values())
