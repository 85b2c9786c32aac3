"""Short work beside a delivery that Slack waits for, in threads of its own."""

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context

log = logging.getLogger(__name__)

# A source that hangs holds a thread for up to 30 s. With more of them the words of a
# form are left out; a reviewer can still name the seconds.
_MOST_AT_ONCE = 8
# Slack waits 3 s for an acknowledgement. A source that is up answers within this time,
# and then all is done before the acknowledgement.
_PATIENCE_SECONDS = 1.0


class Background:
    """A few threads for reading a clip while its form is open already.

    Nothing that was typed may depend on this work: it ends with the process.
    """

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def run(self, work: Callable[[], None]) -> None:
        """Do the work, and return when it is done or has taken a second.

        It is left out while too much other work hangs.
        """
        if not self._free.acquire(blocking=False):
            log.warning("the clip source hangs: a form stays without words")
            return
        thread = threading.Thread(
            # The thread speaks the language of the delivery.
            target=copy_context().run,
            args=(self._perform, work),
            name="form",
            daemon=True,
        )
        thread.start()
        thread.join(_PATIENCE_SECONDS)

    def _perform(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  # A thread has no caller to raise to.
            # The log holds only the class: a message may hold typed words.
            log.warning("filling a form failed: %s", type(error).__name__)
        finally:
            self._free.release()
