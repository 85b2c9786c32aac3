"""Logging of the running program."""

import logging

# What these libraries log may hold addresses with request keys, or whole payloads.
_QUIET = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "alembic", "uvicorn.access")


def set_up_logging(level: str) -> None:
    """Plain lines to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
