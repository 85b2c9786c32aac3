"""Whether Slack still accepts the token of the app, in memory and for each process."""

import logging

log = logging.getLogger(__name__)


class SlackLink:
    """Holds why Slack refuses a token, as of the last call. Threads may share one."""

    def __init__(self) -> None:
        self._refused: dict[str, str | None] = {}

    @property
    def refused(self) -> str | None:
        """Return Slack's code, None while it accepts the token of any workspace."""
        codes = list(self._refused.values())
        if not all(codes):
            return None
        return next(iter(codes), None)

    def note(self, refused: str | None, workspace: str = "") -> None:
        """Store Slack's code of a refusal, None for a call that was accepted."""
        if refused == self._refused.get(workspace):
            self._refused.setdefault(workspace, refused)
            return
        self._refused[workspace] = refused
        if refused is None:
            log.warning("Slack accepts the token again")
        else:
            log.error("help-clip is cut off: Slack refuses the token: %s", refused)
