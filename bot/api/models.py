"""The bodies of the API. The OpenAPI document is written from these models."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt

from bot.rules.reasons import MAX_REASON
from bot.rules.work_tools.states import ToolState
from bot.usecases.requests.ask import MAX_GUESS
from storage.records import Difficulty

MOST_ROWS = 100
_LATEST_MS = 999_999_999
_MAX_CLIP_ID = 128

Milliseconds = Annotated[StrictInt, Field(ge=0, le=_LATEST_MS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanBody(_Body):
    """A part of the recording in milliseconds, half-open, 60 to 3,000 ms long."""

    start_ms: Milliseconds
    end_ms: Milliseconds


class Question(_Body):
    """One question about one span of one clip."""

    clip_id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=_MAX_CLIP_ID,
            description="The id of the clip, as the clip source has it.",
        ),
    ]
    span: SpanBody
    guess: Annotated[
        str,
        Field(
            max_length=MAX_GUESS,
            description="The person's own reading, sealed until the word is settled.",
        ),
    ] = ""
    difficulties: Annotated[
        tuple[Difficulty, ...],
        Field(max_length=len(Difficulty), description="Why the span is hard."),
    ] = ()
    reason: Annotated[
        str,
        Field(
            max_length=MAX_REASON,
            description=(
                "Why a settled word is asked about again, which is the person's appeal."
            ),
        ),
    ] = ""


class RequestBody(_Body):
    """The state of one request. It holds no sound, and no word of any person."""

    name: Annotated[str, Field(examples=["HC-1042"])]
    state: ToolState
    desk: str
    clip_id: str
    span: SpanBody
    asked_at: AwareDatetime
    closed_at: AwareDatetime | None
    guess_agrees: Annotated[
        bool | None,
        Field(
            description=(
                "Whether the person's guess equals the settled word; null before it is "
                "settled, without a guess, and for a personal word."
            ),
        ),
    ]
    page: Annotated[str, Field(description="The page of the request, for the person.")]


class AskedBody(_Body):
    """The request of a question."""

    request: RequestBody
    joined: Annotated[
        bool,
        Field(description="The question joined a request that was there before."),
    ]


class RequestListBody(_Body):
    """One page of the person's requests, newest first."""

    requests: tuple[RequestBody, ...]
    total: Annotated[int, Field(description="How many there are on all pages.")]
    next_after: Annotated[
        str | None,
        Field(description="The value of `after` for the next page; null on the last."),
    ]


class Problem(_Body):
    """Why a call failed (RFC 9457). `detail` is a sentence for people."""

    type: Annotated[str, Field(examples=["urn:help-clip:problem:not_signed_in"])]
    title: str
    status: int
    detail: str
    field: str | None = None
