"""A WebClient that keeps its connections.

slack_sdk opens a connection, and for TLS reads every root certificate, anew for each
call. Kept connections save two round trips while somebody waits for a window, and most
of a call's CPU.
"""

import select
import ssl
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from json import dumps, loads
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

KEEP_IDLE = 8
IDLE_SECONDS = 30.0  # well under what load balancers allow (60 s is usual)
# A window opens once however often it is asked for (a trigger_id works once), an update
# or a question may be repeated; these would say something twice.
TWICE_IS_WRONG = {"chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage"}


class KeptWebClient(WebClient):
    """As `WebClient`, for one address, from any thread. Behind a proxy nothing is kept.

    Repeats no call, unless a kept connection turns out to be closed and nothing can
    happen twice.
    """

    def __init__(self, *, token: str, base_url: str, timeout: int) -> None:
        super().__init__(
            token=token, base_url=base_url, timeout=timeout, retry_handlers=[]
        )
        self._connections = Connections(self.base_url, timeout)
        self.answered_date: str | None = None  # the Date header of the last answer
        self._kept_headers = {
            **self.headers,
            "Authorization": f"Bearer {token}",
            "Accept-Encoding": "identity",
        }

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **more: Any,
    ) -> SlackResponse:
        """Call one method. Raises `SlackApiError`, or `OSError` when there is no
        answer.
        """
        if self.proxy is not None or any(
            more.get(x) for x in ("files", "data", "auth")
        ):
            return super().api_call(api_method, json=json, params=params, **more)
        if json is not None:
            body, kind = dumps(_given(json)).encode(), "application/json; charset=utf-8"
        else:
            body, kind = _form(params or {}), "application/x-www-form-urlencoded"
        headers = {
            **self._kept_headers,
            **(more.get("headers") or {}),
            "Content-Type": kind,
        }
        status, answered, text = self._connections.post(api_method, body, headers)
        self.answered_date = answered.get("Date")
        try:
            data = loads(text)
        except ValueError:  # e.g. a proxy's own page
            data = {"ok": False, "error": "unreadable_answer"}
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=self.base_url + api_method,
            req_args={
                "headers": headers,
                "params": params or {},
                "json": json,
                "data": {},
            },
            data=data,
            headers=answered,
            status_code=status,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _form(values: dict[str, Any]) -> bytes:
    """As slack_sdk writes forms: truth is 1 or 0."""
    said = {n: int(v) if isinstance(v, bool) else v for n, v in _given(values).items()}
    return urlencode(said).encode()


class Connections:
    """Idle connections to one host; the most recently used is taken first."""

    def __init__(self, base_url: str, timeout: float) -> None:
        address = urlsplit(base_url)
        self._host, self._path = address.netloc, address.path
        self._timeout = timeout
        self._tls = ssl.create_default_context() if address.scheme == "https" else None
        self._idle: list[tuple[float, HTTPConnection]] = []
        self._lock = threading.Lock()

    def post(
        self, method: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of the answer. Raises `OSError` when there is
        none.
        """
        connection, is_new = self._take()
        try:
            return self._exchange(connection, method, body, headers)
        except ConnectionError:
            if is_new or method in TWICE_IS_WRONG:
                raise
            return self._exchange(self._new(), method, body, headers)

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        body: bytes,
        headers: dict[str, str],
    ) -> tuple[int, dict[str, str], str]:
        try:
            if connection.sock is None:
                connection.connect()
            # One packet, and one system call, of what `HTTPConnection.request` sends as
            # two.
            connection.sock.sendall(self._request(method, body, headers))
            answer = HTTPResponse(connection.sock, method="POST")
            answer.begin()
            text = answer.read().decode("utf-8", "replace")  # JSON is UTF-8 (RFC 8259)
            if answer.will_close:
                connection.close()
        except HTTPException as error:
            connection.close()
            raise ConnectionError(
                f"the answer broke off: {type(error).__name__}"
            ) from error
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)
        # Servers write these names in any case; ours are read as "Retry-After".
        named = {name.title(): value for name, value in answer.headers.items()}
        return answer.status, named, text

    def _request(self, method: str, body: bytes, headers: dict[str, str]) -> bytes:
        head = f"POST {self._path}{method} HTTP/1.1\r\nHost: {self._host}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body

    def __del__(self) -> None:
        for _, connection in self._idle:
            connection.close()

    def _take(self) -> tuple[HTTPConnection, bool]:
        """A connection, and whether it is new."""
        while True:
            with self._lock:
                if not self._idle:
                    return self._new(), True
                since, connection = self._idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not _was_closed(connection):
                return connection, False
            connection.close()

    def _new(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, timeout=self._timeout)
        return HTTPSConnection(self._host, timeout=self._timeout, context=self._tls)

    def _give_back(self, connection: HTTPConnection) -> None:
        if connection.sock is None:  # the other side said "connection: close"
            return
        with self._lock:
            if len(self._idle) < KEEP_IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()


def _was_closed(connection: HTTPConnection) -> bool:
    """Between two answers there is nothing to read, unless the other side has hung
    up.
    """
    if connection.sock is None:
        return True
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))
