"""App Home: the person's requests, those to answer, and those that need a ruling."""

from collections.abc import Sequence
from datetime import datetime

from bot.rules.distress.care import Rest
from bot.rules.requests.lifecycle import LIVE, SETTLED
from bot.slack import blocks
from bot.slack.blocks import Block, bold, escape
from bot.slack.calls.pacer import CallPostponed
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import care, sharing
from bot.slack.handlers.request_buttons import (
    listen_button,
    page_button,
    rule_button,
    withdraw_button,
)
from bot.text import text
from bot.text.lists import in_a_row
from bot.text.requests import describe_result, state_label
from bot.text.times import time_left
from bot.usecases.people import home
from bot.usecases.people.home import Home
from bot.usecases.requests import withdraw
from bot.usecases.services import Services
from storage.records import Request, Role
from storage.requests.request_lists import RequestPage

_ANSWERING = {Role.REVIEWER, Role.LEAD}


def publish_opened_home(delivery: SlackDelivery) -> None:
    """Publish Home for the person opening it."""
    if delivery.payload["event"].get("tab") in (None, "home"):
        publish_home(delivery)
    delivery.ack()


def withdraw_request(delivery: SlackDelivery) -> None:
    """Withdraw a request, and publish Home without it."""
    withdraw.withdraw(delivery.services, delivery.act, delivery.button_value)
    publish_home(delivery)
    delivery.ack()


def close_incident(delivery: SlackDelivery) -> None:
    """Take an incident off the leads' list, and publish Home without it."""
    sharing.close_incident(delivery)
    publish_home(delivery)
    delivery.ack()


def publish_home(delivery: SlackDelivery) -> None:
    """Send the person's Home to Slack, unless it is shown already.

    Where Slack's limits are reached, as when a shift starts, a row of the outbox sends
    it, the newest look first.
    """
    services, act = delivery.services, delivery.act
    lists = home.read_home(services, act)
    view = build_home(lists, services, act.now)
    user_id = act.actor.user_id
    if delivery.recent_views.is_shown(user_id, view, act.now):
        return
    try:
        delivery.client.views_publish(user_id=user_id, view=view)
    except CallPostponed:
        home.publish_later(services, act)
        return
    delivery.recent_views.note(user_id, view, act.now)


def build_home(
    lists: Home,
    services: Services,
    now: datetime,
) -> Block:
    """Return Home, section by section, as the person's roles allow.

    At most 10 rows a list keep it far below Slack's limit of 100 blocks.
    """
    shown: list[Block] = []
    answers = bool(lists.roles & _ANSWERING)
    if answers:
        shown += _start_buttons()
    if lists.rest is not None:
        shown += _rest_rows(lists.rest)
    if Role.LEAD in lists.roles:
        shown += _lead_rows(lists, services, now)
    if answers:
        shown += _answer_rows(lists, services, now)
        shown += _asked_rows(lists, services.public_url)
    shown += _role_rows(lists, services.public_url)
    if not shown:
        shown = [blocks.section(_describe_no_role(lists))]
    return {
        "type": "home",
        "blocks": shown,
    }


def _describe_no_role(lists: Home) -> str:
    if lists.is_learning:
        return text("people.roles.learning")
    return text("common.home.no_role")


def _start_buttons() -> list[Block]:
    ask = blocks.button(
        text("requests.ask_form.title"),
        "ask_from_home",
        style="primary",
    )
    stop = blocks.button(text("distress.stop.title"), "stop_from_home")
    return [blocks.actions(ask, stop)]


def _rest_rows(rest: Rest) -> list[Block]:
    if rest.chosen:
        return care.build_break(rest)
    return [blocks.section(care.describe_cool_down(rest))]


def _lead_rows(
    lists: Home,
    services: Services,
    now: datetime,
) -> list[Block]:
    public_url = services.public_url
    rows = []
    for request in lists.needs_ruling.requests:
        title = blocks.join_parts(bold(request.name), _desk_name(request, services))
        rows.append(blocks.section(title, rule_button(request, public_url)))
    shown = [blocks.header(text("common.home.needs_ruling"))]
    shown += _rows_or(rows, text("slack.home.nothing_waits"))
    shown += _link_to_rest(lists.needs_ruling, f"{public_url}/rule")
    if lists.incidents:
        shown.append(blocks.header(text("slack.home.incidents")))
        for incident in lists.incidents:
            shown.append(sharing.build_incident(incident, now))
    return shown


