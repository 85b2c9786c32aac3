"""Wire the parts of the program together, from settings to running threads."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from bot.config.changes import read_environment, read_file
from bot.config.settings import (
    Settings,
    naming,
    plain_values,
    read_desks,
    read_desks_file,
    secret_value,
)
from bot.errors import HelpClipError, Invalid, Unavailable
from bot.rules.people.idle import IdleLimits
from bot.rules.slack_calls.errors import Course, course_of
from bot.safety_clock import SafetyClock
from bot.slack.app import build_app
from bot.slack.calls.pacer import Pacer
from bot.slack.client import KeptWebClient
from bot.slack.manifest import missing_scopes
from bot.slack.reading.reader import Reader
from bot.slack.retry import TOO_MANY_REQUESTS, error_code, retry_after
from bot.slack.socket_mode.sockets import Sockets
from bot.sources import open_clip_source, open_result_sink
from bot.text import text
from bot.threads import (
    channel_workers,
    log_keeper,
    outbox_workers,
    slack_reader,
    watch_channels,
    watch_token,
)
from bot.usecases.audit.settings import record_settings
from bot.usecases.channels import inspect
from bot.usecases.context import act_without_person
from bot.usecases.people import role_mapping
from bot.usecases.services import Services
from bot.web import build_operators_web, build_web
from bot.worker import (
    ConsentRefresh,
    Housekeeper,
    OutboxWorker,
)
from storage.audit.keeper import Keeper
from storage.blobs import open_blobs
from storage.database import open_engine
from storage.keys import ClipKeys
from storage.migrations import upgrade
from storage.records import Origin
from storage.schema.differences import Difference, schema_differences
from storage.seal import MasterKey
from storage.store import Store

log = logging.getLogger(__name__)

# A row may take three Slack calls: open a conversation, look for an earlier post, and
# post. Even if all of them hang, they are given up before the row's lease ends and
# another replica posts the message too.
CALLS_IN_A_LEASE = 4
STOP_SECONDS = 10


def utc_now() -> datetime:
    """Return the current time. This is the clock of the running program."""
    return datetime.now(UTC)


def open_services(
    settings: Settings,
    *,
    team_id: str,
    enterprise_id: str | None = None,
) -> Services:
    """Return the collaborators of the use cases.

    Raises `Invalid`, which names the setting at fault.
    """
    with naming("DATABASE_URL"):
        store = Store(settings.database_url)
    with naming("SNIPPET_STORE"):
        blobs = open_blobs(settings.snippet_store)
    with naming("SNIPPET_KEY"):
        key = MasterKey.read(settings.snippet_key.get_secret_value())
    with naming("KEY_STORE"):
        clip_keys = ClipKeys(open_blobs(settings.key_store), key)
    with naming("CLIP_SOURCE"):
        clips = open_clip_source(
            settings.clip_source, late_ms=settings.recogniser_late_ms
        )
    with naming("RESULT_SINK"):
        secret = secret_value(settings.result_secret)
        sink = open_result_sink(settings.result_sink, secret=secret)
    return Services(
        store=store,
        desks=read_desks(settings.desks),
        clips=clips,
        sink=sink,
        blobs=blobs,
        clip_keys=clip_keys,
        snippet_key=key,
        public_url=settings.public_url,
        team_id=team_id,
        enterprise_id=enterprise_id,
        idle=IdleLimits(
            grave=timedelta(minutes=settings.grave_idle_minutes),
            other=timedelta(minutes=settings.session_idle_minutes),
        ),
        is_new_login_required=settings.new_login_required,
    )


def prepare_database(settings: Settings) -> None:
    """Bring the schema up to date, and compare it with that of the migrations.

    Raises `Unavailable`, or `Invalid` if it has a trigger, a rule or another part that
    may drop or change what is recorded.
    """
    with naming("DATABASE_URL"):
        engine = open_engine(settings.database_url)
    try:
        upgrade(engine)
        _refuse_changed_schema(engine)
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        problem = text("cli.wiring.database_cannot_be_opened", reason=reason)
        raise Unavailable(problem) from None
    finally:
        engine.dispose()


def _refuse_changed_schema(engine: Engine) -> None:
    for difference in schema_differences(engine):
        if difference.is_grave:
            shown = describe_difference(difference)
            raise Invalid(text("cli.wiring.schema_differs", difference=shown))


def describe_difference(difference: Difference) -> str:
    """Return the name of a part of the schema and how it differs."""
    return text(
        f"cli.schema.{difference.how}",
        kind=difference.kind,
        name=difference.name,
        table=difference.table,
    )


class SlackAway(Unavailable):
    """Slack is not reached, or cannot answer now; `after` is the pause it asks for."""

    def __init__(self, sentence: str, after: timedelta) -> None:
        super().__init__(sentence)
        self.after = after


@dataclass(frozen=True, kw_only=True)
class OpenedSlack:
    """A client, the identity of its token, and the scopes that the token lacks."""

    client: KeptWebClient
    identity: AuthorizeResult
    missing_scopes: list[str]


def open_slack(settings: Settings) -> OpenedSlack:
    """Return a client whose token Slack accepts, after one call of auth.test.

    Raises `SlackAway`, or `Invalid` if Slack refuses the token.
    """
    token = settings.slack_bot_token.get_secret_value()
    client = _web_client(settings, token)
    try:
        me = client.auth_test()
    except SlackApiError as error:
        raise _token_refused(error, "bot_token_refused") from None
    except OSError as error:
        problem = text(
            "cli.wiring.slack_does_not_answer",
            address=settings.slack_api_url,
            kind=type(error).__name__,
        )
        raise SlackAway(problem, timedelta(0)) from None
    identity = AuthorizeResult(
        enterprise_id=me.get("enterprise_id"),
        team_id=me["team_id"],
        bot_user_id=me["user_id"],
        bot_id=me.get("bot_id"),
        bot_token=token,
    )
    return OpenedSlack(
        client=client,
        identity=identity,
        missing_scopes=missing_scopes(me.headers),
    )


def app_token_client(settings: Settings) -> KeptWebClient | None:
    """Return the client that opens Socket Mode, None without an app token."""
    token = secret_value(settings.slack_app_token)
    if token is None:
        return None
    return _web_client(settings, token)


def _web_client(settings: Settings, token: str) -> KeptWebClient:
    return KeptWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=max(1, settings.lease_seconds // CALLS_IN_A_LEASE),
    )


def app_token_refused(error: SlackApiError) -> HelpClipError:
    """Return the error for an app token that Slack refuses, or cannot check now."""
    return _token_refused(error, "app_token_refused")


def _token_refused(error: SlackApiError, sentence: str) -> HelpClipError:
    """Return the error: the token is at fault only where Slack answers that it is."""
    code = error_code(error)
    if course_of(code) is Course.PASSES:
        sentence = text("cli.wiring.slack_is_ill", code=code)
        return SlackAway(sentence, _pause_of(error))
    return Invalid(text(f"cli.wiring.{sentence}", code=code))


def _pause_of(error: SlackApiError) -> timedelta:
    if error.response.status_code != TOO_MANY_REQUESTS:
        return timedelta(0)
    return retry_after(error.response.headers)


@dataclass
class Program:
    """The running parts of one process."""

    services: Services
    web: ASGIApp
    operators_web: ASGIApp
    workers: list[OutboxWorker]
    safety_clock: SafetyClock
    housekeeper: Housekeeper
    reader: Reader
    keeper: Keeper | None
    sockets: Sockets | None

    def start(self) -> None:
        """Start every thread, then open the sockets to Slack."""
        for worker in self.workers:
            worker.start()
        self.safety_clock.start()
        self.housekeeper.start()
        self.reader.start()
        if self.keeper is not None:
            self.keeper.start()
        if self.sockets is not None:
            try:
                self.sockets.start()
            except SlackApiError as error:
                raise app_token_refused(error) from None

    def stop(self) -> None:
        """Close the sockets first, then let the workers finish their current row."""
        if self.sockets is not None:
            self.sockets.stop()
        self.safety_clock.stop()
        self.housekeeper.stop()
        self.reader.stop()
        if self.keeper is not None:
            self.keeper.stop()
        for worker in self.workers:
            worker.stop()
        for worker in self.workers:
            worker.join(timeout=STOP_SECONDS)
        if self.keeper is not None and self.keeper.is_alive():
            self.keeper.join(timeout=STOP_SECONDS)
        self.services.store.close()


def build(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    slack: OpenedSlack | None = None,
) -> Program:
    """Return the parts of one process, wired but not started.

    Slack is opened here unless it was before. Socket Mode is used where the settings
    name an app token. Raises `Invalid` or `Unavailable`.
    """
    if slack is None:
        slack = open_slack(settings)
    client, identity = slack.client, slack.identity
    for scope in slack.missing_scopes:
        log.error("the Slack app lacks the scope %s: install it again", scope)
    services = open_services(
        settings, team_id=identity.team_id or "", enterprise_id=identity.enterprise_id
    )
    client.pacer = Pacer(services.store, clock)
    client.link = services.slack_link
    sockets_client = app_token_client(settings)
    if sockets_client is None and settings.slack_signing_secret is None:
        raise Invalid(text("cli.wiring.no_delivery"))
    start_act = act_without_person(Origin.CLI, clock())
    record_settings(services, start_act, _settings_by_name(settings))
    role_mapping.compare_file(services, start_act)
    app = build_app(
        services,
        client,
        identity=identity,
        clock=clock,
    )
    sockets = None
    if sockets_client is not None:
        sockets = Sockets(app, sockets_client)
    lease = timedelta(seconds=settings.lease_seconds)

    def follow_mapping() -> None:
        role_mapping.apply_in_force(services)

    keeper = log_keeper(settings, services, clock)
    program = Program(
        services=services,
        web=build_web(
            settings,
            services,
            app,
            sockets,
            clock,
        ),
        operators_web=build_operators_web(
            services,
            sockets,
            keeper,
            clock,
        ),
        workers=[
            *outbox_workers(services, client, clock, lease),
            *channel_workers(
                settings,
                services,
                client,
                identity,
                clock,
            ),
        ],
        safety_clock=SafetyClock(services, clock),
        housekeeper=Housekeeper(
            services,
            clock,
            [
                follow_mapping,
                watch_channels(services, clock),
                ConsentRefresh(services, clock),
                watch_token(client),
            ],
        ),
        reader=slack_reader(services, client, clock),
        keeper=keeper,
        sockets=sockets,
    )
    follow_mapping()
    program.reader.read_due()
    inspect.check_all(
        services,
        act_without_person(Origin.WORKER, clock()),
    )
    return program


def _settings_by_name(settings: Settings) -> dict[str, Any]:
    return {
        **read_environment(plain_values(settings)),
        **read_file(read_desks_file(settings.desks)),
    }
