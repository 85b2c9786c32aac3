"""Slack's deliveries over HTTP: the signature is checked before anything is parsed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.text import text

# Reads a body, or returns the answer to a body that is too large or too slow.
ReadWhole = Callable[[Scope, Receive], Awaitable[list[Message] | Response]]


def slack_deliveries(
    app: App,
    signing_secrets: Sequence[str],
    read_whole: ReadWhole,
) -> ASGIApp:
    """Return the ASGI application for Slack's deliveries.

    It skips the middleware that only browsers need, because Slack limits the time to
    acknowledge. A delivery is signed with one of `signing_secrets`. `read_whole` reads
    a body within the limits of size and time.
    """
    verifiers = [SignatureVerifier(secret) for secret in signing_secrets]

    async def deliveries(
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        response = _post_only()
        if scope["method"] == "POST":
            read = await read_whole(scope, receive)
            if isinstance(read, Response):
                response = read
            else:
                response = await _answer(app, verifiers, scope, read)
        await response(scope, receive, send)

    return deliveries


def _post_only() -> Response:
    sentence = text("slack.delivery.post_only")
    return PlainTextResponse(sentence, 405, {"allow": "POST"})


async def _answer(
    app: App,
    verifiers: Sequence[SignatureVerifier],
    scope: Scope,
    messages: list[Message],
) -> Response:
    body = b"".join(message.get("body", b"") for message in messages)
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    if not any(_is_signed(verifier, body, headers) for verifier in verifiers):
        return PlainTextResponse(text("slack.delivery.unsigned"), 401)
    query = scope["query_string"].decode("latin-1")
    # Bolt's own ASGI adapters are not used: they parse and dispatch in the event loop.
    return await run_in_threadpool(
        _dispatch,
        app,
        body,
        query,
        headers,
    )


def _is_signed(
    verifier: SignatureVerifier,
    body: bytes,
    headers: Mapping[str, str],
) -> bool:
    try:
        return verifier.is_valid_request(body, dict(headers))
    except ValueError:
        # The timestamp is no number, or the body is no UTF-8 text.
        return False


def _dispatch(
    app: App,
    body: bytes,
    query: str,
    headers: Mapping[str, str],
) -> Response:
    try:
        delivery = BoltRequest(
            body=body.decode("utf-8"),
            query=query,
            headers=dict(headers),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        # Bolt parses JSON and forms without regard to their shape.
        return PlainTextResponse(text("slack.delivery.unreadable"), 400)
    answer = app.dispatch(delivery)
    return Response(answer.body, answer.status, _first_values(answer.headers))


def _first_values(headers: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Return headers with one value each, as Starlette takes them."""
    found = {}
    for name, value in headers.items():
        found[name] = value if isinstance(value, str) else value[0]
    return found
