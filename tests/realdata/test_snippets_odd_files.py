"""Damaged, strange and mislabelled recordings: a right snippet or a sentence, never a
hang.
"""

import io
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bot.errors import Invalid
from bot.redaction.pipeline import Snippet, make_snippet
from bot.sources import open_clip_source
from storage.records import Span, TimingSource

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
FORMATS = SPEECH / "formats"
NAMES = (
    "clip30_16k.wav clip30_8k_ulaw.wav clip30.flac clip30.mp3 clip30_vorbis.ogg clip30_opus.ogg"
    " clip30.opus clip30.webm clip30.m4a clip30.mp4 clip30.aac clip30.amr clip30.3gp clip30.aiff"
    " clip30.caf"
).split()
SPAN = Span(start_ms=2000, end_ms=2600)

pytestmark = pytest.mark.skipif(
    not SPEECH.is_dir() and os.environ.get("CI") != "true",
    reason="needs the folder of real speech beside the repository",
)


@pytest.fixture(autouse=True)
def no_hang():
    """Ends a test that hangs; how long things take is measured elsewhere."""

    def stop(*_):
        raise TimeoutError("still at it after a minute")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def speech() -> tuple[np.ndarray, int]:
    """The first 10 s of a reading at 48 kHz."""
    samples, rate = sf.read(SPEECH / "moonshine" / "two_cities.wav", dtype="float32")
    return samples[: 10 * rate], rate


def cut(path: Path, span: Span = SPAN) -> Snippet:
    return make_snippet(
        path,
        span=span,
        words=[],
        locale="en-US",
        timing=TimingSource.UNKNOWN,
        key=b"k" * 32,
    )


def served(folder: Path, path: Path, extension: str) -> Snippet:
    """As the bot does it: the file under a clip's name in a folder, read through the
    source.
    """
    (folder / "clips").mkdir(exist_ok=True)
    shutil.copy(path, folder / "clips" / f"odd.{extension}")
    with open_clip_source(str(folder / "clips")).audio("odd") as audio:
        return cut(audio)


def assert_right(snippet: Snippet, *, silent: bool = False) -> None:
    samples, rate = sf.read(io.BytesIO(snippet.wav), dtype="float32")
    assert (rate, samples.ndim) == (16_000, 1)
    first, last = (ms * 16 for ms in snippet.span_in_snippet_ms)
    assert 0 <= first < last <= len(samples) <= 16 * 4600 + 16
    assert np.isfinite(samples).all()
    heard = float(np.sqrt(np.mean(samples[first:last] ** 2)))
    assert heard < 0.02 if silent else heard > 0.02


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])
def test_every_rate_will_do(tmp_path, speech, rate):
    from scipy.signal import resample_poly

    sf.write(tmp_path / "a.wav", resample_poly(speech[0], rate, speech[1]), rate)
    assert_right(served(tmp_path, tmp_path / "a.wav", "wav"))


@pytest.mark.parametrize("n_channels", [2, 4, 6, 8])
def test_several_channels_are_heard_as_one(tmp_path, speech, n_channels):
    sf.write(
        tmp_path / "a.wav", np.repeat(speech[0][:, None], n_channels, axis=1), speech[1]
    )
    assert_right(served(tmp_path, tmp_path / "a.wav", "wav"))


def test_a_voice_on_one_of_two_channels_is_heard(tmp_path, speech):
    both = np.stack([np.zeros_like(speech[0]), speech[0]], axis=1)
    sf.write(tmp_path / "a.flac", both, speech[1])
    assert_right(served(tmp_path, tmp_path / "a.flac", "flac"))


