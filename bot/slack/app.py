"""The Bolt app: one dispatch table for each kind of payload.

Socket Mode and HTTP share the tables.

Each listener Bolt knows costs every later request some microseconds, so it knows five.
`process_before_response` makes Bolt answer after the handler: an acknowledgement means
committed.
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import HelpClipError, Invalid, Unavailable
from bot.rules.numbers import whole_number
from bot.slack.background import Background
from bot.slack.calls.pacer import CallPostponed
from bot.slack.calls.workspaces import client_for
from bot.slack.delivery import Handler, SlackDelivery
from bot.slack.handlers import (
    adjudicate,
    approve,
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
from bot.slack.recent_views import RecentViews
from bot.slack.retry import error_code
from bot.slack.senders import (
    is_served,
    sender_of_command,
    sender_of_event,
    sender_of_interaction,
)
from bot.text import text
from bot.text.language import ENGLISH, speaking
from bot.usecases.channels import missed
from bot.usecases.context import Act, act_without_person
from bot.usecases.people.languages import language_of
from bot.usecases.people.learning import explain
from bot.usecases.services import Services
from storage.errors import StorageError, Unstorable
from storage.records import Origin, Person

log = logging.getLogger(__name__)

_EVERYTHING = re.compile(".*", re.DOTALL)
# https://docs.slack.dev/reference/events/app_rate_limited
_RATE_LIMITED = "app_rate_limited"
_LEFT_OUT = timedelta(minutes=2)
# datetime has no year after 9999, and 2**37 seconds are before its end.
_LAST_MINUTE = 2**37

COMMANDS: dict[str, Handler] = {
    "/help-clip": ask.open_form_for_command,
    "/clip-queue": adjudicate.show_queue,
    "/clip-audit": audit.answer_query,
    "/clip-distress": stop_clip.stop_named_clip,
    "/clip-talk": peer_support.call_colleague_by_command,
    "/clip-setup": channels.set_up_channel,
}
SHORTCUTS: dict[str, Handler] = {
    "ask_clip": ask.open_empty_form,
    "ask_about_message": ask.open_form_for_message,
}
ACTIONS: dict[str, Handler] = {
    "clip": ask.show_words_of_clip,
    "listen": thread.acknowledge_link,
    "rule": thread.acknowledge_link,
    "open_page": thread.acknowledge_link,
    "not_me": thread.decline_request,
    "stop": stop_clip.stop_request,
    "stop_from_home": stop_clip.open_stop_form,
    "grade": cases.grade_case,
    "explain_stops": stop_clip.explain_stops,
    "not_enough": cases.report_insufficient_reply,
    "take_break": care.take_break,
    "back_from_break": care.end_break,
    "talk_to_someone": care.show_contacts,
    "call_colleague": peer_support.call_colleague,
    "have_time": peer_support.take_call,
    "no_time": peer_support.mute_calls,
    "im_fine": care.acknowledge_fine,
    "withdraw": home.withdraw_request,
    "close_unclear": thread.close_request_unclear,
    "approve_ask": approve.approve_ask,
    "refuse_ask": approve.refuse_ask,
    "ask_from_home": ask.open_empty_form,
    "audit_page": audit.turn_page,
    "incident": home.close_incident,
}
VIEWS: dict[str, Handler] = {
    "ask": ask.submit_form,
    "stop_clip": stop_clip.submit_stop_form,
    audit_form.CALLBACK: audit.submit_form,
}


def _update_person(delivery: SlackDelivery) -> None:
    """Update the channels and the roles of a person after a change of the account."""
    channels.check_channels_of_person(delivery)
    roles.update_membership(delivery)


EVENTS: dict[str, Handler] = {
    **channels.EVENTS,
    "message": sharing.watch_message,
    "app_home_opened": home.publish_opened_home,
    "subteam_members_changed": roles.change_group,
    "subteam_updated": roles.empty_disabled_group,
    "user_change": _update_person,
    "app_uninstalled": roles.close_down,
    "tokens_revoked": roles.handle_revoked_tokens,
}


def build_app(
    services: Services,
    client: WebClient,
    *,
    identity: AuthorizeResult,
    clock: Callable[[], datetime],
) -> App:
    """Return the app. Handlers call Slack through `client`.

    `identity` comes from a single auth.test at start: Bolt would otherwise ask Slack
    for each request. Deliveries are verified before they reach the app: over HTTP by
    `slack_deliveries`; those of Socket Mode have no signature.
    """
    app = App(
        # Bolt copies this client for every request, and no handler uses it.
        client=WebClient(
            base_url=client.base_url,
            timeout=client.timeout,
            retry_handlers=[],
        ),
        signing_secret="checked-before",
        authorize=lambda: identity,
        process_before_response=True,
        request_verification_enabled=False,
        # To Bolt, the deletion of a message is an event of its author. Those of our own
        # messages are wanted: their requests are posted again.
        ignoring_self_events_enabled=False,
        logger=logging.getLogger("slack_bolt"),
    )
    listeners = _Listeners(services, client, clock)
    app.use(listeners.catch_lost_events)
    app.command(_EVERYTHING)(listeners.on_command)
    app.shortcut(_EVERYTHING)(listeners.on_shortcut)
    app.action(_EVERYTHING)(listeners.on_action)
    app.view(_EVERYTHING)(listeners.on_view)
    for event_type in EVENTS:
        app.event(event_type)(listeners.on_event)
    app.error(_log_error)
    return app


class _Listeners:
    """The listeners of Bolt, one for each kind of payload.

    Each finds the acting person and the handler.
    """

    def __init__(
        self,
        services: Services,
        client: WebClient,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._client = client
        self._clock = clock
        self._background = Background()
        self._recent_views = RecentViews()

    def catch_lost_events(
        self,
        body: dict[str, Any],
        next: Callable[[], None],
    ) -> BoltResponse | None:
        """Answer app_rate_limited, which holds no event, and read everything again."""
        if body.get("type") != _RATE_LIMITED:
            next()
            return None
        log.warning("Slack left out events of a minute; everything is read again")
        act = act_without_person(Origin.SLACK, self._clock())
        since = act.now - _LEFT_OUT
        minute = whole_number(body.get("minute_rate_limited"), _LAST_MINUTE)
        if minute is not None:
            since = min(since, datetime.fromtimestamp(minute, UTC))
        missed.look_for_missed(self._services, act, since)
        return BoltResponse(status=200)

    def on_command(
        self,
        body: dict[str, Any],
        ack: Ack,
    ) -> None:
        handler = COMMANDS.get(body["command"])
        self._handle(
            handler,
            sender_of_command(self._services, body),
            body,
            ack,
            _show_in_answer,
        )

    def on_shortcut(
        self,
        body: dict[str, Any],
        ack: Ack,
    ) -> None:
        handler = SHORTCUTS.get(body["callback_id"])
        self._handle(
            handler,
            sender_of_interaction(self._services, body),
            body,
            ack,
            _show_privately,
        )

    def on_action(
        self,
        body: dict[str, Any],
        ack: Ack,
    ) -> None:
        action_id = body["actions"][0]["action_id"]
        handler = ACTIONS.get(action_id.partition(":")[0])
        self._handle(
            handler,
            sender_of_interaction(self._services, body),
            body,
            ack,
            _show_privately,
        )

    def on_view(
        self,
        body: dict[str, Any],
        ack: Ack,
    ) -> None:
        handler = VIEWS.get(body["view"]["callback_id"])
        self._handle(
            handler,
            sender_of_interaction(self._services, body),
            body,
            ack,
            _show_in_view,
        )

    def on_event(
        self,
        body: dict[str, Any],
        ack: Ack,
    ) -> None:
        event = body["event"]
        if not is_served(self._services.organisation, body):
            log.warning("an event of a workspace that is not served was refused")
            ack()
            return
        self._handle(
            EVENTS.get(event["type"]),
            sender_of_event(self._services, body),
            body,
            ack,
            _show_nothing,
        )

    def _handle(
        self,
        handler: Handler | None,
        person: Person,
        body: dict[str, Any],
        ack: Ack,
        show: Callable[[SlackDelivery, HelpClipError], None],
    ) -> None:
        act = Act(
            person=person,
            origin=Origin.SLACK,
            now=self._clock(),
        )
        client = client_for(self._client, body)
        delivery = SlackDelivery(
            services=self._services,
            act=act,
            payload=body,
            client=client or self._client,
            ack=ack,
            background=self._background,
            recent_views=self._recent_views,
        )
        if handler is None:
            log.warning("a delivery of an unknown kind was left alone")
            ack()
            return
        with speaking(self._language_of(person.user_id, handler)):
            if client is None:
                log.warning("a delivery of a workspace that is not served was refused")
                show(delivery, Unavailable(text("slack.error.not_served")))
                return
            self._perform(handler, delivery, show)

    def _language_of(self, user_id: str, handler: Handler) -> str:
        """Return the acting person's language; English while it is unknown."""
        if not user_id or handler is sharing.watch_message:
            # Messages are many, and none of them is answered here.
            return ENGLISH
        try:
            return language_of(self._services, user_id) or ENGLISH
        except StorageError as error:
            log.warning("a language is unknown: %s", type(error).__name__)
            return ENGLISH

    def _perform(
        self,
        handler: Handler,
        delivery: SlackDelivery,
        show: Callable[[SlackDelivery, HelpClipError], None],
    ) -> None:
        try:
            handler(delivery)
        except HelpClipError as error:
            show(delivery, explain(self._services, delivery.act, error))
        except Unstorable as error:
            # Slack would deliver it again to no avail.
            show(delivery, Invalid(str(error)))
        except CallPostponed:
            if show is _show_nothing:
                raise
            show(delivery, Unavailable(text("slack.error.busy")))
        except Exception as error:
            if show is _show_nothing:
                # No person waits for an answer, and Slack delivers events again.
                raise
            _log_error(error)
            problem = text("slack.error.broken")
            if self._services.slack_link.refused is not None:
                problem = text("people.roles.cut_off")
            show(delivery, Unavailable(problem))


