"""What is to be told or done after a commit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Task(StrEnum):
    """What an outbox row asks for. Rows carry ids only; messages are rendered when
    sent.
    """

    RENDER = "render"
    DELIVER = "deliver"
    POST_THREAD = "post_thread"
    UPDATE_THREAD = "update_thread"
    REPLY_DISPUTED = "reply_disputed"
    REPLY_SETTLED = "reply_settled"
    TELL_ASKER = "tell_asker"
    POST_CHECKPOINT = "post_checkpoint"
    TELL_LINK_TRIED = "tell_link_tried"
    TELL_CLOSER = "tell_closer"
    TELL_TORN = "tell_torn"
    TELL_MAPPING = "tell_mapping"
    PAGE_OFFICER = "page_officer"
    PAGE_CHANNEL = "page_channel"
    TELL_DRILL = "tell_drill"
    TELL_REPORTER = "tell_reporter"
    CLEAR_REPLY = "clear_reply"
    ERASE = "erase"
    CALL_COLLEAGUE = "call_colleague"
    OPEN_TALK = "open_talk"
    TELL_WEEKLY = "tell_weekly"
    PUBLISH_HOME = "publish_home"
    COACH = "coach"
    REMOVE_FILE = "remove_file"
    CHECK_CHANNEL = "check_channel"
    TELL_WAITING = "tell_waiting"
    TELL_ADMINISTRATOR = "tell_administrator"
    TELL_SETUP = "tell_setup"


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One thing to tell or do after commit. Rows of one `lane` are done in order of
    `id`.
    """

    id: int
    task: Task
    lane: str
    request_id: int | None
    argument: str | None
    attempts: int
    due_at: datetime
    failure: str | None = None  # of the last try
