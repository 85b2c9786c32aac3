"""The stored form of payloads: JSON now, plain values in earlier releases."""

import json
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import insert

from storage.outbox.payloads import decode_payload, encode_payload
from storage.records import Task
from storage.records.outbox import (
    PAYLOADS,
    AskAboutStops,
    AskColleague,
    AskToHelp,
    ClearReply,
    CoachPerson,
    DeliverResult,
    EraseAccidental,
    ErasePlace,
    InspectChannel,
    NotifyAsker,
    NotifyAskerDue,
    NotifyAskWaiting,
    NotifyChannelChanged,
    NotifyDrillOver,
    NotifyElevatedAsked,
    NotifyErasureWaiting,
    NotifyLinkTried,
    NotifyMappingWaiting,
    NotifyPaused,
    NotifyReporter,
    NotifyRoleConflict,
    NotifySetupResult,
    NotifyWeeklyCount,
    NudgePerson,
    OpenPeerTalk,
    PageBundle,
    PageChannel,
    PageOfficer,
    Payload,
    PostCheckpoint,
    PostDigest,
    PostDisputedReply,
    PostHandOver,
    PostSettledReply,
    PostThread,
    PublishHome,
    ReadMissed,
    RemoveFile,
    RenderSnippet,
    UnreadablePayload,
    UpdateThread,
)
from storage.store import Store
from storage.tables import outbox
from tests.storage.builders import NOW, SECOND

# Rows as earlier releases wrote them: task, lane, request, argument.
PLAIN_ROWS: list[tuple[tuple[str, str, int | None, str | None], Payload]] = [
    (("render", "HC-1007", 7, None), RenderSnippet(request_id=7)),
    (
        ("deliver", "result HC-1007", 7, "0f3a"),
        DeliverResult(request_id=7, result_id="0f3a"),
    ),
    (("post_thread", "HC-1007", 7, None), PostThread(request_id=7)),
    (("update_thread", "HC-1007", 7, None), UpdateThread(request_id=7)),
    (("reply_disputed", "HC-1007", 7, None), PostDisputedReply(request_id=7)),
    (("reply_settled", "HC-1007", 7, None), PostSettledReply(request_id=7)),
    (
        ("clear_reply", "HC-1007", 7, "C1 12.5"),
        ClearReply(request_id=7, channel_id="C1", ts="12.5"),
    ),
    (("tell_asker", "HC-1007 U1", 7, "U1"), NotifyAsker(request_id=7, user_id="U1")),
    (("tell_waiting", "HC-1007 U1", 7, "U1"), NotifyPaused(request_id=7, user_id="U1")),
    (
        ("tell_link_tried", "HC-1007 link U2", 7, "U1"),
        NotifyLinkTried(request_id=7, asker_id="U1", visitor_id="U2"),
    ),
    (
        ("tell_closer", "closer U1", 7, "U1"),
        NotifyElevatedAsked(request_id=7, user_id="U1"),
    ),
    (
        ("page_officer", "case 3 U1", None, "3 U1 2"),
        PageOfficer(case_id=3, user_id="U1", stage=2),
    ),
    (
        ("page_officer", "case 3 U1", None, "3 U1 -1"),
        PageOfficer(case_id=3, user_id="U1", stage=None),
    ),
    (
        ("page_channel", "case 3 C1", None, "3 C1 0"),
        PageChannel(case_id=3, channel_id="C1", stage=0),
    ),
    (
        ("page_channel", "case 3 nowhere", None, "3 nowhere 2"),
        PageChannel(case_id=3, channel_id=None, stage=2),
    ),
    (
        ("tell_drill", "case 3 C1", None, "3 C1 0"),
        NotifyDrillOver(case_id=3, recipient_id="C1"),
    ),
    (
        ("tell_reporter", "case 3 U1", None, "9 3 U1"),
        NotifyReporter(reply_id=9, case_id=3, user_id="U1"),
    ),
    (
        ("call_colleague", "talk U1", None, "key U1"),
        AskColleague(talk_key="key", user_id="U1"),
    ),
    (("open_talk", "talk key", None, "key"), OpenPeerTalk(talk_key="key")),
    (
        ("tell_weekly", "weekly U1", None, "U1 14"),
        NotifyWeeklyCount(user_id="U1", words=14),
    ),
    (("post_checkpoint", "checkpoint", None, None), PostCheckpoint()),
    (("tell_torn", "admin U1", None, "U1"), NotifyRoleConflict(user_id="U1")),
    (("tell_mapping", "admin U1", None, "U1"), NotifyMappingWaiting(user_id="U1")),
    (
        ("tell_administrator", "administrator U1", None, "U1 C1"),
        NotifyChannelChanged(user_id="U1", channel_id="C1"),
    ),
    (
        ("tell_setup", "channel C1", None, "U1 C1"),
        NotifySetupResult(user_id="U1", channel_id="C1"),
    ),
    (("check_channel", "channel C1", None, "C1"), InspectChannel(channel_id="C1")),
    (
        ("check_channel", "channel C1", None, "C1 U1"),
        InspectChannel(channel_id="C1", changed_user_id="U1"),
    ),
    (("coach", "sharing 4", None, "4"), CoachPerson(incident_id=4)),
    (
        ("remove_file", "sharing 4", None, "4 F1"),
        RemoveFile(incident_id=4, file_id="F1"),
    ),
    (("erase", "E-5 words", None, "6"), ErasePlace(receipt_id=6)),
    (("erase", "accidental HC-1007", 7, None), EraseAccidental(request_id=7)),
]

