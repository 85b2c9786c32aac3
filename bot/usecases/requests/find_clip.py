"""Finding clips by what people know them by."""

import re

from bot.errors import HelpClipError, Invalid, NotFound
from bot.usecases.services import Services
from storage.records import request_id_of


def clip_of(services: Services, *, clip: str = "", request: str = "") -> str:
    """The clip id somebody gave, or the clip of the request they gave.

    Raises `Invalid`, `NotFound`. A clip id is not looked up: the recording may be gone
    already.
    """
    if bool(clip.strip()) == bool(request.strip()):
        raise Invalid("Give a clip's id or a request's name, not both.")
    if clip.strip():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", clip.strip()):
            raise Invalid("That is not the id of a clip.", field="clip")
        return clip.strip()
    request_id = request_id_of(request.strip(), may_be_bare=True)
    found = None
    if request_id is not None:
        with services.store.read() as tx:
            found = tx.requests.by_id(request_id)
    if found is None:
        raise NotFound("There is no such request. Its name is written like HC-1042.")
    return found.clip_id


def checked_speaker(speaker: str) -> str:
    """A pseudonym as the sidecar has it. Raises `Invalid`."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", speaker.strip()):
        raise Invalid("That is not a speaker's pseudonym.", field="speaker")
    return speaker.strip()


def is_clip(services: Services, word: str) -> bool:
    """Whether a word of a message is a clip's id."""
    try:
        services.clips.clip(word)
    except (
        HelpClipError
    ):  # no such clip, or nobody can say: what is unknown is not flagged
        return False
    return True
