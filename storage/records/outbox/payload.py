"""The base of all outbox payloads, their tasks, and the row that holds one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Task(StrEnum):
    """The kind of work of an outbox row. The values are stored and never change."""

    RENDER_SNIPPET = "render"
    DELIVER_RESULT = "deliver"
    POST_THREAD = "post_thread"
    UPDATE_THREAD = "update_thread"
    POST_DISPUTED_REPLY = "reply_disputed"
    POST_SETTLED_REPLY = "reply_settled"
    CLEAR_REPLY = "clear_reply"
    NOTIFY_ASKER = "tell_asker"
    NOTIFY_PAUSED = "tell_waiting"
    NOTIFY_LINK_TRIED = "tell_link_tried"
    NOTIFY_ELEVATED_ASKED = "tell_closer"
    NOTIFY_ASK_WAITING = "ask_lead"
    NUDGE_PERSON = "nudge"
    POST_DIGEST = "post_digest"
    POST_HAND_OVER = "post_hand_over"
    ASK_TO_HELP = "ask_to_help"
    NOTIFY_ASKER_DUE = "tell_asker_due"
    PAGE_OFFICER = "page_officer"
    PAGE_CHANNEL = "page_channel"
    PAGE_BUNDLE = "page_bundle"
    ASK_ABOUT_STOPS = "ask_stops"
    NOTIFY_DRILL_OVER = "tell_drill"
    NOTIFY_REPORTER = "tell_reporter"
    ASK_COLLEAGUE = "call_colleague"
    OPEN_PEER_TALK = "open_talk"
    NOTIFY_WEEKLY_COUNT = "tell_weekly"
    POST_CHECKPOINT = "post_checkpoint"
    NOTIFY_ROLE_CONFLICT = "tell_torn"
    NOTIFY_MAPPING_WAITING = "tell_mapping"
    NOTIFY_CHANNEL_CHANGED = "tell_administrator"
    NOTIFY_SETUP_RESULT = "tell_setup"
    PUBLISH_HOME = "publish_home"
    INSPECT_CHANNEL = "check_channel"
    READ_MISSED = "read_missed"
    COACH_PERSON = "coach"
    REMOVE_FILE = "remove_file"
    NOTIFY_ERASURE_WAITING = "tell_erasure"
    ERASE_PLACE = "erase"
    ERASE_ACCIDENTAL = "erase_accidental"


@dataclass(frozen=True, kw_only=True)
class Payload:
    """Base of all payloads. `lane_pattern` names fields of the payload."""

    task: ClassVar[Task]
    lane_pattern: ClassVar[str]

    @property
    def lane(self) -> str:
        """Return the name of the lane; rows of one lane are performed in order."""
        return self.lane_pattern.format(**vars(self))


@dataclass(frozen=True, kw_only=True)
class UnreadablePayload(Payload):
    """A stored payload that this release cannot read; a newer release wrote it."""


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One piece of work. Rows of one `lane` are performed in order of `id`."""

    id: int
    payload: Payload
    lane: str
    attempts: int
    due_at: datetime
    failure: str | None = None  # of the last attempt
    desk: str | None = None  # of the request
    # How many attempts in a row, this one included, ended in a defect of help-clip or
    # with its process. An attempt counts when it begins.
    defects: int = 1


@dataclass(frozen=True, kw_only=True)
class FailureCount:
    """How many rows failed for one reason, and wait or were given up."""

    failure: str
    given_up: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class GivenUpTask:
    """A task that was given up, or that failed and waits (no `given_up_at`).

    An earlier release did not store `enqueued_at`.
    """

    id: int
    task: Task
    request_id: int | None
    desk: str | None
    attempts: int
    failure: str
    enqueued_at: datetime | None
    due_at: datetime
    given_up_at: datetime | None
    # Until when a worker holds it.
    claimed_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class TaskCount:
    """How many rows of a task there are, and the oldest of them."""

    task: Task
    count: int
    oldest: datetime
