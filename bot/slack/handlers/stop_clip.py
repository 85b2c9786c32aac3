"""Stop - distressing: one press, and what the person who pressed is told."""

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import Call
from bot.slack.handlers import care
from bot.slack.handlers.thread import pressed
from bot.text.shared import SEVERITIES, STOPPED
from bot.usecases.distress import stop_clip
from storage.records import Case, Severity


def on_stop(call: Call) -> None:
    """One press, no question asked."""
    stopped = stop_clip.stop(call.services, call.act, pressed(call))
    call.ack()
    call.whisper(STOPPED, after_stop(stopped.case))


def on_distress(call: Call) -> None:
    """`/clip-distress CLIP`, or the window that asks which."""
    named = call.payload.get("text", "").strip()
    if not named:
        call.client.views_open(trigger_id=call.payload["trigger_id"], view=stop_form())
        call.ack()
        return
    stopped = stop_clip.stop_clip(call.services, call.act, named)
    call.answer(STOPPED, after_stop(stopped.case))


def on_stop_from_home(call: Call) -> None:
    """The button of App Home."""
    call.client.views_open(trigger_id=call.payload["trigger_id"], view=stop_form())
    call.ack()


def on_submit(call: Call) -> None:
    """The window says which clip."""
    named = call.payload["view"]["state"]["values"]["clip"]["clip"].get("value") or ""
    stopped = stop_clip.stop_clip(call.services, call.act, named)
    call.ack(response_action="update", view=notice(after_stop(stopped.case)))


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
