"""Logging of the running program, without the values that exceptions carry."""

import logging
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import TypeAlias

# What these libraries log may hold addresses with request keys, or whole payloads.
_QUIET = ("httpx", "httpcore", "urllib3", "slack_sdk", "alembic", "uvicorn.access")
# These may log payloads even in warnings. Their errors are raised to the program or
# noticed by the watchdog, and the program logs a line of its own.
_SILENT = ("slack_bolt", "slack_sdk.web.base_client")
# The messages of these packages are sentences without values.
_OWN = ("bot.", "storage.")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

ExceptionInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class PlaceFormatter(logging.Formatter):
    """Formats an exception as its classes, codes and places in the code.

    The message of an exception may quote what people typed, a clip's id or a whole row,
    so it is never logged, nor are local values or lines of source.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record; a library's message about an exception is cut.

        asyncio quotes the exception in the message itself.
        """
        is_own = record.name.startswith(_OWN)
        if record.exc_info and not is_own:
            record = logging.makeLogRecord(vars(record))
            record.msg = "exception:"
            record.args = None
            record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line of a message, in which no value can begin another line."""
        line = super().formatMessage(record)
        return "".join(map(_printable, line))

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        """Return one line for each exception of the chain and one for each frame."""
        _, error, _ = ei
        lines: list[str] = []
        while error is not None:
            lines.append(_name(error))
            lines.extend(_frames(error.__traceback__))
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    return letter.encode("unicode_escape").decode()


def _name(error: BaseException) -> str:
    """Return the class of an error, with the code of a database error."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if code is None:
        return name
    return f"{name} [{code}]"


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"  at {code.co_filename}:{traceback.tb_lineno} in {code.co_qualname}"
        traceback = traceback.tb_next


def set_up_logging(level: str) -> None:
    """Log plain lines to standard error, through one formatter for every logger."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlaceFormatter(_FORMAT))
    logging.basicConfig(
        level=level,
        handlers=[handler],
        force=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def report_uncaught_by_place() -> None:
    """Report what nothing catches as `PlaceFormatter` does, in every thread.

    A failing log call is not reported at all, since Python would print its arguments.
    """
    logging.raiseExceptions = False
    sys.excepthook = _report
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable


def _report(
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
) -> None:
    """Write one uncaught exception to standard error."""
    if issubclass(kind, KeyboardInterrupt):
        return
    text = PlaceFormatter().formatException((kind, error, traceback))
    sys.stderr.write(f"{text}\n")


def _report_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    if error is not None and not isinstance(error, SystemExit):
        _report(type(error), error, arguments.exc_traceback)


def _report_unraisable(arguments: "sys.UnraisableHookArgs") -> None:
    error = arguments.exc_value
    if error is not None:
        _report(type(error), error, arguments.exc_traceback)
