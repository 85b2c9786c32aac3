"""Whatever people type, Slack shows it as text: it calls nobody and leads nowhere."""

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.outbound.outgoing import Post, SendContext, Update
from bot.slack.outbound.registry import COMPOSERS
from bot.usecases.requests import adjudicate
from storage.records import Answer, Request
from storage.records.outbox import (
    NotifyAsker,
    NotifyLinkTried,
    PostSettledReply,
    RequestPayload,
    UpdateThread,
)
from tests.product import JONAS, LENA, RAVI, Product

CALLS = "<!channel> <!here> <@U0LEAD001> <#C0HELPENUS> <http://evil.example|lamp> <!subteam^S0LEADS001>"
SIGNS = ("<!channel", "<!here", "<#C0", "<http://evil", "<!subteam")


def markup_in(part: Any) -> list[str]:
    """Return the texts that Slack reads as markup; plain texts are shown as they are."""
    if isinstance(part, list):
        return [found for inner in part for found in markup_in(inner)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "mrkdwn":
        return [part["text"]]
    return [found for inner in part.values() for found in markup_in(inner)]


def settled(product: Product) -> Request:
    """Everything people type is `CALLS`."""
    request = product.open(guess=CALLS)
    with product.services.store.begin() as tx:
        tx.requests.save(request.evolve(channel_id="C0HELPENUS", thread_ts="1.2"))
    product.answer(RAVI, request, CALLS)
    product.answer(JONAS, request, "lamb")
    product.hear(LENA, request)
    adjudicate.adjudicate(
        product.services,
        product.act(LENA),
        request.key,
        answer=Answer.WORDS,
        text=CALLS,
        reason=CALLS,
    )
    return product.request(request)


@pytest.mark.parametrize(
    "payload",
    [
        UpdateThread(request_id=1),
        PostSettledReply(request_id=1),
        NotifyAsker(request_id=1, user_id=RAVI),
        NotifyLinkTried(request_id=1, asker_id=RAVI, visitor_id=JONAS),
    ],
    ids=lambda payload: type(payload).__name__,
)
def test_what_people_typed_calls_nobody(
    product: Product, payload: RequestPayload
) -> None:
    request = settled(product)
    context = SendContext(services=product.services, now=product.now)
    about_it = replace(payload, request_id=request.id)
    message = COMPOSERS.compose(context, about_it)
    assert isinstance(message, Post | Update)
    said = "\n".join([message.text, *markup_in(message.blocks)])
    for sign in SIGNS:
        assert sign not in said
    assert RAVI not in message.text, "a notification names nobody"
