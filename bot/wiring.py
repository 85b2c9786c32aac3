"""Wire the parts of the program together, from settings to running threads."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
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
from bot.config.workspaces import check_only_workspace, check_workspaces
from bot.errors import Invalid, Unavailable
from bot.opened_slack import (
    OpenedSlack,
    app_token_client,
    app_token_refused,
    connect,
    open_slack,
)
from bot.rules.people.idle import IdleLimits
from bot.safety_clock import SafetyClock
from bot.slack.app import build_app
from bot.slack.reading.reader import Reader
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
from bot.usecases.people.people_team import keep_people_team
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

STOP_SECONDS = 10


def utc_now() -> datetime:
    """Return the current time. This is the clock of the running program."""
    return datetime.now(UTC)


def open_services(
    settings: Settings,
    *,
    team_id: str,
    enterprise_id: str | None = None,
    team_ids: frozenset[str] = frozenset(),
) -> Services:
    """Return the collaborators of the use cases.

    `team_ids` names the workspaces where there are several. Raises `Invalid`, which
    names the setting at fault.
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
        team_ids=team_ids,
        idle=IdleLimits(
            grave=timedelta(minutes=settings.grave_idle_minutes),
            other=timedelta(minutes=settings.session_idle_minutes),
        ),
        is_new_login_required=settings.new_login_required,
        work_tool=settings.work_tool_url,
    )


def open_services_of(settings: Settings, slack: OpenedSlack) -> Services:
    """Return the collaborators for the workspaces of the opened Slack.

    Raises `Invalid`, also for a desk outside of these workspaces.
    """
    services = open_services(
        settings,
        team_id=slack.team_id,
        enterprise_id=slack.identity.enterprise_id,
        team_ids=slack.team_ids,
    )
    if slack.are_several:
        check_workspaces(services.desks, slack.workspaces)
    else:
        check_only_workspace(services.desks, slack.team_id)
    return services


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
    services = open_services_of(settings, slack)
    keep_people_team(services)
    connect(services, client, clock)
    app = build_app(
        services,
        client,
        identity=identity,
        clock=clock,
    )
    sockets = _open_sockets(settings, app, services.store, clock)
    _record_start(settings, services, slack, clock)
    lease = timedelta(seconds=settings.lease_seconds)
    keeper = log_keeper(settings, services, clock)
    web = build_web(
        settings,
        services,
        app,
        sockets,
        clock,
    )
    operators_web = build_operators_web(
        services,
        sockets,
        keeper,
        clock,
    )
    channels = channel_workers(
        settings,
        services,
        client,
        slack.own_bots,
        clock,
    )
    program = Program(
        services=services,
        web=web,
        operators_web=operators_web,
        workers=[*outbox_workers(services, client, clock, lease), *channels],
        safety_clock=SafetyClock(services, clock),
        housekeeper=_housekeeper(services, client, clock),
        reader=slack_reader(services, client, clock),
        keeper=keeper,
        sockets=sockets,
    )
    role_mapping.apply_in_force(services)
    program.reader.read_due()
    inspect.check_all(services, act_without_person(Origin.WORKER, clock()))
    return program


def _record_start(
    settings: Settings,
    services: Services,
    slack: OpenedSlack,
    clock: Callable[[], datetime],
) -> None:
    """Record changed settings and roles, and log the scopes that are missing."""
    for scope in slack.missing_scopes:
        log.error("the Slack app lacks the scope %s: install it again", scope)
    start_act = act_without_person(Origin.CLI, clock())
    record_settings(services, start_act, _settings_by_name(settings))
    role_mapping.compare_file(services, start_act)


def _open_sockets(
    settings: Settings,
    app: App,
    store: Store,
    clock: Callable[[], datetime],
) -> Sockets | None:
    """Return the sockets, None with HTTP delivery. Raises `Invalid` for neither."""
    client = app_token_client(settings)
    if client is not None:
        return Sockets(
            app,
            client,
            store,
            clock,
        )
    if settings.slack_signing_secret is None:
        raise Invalid(text("cli.wiring.no_delivery"))
    return None


def _housekeeper(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
) -> Housekeeper:
    def follow_mapping() -> None:
        role_mapping.apply_in_force(services)

    chores: list[Callable[[], None]] = [
        follow_mapping,
        watch_channels(services, clock),
        ConsentRefresh(services, clock),
        watch_token(client),
    ]
    return Housekeeper(services, clock, chores)


def _settings_by_name(settings: Settings) -> dict[str, Any]:
    return {
        **read_environment(plain_values(settings)),
        **read_file(read_desks_file(settings.desks)),
    }
