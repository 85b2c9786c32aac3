"""First and later look-ups in a manifest of 1,000 and of 1,000,000 lines, and memory.

Times of the same run are compared with each other, as machines differ.
"""

import json
import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median

from bot.sources import ClipSource, open_clip_source

SIZES = (1_000, 10_000, 100_000, 1_000_000)
N_LOOK_UPS = 300
FIRST = "en-us-0000001"


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


def kept_mb(path: Path) -> float:
    """Return the memory that an index keeps; to trace it takes several times longer."""
    source = open_clip_source(f"manifest:{path}")
    tracemalloc.start()
    source.clip(FIRST)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return kept / 1e6


def first_s(source: ClipSource) -> float:
    """Return how long the first look-up takes, which reads the whole manifest."""
    began = time.perf_counter()
    source.clip(FIRST)
    return time.perf_counter() - began


def later_ms(sources: dict[int, ClipSource]) -> dict[int, float]:
    """Return the median of later look-ups by size, each size in turn."""
    times: dict[int, list[float]] = {n_lines: [] for n_lines in sources}
    for i in range(N_LOOK_UPS):
        for n_lines, source in sources.items():
            clip_id = f"en-us-{i * n_lines // N_LOOK_UPS:07}"
            began = time.perf_counter()
            source.clip(clip_id)
            times[n_lines].append(time.perf_counter() - began)
    return {n_lines: median(found) * 1000 for n_lines, found in times.items()}


def main() -> None:
    """Print a row for each size, and the growth from the smallest to the largest."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {n_lines: write(Path(folder), n_lines) for n_lines in SIZES}
        sources = {n: open_clip_source(f"manifest:{path}") for n, path in paths.items()}
        firsts = {n_lines: first_s(source) for n_lines, source in sources.items()}
        laters = later_ms(sources)
        print("lines      first look-up  later look-up  memory kept")
        for n_lines in SIZES:
            print(
                f"{n_lines:9,}  {firsts[n_lines]:10.3f} s  {laters[n_lines]:10.3f} ms"
                f"  {kept_mb(paths[n_lines]):8.2f} MB"
            )
    growth = laters[SIZES[-1]] / laters[SIZES[0]]
    print(f"a later look-up grows {growth:.2f}-fold from {SIZES[0]:,} to {SIZES[-1]:,}")


if __name__ == "__main__":
    main()
