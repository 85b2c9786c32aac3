"""Finding clips and speakers by the names that people type."""

import re

from bot.errors import HelpClipError, Invalid, NotFound
from bot.text import text
from bot.usecases.services import Services
from storage.records import request_id_of

_CLIP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_PSEUDONYM = re.compile(r"[A-Za-z0-9._-]{1,64}")


def find_clip_id(
    services: Services,
    *,
    clip: str = "",
    request: str = "",
) -> str:
    """Return the given clip id, or the id of the clip of the given request.

    A given clip id is not looked up: the recording may be gone already.
    Raises `Invalid`, `NotFound`.
    """
    clip_id = clip.strip()
    request_name = request.strip()
    if bool(clip_id) == bool(request_name):
        raise Invalid(text("requests.find.one_of_two"))
    if clip_id:
        if not _CLIP_ID.fullmatch(clip_id):
            raise Invalid(text("requests.find.clip_malformed"), field="clip")
        return clip_id
    request_id = request_id_of(request_name, may_be_bare=True)
    found = None
    if request_id is not None:
        with services.store.read() as tx:
            found = tx.requests.by_id(request_id)
    if found is None:
        raise NotFound(text("requests.find.request_unknown"))
    return found.clip_id


def check_speaker(speaker: str) -> str:
    """Return a speaker's pseudonym as sidecars write it. Raises `Invalid`."""
    pseudonym = speaker.strip()
    if not _PSEUDONYM.fullmatch(pseudonym):
        raise Invalid(text("requests.find.speaker_malformed"), field="speaker")
    return pseudonym


def is_clip_id(services: Services, word: str) -> bool:
    """Return whether a word of a message is the id of a clip.

    False also while the clip source does not answer: an unknown word is not flagged.
    """
    try:
        services.clips.clip(word)
    except HelpClipError:
        return False
    return True
