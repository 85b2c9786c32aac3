"""What the form is told in one question is what the single questions say."""

import pytest

from storage.records import Membership, Person, Why
from storage.store import Store, Transaction
from tests.storage.builders import ANA, BEN, NOW, SECOND, add_request

FORM, CLIP, SPEAKER = "ask", "en-1", "spk-1"


def in_a_group(tx: Transaction) -> None:
    tx.people.set_membership(ANA.user_id, Membership.MEMBER, NOW)
    tx.groups.put("S1", [ANA.user_id, "U9"], NOW)
    tx.groups.put("S2", [ANA.user_id], NOW)


def in_no_group(tx: Transaction) -> None:
    tx.people.set_membership(ANA.user_id, Membership.MEMBER, NOW)


def a_guest(tx: Transaction) -> None:
    tx.people.set_membership(ANA.user_id, Membership.GUEST, NOW)
    tx.groups.put("S1", [ANA.user_id], NOW)


def with_a_draft(tx: Transaction) -> None:
    tx.drafts.save(ANA, FORM, '{"guess": "colour"}', NOW)
    tx.drafts.save(ANA, "another form", "{}", NOW)
    tx.drafts.save(Person(team_id=ANA.team_id, user_id="U9"), FORM, "{}", NOW)


def with_a_quarantine(tx: Transaction) -> None:
    tx.quarantines.add(CLIP, None, ANA, NOW)


def with_a_barred_speaker(tx: Transaction) -> None:
    tx.clips.bar_speaker(SPEAKER, Why.ASKED, NOW)


def with_a_barred_clip(tx: Transaction) -> None:
    with_a_barred_speaker(tx)
    tx.clips.bar(CLIP, Why.CONSENT, NOW)


def with_everything(tx: Transaction) -> None:
    in_a_group(tx)
    with_a_draft(tx)
    with_a_quarantine(tx)
    with_a_barred_clip(tx)


@pytest.mark.parametrize("speaker", [SPEAKER, None])
@pytest.mark.parametrize(
    "given",
    [
        lambda _: None,
        in_a_group,
        in_no_group,
        a_guest,
        with_a_draft,
        with_a_quarantine,
        with_a_barred_speaker,
        with_a_barred_clip,
        with_everything,
    ],
)
def test_one_question_says_what_three_say(
    store: Store, given, speaker: str | None
) -> None:
    with store.begin() as tx:
        given(tx)
    with store.read() as tx:
        found = tx.ask_form.context(
            ANA,
            FORM,
            CLIP,
            speaker,
            since=NOW,
        )
        assert found.member == tx.people.member_by_id(ANA.user_id)
        assert found.draft == tx.drafts.by_form(ANA, FORM)
        assert found.closed == tx.clips.closure(CLIP, speaker)
        assert found.asked_lately == 0


def test_the_questions_of_the_last_hour_are_counted(store: Store) -> None:
    with store.begin() as tx:
        add_request(tx, asked_at=NOW)
        add_request(tx, asked_at=NOW + SECOND)
        add_request(tx, asker=BEN, asked_at=NOW + SECOND)
        found = tx.ask_form.context(
            ANA,
            FORM,
            CLIP,
            None,
            since=NOW,
        )
    assert found.asked_lately == 1
