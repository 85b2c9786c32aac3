"""Stop - distressing, and the safety officer's release."""

from bot.rules.wording import STOPPED
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.calls import Call
from bot.slack.thread import pressed
from bot.usecases import quarantine
from storage.records import Request


def on_stop(call: Call) -> None:
    """One press, no question asked."""
    quarantine.stop(call.services, call.act, pressed(call))
    call.ack()
    call.whisper(STOPPED)


def on_release(call: Call) -> None:
    """A safety officer opens the clip again."""
    request = quarantine.release(call.services, call.act, pressed(call))
    call.ack()
    call.whisper(f"The recording of {request.name} is open again. It may be asked about anew.")


def page(request: Request) -> tuple[str, list[Block]]:
    """What the safety officers are told. It holds nothing of the recording."""
    text = f"{request.name} was stopped as distressing"
    return text, [
        blocks.section(
            f"*{request.name}* was stopped as distressing. "
            "The recording is closed to everybody until a safety officer opens it."
        ),
        blocks.actions(
            blocks.button(
                "Open again",
                "release",
                value=request.key,
                label=f"Open the recording of {request.name} again",
                confirm=blocks.confirmation(
                    "Open this recording again?",
                    "People may ask about it and hear snippets of it again.",
                    "Open again",
                    "Keep closed",
                ),
            )
        ),
    ]
