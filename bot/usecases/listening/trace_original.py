"""The unmarked snippet that a leak is compared with: stored, rendered again, or
none.
"""

from enum import StrEnum

from bot.errors import HelpClipError, Unavailable
from bot.rules.people import permission
from bot.usecases.requests.render import make
from bot.usecases.services import Services
from storage.errors import Missing, StorageError
from storage.records import Closeness, Request
from storage.seal import open_sealed


class Basis(StrEnum):
    """What a leak was compared with."""

    STORED = "stored snippet"
    USUAL = "stored snippet, which this listener heard closer"
    RENDERED = "snippet rendered again"
    NONE = "blind"


def find_original(
    services: Services,
    request: Request,
    closeness: Closeness | None,
    render_again: bool,
) -> tuple[bytes | None, Basis]:
    """What was heard, unmarked, as WAV, if it can be had; else what comes nearest to
    it.
    """
    with services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
        is_closed = any(tx.clips.closure(request.clip_id, request.speaker))
    try:
        key = services.clip_keys.get(request.clip_id)
        if closeness and render_again and key is not None and not is_closed:
            again = _rendered(services, request, key, closeness)
            if again is not None:
                return again, Basis.RENDERED
        if key is not None and snippet is not None:
            sealed = services.blobs.get(snippet.blob)
            usual = open_sealed(sealed, key, snippet.blob)
            return usual, Basis.USUAL if closeness else Basis.STORED
    except Missing:
        pass
    except StorageError as error:
        raise Unavailable(
            "A snippet could not be read. Please try again later."
        ) from error
    if key is None or is_closed or not render_again:
        return None, Basis.NONE
    again = _rendered(services, request, key, closeness)
    return again, Basis.NONE if again is None else Basis.RENDERED


def _rendered(
    services: Services, request: Request, key: bytes, closeness: Closeness | None
) -> bytes | None:
    """The snippet made anew, where the speaker still consents; None where it cannot be
    made.
    """
    try:
        clip = services.clips.clip(request.clip_id)
        if permission.consent(clip.consent) is not None:
            return None
        return make(services, clip, request, key, closeness).wav
    except HelpClipError:
        return None
