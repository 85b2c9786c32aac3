"""What in a message is not for a channel: recordings, links to them, clip ids, request
links.

Only names, types and addresses are looked at; nothing is fetched.
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
MAX_CLIP_IDS = 3  # so many words of a message are looked up


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file in a message: its id, and what Slack says of its kind. Never its
    content.
    """

    id: str
    name: str = ""
    mimetype: str = ""
    filetype: str = ""
    subtype: str = ""
    size: int = 0
    withheld: bool = False  # Slack will not say what it is: "check_file_info"


def kind_of_file(file: Attached) -> IncidentKind | None:
    """What a dropped file is; None for what may be shared."""
    extensions = {file.filetype.lower(), file.name.lower().rpartition(".")[2]}
    # Slack serves voice clips as video/*, and names them slack_audio:
    # https://docs.slack.dev/reference/objects/file-object
    if (
        file.mimetype.lower().startswith(("audio/", "video/"))
        or file.subtype.startswith(("slack_audio", "slack_video"))
        or extensions & _SOUND
    ):
        return IncidentKind.RECORDING_DROPPED
    if (
        _ARCHIVE_TYPES.match(file.mimetype.lower())
        or extensions & _ARCHIVE
        or file.withheld
    ):
        return IncidentKind.ARCHIVE_DROPPED
    return None


def kinds_in_text(text: str, public_url: str) -> set[IncidentKind]:
    """What the links of a message lead to."""
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
    except ValueError:  # such as an unfinished IPv6 address
        return False
    host, path = (parts.hostname or ""), parts.path.lower()
    of_slack = host == "slack.com" or host.endswith(".slack.com")
    if of_slack and path.startswith(("/files/", "/files-pri/", "/files-tmb/")):
        return True
    last = path.rstrip("/").rpartition("/")[2]
    return "." in last and last.rpartition(".")[2] in _SOUND | _ARCHIVE


def possible_clip_ids(text: str) -> list[str]:
    """Words that are built like a clip's id, at most `MAX_CLIP_IDS`."""
    bare = _LINK.sub(" ", re.sub(r"<[@#!][^>]*>", " ", text))
    found = (word.rstrip(".") for word in _LOOKS_LIKE_A_CLIP.findall(bare))
    return [word for word in dict.fromkeys(found) if request_id_of(word) is None][
        :MAX_CLIP_IDS
    ]


def gravest(kinds: Iterable[IncidentKind]) -> IncidentKind | None:
    """The one that is put on record."""
    found = set(kinds)
    return next((kind for kind in IncidentKind if kind in found), None)


def is_discussion(text: str) -> bool:
    """Whether a reply says anything: an emoji or a mention alone does not."""
    bare = re.sub(r"<[^>]*>|:[\w+-]+:", " ", text)
    return any(char.isalnum() for char in bare)