# No earlier release wrote them.
NEW_PAYLOADS: set[type[Payload]] = {
    ReadMissed,
    NotifyAskWaiting,
    NudgePerson,
    PostDigest,
    PostHandOver,
    AskToHelp,
    NotifyAskerDue,
    NotifyErasureWaiting,
    PageBundle,
    AskAboutStops,
    PublishHome,
}


def example(kind: type[Payload], *, longest: bool = False) -> Payload:
    """Return a payload of this kind, with the longest ids there are if asked for."""
    text = "W" * 36 if longest else "U1"
    number = 2**31 if longest else 1
    values: dict[str, Any] = {}
    for field in fields(kind):
        values[field.name] = number if "int" in str(field.type) else text
    return kind(**values)


@pytest.mark.parametrize(("row", "payload"), PLAIN_ROWS)
def test_a_row_of_an_earlier_release_is_read(
    row: tuple[str, str, int | None, str | None], payload: Payload
) -> None:
    task, lane, request_id, argument = row
    assert decode_payload(Task(task), lane, request_id, argument) == payload


def test_every_task_of_earlier_releases_has_its_example() -> None:
    examples = {type(payload) for _, payload in PLAIN_ROWS}
    assert examples | NEW_PAYLOADS == set(PAYLOADS.values())


@pytest.mark.parametrize("kind", PAYLOADS.values(), ids=lambda kind: kind.__name__)
def test_a_payload_is_stored_and_read(kind: type[Payload]) -> None:
    payload = example(kind)
    assert decode_payload(kind.task, "lane", *encode_payload(payload)) == payload


@pytest.mark.parametrize("kind", PAYLOADS.values(), ids=lambda kind: kind.__name__)
def test_the_longest_payload_fits_its_columns(kind: type[Payload]) -> None:
    payload = example(kind, longest=True)
    _, argument = encode_payload(payload)
    assert len(argument or "") <= 200
    assert len(payload.lane) <= 64
    assert len(payload.task) <= 24


@pytest.mark.parametrize("kind", PAYLOADS.values(), ids=lambda kind: kind.__name__)
def test_a_payload_is_named_as_its_task(kind: type[Payload]) -> None:
    assert kind.__name__.lower() == kind.task.name.replace("_", "").lower()


def test_every_task_has_one_payload() -> None:
    assert set(PAYLOADS) == set(Task)


def test_a_row_of_a_newer_release_waits_and_delays_no_other(store: Store) -> None:
    with store.begin() as tx:
        newer = json.dumps({"user_id": "U1", "words": 3, "colour": "red"})
        row = {"task": "tell_weekly", "lane": "weekly U1", "argument": newer}
        tx.connection.execute(insert(outbox).values(**row, attempts=0, due_at=NOW))
        tx.outbox.enqueue(PostCheckpoint(), now=NOW)
    with store.begin() as tx:
        rows = tx.outbox.claim(list(Task), now=NOW, lease=SECOND)
    assert [row.payload for row in rows] == [UnreadablePayload(), PostCheckpoint()]
