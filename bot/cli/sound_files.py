"""Write a snippet in the format that a file name asks for."""

import io
import warnings
from pathlib import Path

import imageio_ffmpeg

from bot.errors import Invalid
from bot.text import text

with warnings.catch_warnings():
    # Importing pydub searches the PATH for an ffmpeg, which is not needed here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

FORMATS = {".mp3": "mp3", ".ogg": "ogg", ".opus": "opus", ".flac": "flac"}


def write_sound(path: Path, wav: bytes) -> None:
    """Write a WAV in the format of the file name; names in .wav keep the bytes.

    Raises `Invalid` for a format that is not written.
    """
    extension = path.suffix.lower()
    if extension == ".wav":
        path.write_bytes(wav)
        return
    if extension not in FORMATS:
        formats = ", ".join([".wav", *FORMATS])
        raise Invalid(text("cli.snippet.unknown_format", formats=formats))
    AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()
    segment = AudioSegment.from_wav(io.BytesIO(wav))
    segment.export(path, format=FORMATS[extension]).close()
