"""Damaged recordings by the thousand: `python -m tests.bench.redaction_fuzz [COUNT]
[FOLDER]`.

Every one must end as samples or as an Invalid sentence, in 5 s and 500 MB, ffmpeg
included.
"""

import collections
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window

SHARED = Path(__file__).parents[3] / "shared" / "speech" / "formats"
_BATCH = 250


@dataclass(frozen=True)
class Outcome:
    """`end`: `samples`, the first words of the sentence, or what went wrong."""

    source: str
    seed: int
    end: str
    seconds: float


def damage(content: bytes, rng: np.random.Generator) -> bytes:
    """Flipped, cut, repeated or overwritten, mostly near the beginning, where headers
    are.
    """
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        near = min(len(data), int(rng.choice([64, 512, 8192, len(data)])))
        if near < 2:
            break
        at = int(rng.integers(0, near))
        kind = rng.integers(0, 9)
        if kind <= 4:
            data[at] ^= 1 << int(rng.integers(0, 8))
        elif kind == 5:
            data[at : at + 4] = rng.choice(
                [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]
            ).tobytes()
        elif kind == 6:
            data[at:at] = rng.bytes(int(rng.integers(1, 64)))
        elif kind == 7:
            del data[at : at + int(rng.integers(1, 64))]
        else:
            del data[int(rng.integers(0, len(data))) :]
    return bytes(data)


def attempt(source: Path, seed: int, folder: Path) -> Outcome:
    rng = np.random.default_rng(seed)
    path = folder / f"clip{source.suffix}"
    path.write_bytes(damage(source.read_bytes(), rng))
    start_ms = int(rng.integers(0, 29_000))
    before = time.monotonic()
    try:
        samples = read_window(
            path, start_ms, start_ms + int(rng.integers(1, 10_000))
        ).samples
        good = (
            np.isfinite(samples).all()
            and np.abs(samples).max() <= 1
            and samples.ndim == 1
        )
        end = "samples" if good else "bad samples"
    except Invalid as error:
        end = str(error).split(".")[0][:44]
    except Exception as error:  # noqa: BLE001 - finding these is what this is for
        end = f"CRASH {type(error).__name__}: {error}"[:120]
    return Outcome(source.name, seed, end, time.monotonic() - before)


def _batch(
    sources: Sequence[Path], seeds: Sequence[int], results: multiprocessing.Queue
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            results.put(attempt(sources[seed % len(sources)], seed, Path(folder)))
    results.put(max(_own_peak_bytes(), _peak_bytes(resource.RUSAGE_CHILDREN)))


def _own_peak_bytes() -> int:
    """Return the highest memory of this process.

    On Linux, ru_maxrss of a new process begins with the memory of the process that
    started it, so the figure of the kernel's own is read there.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return _peak_bytes(resource.RUSAGE_SELF)
    [line] = [x for x in status.read_text().splitlines() if x.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def _peak_bytes(whose: int) -> int:
    # ru_maxrss is in bytes on macOS and in kilobytes elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(whose).ru_maxrss * unit


def run(
    sources: Sequence[Path], count: int, first_seed: int = 0
) -> tuple[list[Outcome], int]:
    """All outcomes and the highest memory of any process in bytes. Raises if a process
    dies.
    """
    outcomes: list[Outcome] = []
    highest = 0
    context = multiprocessing.get_context("spawn")
    for first in range(first_seed, first_seed + count, _BATCH):
        seeds = range(first, min(first + _BATCH, first_seed + count))
        results = context.Queue()
        worker = context.Process(target=_batch, args=(sources, seeds, results))
        worker.start()
        for _ in seeds:
            outcomes.append(results.get(timeout=60))
        highest = max(highest, results.get(timeout=60))
        worker.join()
    return outcomes, highest


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else SHARED
    sources = sorted(path for path in folder.iterdir() if path.is_file())
    outcomes, highest = run(sources, count)
    for end, times in collections.Counter(o.end for o in outcomes).most_common():
        print(f"{times:6d}  {end}")
    slowest = max(outcomes, key=lambda o: o.seconds)
    print(f"slowest {slowest.seconds:.2f} s ({slowest.source}, seed {slowest.seed})")
    print(f"highest memory {highest / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
