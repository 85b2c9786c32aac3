"""Wire the threads of one process: workers, watchers, the log's keeper."""

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.settings import Settings, naming, secret_value
from bot.rules.channels.fitness import START_UP
from bot.rules.slack_calls.urgency import SAFETY_TASKS
from bot.slack.calls.workspaces import WorkspacesClient, clients_by_team
from bot.slack.channel_inspector import (
    ChannelInspector,
    SharedPeople,
    inspection_handlers,
)
from bot.slack.client import KeptWebClient
from bot.slack.handlers.sharing import removal_handlers
from bot.slack.reading.groups import GroupHomes, GroupReading
from bot.slack.reading.missed import missed_handlers
from bot.slack.reading.people import PageReading, SingleReading
from bot.slack.reading.reader import Reader, Reads
from bot.slack.sender import Sender
from bot.usecases.audit.announce import announce_checkpoints
from bot.usecases.audit.prove import read_keys
from bot.usecases.channels import inspect
from bot.usecases.context import act_without_person
from bot.usecases.services import Services
from bot.worker import (
    OutboxWorker,
    delivery_handlers,
    erasure_handlers,
    render_handlers,
)
from storage.audit.keeper import Keeper
from storage.audit.proofs.witness import Witnesses, read_witnesses
from storage.blobs import open_blobs
from storage.records import Origin

log = logging.getLogger(__name__)


def outbox_workers(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
    lease: timedelta,
) -> list[OutboxWorker]:
    """Return the threads that render, deliver, erase and send.

    Messages about safety have a sender of their own: a call that hangs on another
    message does not delay them.
    """
    alerts, messages = Sender(services, client, clock).handlers().split(SAFETY_TASKS)
    handlers = {
        "renderer": render_handlers(services, clock),
        "deliverer": delivery_handlers(services, clock),
        "eraser": erasure_handlers(services, clock),
        "alerter": alerts,
        "sender": messages,
    }
    return [
        OutboxWorker(
            name,
            services,
            performed,
            clock,
            lease,
        )
        for name, performed in handlers.items()
    ]


def channel_workers(
    settings: Settings,
    services: Services,
    client: KeptWebClient | WorkspacesClient,
    own_bots: frozenset[str],
    clock: Callable[[], datetime],
) -> list[OutboxWorker]:
    """Return threads that inspect channels, read missed messages and remove files.

    They are apart from the sender, so that neither kind of work delays a message.
    """
    lease = timedelta(seconds=settings.lease_seconds)
    people = SharedPeople(services=services, client=client, clock=clock)
    inspector = ChannelInspector(
        client=client,
        people=people,
        own_bots=own_bots,
    )
    inspections = inspection_handlers(services, inspector, clock)
    missed = missed_handlers(services, client, clock)
    admin_client = _admin_client(settings, client)
    removals = removal_handlers(services, admin_client, clock)
    return [
        OutboxWorker(
            "guard",
            services,
            inspections,
            clock,
            lease,
        ),
        OutboxWorker(
            "catcher-up",
            services,
            missed,
            clock,
            lease,
        ),
        OutboxWorker(
            "remover",
            services,
            removals,
            clock,
            lease,
        ),
    ]


def _admin_client(
    settings: Settings,
    client: KeptWebClient | WorkspacesClient,
) -> KeptWebClient | None:
    token = secret_value(settings.slack_admin_token)
    if token is None:
        return None
    admin_client = KeptWebClient(
        token=token,
        base_url=client.base_url,
        timeout=client.timeout,
    )
    # Slack counts the calls of an app, whichever of its tokens they carry.
    paced = client
    if isinstance(paced, WorkspacesClient):
        paced = paced.first
    admin_client.pacer = paced.pacer
    return admin_client


def slack_reader(
    services: Services,
    client: WebClient,
    clock: Callable[[], datetime],
) -> Reader:
    """Return the thread that reads groups and people, where this process leads."""
    clients = clients_by_team(client)
    homes = GroupHomes(len(clients))
    readings: list[Reads] = []
    for team_id, one in clients.items():
        groups = GroupReading(
            services,
            one,
            clock,
            team_id,
            homes,
        )
        people = PageReading(
            services,
            one,
            clock,
            team_id,
        )
        readings += [groups, people]
    readings.append(SingleReading(services, client, clock))
    return Reader(services, clock, readings)


def watch_channels(
    services: Services, clock: Callable[[], datetime]
) -> Callable[[], None]:
    """Return the periodic job that inspects channels again and marks stale results."""
    started = clock()

    def watch() -> None:
        act = act_without_person(Origin.WORKER, clock())
        inspect.check_due(services, act)
        if act.now - started > START_UP:
            inspect.doubt_stale(services, act)

    return watch


def watch_token(client: WebClient) -> Callable[[], None]:
    """Return the periodic job that asks Slack whether the tokens are still accepted."""

    def watch() -> None:
        for one in clients_by_team(client).values():
            # The client notes what Slack answers.
            with contextlib.suppress(SlackApiError, OSError):
                one.auth_test()

    return watch


def log_keeper(
    settings: Settings,
    services: Services,
    clock: Callable[[], datetime],
) -> Keeper | None:
    """Return the thread that signs the access log, or None without a signing key."""
    secret = settings.audit_signing_key
    if secret is None:
        log.warning("AUDIT_SIGNING_KEY is not set, so the access log is not signed")
        return None
    keys = read_keys(secret.get_secret_value(), settings.audit_witnesses)
    with naming("AUDIT_ANCHORS"):
        anchors = None
        if settings.audit_anchors:
            anchors = open_blobs(settings.audit_anchors)
    announce = None
    if services.desks.audit_channel_id:
        announce = announce_checkpoints(clock)
    witnesses = None
    if settings.audit_witnesses:
        cosigners = read_witnesses(settings.audit_witnesses)
        if cosigners:
            witnesses = Witnesses(cosigners)
    return Keeper(
        services.store,
        keys,
        clock,
        anchors,
        announce,
        witnesses,
    )
