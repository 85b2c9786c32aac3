"""All the numbers of the redaction: `python -m tests.bench.redaction` (voice, speed, words)."""

import runpy
import sys
from importlib.util import find_spec

from tests.bench import redaction_speed, redaction_voice


def main() -> None:
    print("## Voice\n")
    redaction_voice.table([redaction_voice.OURS, *redaction_voice.REFERENCES])
    print("\n## Cut and speed\n")
    if redaction_speed.SHARED.exists():
        redaction_speed.main()
    else:
        print("Speed: skipped. Needs ../shared.")
    print("\n## Words\n")
    if find_spec("tests.bench.words") is None:
        print("Words: skipped. tests/bench/words.py is not here.")
        return
    sys.argv = sys.argv[:1]
    runpy.run_module("tests.bench.words", run_name="__main__")


if __name__ == "__main__":
    main()
