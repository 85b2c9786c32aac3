"""Deliveries over real sockets to a receiver on 127.0.0.1."""

import hashlib
import hmac
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.errors import Invalid, Unavailable
from bot.sources import open_result_sink
from bot.sources.results.result_json import result_from_json
from bot.sources.results.webhook import WebhookSink, check_reachable, signature

SECRET = "correct horse battery"


class Receiver(ThreadingHTTPServer):
    """Answers `status` and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        if self.server.status == 0:  # hangs up
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.port}/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sink(receiver):
    return open_result_sink(f"http://127.0.0.1:{receiver.port}/in?x=1", secret=SECRET)


def test_a_delivery_is_signed_and_says_what_it_is(receiver, result):
    sink = WebhookSink(
        f"http://localhost:{receiver.port}/in?x=1", SECRET, clock=lambda: 1714.9
    )
    sink.deliver(result())
    path, headers, body = receiver.requests[0]
    assert path == "/in?x=1"
    assert headers["Host"] == f"localhost:{receiver.port}"
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == "HC-1042/1"
    assert headers["X-Help-Clip-Timestamp"] == "1714"
    expected = hmac.new(SECRET.encode(), b"v1:1714:" + body, hashlib.sha256).hexdigest()
    assert headers["X-Help-Clip-Signature"] == f"v1={expected}"
    assert result_from_json(body) == result()


def test_the_signature_is_the_documented_one():
    """Computed with `printf 'v1:1700000000:{}' | openssl dgst -sha256 -hmac key`."""
    expected = "584e59c409146d134b9c5f3551be5110dcd1cf3262710509ae10c5cc17a991cb"
    assert signature("key", "1700000000", b"{}") == f"v1={expected}"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_will_do(receiver, sink, result, status):
    receiver.status = status
    sink.deliver(result())
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599, 0])
def test_trouble_that_may_pass_is_unavailable(receiver, sink, result, status):
    receiver.status = status
    with pytest.raises(Unavailable):
        sink.deliver(result())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
def test_a_refusal_names_the_status(receiver, sink, result, status):
    receiver.status = status
    with pytest.raises(Invalid, match=str(status)):
        sink.deliver(result())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver, sink, result, status):
    receiver.status = status
    with pytest.raises(Invalid, match="final address"):
        sink.deliver(result())
    assert [path for path, *_ in receiver.requests] == ["/in?x=1"]


def test_nobody_listening_is_unavailable(receiver, result):
    receiver.server_close()
    with pytest.raises(Unavailable, match="cannot be reached"):
        open_result_sink(f"http://127.0.0.1:{receiver.port}", secret=SECRET).deliver(
            result()
        )


def test_a_receiver_that_never_answers_is_unavailable(result):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        sink = WebhookSink(url, SECRET, timeout=httpx.Timeout(0.2))
        with pytest.raises(Unavailable, match="cannot be reached"):
            sink.deliver(result())


def test_a_receiver_that_drips_is_cut_off(result):
    ended = threading.Event()

    def drip(server):
        connection, _ = server.accept()
        with connection:
            while not ended.wait(0.02):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as dripping:
        url = f"http://127.0.0.1:{dripping.getsockname()[1]}"
        sink = WebhookSink(url, SECRET, total_s=0.2)
        thread = threading.Thread(target=drip, args=[dripping])
        thread.start()
        try:
            with pytest.raises(Unavailable, match="cannot be reached"):
                sink.deliver(result())
        finally:
            ended.set()
            thread.join()


def test_a_name_that_does_not_resolve_is_unavailable(result):
    def unknown(*_):
        raise OSError("no such host")

    with pytest.raises(Unavailable, match="cannot be reached"):
        WebhookSink("https://hooks.example/in", SECRET, resolve=unknown).deliver(
            result()
        )


def test_the_next_address_of_a_name_is_tried(receiver, result):
    sink = WebhookSink(
        f"http://localhost:{receiver.port}",
        SECRET,
        resolve=lambda *_: ["::1", "127.0.0.1"],
    )
    sink.deliver(result())
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_never_called(result, address):
    sink = WebhookSink(
        "https://hooks.example", SECRET, resolve=lambda *_: ["8.8.8.8", address]
    )
    with pytest.raises(Invalid, match="private network") as caught:
        sink.deliver(result())
    assert address not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_may_be_called(address):
    assert check_reachable([address], loopback=False) == [address]


def test_a_name_in_any_script_is_looked_up_as_dns_has_it(result):
    asked = []

    def nowhere(host, port):
        asked.append((host, port))
        return []

    with pytest.raises(Unavailable):
        WebhookSink("https://bücher.example", SECRET, resolve=nowhere).deliver(result())
    assert asked == [("xn--bcher-kva.example", 443)]


def test_this_machine_may_be_called_only_if_it_was_configured():
    assert check_reachable(["127.0.0.1", "::1"], loopback=True)
    with pytest.raises(Invalid):
        check_reachable(["8.8.8.8"], loopback=True)


@pytest.mark.parametrize(
    ("url", "secret", "sentence"),
    [
        ("http://hooks.example/in", SECRET, "https://"),
        ("http://10.0.0.1/in", SECRET, "https://"),
        ("http://localhost.evil.example/in", SECRET, "https://"),
        ("https:///in", SECRET, "https://"),
        ("https://me:pw@hooks.example", SECRET, "user name"),
        ("https://hooks.example", None, "at least 16"),
        ("https://hooks.example", "short", "at least 16"),
        ("https://hooks.example:99999999", SECRET, "not a URL"),
        ("https://a\x00b/", SECRET, "not a URL"),
        ("https://[::1/in", SECRET, "not a URL"),
    ],
)
def test_an_unsafe_webhook_is_refused_when_it_is_opened(url, secret, sentence):
    with pytest.raises(Invalid, match=sentence):
        open_result_sink(url, secret=secret)


def test_a_webhook_cannot_be_read_back(sink):
    with pytest.raises(Invalid, match="cannot be read back"):
        sink.results()


def certificate(name: str, folder) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `name`, and a client's that trusts
    it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    san = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([san]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(
        cadata=pem.read_text().split("-----\n", 2)[2]
    )


@pytest.mark.parametrize(
    ("name", "trusted"), [("localhost", True), ("127.0.0.1", False)]
)
def test_the_certificate_must_be_for_the_name_and_not_the_address(
    receiver, result, tmp_path, name, trusted
):
    server, client = certificate(name, tmp_path)
    receiver.socket = server.wrap_socket(receiver.socket, server_side=True)
    url = f"https://localhost:{receiver.port}"
    sink = WebhookSink(url, SECRET, resolve=lambda *_: ["127.0.0.1"], tls=client)
    if trusted:
        sink.deliver(result())
        assert len(receiver.requests) == 1
    else:
        with pytest.raises(Unavailable):
            sink.deliver(result())
        assert not receiver.requests
