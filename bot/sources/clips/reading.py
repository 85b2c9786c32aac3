"""Decode the bytes of a sidecar or transcript; refuse others with a sentence."""

import codecs
import json
from typing import NoReturn

from bot.errors import Invalid
from bot.text import text

_LONGEST_LINE = 65_536
MAX_SIDE_FILE_BYTES = 8 * 1024 * 1024


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
        raise Invalid(
            f"{what} is larger than {MAX_SIDE_FILE_BYTES // 1024 // 1024} MB, which no transcript"
            " of one clip should be. Check that it is the right file."
        )
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Invalid(text("sources.reading.not_utf16", what=what)) from None
    try:
        return data.decode("utf-8-sig", errors)
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{what} is not valid UTF-8 (byte {error.start + 1} is wrong). Save it as UTF-8."
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
        raise Invalid(
            f"{what} is not valid JSON: line {error.lineno}, column {error.colno} cannot be read."
        ) from None
    except _NotJsonError as error:
        raise Invalid(f"{what} is not valid JSON: {error}.") from None
    # ValueError is raised for a number of over 4,300 digits.
    except (RecursionError, ValueError):
        raise Invalid(
            f"{what} is not usable JSON: it is nested too deeply or holds absurd numbers."
        ) from None


class _NotJsonError(Exception):
    pass


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _NotJsonError("a key appears twice in one object")
    return values


def _no_constant(_: str) -> NoReturn:
    raise _NotJsonError("NaN and Infinity are not numbers")
