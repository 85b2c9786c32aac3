"""Stop - distressing: one press, and what the person who pressed is told."""

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import care
from bot.slack.handlers.thread import pressed
from bot.text.shared import SEVERITIES, STOPPED
from bot.usecases.distress import stop_clip
from storage.records import Case, Severity


def on_stop(delivery: SlackDelivery) -> None:
    """One press, no question asked."""
    stopped = stop_clip.stop(delivery.services, delivery.act, pressed(delivery))
    delivery.ack()
    delivery.whisper(STOPPED, after_stop(stopped.case))


def on_distress(delivery: SlackDelivery) -> None:
    """`/clip-distress CLIP`, or the window that asks which."""
    named = delivery.payload.get("text", "").strip()
    if not named:
        delivery.client.views_open(
            trigger_id=delivery.payload["trigger_id"], view=stop_form()
        )
        delivery.ack()
        return
    stopped = stop_clip.stop_clip(delivery.services, delivery.act, named)
    delivery.answer(STOPPED, after_stop(stopped.case))


def on_stop_from_home(delivery: SlackDelivery) -> None:
    """The button of App Home."""
    delivery.client.views_open(
        trigger_id=delivery.payload["trigger_id"], view=stop_form()
    )
    delivery.ack()


def on_submit(delivery: SlackDelivery) -> None:
    """The window says which clip."""
    named = (
        delivery.payload["view"]["state"]["values"]["clip"]["clip"].get("value") or ""
    )
    stopped = stop_clip.stop_clip(delivery.services, delivery.act, named)
    delivery.ack(response_action="update", view=notice(after_stop(stopped.case)))


def stop_form() -> Block:
    """Which recording?"""
    return blocks.modal(
        "stop_clip",
        "Stop a recording",
        [
            blocks.field(
                "clip",
                "Which one?",
                blocks.text_input(
                    placeholder="HC-1042, or the clip's id", max_length=128
                ),
                hint="Nobody will be able to hear it. You need not say why.",
            )
        ],
        submit="Stop it",
        close="Cancel",
    )


def notice(shown: list[Block]) -> Block:
    """What is said after a stop, in a window."""
    return blocks.modal("stopped", "Stopped", shown)


def after_stop(case: Case) -> list[Block]:
    """The answer to a press: it is over, and what may be said or done, but need not."""
    graded = (Severity.DANGER, Severity.SERIOUS, Severity.UPSETTING)
    return [
        blocks.section(f"*{STOPPED}*"),
        blocks.context("Only if you want to say more:"),
        blocks.actions(
            *(
                blocks.button(SEVERITIES[s], f"grade:{s}", value=case.key)
                for s in graded
            )
        ),
        *care.after_stop(case.key),
    ]
