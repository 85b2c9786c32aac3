"""When a Socket Mode connection that was lost is opened again."""

# A connection that held for so long was lost for a reason of its own.
STABLE_SECONDS = 60.0
_LONGEST_PAUSE_S = 60.0


def pause_after_try(n_tries: int) -> float:
    """Return the seconds after this try in a row before the next: 1, 2, 4 up to 60."""
    return min(2.0 ** (n_tries - 1), _LONGEST_PAUSE_S)
