"""`help-clip check`: one line for each part that help-clip needs, red where it fails."""

import contextlib
from collections.abc import Callable, Iterator

import typer
from slack_sdk.errors import SlackApiError

from bot.cli.checks.clock import clock_line
from bot.cli.checks.files import decoder_line, file_lines
from bot.cli.checks.keys import key_line
from bot.cli.checks.languages import language_lines
from bot.cli.checks.log import log_lines
from bot.cli.checks.outbox import outbox_lines
from bot.cli.checks.readings import reading_lines
from bot.cli.checks.requests import request_lines
from bot.cli.checks.result import CheckResult
from bot.cli.checks.schema import schema_lines
from bot.cli.checks.setup import channel_findings
from bot.cli.checks.sockets import socket_lines
from bot.cli.output import print_mark
from bot.config.settings import Settings, read_settings
from bot.errors import HelpClipError, Invalid
from bot.opened_slack import (
    OpenedSlack,
    app_token_client,
    app_token_refused,
    open_slack,
)
from bot.rules.desks import Holders
from bot.text import text
from bot.usecases.erasure import waiting
from bot.usecases.erasure.places import receipts_overdue
from bot.usecases.people import role_mapping, roles
from bot.usecases.services import Services
from bot.wiring import open_services_of, utc_now
from storage.errors import StorageError
from storage.migrations import current, newest
from storage.records import Membership, Role
from storage.store import Transaction


def check() -> None:
    """Check every part that help-clip needs and print what to mend.

    Exit status 1 when something needs mending.
    """
    n_problems = 0
    for line in _lines(read_settings()):
        if line.problem is None:
            print_mark(line.subject, passed=True)
            continue
        n_problems += 1
        sentence = text("cli.check.failed", subject=line.subject, problem=line.problem)
        print_mark(sentence, passed=False)
    raise typer.Exit(int(n_problems > 0))


def _lines(settings: Settings) -> Iterator[CheckResult]:
    try:
        slack = open_slack(settings)
    except HelpClipError as error:
        yield CheckResult(text("cli.check.subject.slack"), str(error))
        return
    yield clock_line(slack.answered_date, utc_now())
    yield from _workspace_lines(slack)
    for team_id, missing in slack.missing_by_team.items():
        yield _scope_line(missing, team_id)
    yield _try("delivery", lambda: _check_delivery(settings))
    yield from file_lines(settings)
    yield decoder_line()
    services = open_services_of(settings, slack)
    with contextlib.closing(services.store):
        yield from _part_lines(settings, services, slack)


def _workspace_lines(slack: OpenedSlack) -> Iterator[CheckResult]:
    if not slack.are_several:
        team = slack.identity.team_id
        yield CheckResult(text("cli.check.subject.workspace", team=team))
        return
    organisation = slack.identity.enterprise_id
    yield CheckResult(text("cli.check.subject.organisation", organisation=organisation))
    for team_id, name in sorted(slack.workspaces.items()):
        subject = text("cli.check.subject.one_workspace", team=team_id, name=name)
        yield CheckResult(subject)


def _scope_line(missing: list[str], team_id: str) -> CheckResult:
    """Return whether a token has its scopes; an empty id is that of the only one."""
    subject = text("cli.check.subject.scopes")
    if team_id:
        subject = text("cli.check.subject.scopes_in", team=team_id)
    if not missing:
        return CheckResult(subject)
    scopes = ", ".join(missing)
    problem = text("cli.check.problem.scopes", scopes=scopes, count=len(missing))
    return CheckResult(subject, problem)


def _check_delivery(settings: Settings) -> None:
    sockets_client = app_token_client(settings)
    if sockets_client is None:
        if settings.slack_signing_secret is None:
            raise Invalid(text("cli.check.problem.no_delivery"))
        return
    try:
        # The answer only names an address; no connection is opened.
        sockets_client.api_call("apps.connections.open")
    except SlackApiError as error:
        raise app_token_refused(error) from None


def _part_lines(
    settings: Settings,
    services: Services,
    slack: OpenedSlack,
) -> Iterator[CheckResult]:
    database = _try("database", lambda: _check_schema(services))
    yield database
    yield _try("clip_source", lambda: _read_a_clip(services))
    yield _try("snippet_store", lambda: services.blobs.exists("check"))
    yield _try("key_store", services.clip_keys.answers)
    yield from _channel_lines(services, slack)
    yield from language_lines(services.desks)
    if database.problem:
        # Every further check reads the database.
        return
    yield from schema_lines(services)
    yield key_line(services)
    yield from _role_lines(services)
    yield from _people_lines(services)
    yield from outbox_lines(services, utc_now())
    yield from reading_lines(services, utc_now())
    yield from socket_lines(services, utc_now())
    yield from request_lines(services, utc_now())
    yield _erasure_line(services)
    yield from log_lines(settings, services, utc_now())
    yield from _case_lines(services)
    yield _officer_line(services)


