"""A WebClient that keeps its connections, by httpx.

slack_sdk opens a connection, and for TLS reads every root certificate, again for each
call. Kept connections save two round trips while a person waits for a window, and most
of a call's CPU.
"""

import ssl
import weakref
from json import dumps, loads
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import proxy_bypass

import httpx
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

# Load balancers usually close connections after 60 idle seconds.
_LIMITS = httpx.Limits(max_keepalive_connections=8, keepalive_expiry=30.0)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# A second call of these would post a second message. Every other method may be called
# again: a trigger_id opens one window, and an update or a question changes nothing.
TWICE_IS_WRONG = {"chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage"}


class KeptWebClient(WebClient):
    """A `WebClient` for one address that any thread may use.

    A call whose connection breaks is repeated once, unless `TWICE_IS_WRONG` names it.
    """

    def __init__(self, *, token: str, base_url: str, timeout: int) -> None:
        super().__init__(
            token=token, base_url=base_url, timeout=timeout, retry_handlers=[]
        )
        self.answered_date: str | None = None  # the Date header of the last answer
        # The transport of httpx without its Client, whose redirects, cookies and logins
        # Slack does not use: they take half of a call's CPU.
        self._http = httpx.HTTPTransport(
            limits=_LIMITS,
            proxy=_proxy_for(self.base_url, self.proxy),
            # The proxy is slack_sdk's choice, and the certificates are the system's.
            trust_env=False,
            verify=ssl.create_default_context(),
        )
        self._common_headers = {
            **self.headers,
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {token}",
        }
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        weakref.finalize(self, self._http.close)

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **more: Any,
    ) -> SlackResponse:
        """Call one method. Raises `SlackApiError`, or `OSError` without an answer."""
        if more.get("files") or more.get("data") or more.get("auth"):
            return super().api_call(api_method, json=json, params=params, **more)
        headers = {**self._common_headers, **(more.get("headers") or {})}
        if json is None:
            body = _form(params or {})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            body = dumps(_without_none(json)).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        answer = self._post(api_method, body, headers)
        self.answered_date = answer.headers.get("Date")
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=self.base_url + api_method,
            req_args={"headers": headers, "params": params or {}, "json": json},
            data=_read(answer),
            headers=answer.headers,  # type: ignore[arg-type]  # names in any case
            status_code=answer.status_code,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response

    def _post(
        self, api_method: str, body: bytes, headers: dict[str, str]
    ) -> httpx.Response:
        """Post a body, a second time if the connection breaks and that is harmless."""
        request = httpx.Request(
            "POST",
            self.base_url + api_method,
            content=body,
            headers=headers,
            extensions=self._extensions,
        )
        try:
            try:
                return self._send(request)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if api_method in TWICE_IS_WRONG:
                    raise
                return self._send(request)
        except httpx.TimeoutException as error:
            raise TimeoutError("Slack did not answer in time") from error
        except httpx.TransportError as error:
            name = type(error).__name__
            raise ConnectionError(f"the call to Slack broke off: {name}") from error

    def _send(self, request: httpx.Request) -> httpx.Response:
        answer = self._http.handle_request(request)
        try:
            answer.read()
        finally:
            answer.close()
        return answer


def _proxy_for(base_url: str, proxy: str | None) -> str | None:
    """Return the proxy to use; none for this machine and for hosts in NO_PROXY."""
    host = urlsplit(base_url).hostname or ""
    if not proxy or host in _LOOPBACK or proxy_bypass(host):
        return None
    return proxy


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        data: dict[str, Any] = loads(answer.content)
    except ValueError:
        # A proxy, for example, answers with a page of its own.
        return {"ok": False, "error": "unreadable_answer"}
    return data


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _form(values: dict[str, Any]) -> bytes:
    """Return the values as a form; slack_sdk writes True as 1 and False as 0."""
    written = {
        name: int(value) if isinstance(value, bool) else value
        for name, value in _without_none(values).items()
    }
    return urlencode(written).encode()
