"""Calls to Slack over kept connections, against a server that counts them."""

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from slack_sdk.errors import SlackApiError

from bot.slack.client import KeptWebClient


class Slack(BaseHTTPRequestHandler):
    """Answers each method as `answers` says.

    "hang up" closes the connection instead, and "silence" sends nothing.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answers: ClassVar[dict[str, str]] = {}
    connections: ClassVar[list[object]] = []
    calls: ClassVar[list[tuple[str, str, str]]] = []
    proxy_logins: ClassVar[list[str | None]] = []

    def setup(self) -> None:
        super().setup()
        self.connections.append(self.client_address)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        method = self.path.rpartition("/")[2]
        self.calls.append((method, self.headers["content-type"], body))
        self.proxy_logins.append(self.headers["proxy-authorization"])
        said = self.answers.get(method, '{"ok": true}')
        if said == "hang up":
            self.close_connection = True
            return
        if said == "silence":
            self.rfile.read(1)  # until the client hangs up
            return
        status = 429 if "ratelimited" in said else 200
        self.send_response(status)
        if status == 429:
            self.send_header("retry-after", "7")  # Slack writes it so
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())
        if method == "then.closes":
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Print nothing: a client that trusts no certificate hangs up on purpose."""


@contextmanager
def running_server(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run the server; yield its port."""
    Slack.answers, Slack.connections[:], Slack.calls[:] = {}, [], []
    server = QuietServer(("127.0.0.1", 0), Slack)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def client() -> Iterator[KeptWebClient]:
    with running_server() as port:
        base_url = f"http://127.0.0.1:{port}/api/"
        yield KeptWebClient(token="xoxb-1", base_url=base_url, timeout=5)


def test_calls_one_after_the_other_share_a_connection(client: KeptWebClient) -> None:
    for _ in range(5):
        assert client.auth_test()["ok"]
    assert len(Slack.connections) == 1


def test_a_connection_slack_has_closed_is_not_used_again(client: KeptWebClient) -> None:
    client.api_call("then.closes")
    for _ in range(20):
        assert client.api_call("then.closes")["ok"]
    assert len(Slack.calls) == 21


def test_a_post_over_a_kept_connection_that_breaks_is_not_repeated_either(
    client: KeptWebClient,
) -> None:
    client.auth_test()
    Slack.answers = {"chat.postMessage": "hang up"}
    with pytest.raises(OSError, match=r".+"):
        client.chat_postMessage(channel="C1", text="once")
    assert [method for method, _, _ in Slack.calls] == ["auth.test", "chat.postMessage"]


def test_a_harmless_call_over_a_connection_that_breaks_is_repeated_once(
    client: KeptWebClient,
) -> None:
    client.auth_test()
    Slack.answers = {"chat.update": "hang up"}
    with pytest.raises(OSError, match=r".+"):
        client.chat_update(channel="C1", ts="1.2", text="again")
    methods = [method for method, _, _ in Slack.calls]
    assert methods == ["auth.test", "chat.update", "chat.update"]


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    client: KeptWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = client.base_url.removesuffix("/api/")
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    behind = KeptWebClient(token="t", base_url="http://slack.test/api/", timeout=5)
    assert behind.api_call("auth.test")["ok"]
    assert len(Slack.calls) == 1
    # The demo, run in this process, may have named this machine there.
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "slack.test")
    past = KeptWebClient(token="t", base_url="http://slack.test/api/", timeout=5)
    with pytest.raises(OSError, match="broke off"):
        past.api_call("auth.test")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    here = KeptWebClient(token="t", base_url=client.base_url, timeout=5)
    assert here.api_call("auth.test")["ok"]


def test_a_proxy_gets_the_login_of_its_address(
    client: KeptWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = client.base_url.removesuffix("/api/").replace("//", "//rosa:p%40ss@")
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    behind = KeptWebClient(token="t", base_url="http://slack.test/api/", timeout=5)
    assert behind.api_call("auth.test")["ok"]
    assert Slack.proxy_logins[-1] == "Basic " + b64encode(b"rosa:p@ss").decode()


def test_the_certificates_of_ssl_cert_file_are_trusted_and_no_others_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path))
    with running_server(context) as port:
        url = f"https://localhost:{port}/api/"
        stranger = KeptWebClient(token="t", base_url=url, timeout=5)
        with pytest.raises(OSError, match="SSLError"):
            stranger.auth_test()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
        known = KeptWebClient(token="t", base_url=url, timeout=5)
        assert known.auth_test()["ok"]


def write_certificate(folder: Path) -> Path:
    """Write a self-signed certificate for localhost and its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_call_without_an_answer_in_time_is_an_error_and_is_not_repeated(
    client: KeptWebClient,
) -> None:
    Slack.answers = {"auth.test": "silence"}
    hasty = KeptWebClient(token="t", base_url=client.base_url, timeout=1)
    with pytest.raises(TimeoutError):
        hasty.auth_test()
    assert len(Slack.calls) == 1


def test_a_call_whose_answer_broke_off_is_an_error_and_is_not_repeated(
    client: KeptWebClient,
) -> None:
    Slack.answers = {"chat.postMessage": "hang up"}
    with pytest.raises(OSError, match=r".+"):
        client.chat_postMessage(channel="C1", text="once")
    assert [method for method, _, _ in Slack.calls] == ["chat.postMessage"]
    assert client.auth_test()["ok"]


def test_what_slack_refuses_says_why_and_when_to_come_back(
    client: KeptWebClient,
) -> None:
    Slack.answers = {"chat.postMessage": '{"ok": false, "error": "ratelimited"}'}
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel="C1", text="too fast")
    assert raised.value.response["error"] == "ratelimited"
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "7"


def test_an_answer_that_is_no_json_is_an_error_of_slacks(client: KeptWebClient) -> None:
    Slack.answers = {"auth.test": "<html>Bad gateway</html>"}
    with pytest.raises(SlackApiError, match="unreadable_answer"):
        client.auth_test()


def test_forms_and_json_are_written_as_slack_reads_them(client: KeptWebClient) -> None:
    client.conversations_history(channel="C1", inclusive=True, limit=3)
    client.views_open(trigger_id="1.2", view={"type": "modal"})
    (_, form_type, form), (_, json_type, sent) = Slack.calls
    assert form_type == "application/x-www-form-urlencoded"
    assert sorted(form.split("&")) == ["channel=C1", "inclusive=1", "limit=3"]
    assert json_type.startswith("application/json")
    view = json.loads(sent)["view"]
    assert (json.loads(view) if isinstance(view, str) else view) == {"type": "modal"}


def test_many_threads_each_get_their_own_answer(client: KeptWebClient) -> None:
    Slack.answers = {f"m{i}": json.dumps({"ok": True, "i": i}) for i in range(20)}
    found: dict[int, int] = {}

    def ask(i: int) -> None:
        found[i] = client.api_call(f"m{i}")["i"]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {i: i for i in range(20)}
