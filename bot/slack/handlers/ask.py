"""Asking from Slack: the command, the shortcuts and the modal."""

import json
import re
from typing import Any

from bot.rules.requests.spans import parse_command
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.text.shared import DIFFICULTIES
from bot.usecases.requests import ask
from bot.usecases.requests.ask import Asked, AskForm
from bot.usecases.requests.choose_span import Typed, WordOption
from storage.records import Difficulty, Person

_MASKED = "▒▒▒"
HOW_TO_ASK = (
    "Type `/help-clip` and the clip's id, such as `/help-clip en-us-0001`; if you know where the "
    "word is, its seconds too: `/help-clip en-us-0001 1.2-1.9`. `/help-clip` alone opens the form."
)
_LOOKS_LIKE_A_CLIP = re.compile(r"\b[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+\b")


def on_command(delivery: SlackDelivery) -> None:
    """`/help-clip [clip] [span]`: open the form with what is known filled in."""
    if delivery.payload.get("text", "").strip().lower() in {"help", "?"}:
        delivery.answer(HOW_TO_ASK)
        return
    clip_id, span = parse_command(delivery.payload.get("text", ""))
    form = ask.prepare(delivery.services, delivery.act, clip_id, span)
    delivery.client.views_open(
        trigger_id=delivery.payload["trigger_id"], view=form_view(form)
    )
    delivery.ack()


def on_shortcut(delivery: SlackDelivery) -> None:
    """The global shortcut and the Home button: an empty form."""
    form = ask.prepare(delivery.services, delivery.act, None)
    delivery.client.views_open(
        trigger_id=delivery.payload["trigger_id"], view=form_view(form)
    )
    delivery.ack()


def on_message_shortcut(delivery: SlackDelivery) -> None:
    """The message shortcut: the form for the clip the message mentions, else an empty
    one.
    """
    mentioned = _LOOKS_LIKE_A_CLIP.search(
        delivery.payload.get("message", {}).get("text", "")
    )
    form = ask.prepare(
        delivery.services, delivery.act, mentioned.group() if mentioned else None
    )
    delivery.client.views_open(
        trigger_id=delivery.payload["trigger_id"], view=form_view(form)
    )
    delivery.ack()


def on_clip_entered(delivery: SlackDelivery) -> None:
    """Enter in the clip field: show that clip's words, keep everything else."""
    view = delivery.payload["view"]
    typed = typed_in(view)
    ask.keep_draft(delivery.services, delivery.act, typed)
    form = ask.prepare(delivery.services, delivery.act, typed.clip.strip() or None)
    delivery.client.views_update(
        view_id=view["id"], hash=view["hash"], view=form_view(form)
    )
    delivery.ack()


def on_submit(delivery: SlackDelivery) -> None:
    """The form was sent: ask or join, then say what happens next in the same window."""
    asked = ask.ask(delivery.services, delivery.act, typed_in(delivery.payload["view"]))
    delivery.ack(response_action="update", view=asked_view(asked, delivery.act.actor))


def open_notice(delivery: SlackDelivery, text: str) -> None:
    """Say something to a person in a window of its own, where there is no channel to
    say it.
    """
    view = blocks.modal("notice", "help-clip", [blocks.section(blocks.escape(text))])
    if "view" in delivery.payload and delivery.payload["view"].get("type") == "modal":
        delivery.client.views_push(trigger_id=delivery.payload["trigger_id"], view=view)
    else:
        delivery.client.views_open(trigger_id=delivery.payload["trigger_id"], view=view)


def form_view(form: AskForm) -> Block:
    """The ask form."""
    typed = form.typed
    fields = [
        blocks.field(
            "clip",
            "Clip",
            blocks.text_input(
                typed.clip, "its id in your work tool", 128, on_enter=True
            ),
            hint="Press Enter to choose among its words.",
            dispatch=True,
        )
    ]
    if form.words:
        options = [_word_option(word) for word in form.words]
        initial = next(
            (o for o in options if o["value"] == str(typed.first_word)), None
        )
        fields.append(
            blocks.field(
                "word",
                "Which word is muddled?",
                blocks.select(options, "the least certain first", initial),
                optional=True,
            )
        )
    fields.append(
        blocks.field(
            "span",
            "Or where is it, in seconds?" if form.words else "Where is it, in seconds?",
            blocks.text_input(typed.seconds, "1.2-1.9", 40),
            optional=bool(form.words),
        )
    )
    difficulties = [blocks.option(label, kind) for kind, label in DIFFICULTIES.items()]
    chosen = [o for o in difficulties if o["value"] in typed.difficulties]
    fields += [
        blocks.field(
            "difficulty",
            "What makes it hard?",
            blocks.checkboxes(difficulties, chosen),
            optional=True,
        ),
        blocks.field(
            "guess",
            "Your own guess",
            blocks.text_input(typed.guess, max_length=ask.MAX_GUESS),
            hint="Sealed until it is settled, so it sways nobody.",
            optional=True,
        ),
        blocks.context(
            "Colleagues hear only this word and up to 2 s around it, with other words masked "
            "and the voice disguised. Every listen is on record."
        ),
    ]
    return blocks.modal(
        "ask",
        "Ask about a word",
        fields,
        submit="Ask",
        close="Cancel",
        private_metadata=json.dumps({"loaded": form.clip_id}),
    )


def asked_view(asked: Asked, actor: Person) -> Block:
    """What the asker sees after asking."""
    name = asked.request.name
    if asked.joined and asked.request.asker == actor:
        text = f"You ask about this word already: *{name}*. You will be told when it settles."
    elif asked.joined:
        text = (
            f"*{name}* already asks about this word, so you have joined it. "
            "You will be told when it settles."
        )
    else:
        text = (
            f"*{name}* is on its way to {blocks.escape(asked.desk.name)}. "
            "You will be mentioned once, when it settles."
        )
    return blocks.modal("asked", "Asked", [blocks.section(text)])


def typed_in(view: dict[str, Any]) -> Typed:
    """What is in the form now."""
    values = view["state"]["values"]
    word = (values.get("word", {}).get("word", {}) or {}).get("selected_option")
    clip = values["clip"]["clip"].get("value") or ""
    loaded = json.loads(view.get("private_metadata") or "{}").get("loaded")
    boxes = (
        values.get("difficulty", {}).get("difficulty", {}).get("selected_options") or []
    )
    return Typed(
        clip=clip,
        # Words belong to the clip they were loaded for; another clip's choice means
        # nothing.
        first_word=int(word["value"]) if word and loaded == clip.strip() else None,
        seconds=values["span"]["span"].get("value") or "",
        difficulties=tuple(Difficulty(box["value"]) for box in boxes),
        guess=values["guess"]["guess"].get("value") or "",
    )


def _word_option(word: WordOption) -> Block:
    sure = "" if word.confidence is None else f", {round(word.confidence * 100)} % sure"
    text = word.text or _MASKED
    at = f"{word.span.start_ms / 1000:.2f}-{word.span.end_ms / 1000:.2f} s"
    return blocks.option(f"{text}  ({at}{sure})", str(word.index))
