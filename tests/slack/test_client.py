"""Calls to Slack over kept connections, against a server that counts them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
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

    def setup(self) -> None:
        super().setup()
        self.connections.append(self.client_address)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        method = self.path.rpartition("/")[2]
        self.calls.append((method, self.headers["content-type"], body))
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


@pytest.fixture
def client() -> Iterator[KeptWebClient]:
    Slack.answers, Slack.connections[:], Slack.calls[:] = {}, [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slack)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield KeptWebClient(
        token="xoxb-1",
        base_url=f"http://127.0.0.1:{server.server_port}/api/",
        timeout=5,
    )
    server.shutdown()
    server.server_close()


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
    monkeypatch.setenv("NO_PROXY", "slack.test")
    past = KeptWebClient(token="t", base_url="http://slack.test/api/", timeout=5)
    with pytest.raises(OSError, match="broke off"):
        past.api_call("auth.test")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    here = KeptWebClient(token="t", base_url=client.base_url, timeout=5)
    assert here.api_call("auth.test")["ok"]


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
