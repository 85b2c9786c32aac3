"""10,000 damaged transcripts over all parsers: words or one sentence, memory flat."""

import random
import sys
import tracemalloc
from collections import Counter

from bot.errors import HelpClipError
from bot.sources.transcripts import parse_transcript
from tests.sources.transcripts.mutations import damaged_file, odd_document
from tests.sources.transcripts.samples import CLIP

N_FILES = 10_000
_EVERY = 2_000


def main(seed: int) -> None:
    """Print how files ended, and the memory held after every 2,000 of them."""
    rng = random.Random(seed)
    ends: Counter[str] = Counter()
    tracemalloc.start()
    for number in range(1, N_FILES + 1):
        damage = damaged_file if number % 2 else odd_document
        extension, data = damage(rng)
        try:
            parse_transcript(f"{CLIP}.{extension}", data, CLIP)
            ends["words"] += 1
        except HelpClipError as error:
            assert str(error).endswith(".")  # noqa: PT017  # either end is right
            ends["a sentence"] += 1
        if number % _EVERY == 0:
            held, peak = tracemalloc.get_traced_memory()
            print(f"{number:6}  held {held / 1e6:.2f} MB  peak {peak / 1e6:.2f} MB")
    print(dict(ends))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
