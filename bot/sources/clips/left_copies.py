"""Copies of recordings that an earlier release left behind when it was killed.

Up to version 0.1 the bucket source copied each recording to a named file in the folder
for temporary files. Nothing writes such a file now.
"""

import stat
import tempfile
from pathlib import Path

from bot.sources.clips.names import AUDIO_EXTENSIONS


def left_copies() -> list[Path]:
    """Return the copies that still lie in the folder for temporary files."""
    folder = Path(tempfile.gettempdir())
    found = []
    for path in sorted(folder.glob("help-clip-*.*")):
        is_recording = path.suffix.removeprefix(".").lower() in AUDIO_EXTENSIONS
        if is_recording and _is_ordinary(path):
            found.append(path)
    return found


def remove_left_copies() -> int:
    """Remove the copies. Return how many there were."""
    found = left_copies()
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _is_ordinary(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
