"""`/clip-audit`: who heard it, what did they do, what happened. Shown to the one who
asked only.
"""

import json
from urllib.parse import urlencode

from slack_sdk.webhook import WebhookClient

from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import audit_form
from bot.usecases.audit.parse_query import parse_words, read_question
from bot.usecases.audit.query import AuditAnswer, query_audit
from storage.audit.announced import Published
from storage.audit.query.formats import setting_words
from storage.records import Outcome, RecordedEvent

_ROWS = 15
_MARKS = {
    Outcome.ALLOWED: "",
    Outcome.DENIED: " :no_entry: denied",
    Outcome.FAILED: " :warning: failed",
}
_HELP = (
    "Ask for `me`, `HC-1042`, `@person because ...`, `clip=ID`, `denied`, `heard`; "
    "add `since=7d` or `until=2026-03-31`. Without anything: a form."
)


def on_query(delivery: SlackDelivery) -> None:
    """First page of what is asked; without a question, the form."""
    asked, _, reason = delivery.payload.get("text", "").partition(" because ")
    if not asked.strip():
        audit_form.open_form(delivery)
        return
    if asked.strip() == "help":
        delivery.answer(_HELP)
        return
    text, shown = _answer(delivery, parse_words(asked), reason.strip() or None)
    delivery.answer(text, shown)


def on_submit(delivery: SlackDelivery) -> None:
    """The form was sent."""
    view = delivery.payload["view"]
    audit_form.answer_to(view, *_answer(delivery, *audit_form.asked_in(view)))
    delivery.ack()


def on_page(delivery: SlackDelivery) -> None:
    """Next or previous: the same message, another page, another question on record."""
    value = json.loads(delivery.payload["actions"][0]["value"])
    text, shown = _answer(delivery, value["filters"], value["reason"])
    delivery.ack()
    WebhookClient(delivery.payload["response_url"]).send(
        text=text, blocks=shown, response_type="ephemeral", replace_original=True
    )


def checkpoint(found: Published) -> tuple[str, list[Block]]:
    """What the auditors' channel is told: a signed text that says nothing but size and
    hash.
    """
    return "Access log checkpoint", [
        blocks.section(
            f"The access log has *{found.size:,}* signed entries. Keep this checkpoint: "
            "`help-clip audit verify --checkpoint FILE` then shows whether anything before it "
            "was changed or cut off."
        ),
        blocks.literal(found.note),
    ]


def _answer(
    delivery: SlackDelivery, filters: dict[str, str], reason: str | None
) -> tuple[str, list[Block]]:
    filters = {**filters, "limit": str(_ROWS)}
    question = read_question(
        filters,
        team_id=delivery.services.team_id,
        now=delivery.act.now,
        me=delivery.act.actor,
    )
    answer = query_audit(delivery.services, delivery.act, question, reason)
    n = len(answer.page.events)
    text = "Nothing on record." if n == 0 else "1 event" if n == 1 else f"{n} events"
    return text, _blocks(delivery, answer, filters, reason)


def _blocks(
    delivery: SlackDelivery,
    answer: AuditAnswer,
    filters: dict[str, str],
    reason: str | None,
) -> list[Block]:
    page = answer.page
    shown: list[Block] = [
        blocks.context(
            f"Your question is event {answer.asked_as} of the log. Times are UTC."
        )
    ]
    lines = [_line(event) for event in page.events]
    shown.append(blocks.section("\n".join(lines) if lines else "Nothing on record."))
    turns = [
        _turn(label, filters, reason, cursor)
        for label, cursor in (
            ("Earlier page", page.previous_cursor),
            ("More", page.next_cursor),
        )
        if cursor is not None
    ]
    where = urlencode(
        {k: v for k, v in filters.items() if k not in ("limit", "cursor")}
    )
    url = f"{delivery.services.public_url}/audit?{where}"
    shown.append(
        blocks.actions(*turns, blocks.button("Open the log", "open_page", url=url))
    )
    return shown


def _turn(
    label: str, filters: dict[str, str], reason: str | None, cursor: str
) -> Block:
    value = json.dumps({"filters": {**filters, "cursor": cursor}, "reason": reason})
    return blocks.button(label, f"audit_page:{label[0].lower()}", value=value)


def _line(recorded: RecordedEvent) -> str:
    event = recorded.event
    who = f"<@{event.actor.user_id}>" if event.actor else "help-clip"
    what = [f"`{event.action}`", event.request or "", _MARKS[event.outcome].strip()]
    if event.outcome is not Outcome.ALLOWED and event.rule:
        what.append(f"({escape(event.rule)})")
    what.append(escape(setting_words(event.setting)))
    played = event.numbers.get("played_ms")
    if played is not None:
        what.append(f"{played / 1000:.1f} s")
    when = event.at.strftime("%d %b %H:%M:%S")
    return f"{when}  {who}  {'  '.join(part for part in what if part)}"
