"""A WebClient that keeps its connections, by urllib3.

slack_sdk opens a connection, and for TLS reads every root certificate, again for each
call. Kept connections save two round trips while a person waits for a window, and most
of a call's CPU.
"""

import ssl
import time
from json import dumps, loads
from typing import Any
from urllib.parse import unquote, urlencode

import urllib3
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError
from urllib3.exceptions import TimeoutError as NoAnswerInTime
from urllib3.util import parse_url

from bot.proxies import proxy_for
from bot.rules.slack_calls.errors import Remedy, remedy_for
from bot.slack.calls.pacer import Pacer
from bot.slack.retry import TOO_MANY_REQUESTS, retry_after
from bot.usecases.people.slack_link import SlackLink

_KEPT_CONNECTIONS = 8
_NO_RETRIES = urllib3.Retry(total=False, redirect=False)
# Load balancers usually drop connections after 60 idle seconds, some without a notice.
_IDLE_SECONDS = 30.0
# A second call of these would post a second message. Every other method may be called
# again: a trigger_id opens one window, and an update or a question changes nothing.
TWICE_IS_WRONG = {"chat.postMessage", "chat.postEphemeral", "chat.scheduleMessage"}

# The called methods to which a token for an organisation must name a workspace:
# https://api.slack.com/enterprise/apps/changes-apis
TEAM_METHODS = {"users.list", "usergroups.list", "usergroups.users.list"}


class KeptWebClient(WebClient):
    """A `WebClient` for one address that any thread may use.

    A call over a connection that breaks is repeated once, unless `TWICE_IS_WRONG` names
    it. `team_id` is its workspace where there are several; a token for a whole
    organisation (`is_org_wide`) names it in calls of `TEAM_METHODS`.
    """

    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        timeout: int,
        team_id: str = "",
        is_org_wide: bool = False,
    ) -> None:
        super().__init__(
            token=token,
            base_url=base_url,
            timeout=timeout,
            retry_handlers=[],
        )
        self.team_id = team_id
        self._is_org_wide = is_org_wide
        self.answered_date: str | None = None  # the Date header of the last answer
        self.pacer: Pacer | None = None  # there is none before the database is open
        self.link: SlackLink | None = None
        # slack_sdk reads HTTPS_PROXY without NO_PROXY.
        self.proxy = proxy_for(self.base_url)
        self._pools = _pools_for(self.proxy, timeout)
        self._pool = self._pools.connection_from_url(self.base_url)
        self._target = _request_target(self.base_url, self._pools)
        self._last_call_at = time.monotonic()
        self._common_headers = {
            **self.headers,
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {token}",
        }

    def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **more: Any,
    ) -> SlackResponse:
        """Call one method. Raises `SlackApiError`, or `OSError` without an answer.

        Raises `CallPostponed` if the call must wait for Slack's limits.
        """
        if more.get("files") or more.get("data") or more.get("auth"):
            return super().api_call(
                api_method,
                json=json,
                params=params,
                **more,
            )
        headers = {
            **self._common_headers,
            **(more.get("headers") or {}),
        }
        params = params or {}
        if self._is_org_wide and api_method in TEAM_METHODS:
            params = {**params, "team_id": self.team_id}
        if self.pacer is not None:
            channel = (json or params).get("channel")
            self.pacer.admit(api_method, channel)
        if json is None:
            body = _form(params)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            body = dumps(_without_none(json)).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        answer = self._post(api_method, body, headers)
        self.answered_date = answer.headers.get("Date")
        if answer.status == TOO_MANY_REQUESTS and self.pacer is not None:
            self.pacer.block(api_method, retry_after(answer.headers))
        data = _read(answer)
        self._note_token(data)
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=self.base_url + api_method,
            req_args={
                "headers": headers,
                "params": params,
                "json": json,
            },
            data=data,
            headers=answer.headers,  # type: ignore[arg-type]  # names in any case
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response

    def _note_token(self, data: dict[str, Any]) -> None:
        """Note whether Slack accepts the token; other errors leave that open."""
        if self.link is None:
            return
        code = str(data.get("error", ""))
        if data.get("ok"):
            self.link.note(None, self.team_id)
        elif remedy_for(code) is Remedy.TOKEN:
            self.link.note(code, self.team_id)

    def _post(
        self,
        api_method: str,
        body: bytes,
        headers: dict[str, str],
    ) -> urllib3.BaseHTTPResponse:
        """Post a body, a second time if the connection breaks and that is harmless."""
        self._forget_idle_connections()
        try:
            try:
                return self._send(api_method, body, headers)
            except ProtocolError:
                if api_method in TWICE_IS_WRONG:
                    raise
                return self._send(api_method, body, headers)
        except NewConnectionError as error:
            # urllib3 counts a refused connection among the timeouts.
            raise _broke_off(error) from error
        except NoAnswerInTime as error:
            raise TimeoutError("Slack did not answer in time") from error
        except HTTPError as error:
            raise _broke_off(error) from error

    def _send(
        self,
        api_method: str,
        body: bytes,
        headers: dict[str, str],
    ) -> urllib3.BaseHTTPResponse:
        # The pool's own `urlopen`: the manager's reads the address again for each call.
        return self._pool.urlopen(
            "POST",
            self._target + api_method,
            body=body,
            headers=headers,
            retries=_NO_RETRIES,
            redirect=False,
            assert_same_host=False,
        )

    def _forget_idle_connections(self) -> None:
        now = time.monotonic()
        if now - self._last_call_at > _IDLE_SECONDS:
            # Calls of other threads that are under way keep their connections.
            self._pools.clear()
            self._pool = self._pools.connection_from_url(self.base_url)
        self._last_call_at = now


def _pools_for(
    proxy: str | None,
    timeout: int,
) -> urllib3.PoolManager:
    """Return the connections to Slack, through the proxy if there is one."""
    options: dict[str, Any] = {
        "maxsize": _KEPT_CONNECTIONS,
        "timeout": urllib3.Timeout(connect=timeout, read=timeout),
        # The certificates are the system's, or those that SSL_CERT_FILE names.
        "ssl_context": ssl.create_default_context(),
    }
    if proxy is None:
        return urllib3.PoolManager(**options)
    login = parse_url(proxy).auth
    if login is not None:
        options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=unquote(login))
    return urllib3.ProxyManager(proxy, **options)


def _request_target(
    base_url: str,
    pools: urllib3.PoolManager,
) -> str:
    """Return the path of the address; the whole address for a proxy without a tunnel."""
    address = parse_url(base_url)
    if pools.proxy is not None and address.scheme == "http":
        return base_url
    return address.path or "/"


def _broke_off(error: HTTPError) -> ConnectionError:
    return ConnectionError(f"the call to Slack broke off: {type(error).__name__}")


def _read(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        data: dict[str, Any] = loads(answer.data)
    except ValueError:
        # A proxy, for example, answers with a page of its own.
        return {
            "ok": False,
            "error": "unreadable_answer",
        }
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
