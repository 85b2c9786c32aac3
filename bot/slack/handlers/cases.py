"""What officers and reporters are told of a case, and what they answer in Slack."""

from datetime import datetime

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.thread import pressed
from bot.text.shared import GRADED, SEVERITIES
from bot.usecases.distress import cases, officer
from storage.records import Case, CaseState, Reply, Severity


def on_grade(delivery: SlackDelivery) -> None:
    """The reporter says how bad it is, once it is stopped."""
    severity = Severity(delivery.payload["actions"][0]["action_id"].partition(":")[2])
    cases.grade(delivery.services, delivery.act, pressed(delivery), severity)
    delivery.ack()
    delivery.whisper(GRADED[severity])


def on_not_enough(delivery: SlackDelivery) -> None:
    """The reporter finds the reply too little."""
    officer.not_enough(delivery.services, delivery.act, pressed(delivery))
    delivery.ack()
    delivery.whisper(
        "Thank you for saying so. Somebody else looks after it now and answers you."
    )


def officer_call(case: Case, public_url: str, now: datetime) -> tuple[str, list[Block]]:
    """What a safety officer is told. It holds nothing of the recording, and not who
    reported it.
    """
    text = f"{case.name} needs you"
    return text, [
        blocks.section(
            f"*{case.name}* · {SEVERITIES[case.severity]}\n{_what(case, now)}"
        ),
        blocks.actions(
            blocks.button(
                "Open the case",
                "open_page",
                url=f"{public_url}/case/{case.key}",
                style="primary",
                label=f"Open {case.name}",
            )
        ),
    ]


def drill_over(case: Case) -> tuple[str, list[Block]]:
    """What everybody who was called is told once somebody came to a drill."""
    assert case.acknowledged_at is not None
    minutes = max(
        1, round((case.acknowledged_at - case.opened_at).total_seconds() / 60)
    )
    text = f"Case {case.id} was a drill"
    return text, [
        blocks.section(
            f"*{text}.* Nothing was stopped, nobody waits. Somebody came after {_waits(minutes)}. "
            "Thank you."
        )
    ]


def reply_message(case: Case, reply: Reply) -> tuple[str, list[Block]]:
    """The officer's reply, for whoever stopped the clip."""
    about = (
        f"You stopped a recording on {case.opened_at:%d %B}. A safety officer writes:"
    )
    return "An answer about what you stopped", [
        blocks.section(about),
        blocks.quote(reply.text),
        blocks.actions(
            blocks.button(
                "This is not enough",
                "not_enough",
                value=case.key,
                label="This is not enough: somebody else looks after it and answers",
            )
        ),
        blocks.context(
            "Nothing is needed from you. To talk to a colleague, type `/clip-talk`."
        ),
    ]


def _what(case: Case, now: datetime) -> str:
    if case.state is CaseState.ACKNOWLEDGED:
        if case.overdue_since is not None:
            return "Whoever reported it still waits for a reply. Please see that they get one."
        return "It was handed over to you."
    if case.former_officer is not None:
        return (
            "The reply was not enough to whoever reported it. Please look at it anew."
        )
    closed = "A recording was stopped as distressing, and is closed to everybody."
    if case.overdue_since is not None:
        return f"{closed} Nobody has acknowledged it in time, so you are called."
    minutes = (
        max(1, round((case.due_at - now).total_seconds() / 60)) if case.due_at else 0
    )
    return f"{closed} Please acknowledge it within {_waits(minutes)}; then the next are called."


def _waits(minutes: int) -> str:
    if minutes >= 120:
        return f"{round(minutes / 60)} hours"
    return "an hour" if minutes == 60 else f"{minutes} min"
