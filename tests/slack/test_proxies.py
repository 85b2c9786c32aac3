"""Calls, sockets and sign-in through a proxy, with certificates of the house."""

import asyncio
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from slack_bolt.authorization import AuthorizeResult

from bot.pages.sign_in.openid import (
    BadSignIn,
    SlackSignIn,
    exchange_code,
    open_client,
)
from bot.pages.sign_in.signing_keys import KeySet
from bot.proxies import spare_loopback
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.sandbox.config import APP_TOKEN, BOT_TOKEN
from bot.slack.app import build_app
from bot.slack.client import KeptWebClient
from bot.slack.socket_mode.client import SocketClient
from bot.slack.socket_mode.sockets import Sockets
from bot.wiring import utc_now
from tests.product import ROSA, TEAM, Product, build_product

ROOT = Path(__file__).parents[2]
HOST, SOCKET_HOST = "slack.test", "wss.slack.test"
API = f"https://{HOST}/api/"


def name_of(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def make_certificates(folder: Path) -> tuple[Path, Path]:
    """Write a CA of the house, and a certificate of it with its key; return both."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def certificate(
        name: str,
        public_key: ec.EllipticCurvePublicKey,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name_of(name))
            .issuer_name(name_of("House CA"))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    ca = (
        certificate("House CA", ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(ca_key, hashes.SHA256())
    )
    names = [x509.DNSName(HOST), x509.DNSName(SOCKET_HOST)]
    served = (
        certificate(HOST, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca_file, served_file = folder / "ca.pem", folder / "served.pem"
    ca_file.write_bytes(ca.public_bytes(pem))
    key_bytes = key.private_bytes(
        pem,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    served_file.write_bytes(served.public_bytes(pem) + key_bytes)
    return ca_file, served_file


class HouseNetwork:
    """A proxy that opens tunnels, and a TLS server before the sandbox at their end."""

    def __init__(self, certificate: Path, sandbox_port: int) -> None:
        self.tunnels: list[str] = []
        self.logins: set[str] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._certificate = certificate
        self._sandbox_port = sandbox_port
        self._tls_port = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)
        self._ended = asyncio.Event()
        tls = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=context)
        proxy = await asyncio.start_server(self._open_tunnel, "127.0.0.1", 0)
        self._tls_port = tls.sockets[0].getsockname()[1]
        self.port = proxy.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended.wait()
        tls.close()
        proxy.close()
        for writer in self._writers:
            writer.close()
        await asyncio.sleep(0.1)

    async def _open_tunnel(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        assert method == "CONNECT"
        self.tunnels.append(target)
        for line in head.splitlines():
            name, _, value = line.partition(": ")
            if name.lower() == "proxy-authorization":
                self.logins.add(value)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._connect(reader, writer, self._tls_port)

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        await self._connect(reader, writer, self._sandbox_port)

    async def _connect(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        port: int,
    ) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        self._writers += [writer, far_writer]
        await asyncio.gather(
            copy(reader, far_writer),
            copy(far_reader, writer),
            return_exceptions=True,
        )

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)
        self._loop.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A workspace that names itself by the address of the TLS server before it."""
    config = SandboxConfig(
        manifest=ROOT / "manifest.yml",
        public_url=f"https://{HOST}",
    )
    with start_in_thread(config) as running:
        yield running


@pytest.fixture
def network(
    sandbox: RunningSandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HouseNetwork]:
    """The network of a house whose every call goes through its proxy."""
    ca_file, served_file = make_certificates(tmp_path)
    made = HouseNetwork(served_file, int(sandbox.url.rpartition(":")[2]))
    monkeypatch.setenv("HTTPS_PROXY", f"http://rosa:p%40ss@127.0.0.1:{made.port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield made
    made.stop()


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return build_product(tmp_path)


def client(token: str) -> KeptWebClient:
    return KeptWebClient(token=token, base_url=API, timeout=5)


def sockets_of(product: Product, web_client: KeptWebClient, api: str = API) -> Sockets:
    app = build_app(
        product.services,
        KeptWebClient(token=BOT_TOKEN, base_url=api, timeout=5),
        identity=AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=BOT_TOKEN),
        clock=utc_now,
    )
    return Sockets(app, web_client, product.services.store, utc_now)


def act(sandbox: RunningSandbox, path: str, **body: str) -> dict[str, object]:
    """Do something as Rosa, on this machine and past the proxy."""
    url = f"{sandbox.url}/sandbox/{path}"
    answer = httpx.post(url, json={"as": ROSA, **body}, timeout=10, trust_env=False)
    return dict(answer.json())


def sign_in() -> SlackSignIn:
    return SlackSignIn.for_api(
        API,
        client_id="1000.2000",
        client_secret="sandbox-client-secret",
        team_id=TEAM,
    )


def exchange(slack: SlackSignIn) -> None:
    with open_client(slack) as http, pytest.raises(BadSignIn, match="code_"):
        exchange_code(
            slack,
            http,
            code="none",
            verifier="none",
            redirect_uri="https://help-clip.test/sign-in/done",
        )


def test_calls_sockets_and_sign_in_use_the_proxy_and_the_certificates_of_the_house(
    network: HouseNetwork,
    sandbox: RunningSandbox,
    product: Product,
) -> None:
    assert client(BOT_TOKEN).auth_test()["ok"]
    assert network.tunnels.pop() == f"{HOST}:443"
    sockets = sockets_of(product, client(APP_TOKEN))
    sockets.start()
    deadline = time.monotonic() + 20
    while not sockets.are_alive():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    # The socket's own tunnels, beside those of apps.connections.open.
    assert network.tunnels.count(f"{HOST}:443") >= 3
    typed = act(sandbox, "command", channel="C0HELPENUS", text="/help-clip help")
    assert typed["ok"], typed
    sockets.stop()
    network.tunnels.clear()
    slack = sign_in()
    assert KeySet(slack.keys_url).find("unknown") is None
    assert network.tunnels
    network.tunnels.clear()
    exchange(slack)
    assert set(network.tunnels) == {f"{HOST}:443"}
    assert network.logins == {"Basic " + b64encode(b"rosa:p@ss").decode()}


def test_without_the_certificates_of_the_house_nothing_is_trusted(
    network: HouseNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(OSError, match="SSLError"):
        client(BOT_TOKEN).auth_test()
    with open_client(sign_in()) as http, pytest.raises(httpx.ConnectError):
        http.post(sign_in().token_url)
    assert network.tunnels


def test_a_host_that_no_proxy_names_is_called_past_the_proxy(
    network: HouseNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", f".{HOST}")
    with pytest.raises(OSError, match="broke off"):
        client(BOT_TOKEN).auth_test()
    with open_client(sign_in()) as http, pytest.raises(httpx.ConnectError):
        http.post(sign_in().token_url)
    assert network.tunnels == []


def test_the_proxy_of_a_socket_is_decided_by_the_host_of_the_socket(
    network: HouseNetwork,
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", SOCKET_HOST)
    web_client = client(APP_TOKEN)
    assert web_client.api_call("apps.connections.open")["ok"]
    assert network.tunnels.pop() == f"{HOST}:443"
    app = sockets_of(product, web_client)._app
    socket = SocketClient(app, web_client, utc_now)
    socket.wss_uri = f"wss://{SOCKET_HOST}/link/?ticket=none"
    socket.default_auto_reconnect_enabled = False
    # The name leads nowhere outside of the house's network, which slack_sdk only logs.
    socket.connect()
    assert not socket.is_connected()
    socket.close()
    assert network.tunnels == []


def test_this_machine_is_called_past_a_proxy_whatever_no_proxy_names(
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "slack.test")
    monkeypatch.delenv("no_proxy", raising=False)
    spare_loopback()
    with start_in_thread(SandboxConfig(manifest=ROOT / "manifest.yml")) as running:
        api = f"{running.url}/api/"
        app_client = KeptWebClient(token=APP_TOKEN, base_url=api, timeout=5)
        sockets = sockets_of(product, app_client, api)
        sockets.start()
        assert sockets.are_alive()
        typed = act(running, "command", channel="C0HELPENUS", text="/help-clip help")
        assert typed["ok"], typed
        sockets.stop()
        slack = SlackSignIn.for_api(
            api, client_id="1000.2000", client_secret="wrong", team_id=TEAM
        )
        assert KeySet(slack.keys_url).find("unknown") is None
        exchange(slack)
