"""Whether the name, path or address of a recording in a transcript is that of a clip."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.errors import Invalid
from bot.sources.clips.names import is_audio_name
from bot.text import text

# A clip's id has no spaces or colons, so a recording may have been renamed for it.
_SEPARATORS = re.compile(r"[\W_]+")


def is_of_clip(recording: str, clip_id: str) -> bool:
    """Return whether a recording's id, path or address is that of the clip.

    Case and separators do not count.
    """
    name = PurePosixPath(recording.replace("\\", "/")).name
    names = {recording, name, PurePosixPath(name).stem}
    return _bare(clip_id) in {_bare(candidate) for candidate in names}


def rows_of_clip(rows: list[list[str]], clip_id: str) -> list[list[str]]:
    """Return the rows whose first field, the recording, is the clip.

    Raises `Invalid` where all rows are about other recordings.
    """
    recordings = {row[0] for row in rows}
    of_clip = {name for name in recordings if is_of_clip(name, clip_id)}
    if rows and not of_clip:
        raise Invalid(text("sources.transcript.other_recording"))
    return [row for row in rows if row[0] in of_clip]


def check_recordings(addresses: list[str], clip_id: str) -> None:
    """Raise `Invalid` where addresses name recordings, none of which is the clip's.

    An address that ends in no recording's extension proves nothing: services give
    uploads names of their own.
    """
    paths = [path_of(address) for address in addresses]
    recordings = [path for path in paths if is_audio_name(path)]
    if not recordings:
        return
    if not any(is_of_clip(recording, clip_id) for recording in recordings):
        raise Invalid(text("sources.transcript.other_recording"))


def path_of(address: str) -> str:
    """Return the path of an address, "" for one that holds the recording itself.

    Other texts are paths already.
    """
    if address.startswith("data:"):
        return ""
    if "://" not in address:
        return address
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""


def _bare(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()
