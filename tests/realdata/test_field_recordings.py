"""Recordings as the field has them: each is heard at its place, or refused by name."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import fftconvolve, resample_poly

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.pipeline import make_snippet
from bot.sources import open_clip_source
from storage.records import Span, TimingSource
from tests.realdata.shared import SHARED, needs_shared

AUDIO = SHARED / "field" / "recordings" / "audio"
WINDOW_MS = 1000

# How much later than the reference the sound of a plain ffmpeg decode is, and where the
# recording ends. A recording that is heard in two pieces has its own test.
RIGHT: dict[str, tuple[int, int]] = {
    "3gp_amrnb.3gp": (0, 12_000),
    "adts_16k.aac": (64, 12_000),
    "adts_8k.aac": (128, 12_000),
    "aifc_ima4.aiff": (0, 12_000),
    "aifc_sowt.aiff": (0, 12_000),
    "amrnb.amr": (0, 12_000),
    "caf_big_free_chunk.caf": (0, 10_300),
    "caf_data_size_minus_1.caf": (0, 12_000),
    "flac_id3_before.flac": (0, 6_000),
    "flac_total_samples_too_large.flac": (0, 6_000),
    "flac_total_samples_zero.flac": (0, 6_000),
    "m4a_alac.m4a": (0, 6_000),
    "m4a_one_channel_inverted.m4a": (0, 12_000),
    "m4a_one_channel_silent.m4a": (0, 12_000),
    "m4a_remuxed_from_adts_no_edit.m4a": (64, 12_000),
    "m4a_start_half_second_late.m4a": (64, 12_000),
    "mka_flac_named.webm": (0, 6_000),
    "mp3_8k_mpeg25.mp3": (0, 12_000),
    "mp3_cbr44_no_lame.mp3": (25, 12_000),
    "mp3_id3_cover_art_100k.mp3": (0, 6_000),
    "mp3_inside_riff_rmp3.mp3": (69, 6_000),
    "mp3_leading_zeros.mp3": (69, 6_000),
    "mp3_vbr_no_xing.mp3": (69, 12_000),
    "mp4_starts_with_styp.mp4": (64, 12_000),
    "mp4_two_tracks_second_default.mp4": (0, 12_000),
    "nist_sphere_named.wav": (0, 12_000),
    "ogg_flac.ogg": (0, 6_000),
    "vorbis_chained.ogg": (0, 12_000),
    "vorbis_plain.ogg": (0, 12_000),
    "wav_alaw.wav": (0, 12_000),
    "wav_big_list_zoom_r24.wav": (0, 6_000),
    "wav_data_before_fmt.wav": (0, 12_000),
    "wav_ext_24bit_stereo.wav": (0, 2_000),
    "wav_ffmpeg_pipe_ffffffff.wav": (0, 12_000),
    "wav_float_one_spike_2000.wav": (0, 6_000),
    "wav_float_peak3.wav": (0, 6_000),
    "wav_g722.wav": (0, 12_000),
    "wav_g726.wav": (0, 12_000),
    "wav_gsm610.wav": (0, 12_000),
    "wav_mp3_inside.wav": (69, 12_000),
    "wav_ms_adpcm.wav": (0, 12_000),
    "wav_rate_44056.wav": (0, 2_000),
    "wav_rf64.wav": (0, 12_000),
    "wav_size_first_blob_only.wav": (0, 500),
    "wav_two_wavs_concatenated.wav": (0, 5_000),
    "webm_live_starts_at_12s.webm": (0, 12_000),
    "webm_two_recordings_concatenated.webm": (0, 12_000),
    "yamaha_adpcm.wav": (0, 12_000),
}
IN_TWO_PIECES = {"mp3_two_parts_concatenated.mp3", "webm_gap_of_3s.webm"}
# What the sentence names.
REFUSED = {
    "dsd.dsf": "DSD",
    "no_samples.wav": "beyond the end|damaged",
    "wav_16_channels.wav": "16 channels",
    "wav_odd_chunk_unpadded.wav": "WAV",
}
PLACES_MS = (0, 500, 1000, 2100, 4100, 4600, 4990, 7500, 8500, 9900, 10_700)


@pytest.fixture(autouse=True)
def shared() -> Path:
    return needs_shared("field/recordings")


@pytest.fixture(scope="module")
def reference() -> Samples:
    needs_shared("field/recordings")
    sound, rate_hz = soundfile.read(AUDIO.parent / "reference.flac", dtype="float32")
    return resample_poly(sound, RATE_HZ // rate_hz, 1).astype(np.float32)


def place_ms(window: Samples, reference: Samples) -> float:
    """Return where on the reference the window lies, by normalised correlation."""
    products = np.abs(fftconvolve(reference, window[::-1], mode="valid"))
    energy = np.cumsum(np.concatenate([[0], np.square(reference, dtype=np.float64)]))
    energies = energy[len(window) :] - energy[: -len(window)]
    likeness = products / np.sqrt(energies + 1e-3)
    return float(likeness.argmax()) * 1000 / RATE_HZ


def test_each_handed_recording_has_its_right_behaviour_here() -> None:
    handed = {path.name for path in AUDIO.iterdir() if path.suffix != ".json"}
    assert handed == RIGHT.keys() | REFUSED.keys() | IN_TWO_PIECES


@pytest.mark.parametrize("name", RIGHT)
def test_each_part_is_heard_where_a_plain_decode_has_it(
    name: str, reference: Samples
) -> None:
    later_ms, end_ms = RIGHT[name]
    length_ms = min(WINDOW_MS, end_ms)
    places = [place for place in PLACES_MS if place + length_ms <= end_ms]
    assert places
    for start_ms in places:
        window = read_window(AUDIO / name, start_ms, start_ms + length_ms)
        skipped_ms = max(0, later_ms - start_ms)
        sound = window.samples[skipped_ms * RATE_HZ // 1000 :]
        assert len(window.samples) == pytest.approx(length_ms * 16, abs=320)
        expected_ms = start_ms + skipped_ms - later_ms
        assert place_ms(sound, reference) == pytest.approx(expected_ms, abs=20)


@pytest.mark.parametrize(("name", "sentence"), REFUSED.items())
def test_an_odd_recording_is_refused_by_its_kind(name: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_window(AUDIO / name, 1000, 2000)


def test_a_pause_in_the_time_stamps_is_silence_and_later_sound_stays_late(
    reference: Samples,
) -> None:
    name = "webm_gap_of_3s.webm"
    silence = read_window(AUDIO / name, 5200, 7800).samples
    assert np.abs(silence).max() < 0.001
    for start_ms in (8500, 9000, 12_000):
        window = read_window(AUDIO / name, start_ms, start_ms + WINDOW_MS)
        found_ms = place_ms(window.samples, reference)
        assert found_ms == pytest.approx(start_ms - 3000, abs=20)


def test_two_joined_recordings_are_heard_as_a_plain_decode_plays_them(
    reference: Samples,
) -> None:
    name = "mp3_two_parts_concatenated.mp3"
    for start_ms, later_ms in ((500, 0), (4100, 0), (7500, 120), (10_500, 120)):
        window = read_window(AUDIO / name, start_ms, start_ms + WINDOW_MS)
        found_ms = place_ms(window.samples, reference)
        assert found_ms == pytest.approx(start_ms - later_ms, abs=20)


def test_a_wild_sample_leaves_the_speech_around_it_as_loud_as_before(
    reference: Samples,
) -> None:
    window = read_window(AUDIO / "wav_float_one_spike_2000.wav", 500, 1500).samples
    there = reference[8_000:24_000]
    loudness = np.sqrt(np.mean(np.square(window)))
    assert loudness > 0.5 * np.sqrt(np.mean(np.square(there)))


@pytest.mark.parametrize("name", RIGHT)
def test_each_recording_becomes_a_snippet_through_the_clip_folder(name: str) -> None:
    source = open_clip_source(str(AUDIO))
    _, end_ms = RIGHT[name]
    start_ms = min(1000, end_ms // 2)
    with source.audio(name.rpartition(".")[0]) as recording:
        snippet = make_snippet(
            recording,
            span=Span(start_ms=start_ms, end_ms=min(start_ms + 600, end_ms)),
            words=(),
            locale="en-US",
            timing=TimingSource.HUMAN,
            key=b"k" * 32,
        )
    assert snippet.report.audible_ms > 0
