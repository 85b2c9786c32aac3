"""Signed HTTP delivery to the app's request URL."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx

from bot.sandbox.config import SIGNING_SECRET
from bot.sandbox.transport.outcome import ACK_WITHIN_S, TIMED_OUT, Outcome
from bot.sandbox.types import Json

_USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
_FORM = "application/x-www-form-urlencoded"


def signature(timestamp: int, body: bytes) -> str:
    """Return `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<body>`.

    Source: the page "Verifying requests from Slack".
    """
    base = f"v0:{timestamp}:".encode() + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """Return body and content type: JSON for events, a form for everything else."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "slash_commands":
        return urlencode(payload).encode(), _FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), _FORM


async def deliver(
    url: str,
    kind: str,
    payload: Json,
    timestamp: int,
    retry: tuple[int, str] | None,
) -> Outcome:
    """POST one payload and return the app's answer; `retry` is number and reason."""
    body, content_type = encode(kind, payload)
    headers = {
        "Content-Type": content_type,
        "User-Agent": _USER_AGENT,
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature(timestamp, body),
    }
    if retry is not None:
        number, reason = retry
        headers["X-Slack-Retry-Num"] = str(number)
        headers["X-Slack-Retry-Reason"] = reason
    try:
        return _outcome_of(await _post(url, body, headers))
    except httpx.TimeoutException:
        return TIMED_OUT
    except httpx.TooManyRedirects:
        return Outcome("http_service_error", "too_many_redirects")
    except httpx.InvalidURL:
        return Outcome("dispatch_failed", "unknown_error")
    except httpx.TransportError as problem:
        return Outcome("dispatch_failed", _failure_reason(problem))


async def _post(
    url: str,
    body: bytes,
    headers: dict[str, str],
) -> httpx.Response:
    async with httpx.AsyncClient(
        timeout=ACK_WITHIN_S,
        # The address is on this machine: a proxy of the environment is not for it.
        trust_env=False,
        follow_redirects=True,
        max_redirects=2,
    ) as client:
        return await client.post(url, content=body, headers=headers)


def _failure_reason(problem: httpx.TransportError) -> str:
    if "SSL" in str(problem):
        return "ssl_error"
    return "connection_failed"


def _outcome_of(response: httpx.Response) -> Outcome:
    if not response.is_success:
        return _refusal(response)
    if "json" in response.headers.get("content-type", ""):
        try:
            return Outcome(body=response.json())
        except ValueError:
            return Outcome(body=response.text)
    return Outcome(body=response.text or None)


def _refusal(response: httpx.Response) -> Outcome:
    error = "http_service_error"
    if response.is_client_error:
        error = "http_client_error"
    # Only an app that refuses a payload sends this header.
    no_retry = response.headers.get("X-Slack-No-Retry") == "1"
    return Outcome(error, "http_error", no_retry=no_retry)
