"""The unmarked snippet that a leak is compared with."""

from enum import StrEnum

from bot.errors import HelpClipError, Unavailable
from bot.rules.people import permission
from bot.text import text
from bot.usecases.requests.render import build_snippet
from bot.usecases.services import Services
from storage.errors import Missing, StorageError
from storage.records import Elevation, Request, SnippetRecord
from storage.seal import open_sealed


class Basis(StrEnum):
    """The original that a leak was compared with, if there was one."""

    STORED = "stored"
    USUAL = "usual"
    RENDERED = "rendered"
    NONE = "blind"


def find_original(
    services: Services,
    request: Request,
    closeness: Elevation | None,
    render_again: bool,
) -> tuple[bytes | None, Basis]:
    """Return the unmarked WAV that was heard, or the nearest available one.

    The order is: an elevated listen rendered again, if it may be; the stored snippet;
    the usual snippet rendered again. Raises `Unavailable`.
    """
    with services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
        closure = tx.clips.closure(request.clip_id, request.speaker)
    try:
        data_key = services.clip_keys.get(request.clip_id)
    except StorageError as error:
        raise _unreadable() from error
    if data_key is None:
        return None, Basis.NONE
    is_closed = closure.quarantined or closure.barred is not None
    may_render = render_again and not is_closed
    if closeness is not None and may_render:
        rendered = _render(services, request, data_key, closeness)
        if rendered is not None:
            return rendered, Basis.RENDERED
    stored = _open_stored(services, snippet, data_key)
    if stored is not None:
        if closeness is not None:
            return stored, Basis.USUAL
        return stored, Basis.STORED
    if not may_render:
        return None, Basis.NONE
    rendered = _render(services, request, data_key, closeness)
    if rendered is None:
        return None, Basis.NONE
    return rendered, Basis.RENDERED


def _open_stored(
    services: Services,
    snippet: SnippetRecord | None,
    data_key: bytes,
) -> bytes | None:
    """Return the stored snippet as WAV, or None if it is no longer kept.

    Raises `Unavailable`.
    """
    if snippet is None:
        return None
    try:
        sealed = services.blobs.get(snippet.blob)
        return open_sealed(sealed, data_key, snippet.blob)
    except Missing:
        return None
    except StorageError as error:
        raise _unreadable() from error


def _render(
    services: Services,
    request: Request,
    data_key: bytes,
    closeness: Elevation | None,
) -> bytes | None:
    """Return the snippet rendered again as WAV, or None.

    The snippet is None if the speaker does not consent now, or the source cannot
    provide it.
    """
    try:
        clip = services.clips.clip(request.clip_id)
        if permission.consent(clip.consent) is not None:
            return None
        return build_snippet(
            services,
            clip,
            request,
            data_key,
            closeness,
        ).wav
    except HelpClipError:
        return None


def _unreadable() -> Unavailable:
    return Unavailable(text("listening.grant.snippet_unreadable"))
