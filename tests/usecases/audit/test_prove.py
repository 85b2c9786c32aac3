"""Proving the log is on record like any other question; no export holds a word that was
said.
"""

import io

import pytest
from sqlalchemy import update

from bot.errors import Invalid, NotFound, Refused, Unavailable
from bot.usecases.audit.prove import (
    export_proof,
    export_receipt,
    read_keys,
    verify_audit,
)
from bot.usecases.audit.query import stream_audit
from bot.usecases.requests import adjudicate
from storage.audit.checks.walk import Fault
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs import tlog_proof
from storage.audit.proofs.anchors import publish
from storage.audit.proofs.bundle import verify_bundle
from storage.audit.query.formats import csv_lines, json_lines
from storage.audit.query.ocsf import ocsf_lines
from storage.audit.query.search import Question
from storage.blobs import open_blobs
from storage.records import Action, Answer, Outcome, Person
from storage.tables import events
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, TEAM, Product
from tests.storage.audit.logs import KEYS

CANARIES = (
    "zanzibarine",
    "quokkafish",
    "wobbegong-lamp",
    "a secret reason of the lead",
)


def sign(product: Product) -> None:
    sequence_all(product.services.store, KEYS, product.clock)


def bundle_of(
    product: Product, question: Question, who: str = AMIR, reason: str = "case 1"
) -> bytes:
    _, pieces = export_proof(product.services, product.act(who), KEYS, question, reason)
    return b"".join(pieces)


def test_verifying_is_on_record_with_the_size_that_was_verified(
    product: Product,
) -> None:
    product.open()
    sign(product)
    found = verify_audit(product.services, product.act(AMIR), KEYS)
    assert product.last_event().action is Action.LOG_VERIFIED
    assert product.last_event().numbers == {"size": found.log.size}


def test_a_bad_log_is_on_record_with_the_kind_of_fault(product: Product) -> None:
    product.open()
    sign(product)
    with product.services.store.begin() as tx:
        tx.connection.execute(
            update(events).where(events.c.id == 1).values(user_id="U0OTHER")
        )
    with pytest.raises(Fault, match="Entry 0"):
        verify_audit(product.services, product.act(AMIR), KEYS)
    recorded = product.last_event()
    assert (recorded.action, recorded.outcome) == (Action.LOG_VERIFIED, Outcome.FAILED)
    assert recorded.rule == "altered"


def test_only_auditors_verify_and_export(product: Product) -> None:
    product.open()
    sign(product)
    with pytest.raises(Refused):
        verify_audit(product.services, product.act(ROSA), KEYS)
    assert product.last_event().outcome is Outcome.DENIED
    with pytest.raises(Refused):
        bundle_of(product, Question(), who=ROSA)
    with pytest.raises(Refused):
        export_receipt(product.services, product.act(ROSA), KEYS, 1)
    assert product.last_event().outcome is Outcome.DENIED


def test_anchors_are_compared(product: Product) -> None:
    product.open()
    sign(product)
    anchors = open_blobs("memory://")
    publish(product.services.store, KEYS, anchors, product.now, at_once=True)
    assert (
        verify_audit(product.services, product.act(AMIR), KEYS, anchors).log.anchors
        == 1
    )


def test_a_bundle_of_everything_and_of_a_part_are_genuine(product: Product) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp")
    sign(product)
    whole = verify_bundle(io.BytesIO(bundle_of(product, Question())), KEYS.verifiers)
    assert whole.entries == whole.size
    person = Question(person=Person(team_id=TEAM, user_id=RAVI))
    part = verify_bundle(io.BytesIO(bundle_of(product, person)), KEYS.verifiers)
    assert 0 < part.entries < part.size
    assert product.last_event().action is Action.LOG_EXPORTED


def test_what_is_not_signed_yet_cannot_be_exported_with_proof(product: Product) -> None:
    request = product.open()
    with pytest.raises(Unavailable, match="not signed yet"):
        bundle_of(product, Question())
    sign(product)
    product.answer(RAVI, request, "lamp")
    with pytest.raises(Unavailable, match="not signed yet"):
        bundle_of(product, Question(request=request.name))


def test_a_receipt_proves_one_event(product: Product) -> None:
    product.open()
    sign(product)
    slip = tlog_proof.parse(
        export_receipt(product.services, product.act(AMIR), KEYS, 1)
    )
    tlog_proof.verify(slip, KEYS.verifiers)
    with pytest.raises(NotFound, match="no such event"):
        export_receipt(product.services, product.act(AMIR), KEYS, 999)


@pytest.mark.parametrize("text", [None, "", "junk"])
def test_a_missing_or_wrong_key_is_one_clear_line(text: str | None) -> None:
    with pytest.raises(Invalid, match="AUDIT_SIGNING_KEY|signing key|written name"):  # noqa: RUF043
        read_keys(text)


def test_no_word_that_was_said_or_written_is_in_any_export(product: Product) -> None:
    guess, first, second, why = CANARIES
    request = product.open(guess=guess)
    product.answer(RAVI, request, first)
    product.answer(JONAS, request, second)
    product.hear(LENA, request)
    act = product.act(LENA)
    adjudicate.adjudicate(
        product.services, act, request.key, answer=Answer.WORDS, text=second, reason=why
    )
    clip = product.services.clips.clip(request.clip_id)
    spoken = {word.text.lower() for word in clip.words if len(word.text) > 5}
    assert spoken
    sign(product)
    exports = [bundle_of(product, Question(), reason=why).decode()]
    for lines in (csv_lines, json_lines, ocsf_lines):
        _, found = stream_audit(product.services, product.act(AMIR), Question(), why)
        exports.append("".join(lines(found)))
    for export in exports:
        assert request.name in export
        for word in (*CANARIES, *spoken):
            assert word not in export.lower()