@pytest.mark.parametrize("at_s", [1, 300, 595])
def test_ten_minutes_are_no_obstacle(tmp_path, speech, at_s):
    once = speech[0][:: speech[1] // 16_000]
    sf.write(tmp_path / "a.flac", np.tile(once, 60), 16_000)
    start = at_s * 1000
    snippet = cut(tmp_path / "a.flac", Span(start_ms=start, end_ms=start + 2000))
    assert_right_at(snippet, start)


def assert_right_at(snippet: Snippet, start_ms: int) -> None:
    assert snippet.start_ms == max(0, start_ms - 2000)
    samples, _ = sf.read(io.BytesIO(snippet.wav), dtype="float32")
    first, last = (ms * 16 for ms in snippet.span_in_snippet_ms)
    assert (last - first) == 2000 * 16
    assert np.abs(samples[first:last]).max() > 0.05


def test_silence_stays_silence(tmp_path):
    sf.write(tmp_path / "a.wav", np.zeros(80_000), 16_000)
    assert_right(served(tmp_path, tmp_path / "a.wav", "wav"), silent=True)


@pytest.mark.parametrize(
    "samples",
    [
        np.full(80_000, 1.0),
        np.full(80_000, np.nan),
        np.full(80_000, np.inf),
        np.full(80_000, 1e30),
    ],
    ids=["constant", "nan", "infinite", "enormous"],
)
def test_impossible_samples_do_no_harm(tmp_path, samples):
    sf.write(tmp_path / "a.wav", samples.astype(np.float32), 16_000, subtype="FLOAT")
    try:
        snippet = served(tmp_path, tmp_path / "a.wav", "wav")
    except Invalid:
        return
    assert np.isfinite(sf.read(io.BytesIO(snippet.wav))[0]).all()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_refused_in_a_sentence(tmp_path, name):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(Invalid, match="empty"):
        served(tmp_path, tmp_path / "empty", name.rpartition(".")[2])


@pytest.mark.parametrize("keep", [3, 20, 44, 200, 0.02, 0.1, 0.5, 0.95])
@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_gives_what_is_there_or_a_sentence(tmp_path, name, keep):
    data = (FORMATS / name).read_bytes()
    (tmp_path / "cut").write_bytes(data[: keep if keep > 1 else int(len(data) * keep)])
    try:
        snippet = served(tmp_path, tmp_path / "cut", name.rpartition(".")[2])
    except Invalid as error:
        assert str(error).endswith(".")  # noqa: PT017  # either end is right
        return
    assert_right(snippet)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_gives_a_snippet_or_a_sentence(tmp_path, name, seed):
    rng = np.random.default_rng(seed)
    data = bytearray((FORMATS / name).read_bytes())
    for at in rng.integers(0, len(data) if seed % 2 else 400, 60):
        data[at] = rng.integers(256)
    (tmp_path / "damaged").write_bytes(data)
    try:
        snippet = served(tmp_path, tmp_path / "damaged", name.rpartition(".")[2])
    except Invalid as error:
        assert str(error).endswith(".")  # noqa: PT017  # either end is right
        return
    samples, rate = sf.read(io.BytesIO(snippet.wav))
    assert (rate, samples.ndim) == (16_000, 1)
    assert np.isfinite(samples).all()


@pytest.mark.parametrize("extension", ["wav", "mp3", "amr"])
@pytest.mark.parametrize("name", NAMES)
def test_a_mislabelled_file_is_read_as_what_it_is(tmp_path, name, extension):
    assert_right(served(tmp_path, FORMATS / name, extension))


@pytest.mark.parametrize("extension", ["wav", "m4a", "webm", "amr"])
@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>Not found</body></html>",
        b"PK\x03\x04" + bytes(500),
        np.random.default_rng(7).bytes(5000),
        bytes(5000),
        b"RIFF\xff\xff\xff\xffWAVE",
        b"OggS" + bytes(300),
    ],
    ids=["page", "zip", "noise", "zeros", "wav-head", "ogg-head"],
)
def test_what_is_no_sound_is_refused_in_a_sentence(tmp_path, extension, data):
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(Invalid, match=r"\.$"):
        served(tmp_path, tmp_path / "other", extension)


def test_a_span_beyond_the_end_is_refused_in_a_sentence(tmp_path):
    sf.write(tmp_path / "a.wav", np.full(1600, 0.1), 16_000)
    with pytest.raises(Invalid, match="beyond the end"):
        cut(tmp_path / "a.wav")


def test_a_span_over_the_end_is_cut_there(tmp_path, speech):
    sf.write(tmp_path / "a.wav", speech[0][: int(2.3 * speech[1])], speech[1])
    snippet = cut(tmp_path / "a.wav")
    assert snippet.span_in_snippet_ms == (2000, 2300)
