"""Payloads about distress cases and the care of listeners."""

from dataclasses import dataclass

from storage.records.outbox.payload import Payload, Task


@dataclass(frozen=True, kw_only=True)
class PageOfficer(Payload):
    """Page a person about a case. `stage` is None if the case was handed to them."""

    task = Task.PAGE_OFFICER
    lane_pattern = "case {case_id} {user_id}"
    case_id: int
    user_id: str
    stage: int | None


@dataclass(frozen=True, kw_only=True)
class PageChannel(Payload):
    """Page a channel about a case. `channel_id` is None if no channel is set."""

    task = Task.PAGE_CHANNEL
    lane_pattern = "case {case_id} {channel_id}"
    case_id: int
    channel_id: str | None
    stage: int


@dataclass(frozen=True, kw_only=True)
class PageBundle(Payload):
    """Page a person or a channel about all cases of a bundle together.

    `recipient_id` is None if no channel is set.
    """

    task = Task.PAGE_BUNDLE
    lane_pattern = "bundle {bundle_id} {recipient_id}"
    bundle_id: int
    recipient_id: str | None


@dataclass(frozen=True, kw_only=True)
class AskAboutStops(Payload):
    """Ask the reporter of a bundle, privately, about the reason for the stops."""

    task = Task.ASK_ABOUT_STOPS
    lane_pattern = "bundle {bundle_id} {user_id}"
    bundle_id: int
    user_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyDrillOver(Payload):
    """Notify a person or a channel that was paged that the case was a drill."""

    task = Task.NOTIFY_DRILL_OVER
    lane_pattern = "case {case_id} {recipient_id}"
    case_id: int
    recipient_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyReporter(Payload):
    """Send an officer's reply to a reporter of the case."""

    task = Task.NOTIFY_REPORTER
    lane_pattern = "case {case_id} {user_id}"
    reply_id: int
    case_id: int
    user_id: str


@dataclass(frozen=True, kw_only=True)
class AskColleague(Payload):
    """Ask a colleague whether they have time for a peer talk."""

    task = Task.ASK_COLLEAGUE
    lane_pattern = "talk {user_id}"
    talk_key: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class OpenPeerTalk(Payload):
    """Open the conversation of two people who agreed to talk."""

    task = Task.OPEN_PEER_TALK
    lane_pattern = "talk {talk_key}"
    talk_key: str


@dataclass(frozen=True, kw_only=True)
class NotifyWeeklyCount(Payload):
    """Notify a listener of the number of words they helped to settle in a week."""

    task = Task.NOTIFY_WEEKLY_COUNT
    lane_pattern = "weekly {user_id}"
    user_id: str
    words: int
