"""Frozen values for everything that is stored, and the enums that name its states.

Times are aware and in UTC. Spans are half-open, in milliseconds on the original clip.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

FIRST_NUMBER = 1000  # requests are called HC-1001 onwards


class RequestState(StrEnum):
    """Where a request is in its life; design section 4 draws the arrows."""

    RENDERING = "rendering"
    OPEN = "open"
    AGREED = "agreed"
    DISPUTED = "disputed"
    UNCLEAR = "unclear"
    ADJUDICATED = "adjudicated"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    UNMASKABLE = "unmaskable"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ACCIDENTAL = "accidental"
    QUARANTINED = "quarantined"
    ERASED = "erased"


class Difficulty(StrEnum):
    """What makes the span hard, as the asker sees it."""

    NOISE = "noise"
    TWO_VOICES = "two_voices"
    ACCENT = "accent"
    RARE_NAME = "rare_name"
    OTHER_LANGUAGE = "other_language"
    CUT_OFF = "cut_off"


class Answer(StrEnum):
    """The kind of a proposal."""

    WORDS = "words"
    CANT_TELL = "cant_tell"
    NOT_SPEECH = "not_speech"
    NOT_FOR_ASSISTANT = "not_for_assistant"
    SHOULD_NOT_HAVE_BEEN_RECORDED = "should_not_have_been_recorded"
    HEARD_PERSONAL = "heard_personal"


class Consent(StrEnum):
    """What the speaker allowed; anything but `granted` refuses."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class TimingSource(StrEnum):
    """Who timed the transcript's words, and so how far they may be off."""

    HUMAN = "human"
    RECOGNISER = "recogniser"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Roles come from desks.toml; being a Slack admin grants none."""

    REVIEWER = "reviewer"
    LEAD = "lead"
    AUDITOR = "auditor"
    SAFETY_OFFICER = "safety_officer"
    ADMINISTRATOR = "administrator"


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


class Action(StrEnum):
    """Everything the access log can say, as `noun.past_verb`. docs/audit.md explains each."""

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
    SNIPPET_PLAYED = "snippet.played"
    SNIPPET_PURGED = "snippet.purged"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_CHANGED = "proposal.changed"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    RESULT_DELIVERED = "result.delivered"
    CLIP_QUARANTINED = "clip.quarantined"
    CLIP_RELEASED = "clip.released"
    CLIP_ERASED = "clip.erased"
    QUEUE_VIEWED = "queue.viewed"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    LOG_QUERIED = "log.queried"
    LOG_EXPORTED = "log.exported"
    LOG_VERIFIED = "log.verified"
    LOG_PRUNED = "log.pruned"
    CHECKPOINT_PUBLISHED = "checkpoint.published"
    WATERMARK_TRACED = "watermark.traced"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A Slack identity. Never an e-mail address, never a display name."""

    team_id: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """Half-open `[start_ms, end_ms)` on the original clip."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    def overlaps(self, other: "Span") -> bool:
        return self.start_ms < other.end_ms and other.start_ms < self.end_ms


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word of a draft transcript; `confidence` in [0, 1] where the source gives one."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What the clip source says of a recording. Holds nothing that identifies the customer."""

    clip_id: str
    locale: str
    recorded_at: datetime | None
    speaker: str | None  # a pseudonym
    consent: Consent
    words: tuple[Word, ...]
    timing: TimingSource = TimingSource.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question about one span of one clip.

    `key` is the unguessable id used in addresses; `name` is what people say. `guess` is the
    asker's own reading, sealed until the request is settled.
    """

    id: int
    key: str
    state: RequestState
    desk: str
    locale: str
    clip_id: str
    span: Span
    asker: Person
    difficulties: tuple[Difficulty, ...]
    guess: str | None
    quorum: int
    asked_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    channel_id: str | None = None
    thread_ts: str | None = None
    problem: str | None = None  # why rendering or delivery failed, as a sentence
    settled_answer: Answer | None = None
    settled_text: str | None = None
    settled_personal: bool = False  # the text is personal data: never written to Slack

    @property
    def name(self) -> str:
        return f"HC-{self.id + FIRST_NUMBER}"

    def evolve(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A blind answer. `text` is None unless `answer` is `words`; `confidence` is 1, 2 or 3."""

    request_id: int
    proposer: Person
    answer: Answer
    text: str | None
    confidence: int
    made_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Listen:
    """One press of play. `press` is chosen by the page and works once."""

    id: str
    request_id: int
    listener: Person
    press: str
    granted_at: datetime
    played_ms: int = 0  # of the span, as the player reports it
    loops: int = 0


@dataclass(frozen=True, kw_only=True)
class Adjudication:
    """A lead's decision. A later change is a new adjudication; the newest counts."""

    request_id: int
    lead: Person
    answer: Answer
    text: str | None
    reason: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShownWord:
    """A word of the snippet's window, timed in the snippet; `text` is None where it is masked."""

    text: str | None
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class SnippetRecord:
    """What is kept about a rendered snippet; the sound itself is an encrypted blob under `blob`."""

    request_id: int
    blob: str
    duration_ms: int
    span: Span  # within the snippet
    words: tuple[ShownWord, ...]
    peaks: tuple[int, ...]  # overview of the redacted sound, 0..100
    rendered_at: datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """The settled word as it goes to the result sink, with its provenance. Idempotent on `id`."""

    id: str  # request name and revision, e.g. HC-1042/1
    request: str
    clip_id: str
    span: Span
    locale: str
    answer: Answer
    text: str | None
    how: str  # "agreement" | "adjudication" | "unclear"
    proposals: int
    agreeing: int
    dissent: tuple[str, ...]
    settled_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in browser. Only the hash of its cookie is stored."""

    token_hash: str
    person: Person
    csrf: str
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in under way; taken once when Slack sends the person back."""

    state_hash: str
    nonce: str
    return_to: str
    expires_at: datetime


class Task(StrEnum):
    """What an outbox row asks for. Rows carry ids only; messages are rendered when sent."""

    RENDER = "render"
    DELIVER = "deliver"
    POST_THREAD = "post_thread"
    UPDATE_THREAD = "update_thread"
    REPLY_DISPUTED = "reply_disputed"
    REPLY_SETTLED = "reply_settled"
    TELL_ASKER = "tell_asker"
    PAGE_SAFETY = "page_safety"
    PUBLISH_HOME = "publish_home"


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One thing to tell or do after commit. Rows of one `lane` are done in order of `id`."""

    id: int
    task: Task
    lane: str
    request_id: int | None
    argument: str | None
    attempts: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act, as the access log keeps it. Ids only: no words, no names, no clip content."""

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
    subject: Person | None = None  # whom the act was about, e.g. whose record was asked for
    digest: str | None = None  # SHA-256 of what is kept beside the log, e.g. a question's reason
    numbers: Mapping[str, int] = field(default_factory=dict)  # e.g. played_ms, loops


@dataclass(frozen=True, kw_only=True)
class RecordedEvent:
    """An event with the id it got when it was written."""

    id: int
    event: Event
