"""The sandbox's time: real time plus a skew that tests may set."""

import itertools
import time


class Clock:
    """Seconds since 1970; `skew_s` moves it so that tests need not wait for an
    expiry.
    """

    def __init__(self) -> None:
        self.skew_s = 0.0
        self._last_micros = 0
        self._tick = itertools.count(1)

    def now(self) -> float:
        return time.time() + self.skew_s

    def seconds(self) -> int:
        return int(self.now())

    def next_ts(self) -> str:
        """A message timestamp, `1700000000.000100`: never the same twice, never going
        back.
        """
        micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        self._last_micros = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def not_before(self, ts: str) -> None:
        """Make every later `next_ts` greater than `ts` (used after loading a state
        file).
        """
        seconds, _, micros = ts.partition(".")
        self._last_micros = max(
            self._last_micros, int(seconds) * 1_000_000 + int(micros or 0)
        )
