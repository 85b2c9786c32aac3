"""The key set follows Slack's rotation of keys and fetches no more often than needed."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.errors import Unavailable
from bot.pages.sign_in.signing_keys import COOLDOWN_S, KeySet
from tests.pages.provider import Provider, new_key


def keys_of(provider: Provider, cooldown_s: float = COOLDOWN_S) -> KeySet:
    return KeySet(f"{provider.url}/openid/connect/keys", cooldown_s)


def test_a_new_key_of_slack_is_found_once_the_cooldown_is_over(
    provider: Provider,
) -> None:
    keys = keys_of(provider, cooldown_s=0)
    assert keys.find("first") is not None
    provider.keys["second"] = new_key()
    assert keys.find("second") is not None
    assert keys.find("second") is not None
    assert provider.key_reads == 2


def test_unknown_keys_cause_no_second_fetch_within_ten_seconds(
    provider: Provider,
) -> None:
    keys = keys_of(provider)
    assert COOLDOWN_S == 10
    assert [keys.find(f"made-up-{n}") for n in range(20)] == [None] * 20
    assert keys.find("") is None
    assert provider.key_reads == 1


def test_known_keys_are_found_while_unknown_ones_wait(provider: Provider) -> None:
    keys = keys_of(provider)
    assert keys.find("made-up") is None
    assert keys.find("first") is not None


def test_keys_already_fetched_outlast_an_outage_of_slack(provider: Provider) -> None:
    keys = keys_of(provider, cooldown_s=0)
    assert keys.find("first") is not None
    provider.away = True
    assert keys.find("first") is not None
    with pytest.raises(Unavailable):
        keys.find("second")


def test_threads_share_one_fetch(provider: Provider) -> None:
    keys = keys_of(provider)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(keys.find("first")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert None not in found
    assert provider.key_reads == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b'{"keys": []}'])
def test_an_answer_that_holds_no_keys_is_an_outage(body: bytes) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(Unavailable):
            KeySet(f"http://127.0.0.1:{server.server_port}/").find("first")
        thread.join()
