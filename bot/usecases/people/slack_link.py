"""Whether Slack still accepts the token of the app, in memory and for each process."""

import logging

log = logging.getLogger(__name__)


class SlackLink:
    """Holds why Slack refuses the token, as of the last call. Threads may share one."""

    def __init__(self) -> None:
        self.refused: str | None = None

    def note(self, refused: str | None) -> None:
        """Store Slack's code of a refusal, None for a call that was accepted."""
        if refused == self.refused:
            return
        self.refused = refused
        if refused is None:
            log.warning("Slack accepts the token again")
        else:
            log.error("help-clip is cut off: Slack refuses the token: %s", refused)
