"""Find recordings, links to them, clip ids and request links in a message.

Only names, types and addresses are read; nothing is fetched.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.records import IncidentKind, request_id_of

_SOUND = frozenset(
    "3ga 3gp aac ac3 aif aifc aiff amr ape au avi caf dts flac flv m4a m4b m4v mid midi mka mkv "
    "mov mp2 mp3 mp4 mpeg mpg oga ogg ogv opus ra snd spx voc vox wav wave weba webm wma wmv wv "
    "pcm sph gsm".split()
)
_ARCHIVE = frozenset(
    "7z ace arj bz2 cab cpio deb dmg gz iso jar lha lz lz4 lzh lzma rar rpm tar tbz tbz2 tgz txz "
    "xz zip zipx zst".split()
)
_ARCHIVE_TYPES = re.compile(
    r"application/(x-)?(zip|7z|rar|tar|gtar|gzip|bzip2?|xz|zstd|lzma|iso9660|apple-diskimage|"
    r"zip-compressed|7z-compressed|rar-compressed|vnd\.rar|compress|archive)"
)
_LINK = re.compile(r"https?://[^\s<>|\"']+", re.IGNORECASE)
_LOOKS_LIKE_A_CLIP = re.compile(
    r"(?<![\w/.@-])(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])\w+(?:[-_.]\w+)+"
)
# At most this many words of a message are looked up.
# Characters of a message that are scanned. The patterns are quadratic at worst.
MAX_SCANNED = 4_000
MAX_CLIP_IDS = 3


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file in a message: its id and kind as Slack describes it, never its content.

    `withheld` is True where Slack does not describe the file (`check_file_info`).
    """

    id: str
    name: str = ""
    mimetype: str = ""
    filetype: str = ""
    subtype: str = ""
    size: int = 0
    withheld: bool = False


def kind_of_file(file: Attached) -> IncidentKind | None:
    """Return the incident that a dropped file is, or None for a harmless file."""
    extensions = {file.filetype.lower(), file.name.lower().rpartition(".")[2]}
    # Slack serves voice clips as video/*, and names them slack_audio:
    # https://docs.slack.dev/reference/objects/file-object
    mimetype = file.mimetype.lower()
    is_recording = (
        mimetype.startswith(("audio/", "video/")),
        file.subtype.startswith(("slack_audio", "slack_video")),
        not extensions.isdisjoint(_SOUND),
    )
    if any(is_recording):
        return IncidentKind.RECORDING_DROPPED
    may_hold_recordings = (
        _ARCHIVE_TYPES.match(mimetype) is not None,
        not extensions.isdisjoint(_ARCHIVE),
        file.withheld,
    )
    if any(may_hold_recordings):
        return IncidentKind.ARCHIVE_DROPPED
    return None


def kinds_in_text(text: str, public_url: str) -> set[IncidentKind]:
    """Return the incidents that the links of a message are."""
    found = set()
    for link in _LINK.findall(text):
        if link.startswith((f"{public_url}/r/", f"{public_url}/rule/")):
            found.add(IncidentKind.PLAYER_LINKED)
        elif _leads_to_a_recording(link):
            found.add(IncidentKind.RECORDING_LINKED)
    return found


def _leads_to_a_recording(link: str) -> bool:
    try:
        parts = urlsplit(link)
    # An unfinished IPv6 address, for example.
    except ValueError:
        return False
    host = f".{parts.hostname}"
    path = parts.path.lower()
    if host.endswith((".slack.com", ".slack-gov.com")):
        is_slack_file = path.startswith(("/files/", "/files-pri/", "/files-tmb/"))
        if is_slack_file:
            return True
    name = path.rstrip("/").rpartition("/")[2]
    _, dot, extension = name.rpartition(".")
    if not dot:
        return False
    return extension in _SOUND | _ARCHIVE


def possible_clip_ids(text: str) -> list[str]:
    """Return words in the form of a clip id, at most `MAX_CLIP_IDS`."""
    scanned = text[:MAX_SCANNED]
    bare = _LINK.sub(" ", re.sub(r"<[@#!][^>]*>", " ", scanned))
    words = dict.fromkeys(word.rstrip(".") for word in _LOOKS_LIKE_A_CLIP.findall(bare))
    clip_ids = [word for word in words if request_id_of(word) is None]
    return clip_ids[:MAX_CLIP_IDS]


def gravest(kinds: Iterable[IncidentKind]) -> IncidentKind | None:
    """Return the gravest of the kinds, which is recorded."""
    found = set(kinds)
    return next((kind for kind in IncidentKind if kind in found), None)


def is_discussion(text: str) -> bool:
    """Return whether a reply has content besides emoji and mentions."""
    bare = re.sub(r"<[^>]*>|:[\w+-]+:", " ", text)
    return any(char.isalnum() for char in bare)
