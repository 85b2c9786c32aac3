"""`/clip-audit` without a question: a form, answered where the command was typed."""

import json
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.errors import Unavailable
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.slack.payloads import input_in, text_in
from bot.text import text
from bot.usecases.audit.query import MAX_REASON

CALLBACK = "audit"
# The most frequent questions, as filters (bot/usecases/audit/parse_query.py).
_QUESTIONS: dict[str, dict[str, str]] = {
    "everything": {},
    "heard": {"action": "heard"},
    "denied": {"outcome": "denied"},
    "unusual": {"unusual": "yes"},
    "log": {"action": "log"},
}
# The typed filters, with the greatest length of each.
_TYPED = {
    "request": 24,
    "clip": 128,
    "since": 32,
    "until": 32,
}


@dataclass(frozen=True, kw_only=True)
class FilledForm:
    """The question of a form: its filters, and the reason for it."""

    filters: dict[str, str]
    reason: str


def open_form(delivery: SlackDelivery) -> None:
    """Open the form, which remembers where to answer."""
    delivery.open_window(build_form(delivery.payload["response_url"]))
    delivery.ack()


def build_form(response_url: str) -> Block:
    """Return the form. Slack keeps its typed values while an error is shown."""
    fields = [
        _question_field(),
        _typed_field("request"),
        _typed_field("clip"),
        _person_field(),
        _typed_field("since"),
        _typed_field("until"),
        _reason_field(),
        blocks.context(text("audit.form.on_record")),
    ]
    return blocks.modal(
        CALLBACK,
        text("audit.form.title"),
        fields,
        submit=text("common.button.ask"),
        close=text("slack.button.cancel"),
        private_metadata=json.dumps({"answer_to": response_url}),
    )


def _question_field() -> Block:
    options = []
    for name in _QUESTIONS:
        options.append(blocks.option(text(f"audit.question.{name}"), name))
    placeholder = text("audit.form.choose")
    return blocks.field(
        "question",
        text("audit.form.question"),
        blocks.select(options, placeholder, options[0]),
    )


def _typed_field(name: str) -> Block:
    placeholder = text(f"audit.form_placeholder.{name}")
    return blocks.field(
        name,
        text(f"audit.form_label.{name}"),
        blocks.text_input("", placeholder, _TYPED[name]),
        optional=True,
    )


def _person_field() -> Block:
    return blocks.field(
        "person",
        text("audit.form.person"),
        blocks.user_select(text("audit.form.any_person")),
        hint=text("audit.form.person_hint"),
        optional=True,
    )


def _reason_field() -> Block:
    placeholder = text("audit.form.reason_placeholder")
    return blocks.field(
        "reason",
        text("audit.form.reason"),
        blocks.text_input("", placeholder, MAX_REASON),
        hint=text("audit.form.reason_hint"),
        optional=True,
    )


def read_form(view: dict[str, Any]) -> FilledForm:
    """Return the question of a filled form."""
    chosen = input_in(view, "question")["selected_option"]["value"]
    filters = dict(_QUESTIONS[chosen])
    for name in _TYPED:
        filters[name] = text_in(input_in(view, name), "value")
    filters["person"] = text_in(input_in(view, "person"), "selected_user")
    reason = text_in(input_in(view, "reason"), "value")
    return FilledForm(
        filters={name: value for name, value in filters.items() if value.strip()},
        reason=reason.strip(),
    )


def answer_form(
    view: dict[str, Any],
    summary: str,
    shown: list[Block],
) -> None:
    """Answer its author where the command was typed.

    Slack accepts answers for half an hour. Raises `Unavailable` after that; the form
    stays as it is.
    """
    url = json.loads(view["private_metadata"])["answer_to"]
    try:
        answer = WebhookClient(url).send(
            text=summary,
            blocks=shown,
            response_type="ephemeral",
        )
        is_accepted = answer.status_code == 200
    except (SlackClientError, OSError):
        is_accepted = False
    if not is_accepted:
        raise Unavailable(text("audit.form.expired"))
