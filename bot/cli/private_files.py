"""What this process writes is for its own user only."""

import os
import resource


def keep_files_private() -> None:
    """Let no other user read new files, and write no image of the memory in a crash."""
    os.umask(0o077)
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
