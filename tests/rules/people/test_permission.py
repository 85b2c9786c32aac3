"""Who may do what: every role against every state."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.people import permission
from bot.rules.people.permission import Relation
from storage.records import Clip, Consent, Person, Request, RequestState, Role, Span

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ME, ASKER = Person(team_id="T", user_id="U1"), Person(team_id="T", user_id="U2")
HEARING = {RequestState.OPEN, RequestState.DISPUTED}


def request(state: RequestState = RequestState.OPEN, asker: Person = ASKER) -> Request:
    return Request(
        id=1,
        key="k",
        state=state,
        desk="d",
        locale="en",
        clip_id="c",
        span=Span(start_ms=0, end_ms=500),
        asker=asker,
        difficulties=(),
        guess=None,
        quorum=2,
        asked_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def relation(*roles: Role, **more: object) -> Relation:
    return Relation(person=ME, roles=frozenset(roles), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("role", list(Role))
def test_only_peers_hear_an_open_and_only_leads_a_disputed_request(
    role: Role, state: RequestState
) -> None:
    allowed = permission.may_listen(relation(role), request(state)) is None
    peer = role in {Role.REVIEWER, Role.LEAD}
    expected = (state is RequestState.OPEN and peer) or (
        state is RequestState.DISPUTED and role is Role.LEAD
    )
    assert allowed == expected


@pytest.mark.parametrize("state", list(RequestState))
def test_nobody_hears_a_quarantined_clip_whatever_the_request_says(
    state: RequestState,
) -> None:
    for role in Role:
        refusal = permission.may_listen(
            relation(role, quarantined=True), request(state)
        )
        assert refusal is not None


@pytest.mark.parametrize("consent", [Consent.WITHDRAWN, Consent.UNKNOWN])
def test_nobody_hears_a_clip_without_consent(consent: Consent) -> None:
    refusal = permission.may_listen(relation(Role.REVIEWER, consent=consent), request())
    assert refusal is not None
    assert refusal.rule == f"consent_{consent}"


def test_nobody_answers_their_own_question() -> None:
    refusal = permission.may_propose(
        relation(Role.REVIEWER, has_heard=True), request(asker=ME)
    )
    assert refusal is not None
    assert refusal.rule == "own_request"


def test_an_answer_needs_a_listen() -> None:
    refusal = permission.may_propose(relation(Role.REVIEWER), request())
    assert refusal is not None
    assert refusal.rule == "not_heard"
    assert (
        permission.may_propose(relation(Role.REVIEWER, has_heard=True), request())
        is None
    )


@pytest.mark.parametrize(
    ("mine", "rule"),
    [({"has_proposed": True}, "own_dispute"), ({}, None)],
)
def test_no_lead_rules_on_an_answer_of_their_own(
    mine: dict[str, bool], rule: str | None
) -> None:
    refusal = permission.may_adjudicate(
        relation(Role.LEAD, **mine), request(RequestState.DISPUTED)
    )
    assert (refusal.rule if refusal else None) == rule


def test_no_lead_rules_on_a_question_of_their_own() -> None:
    refusal = permission.may_adjudicate(
        relation(Role.LEAD), request(RequestState.DISPUTED, asker=ME)
    )
    assert refusal is not None
    assert refusal.rule == "own_dispute"


def test_a_ruling_may_be_changed_but_an_agreement_may_not_be_overruled() -> None:
    delivered = request(RequestState.DELIVERED)
    assert (
        permission.may_adjudicate(relation(Role.LEAD, adjudicated=True), delivered)
        is None
    )
    assert permission.may_adjudicate(relation(Role.LEAD), delivered) is not None


def test_asking_needs_a_role_consent_and_a_clip_that_is_not_closed() -> None:
    def clip(consent: Consent) -> Clip:
        return Clip(
            clip_id="c",
            locale="en",
            recorded_at=None,
            speaker=None,
            consent=consent,
            words=(),
        )

    granted = clip(Consent.GRANTED)
    assert permission.may_ask({Role.REVIEWER}, granted, quarantined=False) is None
    for role in (Role.AUDITOR, Role.SAFETY_OFFICER, Role.ADMINISTRATOR):
        assert permission.may_ask({role}, granted, quarantined=False) is not None
    assert permission.may_ask({Role.REVIEWER}, granted, quarantined=True) is not None
    assert (
        permission.may_ask({Role.LEAD}, clip(Consent.UNKNOWN), quarantined=False)
        is not None
    )


def test_every_refusal_is_a_sentence_with_a_rule() -> None:
    refusals = [
        permission.may_listen(relation(), request()),
        permission.may_view(relation(), request()),
        permission.may_release({Role.LEAD}),
        permission.may_query_log({Role.LEAD}, only_self=False),
        permission.may_see_queue({Role.REVIEWER}),
        permission.may_withdraw(relation(Role.REVIEWER), request()),
        permission.may_stop(relation(), request()),
        permission.may_decline(relation(Role.REVIEWER), request(RequestState.AGREED)),
    ]
    for refusal in refusals:
        assert refusal is not None
        assert refusal.rule.islower()
        assert refusal.sentence.endswith(".")


def test_the_log_answers_auditors_and_about_oneself() -> None:
    assert permission.may_query_log({Role.AUDITOR}, only_self=False) is None
    assert permission.may_query_log(set(), only_self=True) is None


def test_anybody_on_the_desk_may_stop_a_clip() -> None:
    assert (
        permission.may_stop(relation(Role.REVIEWER), request(RequestState.DELIVERED))
        is None
    )
    assert permission.may_stop(relation(), request(asker=ME)) is None
