"""All the numbers of the redaction: `python -m tests.bench.redaction` (words, cut,
voice).

What needs `../shared`, VOICE_EVAL_PYTHON (the voice kit's) or PRESIDIO_PYTHON
(presidio-analyzer's) is skipped, with a sentence, where they are not. 13 minutes of
CPU; standard error says where it is.
"""

import os
import subprocess
import sys
import time

from tests.bench import (
    redaction_heard,
    redaction_presidio,
    redaction_speed,
    redaction_voice,
    words,
)
from tests.bench.steps import say


def main() -> None:
    start = time.monotonic()
    say("words")
    print("## Words\n")
    if words.DATA.exists():
        words.main()
        print()
        redaction_presidio.main()
    else:
        print("Words: skipped. Needs ../shared.")
    say("cut and speed")
    print("\n## Cut and speed\n", flush=True)
    if redaction_speed.SHARED.exists():
        # As the bot runs: numpy's threads are settled when it is first imported.
        subprocess.run([sys.executable, "-m", redaction_speed.__name__], check=True)
    else:
        print("Speed: skipped. Needs ../shared.")
    say("what is heard")
    print("\n## What is heard\n", flush=True)
    redaction_heard.main()
    print("\n## Voice\n", flush=True)
    redaction_voice.table([redaction_voice.OURS, *redaction_voice.REFERENCES])
    cpu_s = sum(os.times()[:4])
    print(f"\n{(time.monotonic() - start) / 60:.0f} minutes, {cpu_s / 60:.0f} of CPU")


if __name__ == "__main__":
    main()
