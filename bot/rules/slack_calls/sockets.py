"""When a Socket Mode connection that was lost is opened again."""

from datetime import timedelta

# A connection that held for so long was lost for a reason of its own.
STABLE_SECONDS = 60.0
LONGEST_PAUSE = timedelta(minutes=1)
