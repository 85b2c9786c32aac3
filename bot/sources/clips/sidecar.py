"""The sidecar of a clip: `NAME.json` beside `NAME.<audio>`.

docs/clip-sources.md describes it, docs/reference/clip.schema.json is printed from the
models below.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NotRequired

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from bot.errors import Invalid
from bot.sources.clips.identifying import identifying_kinds
from bot.sources.clips.reading import decode_json, sidecar_label
from bot.sources.clips.timed_words import check_words
from bot.text import text
from storage.records import Consent, TimingSource, Word


def _check_time(written: str) -> str:
    try:
        _utc(written)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "not a time with its zone") from None
    return written


def _utc(written: str) -> datetime:
    """Return the time in UTC. Raises `ValueError` without a zone, `OverflowError`."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at.astimezone(UTC)


# The shape of BCP 47, not its list.
Locale = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}$")
]
# Without spaces and @, so that names and addresses stand out.
Pseudonym = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Time = Annotated[str, AfterValidator(_check_time)]


class _Json(BaseModel):
    # Clip sources export keys of their own; those that identify a customer are refused
    # by name before these models see the file.
    model_config = ConfigDict(
        extra="ignore",
        strict=True,
        frozen=True,
    )


Milliseconds = Annotated[int, Field(description="a whole number of milliseconds")]
Confidence = Annotated[float | None, Field(description="a number from 0 to 1")]


# A dictionary, because a model for each word takes a fifth longer.
class WordEntry(TypedDict):
    """A word of the draft transcript, with its times from the start of the clip."""

    text: str
    start_ms: Milliseconds
    end_ms: Milliseconds
    confidence: NotRequired[Confidence]


class SidecarFile(_Json):
    """The sidecar as it is written. A description completes "KEY must be ..."."""

    clip_id: str = Field(min_length=1, description="the name of the file, a string")
    locale: Locale = Field(description="a language tag such as en-US")
    recorded_at: Time | None = Field(
        default=None,
        description="a time with its zone, such as 2024-05-01T09:30:00Z",
    )
    speaker: Pseudonym | None = Field(
        default=None, description="a pseudonym without spaces"
    )
    # Strict pydantic takes no string for an enumeration.
    consent: Consent = Field(
        default=Consent.UNKNOWN,
        strict=False,
        description=f"one of {', '.join(Consent)}",
    )
    timing: TimingSource = Field(
        default=TimingSource.UNKNOWN,
        strict=False,
        description=f"one of {', '.join(TimingSource)}",
    )
    child: bool = Field(default=False, description="true or false")
    recogniser_late_ms: int | None = Field(
        default=None,
        ge=-500,
        le=500,
        description="a whole number from -500 to 500",
    )
    words: list[WordEntry] = Field(default=[], description="a list")


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """A parsed sidecar.

    `words` and `timing` are None where the sidecar does not contain them: the draft
    transcript may be in a file of its own. `late_ms` is the clip's own correction of a
    recogniser's times.
    """

    locale: str
    recorded_at: datetime | None
    speaker: str | None
    consent: Consent
    words: tuple[Word, ...] | None
    timing: TimingSource | None
    child: bool = False
    late_ms: int | None = None


def parse_sidecar(data: bytes, clip_id: str) -> Sidecar:
    """Return the sidecar in these bytes of JSON.

    Raises `Invalid` with the first mistake; identifying keys come before all others.
    """
    document = decode_json(data, sidecar_label())
    if not isinstance(document, dict):
        raise Invalid(text("sidecar.error.object"))
    _refuse_identifying(document)
    named = document.get("clip_id")
    if isinstance(named, str) and named and named != clip_id:
        raise Invalid(text("sidecar.error.other_clip"))
    try:
        file = SidecarFile.model_validate(document)
    except ValidationError as error:
        raise Invalid(_sentence(error)) from None
    given = file.model_fields_set
    return Sidecar(
        locale=file.locale,
        recorded_at=_utc(file.recorded_at) if file.recorded_at else None,
        speaker=file.speaker,
        consent=file.consent,
        words=_words(file.words) if "words" in given else None,
        timing=file.timing if "timing" in given else None,
        child=file.child,
        late_ms=file.recogniser_late_ms,
    )


def sidecar_schema() -> str:
    """Return the JSON schema of a sidecar for editors."""
    schema = SidecarFile.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _refuse_identifying(document: object) -> None:
    kinds = identifying_kinds(document)
    if kinds:
        raise Invalid(_identifies(kinds))


def _identifies(kinds: list[str]) -> str:
    """Return the sentence about keys that identify a customer, by their kinds."""
    names = sorted(text(f"sources.identifying.{kind}") for kind in kinds)
    return text("sidecar.error.identifying", kinds=", ".join(names))


def _words(entries: list[WordEntry]) -> tuple[Word, ...]:
    words = []
    for number, entry in enumerate(entries, 1):
        bare = entry["text"].strip()
        if not bare:
            raise Invalid(text("sidecar.word.text", number=number))
        words.append(
            Word(
                text=bare,
                start_ms=entry["start_ms"],
                end_ms=entry["end_ms"],
                confidence=entry.get("confidence"),
            )
        )
    return check_words(words, sidecar_label())


def _sentence(error: ValidationError) -> str:
    """Return a sentence about the first mistake, without any value of the file."""
    problem: Any = error.errors(include_url=False, include_input=False)[0]
    name, *place = problem["loc"]
    if place:
        number = place[0] + 1
        part = "object"
        if len(place) > 1:
            part = place[1]
        if problem["type"] == "string_unicode":
            part = "control"
        return text(f"sidecar.word.{part}", number=number)
    wanted = SidecarFile.model_fields[name].description
    if problem["type"] == "missing":
        return text("sidecar.error.missing", name=name, wanted=wanted)
    return text("sidecar.error.wrong", name=name, wanted=wanted)
