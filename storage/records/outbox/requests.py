"""Payloads about requests: snippet, result, messages and erasure."""

from dataclasses import dataclass

from storage.records.outbox.payload import Payload, Task
from storage.records.requests import request_name


@dataclass(frozen=True, kw_only=True)
class RequestPayload(Payload):
    """Base of the payloads about a request; they share the lane of its thread."""

    lane_pattern = "{request}"
    request_id: int

    @property
    def lane(self) -> str:
        """Return the lane; `request` in its pattern is the request's name."""
        request = request_name(self.request_id)
        return self.lane_pattern.format(request=request, **vars(self))


@dataclass(frozen=True, kw_only=True)
class RenderSnippet(RequestPayload):
    """Make the redacted snippet of a request."""

    task = Task.RENDER_SNIPPET


@dataclass(frozen=True, kw_only=True)
class DeliverResult(RequestPayload):
    """Hand the result of a settled request to the sink."""

    task = Task.DELIVER_RESULT
    # Not the thread's lane: a slow sink delays no message.
    lane_pattern = "result {request}"
    result_id: str


@dataclass(frozen=True, kw_only=True)
class PostThread(RequestPayload):
    """Post the message that opens a request's thread."""

    task = Task.POST_THREAD


@dataclass(frozen=True, kw_only=True)
class UpdateThread(RequestPayload):
    """Bring the first message of a request's thread up to date."""

    task = Task.UPDATE_THREAD


@dataclass(frozen=True, kw_only=True)
class PostDisputedReply(RequestPayload):
    """Reply in the thread of a disputed request that a lead rules."""

    task = Task.POST_DISPUTED_REPLY


@dataclass(frozen=True, kw_only=True)
class PostSettledReply(RequestPayload):
    """Post the settled answer in the thread."""

    task = Task.POST_SETTLED_REPLY


@dataclass(frozen=True, kw_only=True)
class ClearReply(RequestPayload):
    """Replace a reply that holds an erased word."""

    task = Task.CLEAR_REPLY
    channel_id: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class DirectRequestPayload(RequestPayload):
    """Base of the direct messages to one person about a request."""

    lane_pattern = "{request} {user_id}"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyAsker(DirectRequestPayload):
    """Notify a person who asked of how the request ended."""

    task = Task.NOTIFY_ASKER


@dataclass(frozen=True, kw_only=True)
class NotifyPaused(DirectRequestPayload):
    """Notify a person who asked that the request is paused."""

    task = Task.NOTIFY_PAUSED


@dataclass(frozen=True, kw_only=True)
class NotifyElevatedAsked(DirectRequestPayload):
    """Ask a second person to decide on an elevated listen."""

    task = Task.NOTIFY_ELEVATED_ASKED
    lane_pattern = "closer {user_id}"


@dataclass(frozen=True, kw_only=True)
class NotifyAskWaiting(DirectRequestPayload):
    """Ask a lead to decide on a question that waits."""

    task = Task.NOTIFY_ASK_WAITING


@dataclass(frozen=True, kw_only=True)
class ClockPayload(DirectRequestPayload):
    """Base of the messages of a request's clock, which speak of one state only.

    `state` is that of the request when the clock took its step. It is empty in a row of
    an earlier release, which did not store it.
    """

    state: str = ""


@dataclass(frozen=True, kw_only=True)
class NudgePerson(ClockPayload):
    """Nudge a person on shift about a request that is soon due."""

    task = Task.NUDGE_PERSON
    # Not the request's lane: a person is nudged once an hour, whatever the request.
    lane_pattern = "nudge {user_id}"


@dataclass(frozen=True, kw_only=True)
class AskToHelp(ClockPayload):
    """Ask a person of another desk, or a lead, to help with a late request."""

    task = Task.ASK_TO_HELP


@dataclass(frozen=True, kw_only=True)
class NotifyAskerDue(ClockPayload):
    """Give the asker of a late request the choice to wait or to close it."""

    task = Task.NOTIFY_ASKER_DUE


@dataclass(frozen=True, kw_only=True)
class PostDigest(Payload):
    """Post how many requests of a desk need a ruling, for its leads."""

    task = Task.POST_DIGEST
    # An id of a desk may fill the whole name of a lane.
    lane_pattern = "{desk_id}"
    desk_id: str


@dataclass(frozen=True, kw_only=True)
class PostHandOver(Payload):
    """Post what waits at the end of a desk's hours, to its channel or to a lead."""

    task = Task.POST_HAND_OVER
    lane_pattern = "hand over {recipient_id}"
    desk_id: str
    recipient_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyLinkTried(RequestPayload):
    """Notify the asker that a person outside the desk tried the request's link."""

    task = Task.NOTIFY_LINK_TRIED
    lane_pattern = "{request} link {visitor_id}"
    asker_id: str
    visitor_id: str


@dataclass(frozen=True, kw_only=True)
class ErasePlace(Payload):
    """Erase one place of an erasure. `thread_of` is the request whose thread it is."""

    task = Task.ERASE_PLACE
    receipt_id: int
    thread_of: int | None = None

    @property
    def lane(self) -> str:
        """Return the thread's lane, so that it follows every message on its way."""
        if self.thread_of is not None:
            return request_name(self.thread_of)
        return f"receipt {self.receipt_id}"


@dataclass(frozen=True, kw_only=True)
class NotifyErasureWaiting(Payload):
    """Notify a lead or an officer that a clip is erased unless one of them keeps it."""

    task = Task.NOTIFY_ERASURE_WAITING
    lane_pattern = "waiting {user_id}"
    waiting_key: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class EraseAccidental(RequestPayload):
    """Close the clip of a request that was not meant for this, and let it wait."""

    task = Task.ERASE_ACCIDENTAL
    # Not the thread's lane: the erasure waits for no message.
    lane_pattern = "accidental {request}"
