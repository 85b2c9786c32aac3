"""Requests, and what people said, heard and decided about them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from storage.records.clips import Span
from storage.records.elevated_listens import Elevation
from storage.records.people import Person

_NUMBER_BEFORE_FIRST = 1000  # the first request is HC-1001
_NAME = re.compile(r"(HC-)?([0-9]{1,12})", re.IGNORECASE)


def request_name(request_id: int) -> str:
    """Return the name of a request, such as HC-1042."""
    return f"HC-{request_id + _NUMBER_BEFORE_FIRST}"


def is_request_name(text: str) -> bool:
    """Return whether the text is a name as `request_name` writes it."""
    return text.startswith("HC-") and request_id_of(text) is not None


def request_id_of(name: str, *, may_be_bare: bool = False) -> int | None:
    """Return the id of the request with this name; None where it is no name.

    Case does not matter; `may_be_bare` takes 1042 for HC-1042.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    prefix, number = match.groups()
    if prefix is None and not may_be_bare:
        return None
    return int(number) - _NUMBER_BEFORE_FIRST


class RequestState(StrEnum):
    """A request's place in its life; docs/lifecycle.md draws the moves."""

    WAITING = "waiting"
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
    REFUSED = "refused"
    EXPIRED = "expired"
    ACCIDENTAL = "accidental"
    QUARANTINED = "quarantined"
    ERASED = "erased"
    CONSENT_WITHDRAWN = "consent_withdrawn"


# Entering one of these states produces a result for the sink.
STATES_WITH_RESULT = frozenset(
    {
        RequestState.AGREED,
        RequestState.UNCLEAR,
        RequestState.ADJUDICATED,
        RequestState.ACCIDENTAL,
    }
)


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


class Side(StrEnum):
    """Where a listener heard personal information, as seen from the span."""

    BEFORE = "before"
    AFTER = "after"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A lead at work on a dispute, since when, and when the lead was last active."""

    request_id: int
    lead: Person
    since: datetime
    active_at: datetime


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question about one span of one clip.

    `key` is the unguessable id used in addresses; `name` is what people say. `guess` is
    the asker's own reading, sealed until the request is settled. `spare_seats` is how
    many answers may differ from a quorum before a lead is asked. `context_ms` is how
    much its snippet plays at most on either side of the span.
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
    spare_seats: int = 0
    context_ms: int = 2_000
    needs_lead: bool = False  # a lead has not agreed to more of the recording yet
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    channel_id: str | None = None
    thread_ts: str | None = None
    reposted_at: datetime | None = None  # after its message was deleted, once
    problem: str | None = None  # why rendering or delivery failed: `stored`
    speaker: str | None = None  # a pseudonym, as the clip source gives it
    settled_answer: Answer | None = None
    settled_text: str | None = None
    settled_personal: bool = False  # the text is personal data: never written to Slack
    discussed_at: datetime | None = (
        None  # when its thread talked about the word: no longer blind
    )
    # How often a report had its snippet made anew, and the sides masked since.
    remasked: int = 0
    masked_sides: frozenset[Side] = frozenset()
    # Since when it waits for people in its present state.
    waiting_since: datetime | None = None
    chased: int = 0  # how many steps its clock has taken in this state
    chase_at: datetime | None = None  # when the next one comes; None: not computed yet
    helping_desk: str | None = None  # another desk of the language that may help

    @property
    def blind(self) -> bool:
        """Whether nobody who answers can have read what others think."""
        return self.discussed_at is None

    @property
    def name(self) -> str:
        return request_name(self.id)

    @property
    def blob(self) -> str:
        """Return the name of its snippet in the snippet store, while there is one."""
        return self.blobs[-1]

    @property
    def blobs(self) -> tuple[str, ...]:
        """Return the names that its snippets had, the newest last.

        A snippet made anew has a new name, so that a slow replica cannot write the old
        sound under it.
        """
        again = range(1, self.remasked + 1)
        newer = (f"{self.key}.{number}.wav.sealed" for number in again)
        return (f"{self.key}.wav.sealed", *newer)

    def evolve(self, **changes: object) -> Self:
        """Return a copy with changed fields; `lifecycle.move` changes the state."""
        if "state" in changes:
            raise TypeError("Only lifecycle.move changes the state of a request.")
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A blind answer. `text` is None unless `answer` is `words`; `confidence` is 1, 2
    or 3.
    """

    request_id: int
    proposer: Person
    answer: Answer
    text: str | None
    confidence: int
    made_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PersonalReport:
    """A listener's report of personal information in the snippet of a request."""

    request_id: int
    reporter: Person
    side: Side
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class Listen:
    """One press of play. `press` is chosen by the page and works once."""

    id: str
    request_id: int
    listener: Person
    press: str
    granted_at: datetime
    closeness: Elevation | None = None  # None: the usual snippet
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
class Appeal:
    """One person's appeal against a settled word; the `reason` is erased with words."""

    request_id: int
    person: Person
    reason: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShownWord:
    """A word of the snippet's window, timed in the snippet; `text` is None where it is
    masked.
    """

    text: str | None
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class SnippetRecord:
    """What is kept about a rendered snippet; the sound itself is an encrypted blob
    under `blob`.
    """

    request_id: int
    blob: str
    duration_ms: int
    span: Span  # within the snippet
    words: tuple[ShownWord, ...]
    peaks: tuple[int, ...]  # overview of the redacted sound, 0..100
    rendered_at: datetime

    @property
    def version(self) -> int:
        """Return the time of its rendering, in ms since the epoch."""
        return round(self.rendered_at.timestamp() * 1000)


@dataclass(frozen=True, kw_only=True)
class Result:
    """The settled word as it goes to the result sink, with its provenance. Idempotent
    on `id`.
    """

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
    quorum: int  # how many had to agree, in the end
    blind: bool  # False: its thread talked about the word meanwhile
    dissent: tuple[str, ...]
    settled_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkedRequest:
    """A request with all that people did on it, each oldest first, for figures."""

    request: Request
    proposals: tuple[Proposal, ...]
    adjudications: tuple[Adjudication, ...]
    appeals: tuple[Appeal, ...]
    masking_reports: int
