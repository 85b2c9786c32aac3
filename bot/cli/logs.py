"""Logging of the running program."""

import logging

# What these libraries log may hold addresses with request keys, or whole payloads.
_QUIET = ("httpx", "httpcore", "urllib3", "slack_sdk", "alembic", "uvicorn.access")
# These may log payloads even in warnings. Their errors are raised to the program or
# noticed by the watchdog, and the program logs a line of its own.
_SILENT = ("slack_bolt", "slack_sdk.web.base_client")


def set_up_logging(level: str) -> None:
    """Log plain lines to standard error."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
