"""CPU for a 6 s snippet out of 30 s, beside ffmpeg cutting and bleeping the same.

`python -m tests.bench.redaction_speed [FOLDER]`
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg

from bot.redaction.pipeline import make_snippet
from storage.records import Span, TimingSource, Word

SHARED = Path(__file__).parents[3] / "shared" / "speech" / "formats"
SPAN = Span(start_ms=14_000, end_ms=16_000)
WORDS = [
    Word(text=text, start_ms=start, end_ms=start + 400, confidence=0.95)
    for text, start in zip(
        ["the", "call", "smith", "please"] * 15, range(0, 30_000, 500), strict=True
    )
]
BUDGETS_MS = {"wav": 150, "flac": 150, "aiff": 150, "caf": 150, "mp3": 200, "ogg": 200}
BUDGETS_MS |= {"opus": 200}
OTHERS_MS = 300
_TIMES = 30
_BLEEP = (
    "[0:a]volume=0:enable='between(t,0.5,1.5)+between(t,4.5,5.5)'[speech];"
    "sine=f=1000:d=6,volume=0:enable='not(between(t,0.5,1.5)+between(t,4.5,5.5))'[tone];"
    "[speech][tone]amix=inputs=2:duration=first[out]"
)


def ours(path: Path) -> int:
    """The window is 2 s of span and 2 s on both sides; returns the snippet's bytes."""
    snippet = make_snippet(
        path,
        span=SPAN,
        words=WORDS,
        locale="en-US",
        timing=TimingSource.HUMAN,
        key=b"k" * 32,
    )
    return len(snippet.wav)


def theirs(path: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.wav"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error"]
        command += ["-threads", "1", "-ss", "12", "-t", "6", "-i", str(path)]
        command += [
            "-filter_complex",
            _BLEEP,
            "-map",
            "[out]",
            "-ac",
            "1",
            "-ar",
            "16000",
        ]
        subprocess.run([*command, str(target)], check=True, timeout=60)
        return target.stat().st_size


def means_ms(path: Path) -> tuple[float, float]:
    """CPU of ours and of theirs, decoders included; by turns, so that noise meets both
    alike.
    """
    both = (ours, theirs)
    for action in both:
        action(path)
    spent = [[_cpu_ms(action, path) for action in both] for _ in range(_TIMES)]
    own, other = zip(*spent, strict=True)
    return statistics.mean(own), statistics.mean(other)


def _cpu_ms(action: Callable[[Path], int], path: Path) -> float:
    before = _cpu_s()
    action(path)
    return 1000 * (_cpu_s() - before)


def _cpu_s() -> float:
    usages = [
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + _running_children_s()


def _running_children_s() -> float:
    """What decoders have used that still run, with the jobs they have ended (Linux)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0]) if arguments else SHARED
    print("| format | ours, ms CPU | budget | ffmpeg cut + bleep, ms CPU | ratio |")
    print("|---|---|---|---|---|")
    for path in sorted(folder.iterdir()):
        budget = BUDGETS_MS.get(path.suffix[1:], OTHERS_MS)
        own, other = means_ms(path)
        print(
            f"| {path.name} | {own:.0f} | {budget} | {other:.0f} | {own / other:.2f} |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
