"""Reading the redacted sound and marking it with the id of one listen."""

from dataclasses import dataclass

from bot.errors import Unavailable
from bot.text import text
from bot.usecases.services import Services
from storage.errors import Missing, StorageError
from storage.records import SnippetRecord
from storage.seal import open_sealed


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The redacted snippet: a 16 kHz mono WAV."""

    wav: bytes
    listen_id: str


def open_snippet(
    services: Services,
    clip_id: str,
    snippet: SnippetRecord,
) -> bytes:
    """Return the stored redacted sound as WAV. Raises `Unavailable`.

    The caller must have recorded the listen before.
    """
    try:
        data_key = services.clip_keys.get(clip_id)
        if data_key is None:
            raise Missing("The clip's key is gone.")
        return open_sealed(services.blobs.get(snippet.blob), data_key, snippet.blob)
    except StorageError as error:
        raise Unavailable(text("listening.grant.snippet_unreadable")) from error


def mark(
    services: Services,
    wav: bytes,
    listen_id: str,
) -> bytes:
    """Return the sound with the inaudible mark of one listen."""
    # NumPy is imported here, because it loads slowly and most commands never need it.
    from bot.redaction.watermark.mark import SECRET_SEED, mark_wav

    return mark_wav(wav, services.snippet_key.derive(SECRET_SEED), listen_id)
