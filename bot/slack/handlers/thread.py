"""The thread of a request: what it shows in each state, and its buttons."""

from collections.abc import Sequence
from datetime import datetime

from bot.rules.desks import Desk
from bot.rules.requests.lifecycle import ENDED_WITHOUT_ANSWER, SETTLED
from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.text.shared import ENDED, STATES, difficulties, settled_as, time_left
from bot.usecases.requests import propose
from storage.records import Person, Request, RequestState, Role


def on_link(delivery: SlackDelivery) -> None:
    """A button that only opens a page: Slack wants it acknowledged all the same."""
    delivery.ack()


def on_not_me(delivery: SlackDelivery) -> None:
    """ "Not me": the request leaves this person's list."""
    request = propose.decline(delivery.services, delivery.act, pressed(delivery))
    delivery.ack()
    delivery.whisper(f"{request.name} is off your list. Somebody else will take it.")


def pressed(delivery: SlackDelivery) -> str:
    """The request key a button carries."""
    return str(delivery.payload["actions"][0].get("value", ""))


def text(request: Request) -> str:
    """The top-level text: it becomes the push notification, so it says nothing but the
    state.
    """
    if request.state is RequestState.OPEN:
        return f"{request.name}: one word to settle"
    return f"{request.name}: {STATES[request.state].lower()}"


def parent(request: Request, desk: Desk, public_url: str, now: datetime) -> list[Block]:
    """The parent message."""
    title = f"*{request.name}* · {escape(desk.name)}"
    if request.state is RequestState.OPEN:
        hard = difficulties(request)
        swayed = (
            ""
            if request.blind
            else f"Discussed here, so {request.quorum} have to agree"
        )
        about = " · ".join(
            part for part in (hard, swayed, time_left(request, now)) if part
        )
        return [
            blocks.section(f"{title}\nOne muddled word to settle."),
            blocks.context(about),
            blocks.actions(
                blocks.button(
                    "Listen and answer",
                    "listen",
                    url=f"{public_url}/r/{request.key}",
                    style="primary",
                    label=f"Listen to {request.name} and answer",
                ),
                blocks.button("Not me", "not_me", value=request.key),
                _stop(request),
            ),
        ]
    if request.state is RequestState.DISPUTED:
        return [
            blocks.section(f"{title}\nThe answers differ, so a lead rules."),
            blocks.actions(
                blocks.button(
                    "Rule",
                    "rule",
                    url=f"{public_url}/rule/{request.key}",
                    label=f"Rule on {request.name}",
                ),
                _stop(request),
            ),
        ]
    if request.state in SETTLED:
        return [
            blocks.section(
                f"{title}\n:white_check_mark: Settled: *{escape(settled_as(request))}*"
            )
        ]
    return [blocks.section(f"{title}\n{_closed(request)}")]


def paused(request: Request, desk: Desk) -> list[Block]:
    """The parent message while the desk's channel is not fit."""
    title = f"*{request.name}* · {escape(desk.name)}"
    return [
        blocks.section(f"{title}\nPaused for a moment. Nothing is needed from you.")
    ]


def disputed_reply(request: Request, desk: Desk) -> tuple[str, list[Block]]:
    """The reply that calls the leads."""
    leads = desk.holders.get(Role.LEAD)
    people = sorted(leads.users)[:3] if leads else []
    groups = sorted(leads.groups)[:2] if leads else []
    calls = [f"<@{user}>" for user in people] + [
        f"<!subteam^{group}>" for group in groups
    ]
    line = f"{' '.join(calls)} The answers differ. Please rule when you can.".strip()
    return f"{request.name} needs a ruling", [blocks.section(line)]


def settled_reply(
    request: Request, tell: Sequence[Person], reason: str | None, *, anew: bool
) -> tuple[str, list[Block]]:
    """The reply that tells whoever asked; a ruling comes with its reason."""
    who = " ".join(f"<@{person.user_id}>" for person in tell)
    how = "ruled on anew" if anew else "settled"
    if request.state in SETTLED:
        line = f"{who} {request.name} is {how}: *{escape(settled_as(request))}*."
    elif request.state in ENDED_WITHOUT_ANSWER:
        line = f"{who} {asker_notice(request)}"
    else:
        line = f"{who} {_closed(request)}"
    shown = [blocks.section(line)]
    if reason:
        shown.append(blocks.context(f"Ruled by a lead: {escape(reason)}"))
    return f"{request.name} is {how if request.state in SETTLED else 'closed'}", shown


def waiting_notice(request: Request) -> str:
    """What whoever asked is told while the desk is paused."""
    return (
        f"{request.name} waits: its desk's channel is being put in order. Nothing is lost, its "
        "time stands still, and it goes on by itself."
    )


def link_tried_notice(request: Request) -> str:
    """For the asker, when somebody who is not of the desk came by the request's
    link.
    """
    return (
        f"{request.name}: somebody who is not on this desk opened its page. They heard and read "
        "nothing, and it is on record. A link is of use to the desk's people only."
    )


def cleared(request: Request) -> tuple[str, list[Block]]:
    """What stands where a reply with the request's word was."""
    return f"{request.name}: closed", [blocks.section("Closed.")]


def asker_notice(request: Request) -> str:
    """What the asker is told when no thread can tell them."""
    if request.state in SETTLED:
        return f"{request.name} is settled: {escape(settled_as(request))}."
    if request.state is RequestState.EXPIRED:
        return f"{request.name} expired before enough people answered. Ask again if you still need it."
    if request.state in ENDED:
        return f"{request.name} is closed: {ENDED[request.state]}"
    return f"{request.name} could not be shared. {request.problem or ''}".strip()


def _stop(request: Request) -> Block:
    return blocks.button(
        "Stop - distressing",
        "stop",
        value=request.key,
        style="danger",
        label=f"Stop {request.name} because it is distressing",
    )


def _closed(request: Request) -> str:
    if request.state is RequestState.WITHDRAWN:
        return "Withdrawn by the person who asked."
    if request.state is RequestState.EXPIRED:
        return "Expired before enough people answered."
    if request.state is RequestState.UNMASKABLE:
        return "Could not be shared safely."
    return "Closed."