def _answer_rows(
    lists: Home,
    services: Services,
    now: datetime,
) -> list[Block]:
    public_url = services.public_url
    rows = [
        _answer_row(request, services, now) for request in lists.can_answer.requests
    ]
    shown = [blocks.header(text("common.home.can_answer"))]
    shown += _rows_or(rows, text("slack.home.nothing_waits"))
    shown += _link_to_rest(lists.can_answer, f"{public_url}/answer")
    if lists.paused_mine:
        desks = in_a_row([escape(name) for name in lists.paused_mine])
        paused = text("common.home.paused_desks", desks=desks)
        shown.append(blocks.context(paused))
    return shown


def _answer_row(
    request: Request,
    services: Services,
    now: datetime,
) -> Block:
    title = blocks.join_parts(
        bold(request.name),
        _desk_name(request, services),
        time_left(request, now),
    )
    return blocks.section(title, listen_button(request, services.public_url))


def _asked_rows(
    lists: Home,
    public_url: str,
) -> list[Block]:
    rows = [_asked_row(request, lists) for request in lists.asked.requests]
    return [
        blocks.header(text("common.home.asked")),
        *_rows_or(rows, text("common.home.asked_nothing")),
        *_link_to_rest(lists.asked, f"{public_url}/asked"),
    ]


def _asked_row(
    request: Request,
    lists: Home,
) -> Block:
    state = state_label(request.state)
    if request.state in SETTLED:
        result = describe_result(request)
        settled = text("slack.home.settled", state=state, result=result)
        return blocks.typed_section(blocks.join_parts(request.name, settled))
    if request.state not in LIVE:
        return blocks.section(blocks.join_parts(bold(request.name), state))
    paused = ""
    if request.desk in lists.paused:
        paused = text("slack.home.paused_request")
    title = blocks.join_parts(bold(request.name), state, paused)
    if request.asker != lists.person:
        return blocks.section(title)
    return blocks.section(title, withdraw_button(request))


def _role_rows(
    lists: Home,
    public_url: str,
) -> list[Block]:
    """Return the links to the pages of the person's other roles, and to their own."""
    shown = []
    if Role.AUDITOR in lists.roles:
        command = blocks.code("/clip-audit")
        ask = text("slack.home.audit", command=command)
        button = page_button(text("common.button.open_log"), f"{public_url}/audit")
        shown.append(blocks.header(text("audit.page.title")))
        shown.append(blocks.section(ask, button))
    if Role.SAFETY_OFFICER in lists.roles:
        cases = text("common.home.safety")
        button = page_button(text("common.button.open_cases"), f"{public_url}/case")
        shown.append(blocks.header(text("common.home.safety_title")))
        shown.append(blocks.section(cases, button))
    if lists.roles:
        shown.append(blocks.header(text("distress.care_page.title")))
        shown.append(_care_buttons(public_url))
    return shown


def _care_buttons(public_url: str) -> Block:
    return blocks.actions(
        blocks.button(text("slack.button.take_break"), "take_break"),
        blocks.button(text("distress.stopped_page.talk"), "talk_to_someone"),
        page_button(text("common.button.care_page"), f"{public_url}/care"),
    )


def _desk_name(
    request: Request,
    services: Services,
) -> str:
    return escape(services.desks[request.desk].name)


def _link_to_rest(
    page: RequestPage,
    url: str,
) -> list[Block]:
    """Return a link to the whole list unless all of it is shown."""
    if page.is_whole:
        return []
    label = text("requests.queue.all", count=page.total)
    return [blocks.context(blocks.link(url, label))]


def _rows_or(
    rows: Sequence[Block],
    empty: str,
) -> list[Block]:
    if rows:
        return list(rows)
    return [blocks.context(empty)]
