"""The lock of a file holds between threads and processes and ends with its process."""

import subprocess
import sys
import threading
from pathlib import Path

from bot.sources.results.locked_file import append_once, open_locked

HOLD = (
    "import sys, time; from pathlib import Path\n"
    "from bot.sources.results.locked_file import open_locked\n"
    "with open_locked(Path(sys.argv[1])) as file:\n"
    "    file.write(b'half'); file.flush()\n"
    "    print('held', flush=True); time.sleep(60)\n"
)


def test_a_killed_process_leaves_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    append_once(path, b"whole")
    assert path.read_bytes() == b"whole\n"


def test_a_second_process_waits_for_the_first(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    code = (
        "import sys; from pathlib import Path\n"
        "from bot.sources.results.locked_file import append_once\n"
        "print('begun', flush=True); append_once(Path(sys.argv[1]), b'second')\n"
    )
    with open_locked(path) as file:
        second = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE
        )
        assert second.stdout is not None
        assert second.stdout.readline() == b"begun\n"
        replacement = tmp_path / "new"
        replacement.write_bytes(b"first\n")
        replacement.replace(path)
        assert file.read() == b""
    with second:
        second.communicate(timeout=60)
    assert second.returncode == 0
    assert path.read_bytes() == b"first\nsecond\n"


def test_threads_append_each_line_once(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    lines = [f"line {n % 10}".encode() for n in range(40)]
    threads = [threading.Thread(target=append_once, args=(path, it)) for it in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes().splitlines()) == sorted(set(lines))


def test_the_lock_is_a_private_file_that_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    append_once(path, b"line")
    lock = tmp_path / "lines.lock"
    assert lock.stat().st_size == 0
    assert lock.stat().st_mode & 0o077 == 0
