"""The sandbox's time: real time plus a skew that tests may set."""

import time

_MICROS_PER_S = 1_000_000


class Clock:
    """Seconds since 1970, moved by `skew_s` so that tests need not wait."""

    def __init__(self) -> None:
        self.skew_s = 0.0
        self._last_micros = 0

    def reset(self) -> None:
        """Go back to real time and forget the timestamps that were given out."""
        self.skew_s = 0.0
        self._last_micros = 0

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self.skew_s

    def seconds(self) -> int:
        """Return the whole seconds since 1970."""
        return int(self.now())

    def next_ts(self) -> str:
        """Return a new message timestamp, such as `1700000000.000100`.

        Each is greater than all before it, since Slack identifies messages by them.
        """
        current_micros = int(self.now() * _MICROS_PER_S)
        micros = max(current_micros, self._last_micros + 1)
        self._last_micros = micros
        seconds, rest = divmod(micros, _MICROS_PER_S)
        return f"{seconds}.{rest:06d}"

    def start_after(self, ts: str) -> None:
        """Make every later `next_ts` greater than `ts`, the newest of a state file."""
        seconds, _, micros = ts.partition(".")
        known_micros = int(seconds) * _MICROS_PER_S
        if micros:
            known_micros += int(micros)
        self._last_micros = max(self._last_micros, known_micros)
