"""First and later look-ups in a manifest of 1,000 and of 1,000,000 lines, and memory.

Times of the same run are compared with each other, as machines differ.
"""

import json
import tempfile
import time
import tracemalloc
from pathlib import Path

from bot.sources import open_clip_source

SIZES = (1_000, 10_000, 100_000, 1_000_000)
N_LOOK_UPS = 300


def write(folder: Path, n_lines: int) -> Path:
    """Write a NeMo manifest of so many clips."""
    path = folder / f"{n_lines}.jsonl"
    with path.open("w") as file:
        for i in range(n_lines):
            record = {
                "audio_filepath": f"clips/en-us-{i:07}.flac",
                "duration": 4.2,
                "text": "turn on the lamp in the kitchen please",
            }
            file.write(json.dumps(record) + "\n")
    (folder / "clips.json").write_text('{"locale": "en-US", "consent": "granted"}')
    return path


def measure(path: Path, n_lines: int) -> tuple[float, float, float]:
    """Return the first look-up in s, a later one in ms, and the memory kept in MB."""
    source = open_clip_source(f"manifest:{path}")
    began = time.perf_counter()
    source.clip("en-us-0000001")
    first_s = time.perf_counter() - began
    step = max(n_lines // N_LOOK_UPS, 1)
    wanted = [f"en-us-{i:07}" for i in range(0, n_lines, step)][:N_LOOK_UPS]
    began = time.perf_counter()
    for clip_id in wanted:
        source.clip(clip_id)
    later_ms = (time.perf_counter() - began) / len(wanted) * 1000
    return first_s, later_ms, kept_mb(path)


def kept_mb(path: Path) -> float:
    """Return the memory that an index keeps; to trace it takes several times longer."""
    source = open_clip_source(f"manifest:{path}")
    tracemalloc.start()
    source.clip("en-us-0000001")
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return kept / 1e6


def main() -> None:
    """Print a row for each size, and the growth from the smallest to the largest."""
    rows = []
    print("lines      first look-up  later look-up  memory kept")
    for n_lines in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder), n_lines)
            rows.append(measure(path, n_lines))
        first_s, later_ms, memory_mb = rows[-1]
        print(
            f"{n_lines:9,}  {first_s:10.3f} s  {later_ms:10.3f} ms  {memory_mb:8.2f} MB"
        )
    growth = rows[-1][1] / rows[0][1]
    print(f"a later look-up grows {growth:.2f}-fold from {SIZES[0]:,} to {SIZES[-1]:,}")


if __name__ == "__main__":
    main()
