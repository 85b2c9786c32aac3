"""Where a long measurement is: one line a step on standard error."""

import sys
import time

_START = time.monotonic()


def say(step: str) -> None:
    minutes = (time.monotonic() - _START) / 60
    sys.stderr.write(f"{minutes:5.1f} min  {step}\n")
    sys.stderr.flush()
