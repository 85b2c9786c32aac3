"""The sample proxies in front of real pages: what they pass on, and what they log."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.deploy.certificates import write_certificate
from tests.pages.chromium import free_port, served, skip_unless_ci

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET_PATH = "/r/unguessable-key"


async def show_headers(request: Request) -> Response:
    """What the proxy passed on; a body that it cuts gets no answer."""
    await request.body()
    return JSONResponse(dict(request.headers))


@pytest.fixture
def pages() -> Iterator[int]:
    """A server in the place of the pages, which shows what reaches it."""
    port = free_port()
    application = Starlette(
        routes=[Route("/{path:path}", show_headers, methods=["GET", "POST"])]
    )
    with served(application, port):
        yield port


@contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str], log: Path
) -> Iterator[None]:
    """The proxy, from the moment that its port answers; its output goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, process)
            yield
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, "the proxy ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
        except httpx.RemoteProtocolError:
            return
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        return
    pytest.fail("the proxy did not start")


@pytest.fixture
def nginx(tmp_path: Path, pages: int) -> Iterator[str]:
    """nginx with the sample file; the port, the paths and the pages are the test's."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        skip_unless_ci("nginx is not installed")
    port = free_port()
    write_certificate(tmp_path)
    sample = (DEPLOY / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("127.0.0.1:8080", f"127.0.0.1:{pages}"),
        ("/etc/help-clip/tls", str(tmp_path)),
        ("/var/log/nginx", str(tmp_path)),
    ):
        assert old in sample
        sample = sample.replace(old, new)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = tmp_path / "main.conf"
    main.write_text(
        f"daemon off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/main.log;\n"
        f"events {{}}\nhttp {{\n{folders}{sample}}}\n",
        "utf-8",
    )
    command = [program, "-c", str(main), "-p", str(tmp_path)]
    with running(command, port, {}, tmp_path / "output.log"):
        yield f"https://127.0.0.1:{port}"


@pytest.fixture
def caddy(tmp_path: Path, pages: int) -> Iterator[str]:
    """Caddy with the sample file in front of the pages."""
    with running_caddy(tmp_path, pages) as proxy:
        yield proxy


@contextmanager
def running_caddy(tmp_path: Path, pages: int) -> Iterator[str]:
    """Caddy without TLS: a test has no public name."""
    program = shutil.which("caddy")
    if program is None:
        skip_unless_ci("caddy is not installed")
    port = free_port()
    environment = {
        "HOME": str(tmp_path),
        "HELP_CLIP_SITE": f"http://127.0.0.1:{port}",
        "HELP_CLIP_LISTEN": f"127.0.0.1:{pages}",
    }
    sample = str(DEPLOY / "Caddyfile")
    command = [program, "run", "--adapter", "caddyfile", "--config", sample]
    with running(command, port, environment, tmp_path / "caddy.log"):
        yield f"http://127.0.0.1:{port}"


def test_nginx_passes_what_the_pages_need_and_logs_no_address(
    nginx: str, tmp_path: Path
) -> None:
    check_passing(nginx)
    # nginx writes its log line after the answer.
    deadline = time.monotonic() + 10
    log = tmp_path / "help-clip.log"
    while "POST 200" not in log.read_text("utf-8") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "POST 200" in log.read_text("utf-8")
    logged = "".join(each.read_text("utf-8") for each in tmp_path.glob("*.log"))
    for hidden in ("unguessable", "clip=", "127.0.0.1", "198.51.100"):
        assert hidden not in logged


def test_caddy_passes_what_the_pages_need(caddy: str) -> None:
    check_passing(caddy)


def test_caddy_logs_no_address_while_the_pages_are_away(tmp_path: Path) -> None:
    with running_caddy(tmp_path, free_port()) as proxy:
        answer = httpx.get(f"{proxy}{SECRET_PATH}?clip=en-1")
    assert answer.status_code == 502
    logged = (tmp_path / "caddy.log").read_text("utf-8")
    assert "serving initial configuration" in logged
    assert "unguessable" not in logged


def check_passing(proxy: str) -> None:
    headers = {
        "Origin": "https://help-clip.example.com",
        "Sec-Fetch-Site": "same-origin",
        "Cookie": "__Host-help_clip_session=token",
        "X-Forwarded-For": "198.51.100.7",
    }
    with httpx.Client(verify=False, headers=headers) as client:
        passed = client.post(f"{proxy}{SECRET_PATH}?clip=en-1", content=b"a=b").json()
        too_large = client.post(f"{proxy}{SECRET_PATH}", content=b"a" * 300_000)
    assert passed["origin"] == headers["Origin"]
    assert passed["sec-fetch-site"] == "same-origin"
    assert passed["cookie"] == headers["Cookie"]
    assert passed["x-forwarded-for"] == "127.0.0.1"
    assert passed["host"] == proxy.partition("://")[2]
    # Caddy 2.6 reports a body that it cuts as a bad gateway.
    assert too_large.status_code in {413, 502}
