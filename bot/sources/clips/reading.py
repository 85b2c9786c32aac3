"""Decode the bytes of a sidecar or transcript; refuse others with a sentence."""

import codecs
import json
from typing import NoReturn

from bot.errors import Invalid
from bot.text import text

_LONGEST_LINE = 65_536
MAX_SIDE_FILE_BYTES = 8 * 1024 * 1024
_MOST_MB = MAX_SIDE_FILE_BYTES // 1024 // 1024


def transcript_label() -> str:
    """Return the name of a transcript file, as a sentence about it begins."""
    return text("sources.side_file.transcript")


def sidecar_label() -> str:
    """Return the name of a sidecar, as a sentence about it begins."""
    return text("sources.side_file.sidecar")


def decode_text(
    data: bytes,
    what: str,
    errors: str = "strict",
) -> str:
    """Return text without a byte order mark, which may show that it is UTF-16.

    Windows writes such files. `what` starts the sentence of the error, e.g. "The
    sidecar".
    """
    if len(data) > MAX_SIDE_FILE_BYTES:
        raise Invalid(text("sources.side_file.too_large", what=what, most=_MOST_MB))
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Invalid(text("sources.reading.not_utf16", what=what)) from None
    try:
        return data.decode("utf-8-sig", errors)
    except UnicodeDecodeError as error:
        raise Invalid(
            text("sources.side_file.not_utf8", what=what, byte=error.start + 1)
        ) from None


def first_line(data: bytes) -> str:
    """Return the first line that is not empty, whatever the letters are."""
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        encoding = "utf-16"
    lines = data[:_LONGEST_LINE].decode(encoding, "replace").split("\n")
    return next((line.strip("\r") for line in lines if line.strip()), "")


def decode_json(
    data: bytes,
    what: str,
    *,
    from_recogniser: bool = False,
) -> object:
    """Return parsed JSON.

    Liberties of RFC 8259 (a key given twice, NaN, Infinity) are refused. Recognisers
    write NaN (Python's json does) and, in whisper.cpp's tokens, halves of letters:
    `from_recogniser` lets both through, the halves as surrogates.
    """
    errors = "surrogateescape" if from_recogniser else "strict"
    written = decode_text(data, what, errors)
    constant = float if from_recogniser else _no_constant
    try:
        return json.loads(
            written, object_pairs_hook=_unique_keys, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        sentence = text(
            "sources.side_file.json_place",
            what=what,
            line=error.lineno,
            column=error.colno,
        )
        raise Invalid(sentence) from None
    except _NotJsonError as error:
        raise Invalid(text(error.key, what=what)) from None
    # ValueError is raised for a number of over 4,300 digits.
    except (RecursionError, ValueError):
        raise Invalid(text("sources.side_file.json_unusable", what=what)) from None


class _NotJsonError(Exception):
    """A liberty that RFC 8259 does not allow; `key` is that of its sentence."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _NotJsonError("sources.side_file.json_key_twice")
    return values


def _no_constant(_: str) -> NoReturn:
    raise _NotJsonError("sources.side_file.json_no_number")
