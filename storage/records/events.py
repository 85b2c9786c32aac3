"""Events of the access log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person, Role


class Outcome(StrEnum):
    """How an act ended. A denial is the same action with the outcome `denied`."""

    ALLOWED = "allowed"
    DENIED = "denied"
    FAILED = "failed"


class Origin(StrEnum):
    """The interface through which an act came."""

    SLACK = "slack"
    PAGE = "page"
    CLI = "cli"
    WORKER = "worker"
    # A signed call of the system that keeps the recordings.
    HOOK = "hook"
    # A work tool, on behalf of a person.
    API = "api"


class Action(StrEnum):
    """Every action of the access log, as `noun.past_verb`; docs/audit.md explains each."""

    REQUEST_ASKED = "request.asked"
    REQUEST_JOINED = "request.joined"
    REQUEST_APPROVED = "request.approved"
    REQUEST_REFUSED = "request.refused"
    REQUEST_VIEWED = "request.viewed"
    REQUEST_DECLINED = "request.declined"
    REQUEST_SETTLED = "request.settled"
    REQUEST_ADJUDICATED = "request.adjudicated"
    REQUEST_APPEALED = "request.appealed"
    REQUEST_WITHDRAWN = "request.withdrawn"
    REQUEST_EXPIRED = "request.expired"
    REQUEST_CHASED = "request.chased"
    REQUEST_RESUMED = "request.resumed"
    REQUEST_REPOSTED = "request.reposted"
    TRANSCRIPT_VIEWED = "transcript.viewed"
    SNIPPET_RENDERED = "snippet.rendered"
    SNIPPET_REPORTED = "snippet.reported"
    SNIPPET_HEARD = "snippet.heard"
    SNIPPET_HEARD_CLOSER = "snippet.heard_closer"
    SNIPPET_HEARD_UNMASKED = "snippet.heard_unmasked"
    CLOSER_ASKED = "closer.asked"
    CLOSER_APPROVED = "closer.approved"
    CLOSER_REFUSED = "closer.refused"
    SNIPPET_PLAYED = "snippet.played"
    SNIPPET_PURGED = "snippet.purged"
    KEY_SHREDDED = "key.shredded"
    ANSWERS_PURGED = "answers.purged"
    PRACTICE_HEARD = "practice.heard"
    PRACTICE_DONE = "practice.done"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_CHANGED = "proposal.changed"
    PROPOSAL_LATE = "proposal.late"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    RESULT_DELIVERED = "result.delivered"
    CLIP_QUARANTINED = "clip.quarantined"
    CLIP_RELEASED = "clip.released"
    CASE_OPENED = "case.opened"
    CASE_JOINED = "case.joined"
    CASE_GRADED = "case.graded"
    CASE_ESCALATED = "case.escalated"
    CASE_VIEWED = "case.viewed"
    CASE_ACKNOWLEDGED = "case.acknowledged"
    CASE_HANDED_OVER = "case.handed_over"
    CASE_STEP_DONE = "case.step_done"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    STOPS_EXPLAINED = "stops.explained"
    CLIP_ERASED = "clip.erased"
    PERSON_ERASED = "person.erased"
    ERASURE_ASKED = "erasure.asked"
    ERASURE_DELAYED = "erasure.delayed"
    ERASURE_KEPT = "erasure.kept"
    ERASURES_VIEWED = "erasures.viewed"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    FACTS_DISCLOSED = "facts.disclosed"
    HOLD_PLACED = "hold.placed"
    HOLD_RELEASED = "hold.released"
    HOLD_EXPIRED = "hold.expired"
    REQUEST_DISCUSSED = "request.discussed"
    SHARING_SEEN = "sharing.seen"
    SHARING_REMOVED = "sharing.removed"
    INCIDENT_CLOSED = "incident.closed"
    CHANNEL_CHECKED = "channel.checked"
    CHANNEL_FROZEN = "channel.frozen"
    CHANNEL_THAWED = "channel.thawed"
    OUTSIDER_SEEN = "outsider.seen"
    QUEUE_VIEWED = "queue.viewed"
    QUALITY_VIEWED = "quality.viewed"
    ROLES_MAPPED = "roles.mapped"
    KEYS_ROTATED = "keys.rotated"
    DATABASE_RESTORED = "database.restored"
    TASK_RETRIED = "task.retried"
    TASK_DROPPED = "task.dropped"
    SETTING_CHANGED = "setting.changed"
    ROLE_CHANGED = "role.changed"
    APP_REMOVED = "app.removed"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    LOG_QUERIED = "log.queried"
    LOG_EXPORTED = "log.exported"
    LOG_VERIFIED = "log.verified"
    LOG_PRUNED = "log.pruned"
    PACK_MADE = "pack.made"
    PACK_SIGNED = "pack.signed"
    CHECKPOINT_PUBLISHED = "checkpoint.published"
    WATERMARK_TRACED = "watermark.traced"
    TOOL_MADE = "tool.made"
    TOOL_REVOKED = "tool.revoked"
    TOOLS_VIEWED = "tools.viewed"
    TOOL_CALLED = "tool.called"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting that changed, with its values where they are harmless."""

    name: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act, with ids only: no words, no names, no content of a clip.

    An event without an actor is an act of help-clip itself. `rule` is the rule that
    denied the act, or the kind of failure. `request` is a name such as HC-1042.
    `address` is a keyed hash of the network address. `subject` is the person whom the
    act was about. `digest` is the SHA-256 of the committed detail kept next to the log,
    such as a reason. `numbers` holds figures such as played_ms and loops. `tool` is the
    name of the work tool that acted on the actor's behalf, or that the act was about.
    """

    at: datetime
    action: Action
    outcome: Outcome
    actor: Person | None
    role: Role | None
    origin: Origin
    rule: str | None = None
    desk: str | None = None
    request: str | None = None
    clip_id: str | None = None
    address: str | None = None
    subject: Person | None = None
    digest: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    setting: Setting | None = None
    tool: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordedEvent:
    """An event with its id, and its bytes as they are stored and hashed."""

    id: int
    event: Event
    canonical: bytes
