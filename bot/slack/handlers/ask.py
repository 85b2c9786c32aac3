"""Asking from Slack: the command, the shortcuts and the form."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import HelpClipError, Invalid, NotFound, Unavailable
from bot.rules.numbers import whole_number
from bot.rules.reasons import MAX_REASON
from bot.rules.requests.spans import parse_command
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery, build_notice
from bot.slack.payloads import input_in, list_in, object_in, text_in
from bot.text import text
from bot.text.requests import difficulty_label
from bot.usecases.people.learning import explain
from bot.usecases.requests import ask, ask_form
from bot.usecases.requests.ask import Asked
from bot.usecases.requests.ask_form import AskForm
from bot.usecases.requests.asking import ask_anew
from bot.usecases.requests.choose_span import Typed, WordOption
from storage.records import Difficulty, Person, RequestState, Span

_MASKED = "▒▒▒"
_MAX_CLIP = 128
_MAX_SPAN = 40
# How many of the words that the recogniser doubted most are marked.
_DOUBTED_WORDS = 3
_LOOKS_LIKE_A_CLIP = re.compile(r"\b[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+\b")


def open_form_for_command(delivery: SlackDelivery) -> None:
    """Open the form for `/help-clip [clip] [span]`, with these values filled in."""
    typed = delivery.payload.get("text", "")
    if typed.strip().lower() in {"help", "?"}:
        delivery.answer_command(_usage())
        return
    clip_id, span = parse_command(typed)
    _open_form(delivery, clip_id, span)


def _usage() -> str:
    return text(
        "requests.ask_form.usage",
        command=blocks.code("/help-clip"),
        example=blocks.code("/help-clip en-us-0001"),
        example_with_span=blocks.code("/help-clip en-us-0001 1.2-1.9"),
    )


def open_empty_form(delivery: SlackDelivery) -> None:
    """Open the empty form for the global shortcut and the button of Home."""
    _open_form(delivery, None)


def open_form_for_message(delivery: SlackDelivery) -> None:
    """Open the form for the clip that a message mentions; else an empty one."""
    message = delivery.payload.get("message", {})
    mentioned = _LOOKS_LIKE_A_CLIP.search(message.get("text", ""))
    clip_id = None
    if mentioned is not None:
        clip_id = mentioned.group()
    _open_form(delivery, clip_id)


def show_words_of_clip(delivery: SlackDelivery) -> None:
    """Show the words of the clip in the form, and keep everything else typed there."""
    view = delivery.payload["view"]
    typed = read_form(view)

    def show() -> None:
        ask_form.keep_draft(delivery.services, delivery.act, typed)
        clip_id = typed.clip.strip() or None
        try:
            form = ask_form.prepare(delivery.services, delivery.act, clip_id)
        except HelpClipError as error:
            typed_form = ask_form.prefill(delivery.services, delivery.act, clip_id)
            problem = _explain(delivery, error)
            _update(delivery, view, build_form(typed_form, problem))
            return
        _update(delivery, view, build_form(form))

    delivery.background.run(show)
    delivery.ack()


def _open_form(
    delivery: SlackDelivery,
    clip_id: str | None,
    span: Span | None = None,
) -> None:
    """Open the form, then read the clip: its source may take longer than Slack waits.

    Words are added to the open window. A refusal takes the form's place there.
    """
    form = ask_form.prefill(delivery.services, delivery.act, clip_id, span)
    view = delivery.open_window(build_form(form))
    if clip_id is not None:
        delivery.background.run(lambda: _show_words(delivery, view, clip_id, span))
    delivery.ack()


def _show_words(
    delivery: SlackDelivery,
    view: Block,
    clip_id: str,
    span: Span | None,
) -> None:
    """Show the clip's words in an open form, or a refusal in its place.

    An id that can be mended keeps the form, with the problem beside its field.
    """
    try:
        form = ask_form.prepare(delivery.services, delivery.act, clip_id, span)
    except Unavailable:
        # The form works without words too.
        return
    except (NotFound, Invalid) as error:
        typed = ask_form.prefill(delivery.services, delivery.act, clip_id, span)
        _update(delivery, view, build_form(typed, str(error)))
        return
    except HelpClipError as error:
        refusal = blocks.section(blocks.escape(_explain(delivery, error)))
        _update(delivery, view, build_notice([refusal]))
        return
    if span is None:
        _update(delivery, view, build_form(form))


def _explain(delivery: SlackDelivery, error: HelpClipError) -> str:
    """Return the sentence for an error that no listener sees: the work is apart."""
    return str(explain(delivery.services, delivery.act, error))


def _update(
    delivery: SlackDelivery,
    view: Block,
    shown: Block,
) -> None:
    """Show other content in an open window, unless it was changed meanwhile."""
    delivery.client.views_update(
        view_id=view["id"],
        hash=view["hash"],
        view=shown,
    )


def submit_form(delivery: SlackDelivery) -> None:
    """Ask or join, then show the next step in the same window."""
    typed = read_form(delivery.payload["view"])
    try:
        asked = ask.ask(delivery.services, delivery.act, typed)
    except Invalid as error:
        view = delivery.payload["view"]
        if error.field != ask_anew.FIELD or _has_reason_field(view):
            raise
        shown = _with_reason_field(view, str(error))
    else:
        shown = build_confirmation(asked, delivery.act.actor)
    delivery.ack(response_action="update", view=shown)


def _has_reason_field(view: Block) -> bool:
    return any(block.get("block_id") == ask_anew.FIELD for block in view["blocks"])


def _with_reason_field(view: Block, notice: str) -> Block:
    """Return the form as it is, with the outcome and the field for a reason on top."""
    reason = blocks.field(
        ask_anew.FIELD,
        text("requests.ask_anew.reason"),
        blocks.text_input(max_length=MAX_REASON),
        hint=text("requests.ask_anew.reason_hint"),
        optional=True,
    )
    outcome = blocks.section(blocks.escape(notice))
    return blocks.modal(
        "ask",
        text("requests.ask_form.title"),
        [outcome, reason, *view["blocks"]],
        submit=text("common.button.ask"),
        close=text("slack.button.cancel"),
        private_metadata=view.get("private_metadata", ""),
    )


def open_notice(
    delivery: SlackDelivery,
    sentence: str,
) -> None:
    """Show a sentence in a window of its own, for a person without a channel."""
    notice = build_notice([blocks.section(blocks.escape(sentence))])
    view = object_in(delivery.payload, "view")
    if view.get("type") == "modal":
        trigger_id = delivery.payload["trigger_id"]
        delivery.client.views_push(trigger_id=trigger_id, view=notice)
    else:
        delivery.open_window(notice)


def build_form(form: AskForm, problem: str = "") -> Block:
    """Return the form as a window, with a problem of the clip beside its field."""
    fields = [_clip_field(form.typed)]
    if problem:
        fields.append(blocks.section(f":warning: {blocks.escape(problem)}"))
    if form.words:
        fields.append(_word_field(form))
    fields.append(_span_field(form))
    fields.append(_difficulty_field(form.typed))
    fields.append(_guess_field(form.typed))
    fields.append(blocks.context(text("requests.ask_form.privacy")))
    return blocks.modal(
        "ask",
        text("requests.ask_form.title"),
        fields,
        submit=text("common.button.ask"),
        close=text("slack.button.cancel"),
        private_metadata=json.dumps({"loaded": form.clip_id}),
    )


def _clip_field(typed: Typed) -> Block:
    placeholder = text("requests.ask_form.clip_placeholder")
    return blocks.field(
        "clip",
        text("requests.ask_form.clip"),
        blocks.text_input(typed.clip, placeholder, _MAX_CLIP, on_enter=True),
        hint=text("requests.ask_form.clip_hint"),
        dispatch=True,
    )


def _word_field(form: AskForm) -> Block:
    options = _word_options(form.words)
    chosen = str(form.typed.first_word)
    initial = None
    for option in options:
        if option["value"] == chosen:
            initial = option
    placeholder = text("requests.ask_form.word_placeholder")
    return blocks.field(
        "word",
        text("requests.ask_form.word"),
        blocks.select(options, placeholder, initial),
        optional=True,
    )


def _word_options(words: Sequence[WordOption]) -> list[Block]:
    """Return the words in the order of speech, each between its neighbours.

    `words` begin with those that the recogniser doubted most; these are marked.
    """
    by_index = {word.index: word for word in words}
    first = words[:_DOUBTED_WORDS]
    doubted = {word.index for word in first if word.confidence is not None}
    in_order = sorted(words, key=lambda word: word.span.start_ms)
    options = []
    for word in in_order:
        shown = _between_neighbours(word, by_index)
        label = _word_label(word, shown, is_doubted=word.index in doubted)
        options.append(blocks.option(label, str(word.index)))
    return options


def _between_neighbours(
    word: WordOption,
    by_index: Mapping[int, WordOption],
) -> str:
    """Return the word as `set [a] timer`; a neighbour that is not known is left out."""
    shown = [f"[{word.text or _MASKED}]"]
    before = by_index.get(word.index - 1)
    after = by_index.get(word.index + 1)
    if before is not None:
        shown.insert(0, before.text or _MASKED)
    if after is not None:
        shown.append(after.text or _MASKED)
    return " ".join(shown)


def _word_label(
    word: WordOption,
    shown: str,
    *,
    is_doubted: bool,
) -> str:
    start = f"{word.span.start_ms / 1000:.2f}"
    end = f"{word.span.end_ms / 1000:.2f}"
    if not is_doubted or word.confidence is None:
        return text(
            "requests.ask_form.word_option",
            word=shown,
            start=start,
            end=end,
        )
    return text(
        "requests.ask_form.word_option_sure",
        word=f"❓ {shown}",
        start=start,
        end=end,
        percent=round(word.confidence * 100),
    )


def _span_field(form: AskForm) -> Block:
    label = text("requests.ask_form.span")
    if form.words:
        label = text("requests.ask_form.span_instead")
    placeholder = text("requests.ask_form.span_placeholder")
    return blocks.field(
        "span",
        label,
        blocks.text_input(form.typed.seconds, placeholder, _MAX_SPAN),
        optional=bool(form.words),
    )


def _difficulty_field(typed: Typed) -> Block:
    options = []
    chosen = []
    for difficulty in Difficulty:
        option = blocks.option(difficulty_label(difficulty), difficulty)
        options.append(option)
        if difficulty in typed.difficulties:
            chosen.append(option)
    return blocks.field(
        "difficulty",
        text("requests.ask_form.difficulties"),
        blocks.checkboxes(options, chosen),
        optional=True,
    )


def _guess_field(typed: Typed) -> Block:
    return blocks.field(
        "guess",
        text("requests.ask_form.guess"),
        blocks.text_input(typed.guess, max_length=ask.MAX_GUESS),
        hint=text("requests.ask_form.guess_hint"),
        optional=True,
    )


def build_confirmation(
    asked: Asked,
    actor: Person,
) -> Block:
    """Return the window that replaces the form once the request is asked."""
    name = blocks.bold(asked.request.name)
    if asked.appealed:
        sentence = text("requests.ask_anew.appealed", request=name)
    elif asked.request.state is RequestState.WAITING and not asked.joined:
        sentence = text("requests.ask_form.waits", request=name)
    elif not asked.joined:
        desk = blocks.escape(asked.desk.name)
        sentence = text("requests.ask_form.asked", request=name, desk=desk)
    elif asked.request.asker == actor:
        sentence = text("requests.ask_form.asked_already", request=name)
    else:
        sentence = text("requests.ask_form.joined", request=name)
    title = text("requests.ask_form.asked_title")
    return blocks.modal("asked", title, [blocks.section(sentence)])


def read_form(view: dict[str, Any]) -> Typed:
    """Return the present values of the form."""
    clip = text_in(input_in(view, "clip"), "value")
    boxes = list_in(input_in(view, "difficulty"), "selected_options")
    return Typed(
        clip=clip,
        first_word=_chosen_word(view, clip),
        seconds=text_in(input_in(view, "span"), "value"),
        difficulties=tuple(Difficulty(box["value"]) for box in boxes),
        guess=text_in(input_in(view, "guess"), "value"),
        anew=text_in(input_in(view, ask_anew.FIELD), "value"),
    )


def _chosen_word(
    view: dict[str, Any],
    clip: str,
) -> int | None:
    """Return the index of the chosen word; None if it is a word of another clip."""
    metadata = json.loads(view.get("private_metadata") or "{}")
    if metadata.get("loaded") != clip.strip():
        return None
    option = object_in(input_in(view, "word"), "selected_option")
    if not option:
        return None
    return whole_number(option.get("value"))
