"""Payloads about channels, sharing, roles and the log."""

from dataclasses import dataclass

from storage.records.outbox.payload import Payload, Task


@dataclass(frozen=True, kw_only=True)
class PostCheckpoint(Payload):
    """Post the newest checkpoint of the log in the auditors' channel."""

    task = Task.POST_CHECKPOINT
    lane_pattern = "checkpoint"


@dataclass(frozen=True, kw_only=True)
class NotifyRoleConflict(Payload):
    """Notify an administrator that a person holds roles that exclude each other."""

    task = Task.NOTIFY_ROLE_CONFLICT
    lane_pattern = "admin {user_id}"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyMappingWaiting(Payload):
    """Notify an administrator that a wider role mapping waits for confirmation."""

    task = Task.NOTIFY_MAPPING_WAITING
    lane_pattern = "admin {user_id}"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class NotifyChannelChanged(Payload):
    """Notify an administrator that a channel became unfit, or fit again."""

    task = Task.NOTIFY_CHANNEL_CHANGED
    lane_pattern = "administrator {user_id}"
    user_id: str
    channel_id: str


@dataclass(frozen=True, kw_only=True)
class PublishHome(Payload):
    """Publish the App Home that a person looks at."""

    task = Task.PUBLISH_HOME
    lane_pattern = "home {user_id}"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class InspectChannel(Payload):
    """Inspect a channel; `changed_user_id` is a member whose account has changed."""

    task = Task.INSPECT_CHANNEL
    lane_pattern = "channel {channel_id}"
    channel_id: str
    changed_user_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadMissed(Payload):
    """Read a room's messages since a time: Slack left out events about them.

    `since_s` are seconds since 1970. With `thread_ts`, the replies of a thread are read.
    """

    task = Task.READ_MISSED
    lane_pattern = "missed {channel_id}"
    channel_id: str
    since_s: int
    thread_ts: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotifySetupResult(Payload):
    """Notify an administrator of what the inspection of a channel found."""

    task = Task.NOTIFY_SETUP_RESULT
    # The inspection's own lane: the result follows the inspection.
    lane_pattern = "channel {channel_id}"
    user_id: str
    channel_id: str


@dataclass(frozen=True, kw_only=True)
class RemoveFile(Payload):
    """Remove a file that was shared in a watched channel."""

    task = Task.REMOVE_FILE
    lane_pattern = "sharing {incident_id}"
    incident_id: int
    file_id: str


@dataclass(frozen=True, kw_only=True)
class CoachPerson(Payload):
    """Explain to a person, privately, why their message should go."""

    task = Task.COACH_PERSON
    # The removal of the file has the same lane, and comes first.
    lane_pattern = "sharing {incident_id}"
    incident_id: int
