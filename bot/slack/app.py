"""The Bolt app: one dispatch table per kind of payload, the same for Socket Mode and
HTTP.

Each listener Bolt knows costs every later request some microseconds, so it knows five.
`process_before_response` makes Bolt answer after the handler: an acknowledgement means
committed.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import HelpClipError, Invalid, Unavailable
from bot.slack.delivery import Handler, SlackDelivery
from bot.slack.handlers import (
    adjudicate,
    ask,
    audit,
    audit_form,
    care,
    cases,
    channels,
    home,
    peer_support,
    roles,
    sharing,
    stop_clip,
    thread,
)
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Origin, Person

log = logging.getLogger(__name__)

_EVERYTHING = re.compile(".*", re.DOTALL)

COMMANDS: dict[str, Handler] = {
    "/help-clip": ask.on_command,
    "/clip-queue": adjudicate.on_queue,
    "/clip-audit": audit.on_query,
    "/clip-distress": stop_clip.on_distress,
    "/clip-talk": peer_support.on_talk,
    "/clip-setup": channels.on_setup,
}
SHORTCUTS: dict[str, Handler] = {
    "ask_clip": ask.on_shortcut,
    "ask_about_message": ask.on_message_shortcut,
}
ACTIONS: dict[str, Handler] = {
    "clip": ask.on_clip_entered,
    "listen": thread.on_link,
    "rule": thread.on_link,
    "open_page": thread.on_link,
    "not_me": thread.on_not_me,
    "stop": stop_clip.on_stop,
    "stop_from_home": stop_clip.on_stop_from_home,
    "grade": cases.on_grade,
    "not_enough": cases.on_not_enough,
    "take_break": care.on_break,
    "back_from_break": care.on_back,
    "talk_to_someone": care.on_someone,
    "call_colleague": peer_support.on_talk_pressed,
    "have_time": peer_support.on_have_time,
    "im_fine": care.on_fine,
    "withdraw": home.on_withdraw,
    "ask_from_home": ask.on_shortcut,
    "audit_page": audit.on_page,
    "incident": home.on_dealt_with,
}
VIEWS: dict[str, Handler] = {
    "ask": ask.on_submit,
    "stop_clip": stop_clip.on_submit,
    audit_form.CALLBACK: audit.on_submit,
}


def _on_person_changed(delivery: SlackDelivery) -> None:
    """What somebody is decides which roles they hold, and whether their channels are
    fit.
    """
    channels.on_person_changed(delivery)
    roles.on_person_changed(delivery)


def _on_message(delivery: SlackDelivery) -> None:
    """A group conversation of people who talk, or a room that is watched."""
    in_talk = delivery.payload["event"].get("channel_type") == "mpim"
    (peer_support.on_message if in_talk else sharing.on_message)(delivery)


EVENTS: dict[str, Handler] = {
    **channels.EVENTS,
    "message": _on_message,
    "app_home_opened": home.on_opened,
    "subteam_members_changed": roles.on_group_changed,
    "subteam_updated": roles.on_group_updated,
    "user_change": _on_person_changed,
    "app_uninstalled": roles.on_app_removed,
    "tokens_revoked": roles.on_tokens_revoked,
}

_BROKEN = (
    "Something went wrong on our side. Nothing was lost; please try again in a moment."
)


def build_app(
    services: Services,
    client: WebClient,
    *,
    signing_secret: str | None,
    identity: AuthorizeResult,
    clock: Callable[[], datetime],
) -> App:
    """An app for one workspace. Handlers call Slack through `client`.

    `identity` comes from a single auth.test at start: Bolt would otherwise ask Slack
    per request.
    """
    app = App(
        # Bolt copies its client for every request; nobody uses it.
        client=WebClient(
            base_url=client.base_url, timeout=client.timeout, retry_handlers=[]
        ),
        signing_secret=signing_secret or "socket-mode-has-none",
        authorize=lambda: identity,
        process_before_response=True,
        request_verification_enabled=signing_secret is not None,
        logger=logging.getLogger("slack_bolt"),
    )
    listeners = _Listeners(services, client, clock)
    app.command(_EVERYTHING)(listeners.on_command)
    app.shortcut(_EVERYTHING)(listeners.on_shortcut)
    app.action(_EVERYTHING)(listeners.on_action)
    app.view(_EVERYTHING)(listeners.on_view)
    for event_type in EVENTS:
        app.event(event_type)(listeners.on_event)
    app.error(_log_error)
    return app


class _Listeners:
    """What Bolt calls for each kind of payload: finds who it is from and who handles
    it.
    """

    def __init__(
        self, services: Services, client: WebClient, clock: Callable[[], datetime]
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock

    def on_command(self, body: dict[str, Any], ack: Ack) -> None:
        who = (body["team_id"], body["user_id"])
        self._handle(COMMANDS.get(body["command"]), who, body, ack, _show_in_answer)

    def on_shortcut(self, body: dict[str, Any], ack: Ack) -> None:
        handler = SHORTCUTS.get(body["callback_id"])
        self._handle(handler, _who(body), body, ack, _show_whisper)

    def on_action(self, body: dict[str, Any], ack: Ack) -> None:
        handler = ACTIONS.get(body["actions"][0]["action_id"].partition(":")[0])
        self._handle(handler, _who(body), body, ack, _show_whisper)

    def on_view(self, body: dict[str, Any], ack: Ack) -> None:
        handler = VIEWS.get(body["view"]["callback_id"])
        self._handle(handler, _who(body), body, ack, _show_in_view)

    def on_event(self, body: dict[str, Any], ack: Ack) -> None:
        event = body["event"]
        user = event.get("user", "")  # of user_change it is the whole user object
        who = (body.get("team_id", ""), user if isinstance(user, str) else "")
        self._handle(EVENTS.get(event["type"]), who, body, ack, _show_nothing)

    def _handle(
        self,
        handler: Handler | None,
        who: tuple[str, str],
        body: dict[str, Any],
        ack: Ack,
        show: Callable[[SlackDelivery, HelpClipError], None],
    ) -> None:
        person = Person(team_id=who[0], user_id=who[1])
        act = Act(person=person, origin=Origin.SLACK, now=self._clock())
        delivery = SlackDelivery(
            services=self._services, act=act, payload=body, client=self._client, ack=ack
        )
        if handler is None:
            log.warning("a delivery of an unknown kind was left alone")
            ack()
            return
        try:
            handler(delivery)
        except HelpClipError as error:
            show(delivery, error)
        except Exception as error:
            if (
                show is _show_nothing
            ):  # nobody is looking, and Slack delivers events again
                raise
            _log_error(error)
            show(delivery, Unavailable(_BROKEN))


def _log_error(error: Exception) -> None:
    # The class only: a message may hold what somebody typed.
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    log.error("handling a delivery failed: %s %s", type(error).__name__, code or "")


def _who(body: dict[str, Any]) -> tuple[str, str]:
    team = (body.get("team") or {}).get("id") or body.get("user", {}).get("team_id", "")
    return team, body["user"]["id"]


def _show_in_answer(delivery: SlackDelivery, error: HelpClipError) -> None:
    delivery.answer(str(error))


def _show_whisper(delivery: SlackDelivery, error: HelpClipError) -> None:
    delivery.ack()
    if delivery.payload.get("response_url"):
        delivery.whisper(str(error))
    elif "trigger_id" in delivery.payload:
        ask.open_notice(delivery, str(error))


def _show_in_view(delivery: SlackDelivery, error: HelpClipError) -> None:
    named = error.field if isinstance(error, Invalid) else None
    fields = [
        b["block_id"]
        for b in delivery.payload["view"]["blocks"]
        if b["type"] == "input"
    ]
    # What belongs to no field shown (a form without words has none for them) is said at
    # the first.
    field = named if named in fields else fields[0]
    delivery.ack(response_action="errors", errors={field: str(error)})


def _show_nothing(delivery: SlackDelivery, error: HelpClipError) -> None:
    del error
    delivery.ack()
