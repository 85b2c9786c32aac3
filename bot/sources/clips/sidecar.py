"""The sidecar of a clip: `NAME.json` beside `NAME.<audio>`, as docs/clip-sources.md has
it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import Invalid
from bot.sources.clips.identifying import identifying_kinds
from bot.sources.clips.reading import decode_json
from bot.sources.clips.timed_words import checked
from storage.records import Consent, TimingSource, Word

_WHAT = "The sidecar"
_LOCALE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}"
)  # the shape of BCP 47, not its list
_PSEUDONYM = re.compile(
    r"[A-Za-z0-9._-]{1,64}"
)  # no spaces and no @: names and addresses stand out


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """`words` is None where the draft transcript is in a file of its own; so with
    `timing`.
    """

    locale: str
    recorded_at: datetime | None
    speaker: str | None
    consent: Consent
    words: tuple[Word, ...] | None
    timing: TimingSource | None
    child: bool = False


def parse_sidecar(data: bytes, clip_id: str) -> Sidecar:
    """Raises `Invalid` with the first thing wrong, identifying keys before all else."""
    document = decode_json(data, _WHAT)
    if not isinstance(document, dict):
        raise Invalid(f"{_WHAT} must be a JSON object.")
    _refuse_identifying(document)
    if _text(document, "clip_id") != clip_id:
        raise Invalid(
            f"{_WHAT} says another clip_id than its file name. Make them the same."
        )
    return Sidecar(
        locale=_matching(document, "locale", _LOCALE, "a language tag such as en-US"),
        recorded_at=_recorded_at(document),
        speaker=_matching(document, "speaker", _PSEUDONYM, "a pseudonym without spaces")
        if document.get("speaker") is not None
        else None,
        consent=Consent(_one_of(document, "consent", Consent, Consent.UNKNOWN)),
        words=_words(document),
        timing=TimingSource(
            _one_of(document, "timing", TimingSource, TimingSource.UNKNOWN)
        )
        if "timing" in document
        else None,
        child=_child(document),
    )


def _refuse_identifying(document: object) -> None:
    kinds = identifying_kinds(document)
    if kinds:
        raise Invalid(
            f"{_WHAT} has a key that identifies a customer: {', '.join(kinds)}. help-clip never"
            " stores these; leave them out of the export."
        )


def _text(document: Mapping[str, object], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise Invalid(f"{_WHAT} needs a text for {key}.")
    return value


def _matching(
    document: Mapping[str, object], key: str, shape: re.Pattern[str], wanted: str
) -> str:
    value = _text(document, key)
    if shape.fullmatch(value) is None:
        raise Invalid(f"{_WHAT}: {key} must be {wanted}.")
    return value


def _one_of(
    document: Mapping[str, object],
    key: str,
    values: type[Consent] | type[TimingSource],
    default: str,
) -> str:
    value = document.get(key, default)
    known = [str(v) for v in values]
    if not isinstance(value, str) or value not in known:
        raise Invalid(f"{_WHAT}: {key} must be one of {', '.join(known)}.")
    return value


def _child(document: Mapping[str, object]) -> bool:
    value = document.get("child", False)
    if not isinstance(value, bool):
        raise Invalid(f"{_WHAT}: child must be true or false.")
    return value


def _recorded_at(document: Mapping[str, object]) -> datetime | None:
    if document.get("recorded_at") is None:
        return None
    try:
        at = datetime.fromisoformat(_text(document, "recorded_at"))
        if at.tzinfo is None:
            raise ValueError("no time zone")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(
            f"{_WHAT}: recorded_at must be a time with its zone, such as 2024-05-01T09:30:00Z."
        ) from None


def _words(document: Mapping[str, object]) -> tuple[Word, ...] | None:
    if "words" not in document:
        return None
    items = document["words"]
    if not isinstance(items, list):
        raise Invalid(f"{_WHAT}: words must be a list.")
    return checked([_word(item, number) for number, item in enumerate(items, 1)], _WHAT)


def _word(item: object, number: int) -> Word:
    if not isinstance(item, dict):
        raise _bad_word(number, "must be an object with text, start_ms and end_ms.")
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _bad_word(number, "needs a text.")
    confidence = item.get("confidence")
    if confidence is not None and type(confidence) not in (
        int,
        float,
    ):  # true is an int as well
        raise _bad_word(number, "has a confidence that is not a number.")
    return Word(
        text=text.strip(),
        start_ms=_whole_ms(item, "start_ms", number),
        end_ms=_whole_ms(item, "end_ms", number),
        confidence=confidence,
    )


def _whole_ms(item: Mapping[str, object], key: str, number: int) -> int:
    value = item.get(key)
    if type(value) is not int:
        raise _bad_word(number, f"needs {key} as a whole number of milliseconds.")
    return value


def _bad_word(number: int, wrong: str) -> Invalid:
    return Invalid(f"{_WHAT}: word {number} {wrong}")
