"""A decoder that was taken over by a recording reaches nothing.

The tests play the attacker by giving ffmpeg arguments that a hostile recording would
have it act on, through the very process that decodes.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.audio.decoder.client import (
    confinement,
    decode_with_ffmpeg,
    decode_with_sndfile,
)
from bot.redaction.pipeline import make_snippet
from storage.records import Span, TimingSource
from tests.redaction.sounds import buzz, save

TO_PIPE = ("-c:a", "pcm_f32be", "-f", "au", "pipe:1")

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="Landlock and seccomp are Linux's"
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return save(tmp_path / "clip.wav", buzz(2))


def descendants() -> list[int]:
    """Return the processes that this one started, and those that they started."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = {os.getpid()}
    while True:
        more = {child for child, parent in parents.items() if parent in found}
        if more <= found:
            return sorted(found - {os.getpid()})
        found |= more


def attack(recording: Path, *arguments: str) -> bytes:
    """Return what ffmpeg writes when a recording has it do something else."""
    quiet = ("-nostdin", "-loglevel", "quiet", "-y")
    with recording.open("rb") as file:
        reply = decode_with_ffmpeg(file, [*quiet, *arguments])
    return bytes(reply.content)


@linux_only
def test_decoders_are_confined_on_this_machine() -> None:
    assert confinement().files
    assert confinement().network


@linux_only
def test_decoders_know_no_setting(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNIPPET_KEY", "canary-key")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary-token")
    read_window(recording, 0, 1000)
    decoders = [
        process
        for process in descendants()
        if b"decoder.server" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]
    assert decoders
    for process in decoders:
        assert Path(f"/proc/{process}/environ").read_bytes() == b""


@linux_only
def test_a_decoder_opens_no_other_file(recording: Path, tmp_path: Path) -> None:
    other = save(tmp_path / "other.wav", buzz(1))
    reading = ("-protocol_whitelist", "file,fd", "-i", str(other), *TO_PIPE)
    allowed = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "quiet", *reading],
        stdout=subprocess.PIPE,
        check=True,
    )
    assert len(allowed.stdout) > 16_000
    assert attack(recording, *reading) == b""
    assert len(attack(recording, "-i", "fd:", *TO_PIPE)) > 16_000


@linux_only
@pytest.mark.parametrize("name", ["environ", "maps", "mem", "cmdline"])
def test_a_decoder_cannot_look_into_the_bot(recording: Path, name: str) -> None:
    source = f"/proc/{os.getpid()}/{name}"
    raw = ("-f", "u8", "-ar", "8000", "-ac", "1", "-i", source, "-f", "u8", "pipe:1")
    assert attack(recording, *raw) == b""


def test_a_decoder_writes_no_file(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "written.wav"
    attack(recording, "-i", "fd:", str(target))
    assert not target.exists() or target.stat().st_size == 0


@linux_only
@pytest.mark.parametrize("address", ["tcp://{}", "http://{}/a.wav", "udp://{}"])
def test_a_decoder_calls_nobody(recording: Path, address: str) -> None:
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        place = f"127.0.0.1:{server.getsockname()[1]}"
        whitelist = ("-protocol_whitelist", "tcp,http,udp,fd,file")
        attack(recording, *whitelist, "-i", address.format(place), *TO_PIPE)
        try:
            connection, _ = server.accept()
        except TimeoutError:
            pass
        else:
            connection.close()
            called.set()
    assert not called.is_set()


def test_a_decoder_that_never_ends_is_stopped_and_the_next_one_works(
    recording: Path,
) -> None:
    endless = ("-f", "lavfi", "-i", "anullsrc", "-f", "null", "-")
    with pytest.raises(Invalid, match="too long"):
        attack(recording, *endless)
    assert len(read_window(recording, 0, 1000).samples) == 16_000


def test_a_decoder_that_floods_is_stopped_and_the_next_one_works(
    recording: Path,
) -> None:
    flood = ("-f", "lavfi", "-i", "anullsrc=r=192000:cl=7.1", *TO_PIPE)
    with pytest.raises(Invalid, match="too long"):
        attack(recording, *flood)
    assert len(read_window(recording, 0, 1000).samples) == 16_000


@linux_only
def test_decoders_that_were_killed_are_started_again(recording: Path) -> None:
    read_window(recording, 0, 1000)
    for process in descendants():
        if b"decoder.server" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
    assert len(read_window(recording, 0, 1000).samples) == 16_000


def test_many_recordings_are_decoded_at_once(recording: Path) -> None:
    lengths: list[int] = []

    def read() -> None:
        for _ in range(5):
            lengths.append(len(read_window(recording, 0, 1000).samples))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [16_000] * 40


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "wav", "flac"])
def test_more_channels_than_anyone_needs_are_refused_by_number(
    tmp_path: Path, suffix: str
) -> None:
    codec = {"mp4": "alac", "mkv": "pcm_s16le", "wav": "pcm_s16le", "flac": "flac"}
    n_channels = 8 if suffix in ("mp4", "flac") else 64
    path = tmp_path / f"clip.{suffix}"
    silence = "|".join(["0"] * n_channels)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi"]
    command += ["-i", f"aevalsrc={silence}:d=1:s=16000", "-c:a", codec[suffix]]
    subprocess.run([*command, str(path)], check=True)
    if n_channels <= 8:
        assert len(read_window(path, 0, 500).samples) == 8_000
        return
    with pytest.raises(Invalid, match="64 channels"):
        read_window(path, 0, 500)


def test_a_rate_beyond_all_recorders_is_refused_by_number(tmp_path: Path) -> None:
    path = tmp_path / "clip.wav"
    soundfile.write(path, np.zeros(384_000), 384_000)
    with pytest.raises(Invalid, match="384000"):
        read_window(path, 0, 500)


def test_a_damaged_answer_of_libsndfile_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(b"RIFF" + os.urandom(2_000))
    with path.open("rb") as file:
        assert not decode_with_sndfile(file, 0, 1000).is_whole


@linux_only
@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_the_bot_itself_loads_no_recording(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("decoded in the bot's own process")

    path = save(tmp_path / f"clip.{suffix}", buzz(2))
    monkeypatch.setattr(soundfile, "SoundFile", never)
    snippet = make_snippet(
        path,
        span=Span(start_ms=500, end_ms=900),
        words=(),
        locale="en-US",
        timing=TimingSource.HUMAN,
        key=b"k" * 32,
    )
    assert snippet.report.audible_ms == 400
