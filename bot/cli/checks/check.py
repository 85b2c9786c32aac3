"""`help-clip check`: is everything in place? One line a thing, red where something is
to do.
"""

import contextlib
from collections.abc import Callable, Iterator

import typer
from rich.console import Console
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli.checks.clock import clock_line
from bot.cli.checks.lines import Line
from bot.cli.checks.log import log_lines
from bot.cli.checks.setup import channel_findings
from bot.config.settings import Settings, read_settings
from bot.errors import HelpClipError, Invalid
from bot.rules.desks import Holders
from bot.usecases.erasure.places import receipts_overdue
from bot.usecases.people import role_mapping, roles
from bot.usecases.services import Services
from bot.wiring import app_token_refused, open_services, open_slack, utc_now
from storage.errors import StorageError
from storage.migrations import current, newest
from storage.records import Membership, Role


def check() -> None:
    """Look at every part help-clip needs and say what to do. Exit status 1 when
    something is.
    """
    console = Console(highlight=False)
    bad = 0
    for line in _lines(read_settings()):
        bad += line.problem is not None
        mark = "[red]✗[/red]" if line.problem else "[green]✓[/green]"
        console.print(
            f"{mark} {line.what}" + (f": {line.problem}" if line.problem else "")
        )
    raise typer.Exit(1 if bad else 0)


def _lines(settings: Settings) -> Iterator[Line]:
    try:
        client, identity = open_slack(settings)
    except HelpClipError as error:
        yield Line("Slack", str(error))
        return
    yield clock_line(client.answered_date, utc_now())
    yield Line(f"Slack: workspace {identity.team_id}")
    yield _try("How Slack reaches help-clip", lambda: _reached(settings, client))
    services = open_services(
        settings, team_id=identity.team_id or "", enterprise_id=identity.enterprise_id
    )
    with contextlib.closing(services.store):
        yield from _parts(settings, services, client, identity)


def _reached(settings: Settings, client: WebClient) -> None:
    app_token = settings.slack_app_token
    if app_token is None:
        if settings.slack_signing_secret is None:
            raise Invalid(
                "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"
            )
        return
    try:
        # Slack only names an address; there is no connection until somebody opens it.
        WebClient(
            base_url=client.base_url, timeout=client.timeout
        ).apps_connections_open(app_token=app_token.get_secret_value())
    except SlackApiError as error:
        raise app_token_refused(error) from None


def _parts(
    settings: Settings, services: Services, client: WebClient, identity: AuthorizeResult
) -> Iterator[Line]:
    database = _try("Database", lambda: _schema(services))
    yield database
    yield _try("Clip source", lambda: _some_clip(services))
    yield _try("Snippet store", lambda: services.blobs.exists("check"))
    yield _try("Key store", services.clip_keys.answers)
    yield from _channels(services, client, identity)
    if database.problem:
        return  # the rest asks it
    yield from _people(services)
    yield from _outbox(services)
    yield from log_lines(settings, services, utc_now())
    yield from _cases(services)


def _schema(services: Services) -> None:
    services.store.ping()
    if current(services.store.engine) != newest():
        raise Invalid(
            "its tables are missing, or of another version: help-clip db upgrade"
        )


def _try(what: str, look: Callable[[], object]) -> Line:
    try:
        look()
    except (HelpClipError, StorageError) as error:
        return Line(what, str(error))
    except Exception as error:  # noqa: BLE001  # a check that fails is a finding, not a crash
        return Line(what, f"does not answer ({type(error).__name__})")
    return Line(what)


def _some_clip(services: Services) -> None:
    for clip_id in services.clips.clip_ids(limit=1):
        services.clips.clip(clip_id)


def _channels(
    services: Services, client: WebClient, identity: AuthorizeResult
) -> Iterator[Line]:
    for found in channel_findings(client, identity, services.desks):
        yield Line(f"Channel {found.what}", " ".join(found.problems) or None)
        if found.note:
            yield Line(f"Channel {found.what}: {found.note}")


def _people(services: Services) -> Iterator[Line]:
    if role_mapping.unconfirmed(services):
        yield Line(
            "Roles", "desks.toml gives more than is in force: see help-clip roles show"
        )
    yield from _unheld(services)
    holders, checked = roles.holders(services)
    yield Line(f"People: {len(holders)} are given a role")
    with services.store.read() as tx:
        for user_id in sorted(holders & set(checked)):
            found = tx.people.membership_of(user_id)
            if found is not Membership.MEMBER:
                yield Line(
                    f"Person {user_id}",
                    f"holds no role: {found}. Take them off desks.toml",
                )
            elif services.desks.is_torn(tx.people.member_by_id(user_id)):
                problem = "is an auditor and named by a desk: choose one. Until then only auditor"
                yield Line(f"Person {user_id}", problem)


def _unheld(services: Services) -> Iterator[Line]:
    nobody = Holders()
    if services.desks.holders.get(Role.ADMINISTRATOR, nobody) == nobody:
        yield Line(
            "Roles", "desks.toml names no administrators: nobody is told what to mend"
        )
    for desk in services.desks.desks.values():
        for role, work in (
            (Role.REVIEWER, "answers"),
            (Role.LEAD, "rules on disputes"),
        ):
            if desk.holders.get(role, nobody) == nobody:
                yield Line(
                    f"Desk {desk.id}", f"desks.toml names no {role}s, so nobody {work}"
                )


def _cases(services: Services) -> Iterator[Line]:
    with services.store.read() as tx:
        n_open, n_overdue = tx.cases.counts(utc_now())
        held = services.desks.holders[Role.SAFETY_OFFICER]
        members = tx.groups.members(held.groups)
    yield Line(f"Cases: {n_open} open")
    if n_overdue:
        yield Line(
            "Cases", f"{n_overdue} overdue: call the safety officers by telephone"
        )
    if held.users or held.groups:
        is_known = (
            bool(members) or not held.groups
        )  # else their groups were not read yet
        alone = is_known and len(held.users | members) < 2
        advice = "only one: name a second in desks.toml, who answers where the first could not"
        yield Line("Safety officers", advice if alone else None)
    else:
        yield Line("Safety officers", "desks.toml names none: set safety_officers")


def _erasures(services: Services) -> Iterator[Line]:
    overdue = receipts_overdue(services, utc_now())
    problem = f"{overdue} overdue: help-clip erase --status" if overdue else None
    yield Line("Erasures", problem)


def _outbox(services: Services) -> Iterator[Line]:
    with services.store.read() as tx:
        waiting, given_up = tx.outbox.count_waiting(), tx.outbox.count_given_up()
    yield Line(f"Outbox: {waiting} waiting")
    yield from _erasures(services)
    if given_up:
        yield Line(
            "Outbox", f"{given_up} tasks were given up; the log names the reasons"
        )
