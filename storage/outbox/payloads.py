"""The stored form of outbox payloads: the request's id in its column, the rest as JSON.

Earlier releases stored the rest as plain values with spaces between; both are read.
"""

import json
from dataclasses import asdict
from typing import Any

from storage.records.outbox import PAYLOADS, Payload, Task, UnreadablePayload

# The plain values of earlier releases, in their order, for the tasks that had any.
_PLAIN_FIELDS: dict[Task, tuple[str, ...]] = {
    Task.DELIVER_RESULT: ("result_id",),
    Task.CLEAR_REPLY: ("channel_id", "ts"),
    Task.NOTIFY_ASKER: ("user_id",),
    Task.NOTIFY_PAUSED: ("user_id",),
    Task.NOTIFY_LINK_TRIED: ("asker_id",),
    Task.NOTIFY_ELEVATED_ASKED: ("user_id",),
    Task.PAGE_OFFICER: ("case_id", "user_id", "stage"),
    Task.PAGE_CHANNEL: ("case_id", "channel_id", "stage"),
    Task.NOTIFY_DRILL_OVER: ("case_id", "recipient_id", "stage"),
    Task.NOTIFY_REPORTER: ("reply_id", "case_id", "user_id"),
    Task.ASK_COLLEAGUE: ("talk_key", "user_id"),
    Task.OPEN_PEER_TALK: ("talk_key",),
    Task.NOTIFY_WEEKLY_COUNT: ("user_id", "words"),
    Task.NOTIFY_ROLE_CONFLICT: ("user_id",),
    Task.NOTIFY_MAPPING_WAITING: ("user_id",),
    Task.NOTIFY_CHANNEL_CHANGED: ("user_id", "channel_id"),
    Task.NOTIFY_SETUP_RESULT: ("user_id", "channel_id"),
    Task.INSPECT_CHANNEL: ("channel_id", "changed_user_id"),
    Task.COACH_PERSON: ("incident_id",),
    Task.REMOVE_FILE: ("incident_id", "file_id"),
    Task.ERASE_PLACE: ("receipt_id",),
}
_NUMBERS = {"case_id", "incident_id", "receipt_id", "reply_id", "stage", "words"}
_HANDED_OVER = -1  # the stage of a case that was handed over
_NOWHERE = "nowhere"  # the channel of a page if no channel was set


def encode_payload(payload: Payload) -> tuple[int | None, str | None]:
    """Return the request's id, and the other fields as JSON (None without any)."""
    fields = asdict(payload)
    request_id = fields.pop("request_id", None)
    if not fields:
        return request_id, None
    return request_id, json.dumps(fields, separators=(",", ":"))


def decode_payload(
    task: Task,
    lane: str,
    request_id: int | None,
    argument: str | None,
) -> Payload:
    """Return the payload of a stored row.

    A payload with fields that this release does not know is an `UnreadablePayload`: the
    row waits for a release that knows them.
    """
    try:
        if argument is None or argument.startswith("{"):
            fields = json.loads(argument or "{}")
        else:
            fields = _read_plain_fields(task, lane, argument)
        if request_id is not None:
            fields["request_id"] = request_id
        if task is Task.ERASE_PLACE and argument is None:
            task = Task.ERASE_ACCIDENTAL  # earlier releases had one task for both
        return PAYLOADS[task](**fields)
    except (TypeError, ValueError):
        return UnreadablePayload()


def _read_plain_fields(
    task: Task,
    lane: str,
    argument: str,
) -> dict[str, Any]:
    names = _PLAIN_FIELDS[task]
    fields: dict[str, Any] = dict(zip(names, argument.split(" "), strict=False))
    for name in _NUMBERS & fields.keys():
        fields[name] = int(fields[name])
    if task is Task.NOTIFY_LINK_TRIED:
        fields["visitor_id"] = lane.rpartition(" ")[2]
    if task is Task.NOTIFY_DRILL_OVER:
        del fields["stage"]
    if fields.get("stage") == _HANDED_OVER:
        fields["stage"] = None
    if fields.get("channel_id") == _NOWHERE:
        fields["channel_id"] = None
    return fields
