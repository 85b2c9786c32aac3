"""A snippet is written in the format that its file name asks for."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.cli.sound_files import FORMATS, write_sound
from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.audio.signal import RATE_HZ
from bot.redaction.audio.wav import encode_wav

TONE = (0.3 * np.sin(np.arange(RATE_HZ) / 10)).astype(np.float32)


@pytest.mark.parametrize("extension", [".wav", ".WAV", *FORMATS])
def test_the_file_name_chooses_the_format(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"snippet{extension}"
    write_sound(path, encode_wav(TONE))
    samples = read_window(path, 0, 900).samples
    assert abs(len(samples) - 0.9 * RATE_HZ) < 0.1 * RATE_HZ
    assert np.abs(samples).max() > 0.1
    if extension == ".flac":
        assert soundfile.info(path).samplerate == RATE_HZ


def test_another_format_is_refused_with_those_that_are_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"\.mp3"):
        write_sound(tmp_path / "snippet.docx", encode_wav(TONE))