def _try(part: str, run_check: Callable[[], object]) -> CheckResult:
    subject = text(f"cli.check.subject.{part}")
    try:
        run_check()
    except (HelpClipError, StorageError) as error:
        return CheckResult(subject, str(error))
    except Exception as error:  # noqa: BLE001 - a failing check is a finding, no crash
        kind = type(error).__name__
        return CheckResult(subject, text("cli.check.does_not_answer", kind=kind))
    return CheckResult(subject)


def _check_schema(services: Services) -> None:
    services.store.ping()
    if current(services.store.engine) != newest():
        raise Invalid(text("cli.check.problem.schema"))


def _read_a_clip(services: Services) -> None:
    for clip_id in services.clips.clip_ids(limit=1):
        services.clips.clip(clip_id)


def _channel_lines(
    services: Services,
    slack: OpenedSlack,
) -> Iterator[CheckResult]:
    for found in channel_findings(slack, services.desks):
        channel = found.subject
        subject = text("cli.check.subject.channel", channel=channel)
        yield CheckResult(subject, " ".join(found.problems) or None)
        if found.note:
            yield CheckResult(
                text("cli.check.subject.channel_note", channel=channel, note=found.note)
            )


def _role_lines(services: Services) -> Iterator[CheckResult]:
    subject = text("cli.check.subject.roles")
    if role_mapping.count_unconfirmed(services):
        yield CheckResult(subject, text("cli.check.problem.roles_wait"))
    if not _has_holders(services.desks.holders.get(Role.ADMINISTRATOR)):
        yield CheckResult(subject, text("cli.check.problem.no_administrators"))
    for desk in services.desks.desks.values():
        desk_subject = text("cli.check.subject.desk", desk=desk.id)
        if not _has_holders(desk.holders.get(Role.REVIEWER)):
            yield CheckResult(desk_subject, text("cli.check.problem.no_reviewers"))
        if not _has_holders(desk.holders.get(Role.LEAD)):
            yield CheckResult(desk_subject, text("cli.check.problem.no_leads"))


def _has_holders(holders: Holders | None) -> bool:
    return holders not in (None, Holders())


def _people_lines(services: Services) -> Iterator[CheckResult]:
    holders, checked = roles.role_holders(services)
    yield CheckResult(text("cli.check.subject.people", count=len(holders)))
    with services.store.read() as tx:
        for user_id in sorted(holders & set(checked)):
            problem = _person_problem(services, tx, user_id)
            if problem:
                yield CheckResult(
                    text("cli.check.subject.person", person=user_id), problem
                )


def _person_problem(
    services: Services,
    tx: Transaction,
    user_id: str,
) -> str | None:
    membership = tx.people.membership_of(user_id)
    if membership is not Membership.MEMBER:
        return text("cli.check.problem.not_a_member", membership=membership)
    if services.desks.has_conflicting_roles(tx.people.member_by_id(user_id)):
        return text("cli.check.problem.conflicting_roles")
    return None


def _case_lines(services: Services) -> Iterator[CheckResult]:
    with services.store.read() as tx:
        n_open, n_overdue = tx.cases.counts(utc_now())
    yield CheckResult(text("cli.check.subject.cases", count=n_open))
    if n_overdue:
        problem = text("cli.check.problem.cases_overdue", count=n_overdue)
        yield CheckResult(text("cli.check.subject.cases_overdue"), problem)


def _officer_line(services: Services) -> CheckResult:
    subject = text("cli.check.subject.officers")
    named = services.desks.holders[Role.SAFETY_OFFICER]
    if not _has_holders(named):
        return CheckResult(subject, text("cli.check.problem.no_officers"))
    with services.store.read() as tx:
        members = tx.groups.members(named.groups)
        read_at = tx.groups.read_at(named.groups)
    # The members of a group that was never read are not known.
    is_known = len(read_at) == len(named.groups)
    if is_known and len(named.users | members) < 2:
        return CheckResult(subject, text("cli.check.problem.one_officer"))
    return CheckResult(subject)


def _erasure_line(services: Services) -> CheckResult:
    subject = text("cli.check.subject.erasures")
    n_overdue = receipts_overdue(services, utc_now())
    if n_overdue:
        return CheckResult(
            subject, text("cli.check.problem.erasures_overdue", count=n_overdue)
        )
    n_late = waiting.count_overdue(services, utc_now())
    if n_late:
        return CheckResult(
            subject, text("cli.check.problem.waiting_overdue", count=n_late)
        )
    return CheckResult(subject)
