"""`help-clip check`: files that others can read, copies left behind, and decoders."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot.cli.checks.result import CheckResult
from bot.config.settings import Settings
from bot.errors import HelpClipError
from bot.sources.addresses import folder_of
from bot.sources.clips.left_copies import left_copies
from bot.text import text
from storage.database import local_files

_OTHERS = 0o077
# As many names as fit into a line of the report.
_NAMED = 5


def file_lines(settings: Settings) -> Iterator[CheckResult]:
    """Yield what others can read of what is written, and what was left behind."""
    subject = text("cli.check.subject.files")
    open_to_others = [str(path) for path in _written(settings) if _is_open(path)]
    yield CheckResult(subject, _problem("files_open", open_to_others))
    copies = [str(path) for path in left_copies()]
    yield CheckResult(
        text("cli.check.subject.left_copies"), _problem("copies_left_behind", copies)
    )


def decoder_line() -> CheckResult:
    """Return how far the decoders of recordings are confined on this machine."""
    # Imported here because NumPy and the decoders cost time that few commands need.
    from bot.redaction.audio.decoder.client import confinement

    try:
        found = confinement()
    except HelpClipError as error:
        return CheckResult(text("cli.check.subject.decoders"), str(error))
    if found.files and found.network:
        return CheckResult(text("cli.check.subject.decoders_confined"))
    if found.files:
        return CheckResult(text("cli.check.subject.decoders_with_network"))
    if found.network:
        return CheckResult(text("cli.check.subject.decoders_with_files"))
    return CheckResult(text("cli.check.subject.decoders_limited"))


def _problem(name: str, paths: list[str]) -> str | None:
    if not paths:
        return None
    named = ", ".join(paths[:_NAMED])
    return text(f"cli.check.problem.{name}", count=len(paths), paths=named)


def _written(settings: Settings) -> Iterator[Path]:
    """Yield the files and folders that hold what is kept, where they are local."""
    yield Path(".env")
    yield from local_files(settings.database_url)
    places = [
        settings.snippet_store,
        settings.key_store,
        settings.audit_anchors,
        settings.result_sink,
    ]
    for address in places:
        folder = _local(address)
        if folder is not None:
            yield folder


def _local(address: str | None) -> Path | None:
    if not address:
        return None
    if urlsplit(address).scheme not in ("", "file"):
        return None
    return folder_of(address)


def _is_open(path: Path) -> bool:
    """Return whether others may look into a file, or into a folder's files."""
    if not path.exists():
        return False
    if not path.stat().st_mode & _OTHERS:
        return False
    if not path.is_dir():
        return True
    return any(_is_open(each) for each in path.iterdir())
