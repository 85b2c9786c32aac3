"""Signed HTTP delivery to the app's request URL."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx

from bot.sandbox.config import SIGNING_SECRET
from bot.sandbox.transport.outcome import ACK_WITHIN_S, TIMED_OUT, Outcome
from bot.sandbox.types import Json


def signature(timestamp: int, body: bytes) -> str:
    """`v0=` and HMAC-SHA256 of `v0:<timestamp>:<body>` ("Verifying requests from
    Slack").
    """
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """Body and content type: JSON for events, a form for everything else."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


async def deliver(
    url: str, kind: str, payload: Json, timestamp: int, retry: tuple[int, str] | None
) -> Outcome:
    """POST one payload and read the acknowledgement."""
    body, content_type = encode(kind, payload)
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature(timestamp, body),
    }
    if retry is not None:
        headers |= {
            "X-Slack-Retry-Num": str(retry[0]),
            "X-Slack-Retry-Reason": retry[1],
        }
    try:
        async with httpx.AsyncClient(
            timeout=ACK_WITHIN_S,
            trust_env=False,
            follow_redirects=True,
            max_redirects=2,
        ) as client:
            return _read(await client.post(url, content=body, headers=headers))
    except httpx.TimeoutException:
        return TIMED_OUT
    except httpx.TooManyRedirects:
        return Outcome("http_service_error", "too_many_redirects")
    except httpx.InvalidURL:
        return Outcome("dispatch_failed", "unknown_error")
    except httpx.TransportError as problem:
        reason = "ssl_error" if "SSL" in str(problem) else "connection_failed"
        return Outcome("dispatch_failed", reason)


def _read(response: httpx.Response) -> Outcome:
    if not response.is_success:
        error = (
            "http_client_error" if response.is_client_error else "http_service_error"
        )
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        return Outcome(error, "http_error", no_retry=no_retry)
    if "json" in response.headers.get("content-type", ""):
        try:
            return Outcome(body=response.json())
        except ValueError:
            return Outcome(body=response.text)
    return Outcome(body=response.text or None)
