"""The acts the access log keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person, Role


class Outcome(StrEnum):
    """How an act ended. A denial is the same action with outcome `denied`."""

    ALLOWED = "allowed"
    DENIED = "denied"
    FAILED = "failed"


class Origin(StrEnum):
    """Through which door an act came."""

    SLACK = "slack"
    PAGE = "page"
    CLI = "cli"
    WORKER = "worker"
    HOOK = "hook"  # a signed call of the system that keeps the recordings


class Action(StrEnum):
    """Everything the access log can say, as `noun.past_verb`. docs/audit.md explains
    each.
    """

    REQUEST_ASKED = "request.asked"
    REQUEST_JOINED = "request.joined"
    REQUEST_VIEWED = "request.viewed"
    REQUEST_DECLINED = "request.declined"
    REQUEST_SETTLED = "request.settled"
    REQUEST_ADJUDICATED = "request.adjudicated"
    REQUEST_WITHDRAWN = "request.withdrawn"
    REQUEST_EXPIRED = "request.expired"
    SNIPPET_RENDERED = "snippet.rendered"
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
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_CHANGED = "proposal.changed"
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
    CLIP_ERASED = "clip.erased"
    PERSON_ERASED = "person.erased"
    ERASURE_ASKED = "erasure.asked"
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
    ROLES_MAPPED = "roles.mapped"
    SETTING_CHANGED = "setting.changed"
    ROLE_CHANGED = "role.changed"
    APP_REMOVED = "app.removed"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    LOG_QUERIED = "log.queried"
    LOG_EXPORTED = "log.exported"
    LOG_VERIFIED = "log.verified"
    LOG_PRUNED = "log.pruned"
    CHECKPOINT_PUBLISHED = "checkpoint.published"
    WATERMARK_TRACED = "watermark.traced"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting that changed; its values only where they are harmless."""

    name: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act, as the access log keeps it. Ids only: no words, no names, no clip
    content.
    """

    at: datetime
    action: Action
    outcome: Outcome
    actor: Person | None  # None: help-clip itself
    role: Role | None
    origin: Origin
    rule: str | None = None  # the rule that denied, or the kind of failure
    desk: str | None = None
    request: str | None = None  # HC-1042
    clip_id: str | None = None
    address: str | None = None  # keyed hash of the network address
    subject: Person | None = (
        None  # whom the act was about, e.g. whose record was asked for
    )
    digest: str | None = (
        None  # SHA-256 of what is kept beside the log, e.g. a question's reason
    )
    numbers: Mapping[str, int] = field(default_factory=dict)  # e.g. played_ms, loops
    setting: Setting | None = None


@dataclass(frozen=True, kw_only=True)
class RecordedEvent:
    """An event with the id it got when written, and its bytes as they are kept and
    hashed.
    """

    id: int
    event: Event
    canonical: bytes
