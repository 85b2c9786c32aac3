"""`/clip-audit` without a question: a form, answered where the command was typed."""

import json
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.errors import Unavailable
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.usecases.audit.query import MAX_REASON

CALLBACK = "audit"
_EVERYTHING = "everything"
# What is asked most, as filters (bot/usecases/audit/parse_query.py).
_QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {
    _EVERYTHING: ("Everything that happened", {}),
    "heard": ("Who heard it", {"action": "heard"}),
    "denied": ("What was refused", {"outcome": "denied"}),
    "unusual": (
        "Unusual plays: unmasked, less disguised, very long or often",
        {"unusual": "yes"},
    ),
    "log": ("Who asked the log", {"action": "log"}),
}
_TYPED = ("request", "clip", "since", "until")
_DAYS = "2026-03-31, 7d or 24h"


def open_form(delivery: SlackDelivery) -> None:
    """Show the form; it remembers where to answer."""
    form = form_view(delivery.payload["response_url"])
    delivery.client.views_open(trigger_id=delivery.payload["trigger_id"], view=form)
    delivery.ack()


def form_view(response_url: str) -> Block:
    """The form. Slack keeps what is typed in it while an error is shown."""
    options = [blocks.option(label, name) for name, (label, _) in _QUESTIONS.items()]
    fields = [
        blocks.field(
            "question", "What do you ask?", blocks.select(options, "choose", options[0])
        ),
        _text("request", "About a request", "HC-1042", 24),
        _text("clip", "About a recording", "its id", 128),
        blocks.field(
            "person",
            "About what one person did",
            blocks.user_select("anybody"),
            hint="Choose yourself to see your own record; everybody may.",
            optional=True,
        ),
        _text("since", "Since", _DAYS, 32),
        _text("until", "Until, not included", _DAYS, 32),
        _text(
            "reason",
            "Why do you ask?",
            "case 12",
            MAX_REASON,
            hint="Needed for questions about somebody else. It is kept with your question.",
        ),
        blocks.context(
            "Times are UTC. Your question goes on record before it is answered."
        ),
    ]
    return blocks.modal(
        CALLBACK,
        "Ask the access log",
        fields,
        submit="Ask",
        close="Cancel",
        private_metadata=json.dumps({"answer_to": response_url}),
    )


def _text(
    name: str, label: str, placeholder: str, length: int, hint: str | None = None
) -> Block:
    element = blocks.text_input("", placeholder, length)
    return blocks.field(name, label, element, hint=hint, optional=True)


def asked_in(view: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """The filters a filled form means, and the reason given."""
    values = view["state"]["values"]
    chosen = values["question"]["question"]["selected_option"]["value"]
    filters = dict(_QUESTIONS[chosen][1])
    for name in _TYPED:
        filters[name] = values[name][name].get("value") or ""
    filters["person"] = values["person"]["person"].get("selected_user") or ""
    reason = (values["reason"]["reason"].get("value") or "").strip()
    return {
        name: value for name, value in filters.items() if value.strip()
    }, reason or None


def answer_to(view: dict[str, Any], text: str, shown: list[Block]) -> None:
    """Show the answer where the command was typed, to the one who typed it.

    Slack takes answers for half an hour. Raises `Unavailable` after that; the form
    stays as it is.
    """
    url = json.loads(view["private_metadata"])["answer_to"]
    try:
        sent = WebhookClient(url).send(
            text=text, blocks=shown, response_type="ephemeral"
        )
        if sent.status_code == 200:
            return
    except (SlackClientError, OSError):
        pass
    raise Unavailable(
        "Slack takes no answer to this form any more. Type /clip-audit again."
    )
