"""`/clip-audit`: questions to the access log, answered to the asker alone."""

import json
from urllib.parse import urlencode

from slack_sdk.webhook import WebhookClient

from bot.slack import blocks
from bot.slack.blocks import Block, Content, code, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import audit_form
from bot.slack.handlers.request_buttons import page_button
from bot.text import text
from bot.usecases.audit.parse_query import parse_words, read_question
from bot.usecases.audit.query import AuditAnswer, query_audit
from storage.audit.announced import Published
from storage.audit.query.formats import setting_words
from storage.records import Outcome, RecordedEvent

_ROWS = 15
_MARKS = {
    Outcome.DENIED: ":no_entry:",
    Outcome.FAILED: ":warning:",
}
_NOT_IN_ADDRESS = {"limit", "cursor"}


def answer_query(delivery: SlackDelivery) -> None:
    """Answer the question of the command; without a question, open the form."""
    question, _, reason = delivery.payload.get("text", "").partition(" because ")
    if not question.strip():
        audit_form.open_form(delivery)
        return
    if question.strip() == "help":
        delivery.answer_command(_usage())
        return
    filters = parse_words(question)
    summary, shown = _answer(delivery, filters, reason.strip())
    delivery.answer_command(summary, shown)


def _usage() -> str:
    return text(
        "audit.answer.usage",
        me=code("me"),
        request=code("HC-1042"),
        person=code("@person because ..."),
        clip=code("clip=ID"),
        denied=code("denied"),
        heard=code("heard"),
        since=code("since=7d"),
        until=code("until=2026-03-31"),
    )


def submit_form(delivery: SlackDelivery) -> None:
    """Answer the question of the form."""
    view = delivery.payload["view"]
    form = audit_form.read_form(view)
    summary, shown = _answer(delivery, form.filters, form.reason)
    audit_form.answer_form(view, summary, shown)
    delivery.ack()


def turn_page(delivery: SlackDelivery) -> None:
    """Show another page in the same message; it is another question on record."""
    value = json.loads(delivery.button_value)
    summary, shown = _answer(delivery, value["filters"], value["reason"] or "")
    delivery.ack()
    WebhookClient(delivery.payload["response_url"]).send(
        text=summary,
        blocks=shown,
        response_type="ephemeral",
        replace_original=True,
    )


def build_checkpoint(found: Published) -> Content:
    """Return the checkpoint for the auditors: a signed text with only size and hash."""
    command = code("help-clip audit verify --checkpoint FILE")
    size = blocks.bold(f"{found.size:,}")
    keep = text("audit.checkpoint.keep", size=size, command=command)
    return text("audit.checkpoint.summary"), [
        blocks.section(keep),
        blocks.literal(found.note),
    ]


def _answer(
    delivery: SlackDelivery,
    filters: dict[str, str],
    reason: str,
) -> Content:
    filters = {
        **filters,
        "limit": str(_ROWS),
    }
    question = read_question(
        filters,
        team_id=delivery.services.team_id,
        now=delivery.act.now,
        me=delivery.act.actor,
    )
    answer = query_audit(delivery.services, delivery.act, question, reason or None)
    n_events = len(answer.page.events)
    summary = text("audit.answer.nothing")
    if n_events > 0:
        summary = text("audit.answer.events", count=n_events)
    return summary, _build_answer(delivery, answer, filters, reason)


def _build_answer(
    delivery: SlackDelivery,
    answer: AuditAnswer,
    filters: dict[str, str],
    reason: str,
) -> list[Block]:
    lines = [_describe(event) for event in answer.page.events]
    if not lines:
        lines = [text("audit.answer.nothing")]
    asked_as = text("audit.answer.asked_as", event=answer.asked_as)
    buttons = _page_buttons(answer, filters, reason)
    buttons.append(_log_button(delivery, filters))
    return [
        blocks.context(asked_as),
        blocks.section("\n".join(lines)),
        blocks.actions(*buttons),
    ]


def _page_buttons(
    answer: AuditAnswer,
    filters: dict[str, str],
    reason: str,
) -> list[Block]:
    cursors = {
        "earlier": answer.page.previous_cursor,
        "more": answer.page.next_cursor,
    }
    buttons = []
    for name, cursor in cursors.items():
        if cursor is None:
            continue
        turned = {
            "filters": {
                **filters,
                "cursor": cursor,
            },
            "reason": reason,
        }
        label = text(f"audit.turn.{name}")
        action_id = f"audit_page:{name[0]}"
        buttons.append(blocks.button(label, action_id, value=json.dumps(turned)))
    return buttons


def _log_button(
    delivery: SlackDelivery,
    filters: dict[str, str],
) -> Block:
    kept = {}
    for name, value in filters.items():
        if name not in _NOT_IN_ADDRESS:
            kept[name] = value
    url = f"{delivery.services.public_url}/audit?{urlencode(kept)}"
    return page_button(text("common.button.open_log"), url)


def _describe(recorded: RecordedEvent) -> str:
    """Return one line for an event, with two spaces between its parts."""
    event = recorded.event
    actor = text("slack.window.notice")
    if event.actor is not None:
        actor = blocks.mention(event.actor.user_id)
    parts = [
        event.at.strftime("%d %b %H:%M:%S"),
        actor,
        code(event.action),
        event.request or "",
    ]
    if event.outcome is not Outcome.ALLOWED:
        outcome = text(f"audit.outcome.{event.outcome}")
        parts.append(f"{_MARKS[event.outcome]} {outcome}")
        if event.rule:
            parts.append(f"({escape(event.rule)})")
    parts.append(escape(setting_words(event.setting)))
    played_ms = event.numbers.get("played_ms")
    if played_ms is not None:
        seconds = f"{played_ms / 1000:.1f}"
        parts.append(text("audit.page.seconds", seconds=seconds))
    return "  ".join(part for part in parts if part)
