"""Proving the log is on record like any other question; no export holds a word that was said."""

import io

import pytest
from sqlalchemy import update

from bot.errors import Invalid, NotFound, Refused, Unavailable
from bot.usecases import adjudicate
from bot.usecases.prove_audit import export_proof, read_keys, receipt_of, verify_audit
from bot.usecases.query_audit import stream_audit
from storage.audit import proof
from storage.audit.anchors import publish
from storage.audit.bundle import verify_bundle
from storage.audit.formats import csv_lines, json_lines
from storage.audit.ocsf import ocsf_lines
from storage.audit.query import Question
from storage.audit.sequencer import sequence_all
from storage.audit.tables import events
from storage.audit.walk import Fault
from storage.blobs import open_blobs
from storage.records import Action, Answer, Outcome, Person
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, TEAM, House
from tests.storage.audit.logs import KEYS

CANARIES = ("zanzibarine", "quokkafish", "wobbegong-lamp", "a secret reason of the lead")


def sign(house: House) -> None:
    sequence_all(house.services.store, KEYS, house.clock)


def bundle_of(house: House, question: Question, who: str = AMIR, reason: str = "case 1") -> bytes:
    _, pieces = export_proof(house.services, house.act(who), KEYS, question, reason)
    return b"".join(pieces)


def test_verifying_is_on_record_with_the_size_that_was_verified(house: House) -> None:
    house.open()
    sign(house)
    found = verify_audit(house.services, house.act(AMIR), KEYS)
    assert house.last_event().action is Action.LOG_VERIFIED
    assert house.last_event().numbers == {"size": found.size}


def test_a_bad_log_is_on_record_with_the_kind_of_fault(house: House) -> None:
    house.open()
    sign(house)
    with house.services.store.begin() as tx:
        tx.connection.execute(update(events).where(events.c.id == 1).values(user_id="U0OTHER"))
    with pytest.raises(Fault, match="Entry 0"):
        verify_audit(house.services, house.act(AMIR), KEYS)
    recorded = house.last_event()
    assert (recorded.action, recorded.outcome) == (Action.LOG_VERIFIED, Outcome.FAILED)
    assert recorded.rule == "altered"


def test_only_auditors_verify_and_export(house: House) -> None:
    house.open()
    sign(house)
    with pytest.raises(Refused):
        verify_audit(house.services, house.act(ROSA), KEYS)
    assert house.last_event().outcome is Outcome.DENIED
    with pytest.raises(Refused):
        bundle_of(house, Question(), who=ROSA)
    with pytest.raises(Refused):
        receipt_of(house.services, house.act(ROSA), KEYS, 1)
    assert house.last_event().outcome is Outcome.DENIED


def test_anchors_are_compared(house: House) -> None:
    house.open()
    sign(house)
    anchors = open_blobs("memory://")
    publish(house.services.store, KEYS, anchors, house.now, at_once=True)
    assert verify_audit(house.services, house.act(AMIR), KEYS, anchors).anchors == 1


def test_a_bundle_of_everything_and_of_a_part_are_genuine(house: House) -> None:
    request = house.open()
    house.answer(RAVI, request, "lamp")
    sign(house)
    whole = verify_bundle(io.BytesIO(bundle_of(house, Question())), KEYS.verifiers)
    assert whole.entries == whole.size
    person = Question(person=Person(team_id=TEAM, user_id=RAVI))
    part = verify_bundle(io.BytesIO(bundle_of(house, person)), KEYS.verifiers)
    assert 0 < part.entries < part.size
    assert house.last_event().action is Action.LOG_EXPORTED


def test_what_is_not_signed_yet_cannot_be_exported_with_proof(house: House) -> None:
    request = house.open()
    with pytest.raises(Unavailable, match="not signed yet"):
        bundle_of(house, Question())
    sign(house)
    house.answer(RAVI, request, "lamp")
    with pytest.raises(Unavailable, match="not signed yet"):
        bundle_of(house, Question(request=request.name))


def test_a_receipt_proves_one_event(house: House) -> None:
    house.open()
    sign(house)
    slip = proof.parse(receipt_of(house.services, house.act(AMIR), KEYS, 1))
    proof.verify(slip, KEYS.verifiers)
    with pytest.raises(NotFound, match="no such event"):
        receipt_of(house.services, house.act(AMIR), KEYS, 999)


@pytest.mark.parametrize("text", [None, "", "junk"])
def test_a_missing_or_wrong_key_is_one_clear_line(text: str | None) -> None:
    with pytest.raises(Invalid, match="AUDIT_SIGNING_KEY|signing key|written name"):  # noqa: RUF043
        read_keys(text)


def test_no_word_that_was_said_or_written_is_in_any_export(house: House) -> None:
    guess, first, second, why = CANARIES
    request = house.open(guess=guess)
    house.answer(RAVI, request, first)
    house.answer(JONAS, request, second)
    act = house.act(LENA)
    adjudicate.adjudicate(
        house.services, act, request.key, answer=Answer.WORDS, text=second, reason=why
    )
    clip = house.services.clips.clip(request.clip_id)
    spoken = {word.text.lower() for word in clip.words if len(word.text) > 5}
    assert spoken
    sign(house)
    exports = [bundle_of(house, Question(), reason=why).decode()]
    for lines in (csv_lines, json_lines, ocsf_lines):
        _, found = stream_audit(house.services, house.act(AMIR), Question(), why)
        exports.append("".join(lines(found)))
    for export in exports:
        assert request.name in export
        for word in (*CANARIES, *spoken):
            assert word not in export.lower()
