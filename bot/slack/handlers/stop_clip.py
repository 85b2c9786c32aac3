"""Stop - distressing: one press, and the answer to the reporter."""

from bot.slack import blocks
from bot.slack.blocks import Block, Content, bold
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import care
from bot.slack.payloads import input_in, text_in
from bot.text import text
from bot.text.cases import severity_label
from bot.usecases.distress import bundles, stop_clip
from bot.usecases.distress.bundles import BundleNow
from storage.records import Case, Severity, StopReason

_MAX_CLIP = 128
_GRADES = (Severity.DANGER, Severity.SERIOUS, Severity.UPSETTING)


def stop_request(delivery: SlackDelivery) -> None:
    """Stop the recording of a request at one press, without a question."""
    stopped = stop_clip.stop(delivery.services, delivery.act, delivery.button_value)
    delivery.ack()
    stop = text("distress.stop.done")
    delivery.reply_privately(stop, build_answer(stopped.case))


def stop_named_clip(delivery: SlackDelivery) -> None:
    """Stop the clip of `/clip-distress CLIP`, or open the form that asks for it."""
    named = delivery.payload.get("text", "").strip()
    if not named:
        open_stop_form(delivery)
        return
    stopped = stop_clip.stop_clip(delivery.services, delivery.act, named)
    stop = text("distress.stop.done")
    delivery.answer_command(stop, build_answer(stopped.case))


def open_stop_form(delivery: SlackDelivery) -> None:
    """Open the form that asks which recording to stop."""
    delivery.open_window(build_stop_form())
    delivery.ack()


def submit_stop_form(delivery: SlackDelivery) -> None:
    """Stop the clip that the form names."""
    named = text_in(input_in(delivery.payload["view"], "clip"), "value")
    stopped = stop_clip.stop_clip(delivery.services, delivery.act, named)
    title = text("distress.stop.done_title")
    view = blocks.modal("stopped", title, build_answer(stopped.case))
    delivery.ack(response_action="update", view=view)


def explain_stops(delivery: SlackDelivery) -> None:
    """Record the reporter's answer about stops of recordings not heard here."""
    action_id = delivery.payload["actions"][0]["action_id"]
    reason = StopReason(action_id.partition(":")[2])
    bundles.explain_stops(
        delivery.services,
        delivery.act,
        delivery.button_value,
        reason,
    )
    delivery.ack()
    delivery.reply_privately(text(f"distress.stops_explained.{reason}"))


def build_question(found: BundleNow) -> Content:
    """Return the private question to the reporter of a bundle."""
    reasons = []
    for reason in StopReason:
        label = text(f"distress.stop_reason.{reason}")
        reasons.append(
            blocks.button(label, f"explain_stops:{reason}", value=found.bundle.key)
        )
    question = text("distress.stops_question.question", count=len(found.cases))
    return text("distress.stops_question.summary"), [
        blocks.section(question),
        blocks.actions(*reasons),
        blocks.context(text("distress.stops_question.optional")),
    ]


def build_stop_form() -> Block:
    """Return the form that asks which recording to stop."""
    placeholder = text("distress.stop.placeholder")
    field = blocks.field(
        "clip",
        text("distress.stop.which"),
        blocks.text_input(placeholder=placeholder, max_length=_MAX_CLIP),
        hint=text("distress.stop.hint"),
    )
    return blocks.modal(
        "stop_clip",
        text("distress.stop.title"),
        [field],
        submit=text("slack.button.stop_it"),
        close=text("slack.button.cancel"),
    )


def build_answer(case: Case) -> list[Block]:
    """Return the answer to the reporter, with offers that need no reply."""
    grades = []
    for severity in _GRADES:
        label = severity_label(severity)
        grades.append(blocks.button(label, f"grade:{severity}", value=case.key))
    return [
        blocks.section(bold(text("distress.stop.done"))),
        blocks.context(text("distress.stop.grade")),
        blocks.actions(*grades),
        *care.build_offer(case.key),
    ]