def _log_error(error: Exception) -> None:
    # The log holds only the class: a message may hold typed words.
    code = ""
    if isinstance(error, SlackApiError):
        code = error_code(error)
    log.error("handling a delivery failed: %s %s", type(error).__name__, code)


def _show_in_answer(
    delivery: SlackDelivery,
    error: HelpClipError,
) -> None:
    delivery.answer_command(str(error))


def _show_privately(
    delivery: SlackDelivery,
    error: HelpClipError,
) -> None:
    delivery.ack()
    if delivery.payload.get("response_url"):
        delivery.reply_privately(str(error))
    elif "trigger_id" in delivery.payload:
        ask.open_notice(delivery, str(error))


def _show_in_view(
    delivery: SlackDelivery,
    error: HelpClipError,
) -> None:
    fields = []
    for block in delivery.payload["view"]["blocks"]:
        if block["type"] == "input":
            fields.append(block["block_id"])
    # An error without a field in the form stands at the first one: a form without words
    # has no field for them.
    field = fields[0]
    if isinstance(error, Invalid) and error.field in fields:
        field = error.field
    delivery.ack(response_action="errors", errors={field: str(error)})


def _show_nothing(
    delivery: SlackDelivery,
    error: HelpClipError,
) -> None:
    del error
    delivery.ack()
