"""Logging of the running program."""

import logging

# What these libraries log may hold addresses with request keys, or whole payloads.
_QUIET = ("httpx", "httpcore", "slack_sdk", "alembic", "uvicorn.access")


def set_up_logging(level: str) -> None:
    """Plain lines to standard error."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # These may log payloads. What goes wrong in them is raised to us or seen by the
    # watchdog, and said in one line of ours.
    for name in ("slack_bolt", "slack_sdk.web.base_client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
